// SPDX-License-Identifier: GPL-2.0-only
/*
 * Bounds the number of accesses of a domain: if a word of an access takes more values than its
 * bound, further accesses are recorded under a pattern or range that covers them, written as
 * TOMOYO writes it. Accesses that were recorded before stay.
 *
 * Only accesses that are not recorded yet come here.
 *
 * Pure C: see core/platform.h.
 */
#include "core/domain.h"
#include "core/hash.h"
#include "core/share.h"
#include "fold.h"
#include "fold_counter.h"
#include "fold_net.h"
#include "fold_word.h"

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

/* Returns the seed of the counters of a domain and an operation: root has counters of its own. */
static u64 fold_seed(const struct domain *domain, u32 op, u32 uid)
{
	return hash_mix(hash_mix(domain->id, op), domain_payer(uid));
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
