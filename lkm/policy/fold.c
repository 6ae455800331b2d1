// SPDX-License-Identifier: GPL-2.0-only
/*
 * Bounds the number of accesses of a domain: if a word of an access takes more values than its
 * bound, further accesses are recorded under a pattern or range that covers them, written as
 * TOMOYO writes it. Accesses that were recorded before stay.
 *
 * Only accesses that are not recorded yet come here. To count the values of a word, there is a
 * counter for each directory, address and so on. Counters are found by a keyed 64-bit hash of
 * what they count; like accesses, they belong to a generation.
 *
 * Pure C: see platform.h.
 */
#include "core/domain.h"
#include "core/hash.h"
#include "core/share.h"
#include "fold.h"

struct fold_bounds fold_bounds = {
	.siblings = 128,
	.subdirectories = 128,
	.addresses = 128,
	.ports = 64,
	.numbers = 64,
	.variables = 256,
	.words = 64,
	.abstract = 128,
	.targets = 128,
	.programs = 128,
	.depth = 64,
	.domain_accesses = 8192,
};

u32 fold_version;

/* Counters */

/* Number of slots of an empty set. */
#define SLOTS 1024

/*
 * A domain may have COUNTERS_PER_ACCESS counters for each of its max_domain_accesses, and for
 * COUNTERS_SPARE more: a path has a counter for each directory, and a user can make the
 * directories of paths that other users access.
 */
#define COUNTERS_PER_ACCESS 16
#define COUNTERS_SPARE 64

/* Kinds of values that a counter counts; each kind has a bound of its own. */
enum count {
	COUNT_NONE,	/* nothing: the counter only shows that a value was seen */
	COUNT_FILES,
	COUNT_DIRECTORIES,
	COUNT_BELOW,	/* directories in which something was accessed */
	COUNTS,
	/* Counters of other kinds reuse the numbers. */
	COUNT_VALUES = COUNT_FILES,
	COUNT_NETWORKS = COUNT_DIRECTORIES,
};

/**
 * struct fold_counter - counts the values of a word
 * @entry: entry in the set of the counters of its generation
 * @owner: user who pays for it, from share_take()
 * @key: keyed hash of what it counts
 * @counts: number of values of each &enum count but COUNT_NONE
 */
struct fold_counter {
	struct set_entry entry;
	u16 owner;
	u64 key;
	u32 counts[COUNTS - 1];
};

static struct set counters[2];

static struct set *counters_of(u32 number)
{
	return set_of_generation(counters, number);
}

static bool counter_match(const struct set_entry *entry, const void *key)
{
	return container_of(entry, struct fold_counter, entry)->key == *(const u64 *)key;
}

static struct fold_counter *counter_find(u32 number, u64 key)
{
	struct set_entry *entry = set_find(counters_of(number), key, counter_match, &key);

	return entry ? container_of(entry, struct fold_counter, entry) : NULL;
}

static bool counter_exists(u64 key)
{
	bool exists;

	rcu_read_lock();
	exists = counter_find(generation_now(), key);
	rcu_read_unlock();
	return exists;
}

/* Whether no further value is within the bound. */
static bool counter_is_full(u64 key, enum count what, u32 bound)
{
	struct fold_counter *counter;
	bool is_full;

	rcu_read_lock();
	counter = counter_find(generation_now(), key);
	is_full = counter && READ_ONCE(counter->counts[what - 1]) >= bound;
	rcu_read_unlock();
	return is_full;
}

static const struct share counter_share = {
	.bytes = sizeof(struct fold_counter) + SET_ENTRY_BYTES,
};

static void counter_free(struct fold_counter *counter)
{
	if (!counter)
		return;
	share_return(counter->owner, &counter_share);
	kfree(counter);
}

static void counter_release(struct set_entry *entry)
{
	counter_free(container_of(entry, struct fold_counter, entry));
}

/* Adds a counter to a domain unless it exists. Returns 0, -EDQUOT, -ENOSPC or -ENOMEM. */
static int counter_create(struct domain *domain, u64 key, u32 uid, gfp_t gfp)
{
	struct fold_counter *spare = kzalloc(sizeof(*spare), gfp);
	unsigned long flags;
	struct set *set;
	u32 number;
	int ret;

	if (!spare)
		return -ENOMEM;
	ret = share_take(uid, &counter_share);
	if (ret < 0) {
		kfree(spare);
		return ret;
	}
	spare->owner = ret;
	spare->entry.hash = key;
	spare->key = key;
	number = generation_now();
	set = counters_of(number);
	set_make_room(set, gfp);
	/* A reset waits for RCU readers before it frees the counters of the old generation. */
	rcu_read_lock();
	spin_lock_irqsave(&set->lock, flags);
	/* If a reset has begun a new generation, count_value() tries again. */
	ret = 0;
	if (number == generation_now() && !counter_find(number, key)) {
		ret = set_add_locked(set, &spare->entry);
		if (!ret) {
			spare = NULL;
			domain_count_counter(domain, domain_payer(uid));
		}
	}
	spin_unlock_irqrestore(&set->lock, flags);
	rcu_read_unlock();
	counter_free(spare);
	return ret;
}

/* Adds 1 to a number unless it has reached @bound. Returns whether it did. */
static bool number_raise(u32 *number, u32 bound)
{
	u32 now = READ_ONCE(*number), found;

	for (; now < bound; now = found) {
		found = cmpxchg(number, now, now + 1);
		if (found == now)
			return true;
	}
	return false;
}

/**
 * struct fold - an access whose words are counted
 * @domain: domain of the access
 * @seed: hash of the domain, the operation and the payer; each counter's key is derived from it
 * @is_full: whether the domain has all the accesses that it may have: fold each word
 * @is_shared: set if the result is shared, see fold_object()
 * @uid: user who pays for counters
 * @gfp: allocation flags
 */
struct fold {
	struct domain *domain;
	u64 seed;
	bool is_full;
	bool *is_shared;
	u32 uid;
	gfp_t gfp;
};

/*
 * Counts one more value. Returns 1 if it is within @bound, 0 if the bound is reached, -EDQUOT,
 * -ENOSPC or -ENOMEM if there is no counter and none can be added.
 */
static int count_value(const struct fold *fold, u64 key, enum count what, u32 bound)
{
	struct fold_counter *counter;
	int ret = 0, tries;

	if (fold->is_full)
		return 0;
	if (!bound)
		return 1;
	/* A reset may empty the set between counter_create() and the search. */
	for (tries = 0; tries < 3 && !ret; tries++) {
		rcu_read_lock();
		counter = counter_find(generation_now(), key);
		if (counter && (what == COUNT_NONE ||
				number_raise(&counter->counts[what - 1], bound)))
			ret = 1;
		rcu_read_unlock();
		if (counter)
			return ret;
		ret = counter_create(fold->domain, key, fold->uid, fold->gfp);
	}
	/* A reset came in between each time: this is no reason for a pattern. */
	return ret ?: 1;
}

/* Notes that a value was seen. Returns 0, -EDQUOT, -ENOSPC or -ENOMEM. */
static int note_value(const struct fold *fold, u64 key)
{
	int ret = count_value(fold, key, COUNT_NONE, 1);

	return min(ret, 0);
}

/*
 * Counts a value unless it was counted before. Returns as count_value().
 * @key: counter of the values
 * @value: hash of the value, which becomes the key of a counter of its own
 */
static int count_distinct(const struct fold *fold, u64 key, u64 value, enum count what,
			  u32 bound)
{
	int ret;

	if (!fold->is_full && (!bound || counter_exists(value)))
		return 1;
	ret = count_value(fold, key, what, bound);
	return ret > 0 ? note_value(fold, value) ?: 1 : ret;
}

/* Words */

enum word_kind {
	WORD_FIXED,	/* the kernel has few values */
	WORD_PATH,
	WORD_NUMBER,
	WORD_TEXT,	/* becomes \* */
	WORD_ADDRESS,
	WORD_PORT,
	WORD_VARIABLE,
	WORD_TARGET,
};

static const struct field_kind {
	const char *field;
	enum word_kind kind;
	const char *range;
} field_kinds[] = {
	{ "path", WORD_PATH, NULL },
	{ "new", WORD_PATH, NULL },
	{ "dev", WORD_PATH, NULL },
	{ "realpath=exec.realpath", WORD_PATH, NULL },
	{ "argv0=exec.argv[0]", WORD_TEXT, NULL },
	{ "target=symlink.target", WORD_TEXT, NULL },
	/* Any user may pass fuse.NAME. */
	{ "fstype", WORD_TEXT, NULL },
	{ "mode", WORD_NUMBER, "00-07777" },
	{ "major", WORD_NUMBER, "0-4095" },
	{ "minor", WORD_NUMBER, "0-1048575" },
	{ "ouid", WORD_NUMBER, "0-4294967295" },
	{ "ogid", WORD_NUMBER, "0-4294967295" },
	{ "ioctlcmd", WORD_NUMBER, "0x0-0xFFFFFFFF" },
	{ "flags", WORD_NUMBER, "0x0-0xFFFFFFFFFFFFFFFF" },
	{ "laddr", WORD_ADDRESS, NULL },
	{ "faddr", WORD_ADDRESS, NULL },
	{ "lport", WORD_PORT, "0-65535" },
	{ "fport", WORD_PORT, "0-65535" },
	{ "name", WORD_VARIABLE, NULL },
	{ "target", WORD_TARGET, NULL },
	{ "capability", WORD_FIXED, NULL },
	{ "sig", WORD_FIXED, NULL },
	{ "request", WORD_FIXED, NULL },
};

/* For each field of each operation; set by fold_init(). */
static const struct field_kind *word_kinds[ACCESS_OPS][ACCESS_FIELDS];

/* Longest replacement of a word: two IPv6 addresses. */
#define WORD_TAIL_MAX 96

/**
 * struct word - a word of an access
 * @kind: kind of the field; NULL for the name of a program
 * @text: the word, not terminated
 * @len: length of @text in bytes
 * @skip: length of the part before the value: prefix="
 * @kept: length of the part of the value that is kept
 * @tail: text that replaces the rest of the value
 */
struct word {
	const struct field_kind *kind;
	const char *text;
	size_t len;
	size_t skip;
	size_t kept;
	char tail[WORD_TAIL_MAX];
};

static void word_begin(struct word *word, const struct field_kind *kind, const char *text,
		       size_t len)
{
	const char *prefix = kind ? strchr(kind->field, '=') : NULL;

	word->kind = kind;
	word->text = text;
	word->len = len;
	word->skip = prefix ? strlen(prefix + 1) + strlen("=\"") : 0;
	word->kept = len - word->skip - !!prefix;
	word->tail[0] = '\0';
}

static const char *word_value(const struct word *word)
{
	return word->text + word->skip;
}

/* Keeps the first @kept bytes of the value and replaces the rest. */
static void word_fold(struct word *word, size_t kept, const char *tail)
{
	word->kept = kept;
	strscpy(word->tail, tail, sizeof(word->tail));
}

static bool word_is_folded(const struct word *word)
{
	return word->tail[0];
}

static u64 word_hash(u64 seed, const struct word *word)
{
	seed = hash_bytes(seed, word_value(word), word->kept);
	return hash_bytes(seed, word->tail, strlen(word->tail));
}

static size_t word_write(const struct word *word, char *dst)
{
	size_t used = word->skip + word->kept, tail = strlen(word->tail);

	memcpy(dst, word->text, used);
	memcpy(dst + used, word->tail, tail);
	used += tail;
	if (word->skip)
		dst[used++] = '"';
	return used;
}

/* Starts of the keys of counters. Those of directories start with the index of the word: 0 to 3. */
enum {
	KEY_VALUE = 16,
	KEY_REST,
	KEY_ADDRESS,
	KEY_PORT,
	KEY_ADDRESS_SEEN,
	KEY_PORT_SEEN,
	KEY_VARIABLES,
	KEY_ABSTRACT,
	KEY_TARGETS,
	KEY_TARGET_SEEN,
	KEY_PORTS,
};

static u64 fold_key(const struct fold *fold, u32 start)
{
	return hash_mix(fold->seed, start);
}

/* Paths */

/* Returns the length of the root of a path: "/", or a file system such as "proc:/"; else 0. */
static size_t path_root(const char *path, size_t len)
{
	const char *slash = memchr(path, '/', len), *colon;

	if (slash)
		return slash - path + 1;
	colon = memchr(path, ':', len);
	return colon ? colon - path + 1 : 0;
}

/*
 * Folds a path with a root other than "/": the name of a file system, or any text that a user
 * passes as the address of a socket or as a device to mount. The pattern has a \* for each
 * component, or \* and \{\*\} for more than two.
 */
static void fold_root(struct word *word)
{
	const char *path = word_value(word), *end = path + word->kept, *slash;
	bool is_directory = end[-1] == '/';
	const char *more = "";

	end -= is_directory;
	slash = memchr(path, '/', end - path);
	if (slash)
		more = memchr(slash + 1, '/', end - slash - 1) ? "/\\{\\*\\}/\\*" : "/\\*";
	snprintf(word->tail, sizeof(word->tail), "\\*%s%s", more, is_directory ? "/" : "");
	word->kept = 0;
}

/*
 * Folds a path: DIR/NAME to DIR/\*, if DIR has too many names, and DIR/SUB/.../NAME to
 * DIR/\{\*\}/\*, if it has too many directories. The same with '/' at the end for the name of
 * a directory.
 * @key: start of the keys of its directories
 * @value: key of the whole path; 0 if the path is the whole object, which comes only once
 * @siblings: bound for names in a directory
 * Returns 0, -EDQUOT, -ENOSPC or -ENOMEM.
 */
static int fold_path(const struct fold *fold, struct word *word, u64 key, u64 value,
		     u32 siblings)
{
	const char *path = word_value(word), *end = path + word->kept, *name, *slash;
	size_t kept = path_root(path, word->kept);
	bool is_directory;
	u64 next;
	int ret;

	/* "/" needs no counter. */
	if (word->kept <= (*path == '/') ||
	    (value && !fold->is_full && counter_exists(value)))
		return 0;
	next = hash_bytes(key, path, kept);
	if (*path != '/') {
		ret = count_distinct(fold, key, next, COUNT_BELOW, fold_bounds.subdirectories);
		if (!ret)
			fold_root(word);
		if (ret <= 0 || kept == word->kept)
			return min(ret, 0);
	}
	is_directory = end[-1] == '/';
	end -= is_directory;
	key = next;
	for (name = path + kept; (slash = memchr(name, '/', end - name)); name = slash + 1) {
		next = hash_bytes(key, name, slash - name);
		ret = count_distinct(fold, key, next, COUNT_BELOW, fold_bounds.subdirectories);
		if (ret < 0)
			return ret;
		if (!ret) {
			word_fold(word, name - path, is_directory ? "\\{\\*\\}/" : "\\{\\*\\}/\\*");
			return 0;
		}
		key = next;
	}
	ret = count_value(fold, key, is_directory ? COUNT_DIRECTORIES : COUNT_FILES, siblings);
	if (!ret)
		word_fold(word, name - path, is_directory ? "\\*/" : "\\*");
	else if (ret > 0 && value && siblings)
		ret = note_value(fold, value);
	return min(ret, 0);
}

/* Keeps the first @kept bytes of a name that is no path, if there are too many such names. */
static int fold_name(const struct fold *fold, struct word *word, u32 start, size_t kept,
		     u32 bound)
{
	int ret = count_value(fold, fold_key(fold, start), COUNT_VALUES, bound);

	if (!ret)
		word_fold(word, kept, "\\*");
	return min(ret, 0);
}

/* Whether an abstract name is one that the kernel chooses for a socket: five hexadecimal digits. */
static bool is_autobound(const char *name, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++) {
		if (!strchr("0123456789abcdef", name[i]))
			return false;
	}
	return len == strlen("fffff");
}

/* Folds the name of a unix socket: a path, an abstract name, or "anonymous". */
static int fold_unix(const struct fold *fold, struct word *word)
{
	static const char anonymous[] = "anonymous", abstract[] = "\\000";
	size_t len = strlen(abstract);

	if (word->kept == strlen(anonymous) && !memcmp(word->text, anonymous, word->kept))
		return 0;
	if (word->kept < len || memcmp(word->text, abstract, len))
		return fold_path(fold, word, fold_key(fold, 0), 0, fold_bounds.siblings);
	if (fold_bounds.abstract && is_autobound(word->text + len, word->kept - len)) {
		word_fold(word, len, "\\x\\x\\x\\x\\x");
		return 0;
	}
	return fold_name(fold, word, KEY_ABSTRACT, len, fold_bounds.abstract);
}

/*
 * Cuts a path that is longer than the user may have. Does not cut through \\ or \ooo. Returns
 * whether it did.
 */
static bool cut_path(const struct fold *fold, struct word *word)
{
	const char *path = word_value(word);
	size_t room = SHARE_TEXT_LONG - sizeof("..."), kept = 0, next = 0;

	if (word->kept <= SHARE_TEXT_LONG || share_has_long(fold->uid, word->kept))
		return false;
	while (next <= room) {
		kept = next;
		if (path[next] != '\\')
			next++;
		else
			next += path[next + 1] == '\\' ? 2 : 4;
	}
	word_fold(word, kept, "...");
	return true;
}

/* Addresses and ports */

static bool address_is_v6(const struct word *word)
{
	return memchr(word->text, ':', word->len);
}

static void fold_address_all(struct word *word)
{
	word_fold(word, 0, address_is_v6(word) ?
		  "::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff" : "0.0.0.0-255.255.255.255");
}

static void fold_network_v4(struct word *word)
{
	size_t len = word->len;

	while (len && word->text[len - 1] != '.')
		len--;
	snprintf(word->tail, sizeof(word->tail), "%.*s0-%.*s255", (int)len, word->text,
		 (int)len, word->text);
}

/* Reads one group of an IPv6 address, in hexadecimal, and the colon after it. */
static u32 group_shift(const char **text, const char *end)
{
	u32 group = 0;

	for (; *text < end && **text != ':'; ++*text)
		group = group << 4 | (**text <= '9' ? **text - '0' : (**text | 0x20) - 'a' + 10);
	if (*text < end)
		++*text;
	return group;
}

/* The first four groups are written out, so that the address is never ambiguous. */
static void fold_network_v6(struct word *word)
{
	const char *text = word->text, *end = text + word->len;
	u32 group[4] = {};
	char first[24];
	int i;

	for (i = 0; i < 4 && text < end && *text != ':'; i++)
		group[i] = group_shift(&text, end) & 0xffff;
	/* The groups after "::" are the last ones. Skip its second colon; at the start, both. */
	if (i < 4) {
		const char *next;
		int left = 0;

		text += i ? 1 : 2;
		for (next = text; next < end; left++)
			group_shift(&next, end);
		for (; 8 - left < 4; left--)
			group[8 - left] = group_shift(&text, end) & 0xffff;
	}
	snprintf(first, sizeof(first), "%x:%x:%x:%x", group[0], group[1], group[2], group[3]);
	snprintf(word->tail, sizeof(word->tail), "%s:0:0:0:0-%s:ffff:ffff:ffff:ffff", first, first);
}

/* Replaces an address by its network: /24, or /64 for IPv6. */
static void fold_network(struct word *word)
{
	word->kept = 0;
	/* An IPv4 address within an IPv6 address has dots, too. */
	if (memchr(word->text, '.', word->len))
		fold_network_v4(word);
	else
		fold_network_v6(word);
}

/* All addresses together may have this many times the ports of one. */
#define PORTS_OF_ALL 4

/* Counts a port, and folds it if there are too many. Returns 0 or -errno. */
static int fold_port(const struct fold *fold, u64 key, struct word *port, u32 bound)
{
	int ret;

	/* The range of client ports is one value. */
	if (word_is_folded(port) || memchr(port->text, '-', port->len))
		return 0;
	ret = count_distinct(fold, key, word_hash(hash_mix(key, KEY_PORT_SEEN), port),
			     COUNT_VALUES, bound);
	if (!ret)
		word_fold(port, 0, port->kind->range);
	return min(ret, 0);
}

static u64 address_key(const struct fold *fold, const struct word *address)
{
	return word_hash(fold_key(fold, KEY_ADDRESS), address);
}

/* Counts an address for a port, and folds it if there are too many. Returns 0 or -errno. */
static int fold_address(const struct fold *fold, struct word *address, const struct word *port)
{
	u64 key = word_hash(fold_key(fold, KEY_PORT), port);
	u64 seen = hash_mix(key, KEY_ADDRESS_SEEN);
	int ret = 1;

	if (!word_is_folded(address))
		ret = count_distinct(fold, key, word_hash(seen, address), COUNT_VALUES,
				     fold_bounds.addresses);
	if (!ret)
		fold_network(address);
	if (ret >= 0 && word_is_folded(address)) {
		ret = count_distinct(fold, key, word_hash(seen, address), COUNT_NETWORKS,
				     fold_bounds.addresses);
		if (!ret)
			fold_address_all(address);
	}
	return min(ret, 0);
}

static int fold_net(const struct fold *fold, struct word *address, struct word *port)
{
	u32 ports = READ_ONCE(fold_bounds.ports);
	u64 own = address_key(fold, address);
	int err = fold_port(fold, fold_key(fold, KEY_PORTS), port, ports * PORTS_OF_ALL);

	/*
	 * Count the port first only if the address has a counter of ports. Count a new address
	 * first: if it becomes a network, it needs no such counter.
	 */
	if (!err && counter_exists(own))
		err = fold_port(fold, own, port, ports);
	/* Further ports of the address are not among those of its counter. */
	*fold->is_shared = word_is_folded(port) &&
			   (fold->is_full || counter_is_full(own, COUNT_VALUES, ports));
	err = err ?: fold_address(fold, address, port);
	/* Bound the ports of the address or network; if they become a range, its addresses. */
	if (!err && !word_is_folded(port)) {
		err = fold_port(fold, address_key(fold, address), port, ports);
		if (!err && word_is_folded(port))
			err = fold_address(fold, address, port);
	}
	return err;
}

/* Objects */

static bool op_is_unix(enum access_op op)
{
	return op >= ACCESS_UNIX_STREAM_BIND && op <= ACCESS_UNIX_SEQPACKET_ACCEPT;
}

/* Counts the combinations of the words after the paths, for each combination of paths. */
static int fold_rest(const struct fold *fold, struct word *words, int paths, int count)
{
	u64 key = fold_key(fold, KEY_REST), rest;
	u32 bound = fold_bounds.numbers;
	int i, ret;

	if (paths == count)
		return 0;
	for (i = 0; i < paths; i++)
		key = word_hash(key, &words[i]);
	for (rest = key, i = paths; i < count; i++) {
		rest = word_hash(rest, &words[i]);
		if (words[i].kind->kind == WORD_TEXT)
			bound = fold_bounds.words;
	}
	ret = count_distinct(fold, key, rest, COUNT_VALUES, bound);
	for (i = paths; !ret && i < count; i++) {
		if (words[i].kind->kind == WORD_TEXT)
			word_fold(&words[i], 0, "\\*");
		else if (words[i].kind->kind == WORD_NUMBER)
			word_fold(&words[i], 0, words[i].kind->range);
	}
	return min(ret, 0);
}

static u64 pair_key(const struct fold *fold, const struct word *first)
{
	return word_hash(fold_key(fold, KEY_VALUE), first);
}

/* Bounds the number of second paths for each first path, as that of the names in a directory. */
static int fold_pair(const struct fold *fold, const struct word *first, struct word *second)
{
	u64 key = pair_key(fold, first);
	const char *path = word_value(second);
	size_t kept = second->kept;
	bool is_directory = kept && path[kept - 1] == '/';
	int ret;

	if (word_is_folded(second))
		return 0;
	ret = count_distinct(fold, key, word_hash(hash_mix(key, KEY_VALUE), second),
			     COUNT_VALUES, fold_bounds.siblings);
	if (ret)
		return min(ret, 0);
	for (kept -= is_directory; kept && path[kept - 1] != '/'; kept--)
		;
	word_fold(second, kept, is_directory ? "\\*/" : "\\*");
	return 0;
}

/*
 * Whether each path that is not recorded, in the directory of the last path, has the same result.
 * A single path has the result of its directory, unless only the name of a file system is kept. In
 * a pair, the second path may have been counted for its directory with another first path.
 */
static bool paths_are_shared(const struct fold *fold, const struct word *words, int paths)
{
	const struct word *last = &words[paths - 1];

	if (!word_is_folded(last) || !last->kept || word_value(last)[last->kept - 1] != '/')
		return false;
	return paths == 1 || (!word_is_folded(words) &&
		counter_is_full(pair_key(fold, words), COUNT_VALUES, fold_bounds.siblings));
}

static int fold_paths(const struct fold *fold, struct word *words, int count)
{
	bool is_cut = false;
	int paths, err = 0;

	for (paths = 0; paths < count && words[paths].kind->kind == WORD_PATH; paths++) {
		struct word *word = &words[paths];
		u64 key = fold_key(fold, paths);
		u64 value = count > 1 ? word_hash(hash_mix(key, KEY_VALUE), word) : 0;

		err = err ?: fold_path(fold, word, key, value, fold_bounds.siblings);
		if (!err && paths)
			err = fold_pair(fold, &words[paths - 1], word);
		is_cut |= cut_path(fold, word);
	}
	*fold->is_shared = !is_cut && paths == count && paths_are_shared(fold, words, paths);
	return err ?: fold_rest(fold, words, paths, count);
}

static int fold_words(const struct fold *fold, enum access_op op, struct word *words, int count)
{
	struct word *last = &words[count - 1];
	int ret = 1;

	if (op_is_unix(op))
		return fold_unix(fold, words);
	switch (words[0].kind->kind) {
	case WORD_PATH:
		return fold_paths(fold, words, count);
	case WORD_ADDRESS:
		return fold_net(fold, &words[0], &words[1]);
	case WORD_VARIABLE:
		return fold_name(fold, last, KEY_VARIABLES, 0, fold_bounds.variables);
	default:
		break;
	}
	if (last->kind->kind == WORD_TARGET) {
		u64 seen = word_hash(fold_key(fold, KEY_TARGET_SEEN), last);

		ret = count_distinct(fold, fold_key(fold, KEY_TARGETS), seen, COUNT_VALUES,
				     fold_bounds.targets);
		if (!ret)
			word_fold(last, 0, "any");
	}
	return min(ret, 0);
}

/* Splits @object into words. Returns their number. */
static int words_split(enum access_op op, const char *object, struct word *words)
{
	int count;

	for (count = 0; count < ACCESS_FIELDS && word_kinds[op][count]; count++) {
		const struct field_kind *kind = word_kinds[op][count];
		const char *end = strchrnul(object, kind->kind == WORD_TARGET ? '\0' : ' ');

		word_begin(&words[count], kind, object, end - object);
		object = end;
		/* A long argv[0] is left out. */
		if (!*object)
			return count + 1;
		object++;
	}
	return count;
}

/* Returns the words in an allocated text, or an ERR_PTR; NULL if no word is folded. */
static char *words_join(const struct word *words, int count, gfp_t gfp)
{
	size_t size = 1, used = 0;
	bool is_folded = false;
	char *text;
	int i;

	for (i = 0; i < count; i++) {
		size += words[i].len + WORD_TAIL_MAX + strlen(" \"");
		is_folded |= word_is_folded(&words[i]);
	}
	if (!is_folded)
		return NULL;
	text = kmalloc(size, gfp);
	if (!text)
		return ERR_PTR(-ENOMEM);
	for (i = 0; i < count; i++) {
		if (i)
			text[used++] = ' ';
		used += word_write(&words[i], text + used);
	}
	text[used] = '\0';
	return text;
}

/* Returns the seed of the counters of a domain and an operation: root has counters of its own. */
static u64 fold_seed(const struct domain *domain, u32 op, u32 uid)
{
	return hash_mix(hash_mix(domain->id, op), domain_payer(uid));
}

/**
 * fold_is_full() - check whether a domain has all the accesses or counters that it may have
 * @domain: domain
 * @uid: user who pays for a further access; the bound applies to root and to all others separately
 *
 * Context: any.
 * Return: true if each word of a further access becomes a pattern.
 */
bool fold_is_full(struct domain *domain, u32 uid)
{
	u32 bound = READ_ONCE(fold_bounds.domain_accesses);
	enum domain_payer payer = domain_payer(uid);

	return bound && (domain_access_count(domain, payer) >= bound ||
			 domain_counter_count(domain, payer) / COUNTERS_PER_ACCESS >=
			 (u64)bound + COUNTERS_SPARE);
}

/**
 * fold_object() - apply the bounds to an access that is not recorded yet
 * @domain: domain of the access
 * @op: operation
 * @object: object, as in &struct access_use
 * @uid: user who pays for counters
 * @is_shared: set to whether each object that was not used yet, and differs only in the port or in
 *	the last name of the last path, has the same result, until a bound changes or the domain is
 *	full
 * @gfp: allocation flags
 *
 * Counts each word that is not counted yet.
 *
 * Context: any that @gfp allows.
 * Return: NULL if @object is within all bounds; otherwise the object with patterns and ranges
 * in place of words, to be freed with kfree(); or an ERR_PTR: -EDQUOT, -ENOSPC, -ENOMEM.
 */
char *fold_object(struct domain *domain, enum access_op op, const char *object, u32 uid,
		  bool *is_shared, gfp_t gfp)
{
	struct word words[ACCESS_FIELDS];
	const struct fold fold = {
		.domain = domain,
		.seed = fold_seed(domain, op, uid),
		.is_full = fold_is_full(domain, uid),
		.is_shared = is_shared,
		.uid = uid,
		.gfp = gfp,
	};
	int count = words_split(op, object, words), err;

	*is_shared = false;
	err = fold_words(&fold, op, words, count);
	return err ? ERR_PTR(err) : words_join(words, count, gfp);
}

/**
 * fold_program() - apply the bounds to a program for which a domain has no child yet
 * @domain: domain that executes the program
 * @name: encoded pathname of the program
 * @uid: user who pays for counters
 * @gfp: allocation flags
 *
 * Context: any that @gfp allows.
 * Return: as fold_object().
 */
char *fold_program(struct domain *domain, const char *name, u32 uid, gfp_t gfp)
{
	const struct fold fold = {
		.domain = domain,
		.seed = fold_seed(domain, ACCESS_OPS, uid),
		.uid = uid,
		.gfp = gfp,
	};
	struct word word;
	int err;

	word_begin(&word, NULL, name, strlen(name));
	err = fold_path(&fold, &word, fold_key(&fold, 0), 0, fold_bounds.programs);
	return err ? ERR_PTR(err) : words_join(&word, 1, gfp);
}

/**
 * fold_free_forgotten() - free the counters of earlier generations
 *
 * Context: may sleep; a grace period after the generation began.
 */
void fold_free_forgotten(void)
{
	set_clear(counters_of(generation_now() - 1), SLOTS, counter_release);
}

/**
 * fold_table_bytes() - get the memory of the tables of counters that no user pays for
 *
 * Context: any.
 * Return: the number of bytes, without the counters.
 */
size_t fold_table_bytes(void)
{
	return set_unpaid_bytes(&counters[0]) + set_unpaid_bytes(&counters[1]);
}

static const struct field_kind *kind_find(const char *field)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(field_kinds); i++) {
		if (!strcmp(field_kinds[i].field, field))
			return &field_kinds[i];
	}
	return NULL;
}

/**
 * fold_init() - initialise the sets of counters
 *
 * Context: may sleep; after share_init().
 * Return: 0, or -ENOMEM.
 */
int fold_init(void)
{
	int op, i;

	for (op = 0; op < ACCESS_OPS; op++) {
		for (i = 0; i < ACCESS_FIELDS && access_kinds[op].field[i]; i++)
			word_kinds[op][i] = kind_find(access_kinds[op].field[i]);
	}
	return set_init_pair(counters, SLOTS);
}

/**
 * fold_exit() - free all counters
 *
 * Context: may sleep. Counters must no longer be used.
 */
void fold_exit(void)
{
	set_destroy(&counters[0], counter_release);
	set_destroy(&counters[1], counter_release);
}
