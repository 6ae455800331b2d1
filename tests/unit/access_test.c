// SPDX-License-Identifier: GPL-2.0-only
/* The accesses of domains, and the cache of recent accesses (seen.c). */
#include "core/access.h"
#include "core/domain.h"
#include "core/login.h"
#include "core/seen.h"
#include "unit.h"

#define PLENTY SIZE_MAX, SIZE_MAX

static struct domain *sh, *sshd;

static struct domain *domain_of(const char *program)
{
	struct domain *domain = domain_intern_get(domain_kernel, program, strlen(program), 0,
						  GFP_KERNEL);

	assert_false(IS_ERR(domain));
	return domain;
}

/* The limit of bytes is in addition to what three domains take. */
static void begin(size_t max_accesses, size_t max_bytes)
{
	struct share limits = { .accesses = max_accesses, .domains = SIZE_MAX };

	share_init();
	assert_int_equal(domain_init(), 0);
	assert_int_equal(access_init(), 0);
	assert_int_equal(seen_init(1024), 0);
	sh = domain_of("/bin/sh");
	sshd = domain_of("/usr/sbin/sshd");
	limits.bytes = max_bytes == SIZE_MAX ? max_bytes : unit_total().bytes + max_bytes;
	share_set_limits(&limits);
}

static void end(void)
{
	seen_exit();
	access_exit();
	domain_exit();
	unit_assert_clean();
}

static struct access_use use_of(struct domain *domain, enum access_op op, const char *object)
{
	return (struct access_use){
		.domain = domain, .op = op, .object = object, .len = strlen(object), .now = 100,
	};
}

static int record(struct domain *domain, enum access_op op, const char *object)
{
	struct access_use use = use_of(domain, op, object);
	bool was_known = access_repeat(&use);
	int ret = access_record(&use, GFP_KERNEL);

	assert_int_equal(was_known, !ret);
	assert_int_equal(access_repeat(&use), ret >= 0);
	return ret;
}

/* Lists of the current generation. */

static struct access *first_of(struct domain *domain)
{
	const struct access_list *list = domain_accesses(domain, generation);

	return list->generation == generation ? list->first : NULL;
}

static struct access *last_of(struct domain *domain)
{
	return domain_accesses(domain, generation)->last;
}

/* Returns the number of bytes that is charged for an access. */
static size_t bytes_of(const struct access *access)
{
	return ksize(access) + SET_ENTRY_BYTES;
}

/* --- ops.def ------------------------------------------------------------- */

/* Words of lower-case letters, digits and the characters in @others, joined by @separator. */
static void assert_is_words(const char *text, char separator, const char *others)
{
	bool in_word = false;

	for (; *text; text++) {
		if (*text == separator) {
			assert_true(in_word);
			in_word = false;
		} else {
			assert_true((*text >= 'a' && *text <= 'z') ||
				    (*text >= '0' && *text <= '9') || strchr(others, *text));
			in_word = true;
		}
	}
	assert_true(in_word);
}

static void keywords(void **state)
{
	static const char *const categories[] = {
		"file ", "misc ", "network inet ", "network unix ", "capability", "ipc ",
	};
	size_t i, j, category;

	(void)state;
	for (i = 0; i < ACCESS_OPS; i++) {
		const char *keyword = access_kinds[i].keyword;
		size_t length = keyword ? strlen(keyword) : 0;

		assert_int_not_equal(length, 0);
		/* A '-' would make op= of an audit record ambiguous. */
		assert_is_words(keyword, ' ', "_");
		for (category = 0; category < ARRAY_SIZE(categories); category++) {
			if (!strncmp(keyword, categories[category],
				     strlen(categories[category])))
				break;
		}
		assert_true(category < ARRAY_SIZE(categories));
		/* A line belongs to the first keyword that it begins with. */
		for (j = i + 1; j < ACCESS_OPS; j++) {
			const char *other = access_kinds[j].keyword;

			assert_true(strncmp(keyword, other, length) ||
				    (other[length] && other[length] != ' '));
		}
	}
}

static void fields(void **state)
{
	/* Fields that each record of the module has. */
	static const char *const taken[] = {
		"op", "domain", "subj", "res", "pid", "uid", "auid", "ses", "comm", "exe",
	};
	size_t i, j, k;

	(void)state;
	for (i = 0; i < ACCESS_OPS; i++) {
		const struct access_kind *kind = &access_kinds[i];
		char name[ACCESS_FIELDS][16];

		assert_non_null(kind->field[0]);
		for (j = 0; j < ACCESS_FIELDS && kind->field[j]; j++) {
			const char *field = kind->field[j];
			size_t length = strcspn(field, "=");

			assert_in_range(length, 1, sizeof(name[j]) - 1);
			memcpy(name[j], field, length);
			name[j][length] = '\0';
			assert_is_words(name[j], '\0', "");
			if (field[length])
				assert_is_words(field + length + 1, '.', "[]");
			for (k = 0; k < j; k++)
				assert_string_not_equal(name[k], name[j]);
			for (k = 0; k < ARRAY_SIZE(taken); k++)
				assert_string_not_equal(taken[k], name[j]);
		}
		for (; j < ACCESS_FIELDS; j++)
			assert_null(kind->field[j]);
	}
}

static void kinds_table(void **state)
{
	static const struct {
		enum access_op op;
		const char *keyword;
		const char *field[ACCESS_FIELDS];
	} cases[] = {
		{ ACCESS_FILE_EXECUTE, "file execute",
		  { "path", "realpath=exec.realpath", "argv0=exec.argv[0]" } },
		{ ACCESS_FILE_READ, "file read", { "path" } },
		{ ACCESS_FILE_MKCHAR, "file mkchar", { "path", "mode", "major", "minor" } },
		{ ACCESS_MISC_ENV, "misc env", { "name" } },
		{ ACCESS_INET_STREAM_CONNECT, "network inet stream connect",
		  { "faddr", "fport" } },
		{ ACCESS_UNIX_DGRAM_SEND, "network unix dgram send", { "path" } },
		{ ACCESS_CAPABILITY, "capability", { "capability" } },
	};
	size_t i, j;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct access_kind *kind = &access_kinds[cases[i].op];

		assert_string_equal(kind->keyword, cases[i].keyword);
		for (j = 0; j < ACCESS_FIELDS; j++) {
			if (cases[i].field[j])
				assert_string_equal(kind->field[j], cases[i].field[j]);
			else
				assert_null(kind->field[j]);
		}
	}
}

/* --- accesses ------------------------------------------------------------ */

static void new_and_repeated(void **state)
{
	struct access_use use;

	(void)state;
	begin(PLENTY);
	assert_int_equal(access_count(), 0);
	assert_int_equal(record(sh, ACCESS_FILE_READ, "/etc/passwd"), 1);
	assert_int_equal(record(sh, ACCESS_FILE_READ, "/etc/passwd"), 0);
	/* Accesses with another op, another object, another domain are new. */
	assert_int_equal(record(sh, ACCESS_FILE_WRITE, "/etc/passwd"), 1);
	assert_int_equal(record(sh, ACCESS_FILE_READ, "/etc/passwd-"), 1);
	assert_int_equal(record(sshd, ACCESS_FILE_READ, "/etc/passwd"), 1);
	assert_int_equal(record(sh, ACCESS_FILE_WRITE, "/etc/passwd"), 0);
	assert_int_equal(record(sh, ACCESS_FILE_READ, "/etc/passwd-"), 0);
	assert_int_equal(record(sshd, ACCESS_FILE_READ, "/etc/passwd"), 0);
	/* The name is only as long as the given length: "/etc". */
	use = use_of(sh, ACCESS_FILE_READ, "/etc/passwd");
	use.len = 4;
	assert_int_equal(access_record(&use, GFP_KERNEL), 1);
	assert_int_equal(record(sh, ACCESS_FILE_READ, "/etc"), 0);
	assert_string_equal(last_of(sh)->object, "/etc");
	assert_int_equal(access_count(), 5);
	assert_int_equal(domain_access_count(sh, DOMAIN_ROOT), 4);
	assert_int_equal(domain_access_count(sshd, DOMAIN_ROOT), 1);
	assert_int_equal(domain_access_count(domain_kernel, DOMAIN_ROOT), 0);
	end();
}

/* A pattern is marked, and counted until the next reset. */
static void marked_patterns(void **state)
{
	struct access_use use;

	(void)state;
	begin(PLENTY);
	assert_int_equal(record(sh, ACCESS_FILE_READ, "/tmp/a"), 1);
	use = use_of(sh, ACCESS_FILE_READ, "/tmp/\\*");
	use.is_pattern = true;
	assert_int_equal(access_record(&use, GFP_KERNEL), 1);
	assert_int_equal(access_record(&use, GFP_KERNEL), 0);
	assert_int_equal(access_patterns(), 1);
	assert_false(first_of(sh)->is_pattern);
	assert_true(last_of(sh)->is_pattern);
	access_forget();
	assert_int_equal(access_patterns(), 0);
	end();
}

/* An access is cached under its key when it is recorded, and when it is found. */
static void cached(void **state)
{
	struct access_use use;
	u64 key;

	(void)state;
	begin(PLENTY);
	use = use_of(sh, ACCESS_FILE_READ, "/a");
	assert_false(access_repeat(&use));
	for (key = 1; key < 100; key += 2) {
		use.key = key;
		assert_null(seen_find(key));
		if (key % 3)
			assert_int_equal(access_record(&use, GFP_KERNEL), key == 1);
		else
			assert_true(access_repeat(&use));
		assert_ptr_equal(seen_find(key), first_of(sh));
	}
	/* Without a key, nothing is cached. */
	seen_forget();
	use.key = 0;
	assert_true(access_repeat(&use));
	assert_null(seen_cells[0].access);
	end();
}

/* The CPUs do not count an access as long as audit has no record of it. */
static void unreported(void **state)
{
	struct seen_hits *hits = seen_hits_create();
	struct access_use use, other;

	(void)state;
	begin(PLENTY);
	use = use_of(sh, ACCESS_FILE_READ, "/a");
	use.key = 1;
	use.reports = true;
	assert_int_equal(access_record(&use, GFP_KERNEL), 1);
	assert_false(use.again);
	/* Another task uses it before the record is made: that task does not report it, either. */
	other = use;
	assert_int_equal(seen_hit(hits, 1, 1), SEEN_KNOWN);
	assert_true(access_repeat(&other));
	assert_false(other.again);
	access_reported(&use, false);
	assert_int_equal(seen_hit(hits, 1, 1), SEEN_KNOWN);
	assert_int_equal(seen_hit_shared(hits, 1, 1), SEEN_KNOWN);
	/* A caller that does not report leaves it to others; of two that do, one reports. */
	other.reports = false;
	assert_true(access_repeat(&other));
	assert_false(other.again);
	assert_true(access_repeat(&use));
	assert_true(use.again);
	other.reports = true;
	assert_true(access_repeat(&other));
	assert_false(other.again);
	assert_int_equal(seen_hit(hits, 1, 1), SEEN_KNOWN);
	access_reported(&use, false);
	assert_int_equal(access_record(&other, GFP_KERNEL), 0);
	assert_true(other.again);
	access_reported(&other, true);
	assert_int_equal(seen_hit(hits, 1, 1), SEEN_COUNTED);
	seen_flush(hits, true);
	/* No use was counted twice. */
	assert_int_equal(atomic64_read(&first_of(sh)->count), 7);
	/* The record is that of a generation that is over. */
	access_forget();
	seen_forget();
	assert_int_equal(access_record(&other, GFP_KERNEL), 1);
	access_reported(&use, true);
	assert_int_equal(seen_hit(hits, 1, 1), SEEN_KNOWN);
	kvfree(hits);
	end();
}

/*
 * A use of /a by a login of user @uid, for which user @payer pays, as event.c records it. Returns
 * the error of the list.
 */
static int login_use_for(u32 uid, u32 payer, u32 now)
{
	struct access_use use = use_of(sh, ACCESS_FILE_READ, "/a");
	int err = 0;

	shim_login = uid;
	use.uid = payer;
	use.now = now;
	use.key = 2 * uid + 1;
	if (!access_repeat(&use))
		assert_int_equal(access_record(&use, GFP_KERNEL), 1);
	if (use.lacks_login)
		err = access_login(&use, GFP_KERNEL);
	assert_ptr_equal(seen_find(use.key), use.access);
	shim_login = LOGIN_NONE;
	return err;
}

static int login_use(u32 uid, u32 now)
{
	return login_use_for(uid, 0, now);
}

/* Checks the number of users, the number of uses by others, and the entry of one user. */
static void assert_logins(u32 count, u64 others, u32 uid, u32 first, u32 last, u64 uses)
{
	struct logins_copy logins;
	u32 i = 0;

	logins_get(first_of(sh), &logins);
	assert_int_equal(logins.count, count);
	assert_int_equal(logins.others, others);
	while (i < count && logins.login[i].uid != uid)
		i++;
	assert_in_range(i, 0, count - 1);
	assert_int_equal(logins.login[i].first, first);
	assert_int_equal(logins.login[i].last, last);
	assert_int_equal(logins.login[i].count, uses);
}

/* The last users whose logins used an access are known; the uses of others are summed. */
static void logins(void **state)
{
	struct seen_hits *hits = seen_hits_create();
	struct logins_copy copy;
	size_t bytes;
	u32 uid;

	(void)state;
	begin(PLENTY);
	assert_int_equal(record(sh, ACCESS_FILE_READ, "/a"), 1);
	bytes = unit_total().bytes;
	logins_get(first_of(sh), &copy);
	assert_int_equal(copy.count, 0);
	assert_int_equal(login_use(1, 100), 0);
	assert_int_equal(login_use(2, 101), 0);
	assert_int_equal(login_use(1, 102), 0);
	assert_logins(2, 0, 1, 100, 102, 2);
	/* The CPU counts for the login that made the use first, also if another one flushes. */
	shim_login = 2;
	assert_true(seen_hit(hits, 5, 103));
	assert_true(seen_hit(hits, 5, 104));
	shim_login = LOGIN_NONE;
	seen_flush(hits, false);
	assert_logins(2, 0, 2, 101, 104, 3);
	/* The list grows once, and is charged. */
	assert_true(unit_total().bytes > bytes);
	for (uid = 3; uid <= LOGINS_MAX; uid++)
		assert_int_equal(login_use(uid, 110 + uid), 0);
	bytes = unit_total().bytes;
	assert_logins(LOGINS_MAX, 0, 2, 101, 104, 3);
	/* The user whose last use is the oldest is replaced. */
	assert_int_equal(login_use(100, 200), 0);
	assert_logins(LOGINS_MAX, 2, 100, 200, 200, 1);
	for (uid = 101; uid < 1000; uid++)
		assert_int_equal(login_use(uid, 100 + uid), 0);
	assert_logins(LOGINS_MAX, 2 + 3 + 6 + 900 - LOGINS_MAX, 999, 1099, 1099, 1);
	assert_int_equal(unit_total().bytes, bytes);
	/* Uses that a CPU counted long ago are added to the uses of others. */
	access_add_uses(first_of(sh), 7, 10, 120);
	assert_logins(LOGINS_MAX, 2 + 3 + 6 + 900 - LOGINS_MAX + 10, 999, 1099, 1099, 1);
	kvfree(hits);
	end();
}

static void share_bytes(size_t bytes)
{
	share_set_limits(&(struct share){ .accesses = 9, .domains = 9, .bytes = bytes });
}

/*
 * Without room for the list, the access is counted, and cached. Further uses for which one of the
 * last two refused users pays try no allocation.
 */
static void logins_without_room(void **state)
{
	struct logins_copy copy;
	unsigned long tries;
	int i;

	(void)state;
	begin(PLENTY);
	assert_int_equal(record(sh, ACCESS_FILE_READ, "/a"), 1);
	share_bytes(1);
	assert_int_equal(login_use(1, 100), -ENOSPC);
	logins_get(first_of(sh), &copy);
	assert_int_equal(copy.count, 0);
	assert_int_equal(atomic64_read(&first_of(sh)->count), 3);
	assert_int_equal(login_use_for(1, 4, 100), -ENOSPC);
	share_bytes(SIZE_MAX);
	tries = shim_allocations();
	for (i = 0; i < 3; i++) {
		assert_int_equal(login_use(1, 100), 0);
		assert_int_equal(login_use(2, 100), 0);
		assert_int_equal(login_use_for(1, 4, 100), 0);
	}
	assert_int_equal(shim_allocations(), tries);
	logins_get(first_of(sh), &copy);
	assert_int_equal(copy.count, 0);
	assert_int_equal(login_use_for(1, 5, 101), 0);
	assert_int_equal(login_use(2, 102), 0);
	/* A list that cannot grow replaces its users. */
	share_bytes(1);
	assert_int_equal(login_use_for(3, 5, 103), -ENOSPC);
	assert_logins(2, 1, 3, 103, 103, 1);
	tries = shim_allocations();
	assert_int_equal(login_use_for(4, 5, 104), 0);
	assert_logins(2, 2, 4, 104, 104, 1);
	assert_int_equal(shim_allocations(), tries);
	assert_int_equal(login_use(5, 105), -ENOSPC);
	tries = shim_allocations();
	for (i = 6; i < 12; i++)
		assert_int_equal(login_use_for(i, i % 2 ? 5 : 0, 106), 0);
	assert_int_equal(shim_allocations(), tries);
	/* A third user is refused, and replaces the older one of the two. */
	assert_int_equal(login_use_for(12, 4, 107), -ENOSPC);
	assert_int_equal(login_use(13, 107), 0);
	assert_int_equal(login_use_for(14, 5, 107), -ENOSPC);
	end();
}

/* The same if there is no memory. */
static void logins_without_memory(void **state)
{
	(void)state;
	begin(PLENTY);
	assert_int_equal(record(sh, ACCESS_FILE_READ, "/a"), 1);
	shim_fail_from(1);
	assert_int_equal(login_use(1, 100), -ENOMEM);
	assert_int_equal(login_use(1, 100), 0);
	assert_int_equal(login_use_for(1, 5, 100), -ENOMEM);
	shim_fail_from(0);
	end();
}

/* A key from before a switch of audit is not used any more, even after two switches. */
static void login_seeds(void **state)
{
	u64 on, off;

	(void)state;
	assert_int_equal(login_seed(), 0);
	shim_login = 1;
	on = login_seed();
	assert_int_equal(login_turn_now() & 1, 1);
	assert_int_equal(login_seed(), on);
	audit_enabled = 2;
	assert_int_equal(login_seed(), on);
	/* A task that has the key @on finds audit off here, and caches the access. */
	audit_enabled = 0;
	assert_int_equal(login_turn_now() & 1, 0);
	audit_enabled = 1;
	assert_int_not_equal(login_seed(), on);
	audit_enabled = 0;
	off = login_seed();
	shim_login = 2;
	assert_int_not_equal(login_seed(), off);
	shim_login = 1;
	assert_int_equal(login_seed(), off);
	login_renew();
	assert_int_not_equal(login_seed(), off);
	assert_int_equal(login_turn_now() & 1, 0);
	shim_login = LOGIN_NONE;
	audit_enabled = 1;
}

/* Accesses with the same hash differ in their domains, operations or objects. */
static void same_hash(void **state)
{
	const struct access *access;

	(void)state;
	begin(PLENTY);
	/* With this key, the hash of each read of a name of two bytes is 0. */
	hash_key[0] = 2ULL << 48;
	hash_key[1] = ACCESS_FILE_READ;
	assert_int_equal(record(sh, ACCESS_FILE_READ, "/a"), 1);
	assert_int_equal(record(sh, ACCESS_FILE_READ, "/b"), 1);
	assert_int_equal(record(sshd, ACCESS_FILE_READ, "/a"), 1);
	assert_int_equal(record(sh, ACCESS_FILE_READ, "/b"), 0);
	/* With this one, the hash of each access to "/a". */
	hash_key[1] = hash_load("/a/a", 4);
	assert_int_equal(record(sh, ACCESS_FILE_WRITE, "/a"), 1);
	assert_int_equal(record(sh, ACCESS_FILE_READ, "/a"), 0);
	assert_int_equal(record(sh, ACCESS_FILE_WRITE, "/a"), 0);
	assert_int_equal(record(sshd, ACCESS_FILE_READ, "/a"), 0);
	for (access = first_of(sh); access; access = access->next)
		assert_int_equal(access->entry.hash, 0);
	assert_int_equal(first_of(sshd)->entry.hash, 0);
	assert_int_equal(access_count(), 4);
	end();
}

/* The list of a domain is in the order of recording. */
static void list_order(void **state)
{
	enum { COUNT = 5000 };
	const struct access *access;
	char name[32];
	int i;

	(void)state;
	begin(PLENTY);
	assert_null(first_of(sh));
	for (i = 0; i < COUNT; i++) {
		snprintf(name, sizeof(name), "/tmp/%d", i);
		assert_int_equal(record(sh, ACCESS_FILE_READ, name), 1);
		assert_int_equal(record(sh, ACCESS_FILE_WRITE, name), 1);
		assert_int_equal(record(i % 2 ? sshd : domain_kernel, ACCESS_FILE_READ, name),
				 1);
		assert_int_equal(record(sh, ACCESS_FILE_READ, name), 0);
	}
	for (i = 0, access = first_of(sh); access; i++, access = access->next) {
		snprintf(name, sizeof(name), "/tmp/%d", i / 2);
		assert_int_equal(access->op, i % 2 ? ACCESS_FILE_WRITE : ACCESS_FILE_READ);
		assert_ptr_equal(access->domain, sh);
		assert_string_equal(access->object, name);
		assert_true(access->next || last_of(sh) == access);
	}
	assert_int_equal(i, 2 * COUNT);
	for (i = 1, access = first_of(sshd); access; i += 2, access = access->next) {
		snprintf(name, sizeof(name), "/tmp/%d", i);
		assert_string_equal(access->object, name);
		assert_ptr_equal(access->domain, sshd);
	}
	assert_int_equal(i, COUNT + 1);
	assert_int_equal(domain_access_count(sh, DOMAIN_ROOT), 2 * COUNT);
	assert_int_equal(access_count(), 3 * COUNT);
	end();
}

static void record_atomic(void **state)
{
	struct access_use use;
	char name[32];
	int i;

	(void)state;
	begin(PLENTY);
	/* Atomic context: the shim would die if this could sleep. */
	rcu_read_lock();
	for (i = 0; i < 5000; i++) {
		snprintf(name, sizeof(name), "/tmp/%d", i);
		use = use_of(sh, ACCESS_FILE_READ, name);
		assert_false(access_repeat(&use));
		assert_int_equal(access_record(&use, GFP_ATOMIC), 1);
	}
	rcu_read_unlock();
	assert_int_equal(access_count(), 5000);
	end();
}

/* An access takes what its allocation and its place in the table take. */
static void bytes(void **state)
{
	static char name[2 * SHARE_TEXT_LONG + 2];
	struct share before, after;
	int i;

	(void)state;
	begin(PLENTY);
	memset(name, 'x', sizeof(name));
	for (i = 1; i < (int)sizeof(name); i *= 2) {
		name[i] = '\0';
		before = unit_total();
		assert_int_equal(record(sh, ACCESS_FILE_READ, name), 1);
		after = unit_total();
		assert_int_equal(after.accesses, before.accesses + 1);
		assert_int_equal(after.domains, before.domains);
		assert_int_equal(after.bytes, before.bytes + bytes_of(last_of(sh)));
		assert_true(after.bytes > before.bytes + sizeof(struct access) + i);
		assert_int_equal(after.long_bytes, i > SHARE_TEXT_LONG ? i : 0);
		name[i] = 'x';
	}
	end();
}

/* At a limit no new access is recorded, and existing ones are still found. */
static void assert_is_full(void)
{
	struct access_use use;
	u32 count = access_count();
	const struct access *last = last_of(sh);
	long live = shim_live();
	char name[32];
	int i;

	for (i = 0; i < 1000; i++) {
		snprintf(name, sizeof(name), "/new/%d", i);
		assert_int_equal(record(sh, ACCESS_FILE_READ, name), -ENOSPC);
	}
	/* An existing name with another op, and in another domain. */
	assert_int_equal(record(sh, ACCESS_FILE_UNLINK, "/tmp/0"), -ENOSPC);
	assert_int_equal(record(sshd, ACCESS_FILE_READ, "/tmp/0"), -ENOSPC);
	assert_int_equal(record(sh, ACCESS_FILE_READ, "/tmp/0"), 0);
	assert_int_equal(record(sh, ACCESS_FILE_READ, last->object), 0);
	/* A refused access is not cached. */
	use = use_of(sh, ACCESS_FILE_READ, "/new/0");
	use.key = 1;
	assert_int_equal(access_record(&use, GFP_KERNEL), -ENOSPC);
	assert_null(seen_find(1));
	assert_int_equal(shim_live(), live);
	assert_int_equal(access_count(), count);
	assert_int_equal(domain_access_count(sh, DOMAIN_ROOT), count);
	assert_ptr_equal(last_of(sh), last);
	assert_null(last->next);
}

static int fill(int most)
{
	char name[32];
	int i, ret;

	for (i = 0; i < most; i++) {
		snprintf(name, sizeof(name), "/tmp/%d", i);
		ret = record(sh, ACCESS_FILE_READ, name);
		if (ret != 1) {
			assert_int_equal(ret, -ENOSPC);
			break;
		}
	}
	return i;
}

static void limit_of_accesses(void **state)
{
	static const size_t limits[] = { 1, 2, 100, 5000 };
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(limits); i++) {
		begin(limits[i], SIZE_MAX);
		assert_int_equal(fill(10000), limits[i]);
		assert_is_full();
		end();
	}
	begin(0, SIZE_MAX);
	assert_int_equal(fill(10), 0);
	assert_int_equal(access_count(), 0);
	assert_null(first_of(sh));
	end();
}

static void limit_of_bytes(void **state)
{
	size_t room, before, left;
	int added;

	(void)state;
	for (room = 200; room < 100000; room = room * 10 + 7) {
		begin(SIZE_MAX, room);
		before = unit_total().bytes;
		added = fill(10000);
		assert_in_range(added, 1, 9999);
		/* The limit is never exceeded, and one more access has no room. */
		left = room - (unit_total().bytes - before);
		assert_true(left <= room);
		assert_true(left < bytes_of(last_of(sh)) + strlen("0"));
		assert_is_full();
		end();
	}
	begin(SIZE_MAX, sizeof(struct access));
	assert_int_equal(fill(10), 0);
	end();
}

/* The first user of an access pays for it; further users do not. */
static void limit_of_user(void **state)
{
	struct share_user user;
	struct access_use use;
	char name[32];
	int i, others = 0;
	u32 index;

	(void)state;
	begin(80, SIZE_MAX);
	for (i = 0; i < 20; i++) {
		snprintf(name, sizeof(name), "/tmp/%d", i);
		use = use_of(sh, ACCESS_FILE_READ, name);
		use.uid = 5000;
		assert_int_equal(access_record(&use, GFP_KERNEL), i < 10 ? 1 : -EDQUOT);
	}
	for (i = 0; i < 20; i++) {
		snprintf(name, sizeof(name), "/tmp/%d", i);
		use = use_of(sh, ACCESS_FILE_READ, name);
		use.uid = 5001;
		assert_int_equal(access_record(&use, GFP_KERNEL), i >= 10);
	}
	for (index = 0; index < SHARE_ENTRIES; index++) {
		if (!share_user_get(index, &user) || !user.uid)
			continue;
		others++;
		assert_int_equal(user.used.accesses, 10);
		assert_int_equal(user.lost, user.uid == 5000 ? 10 : 0);
	}
	assert_int_equal(others, 2);
	end();
}

/* Each allocation fails once. */
static void init_without_memory(void **state)
{
	unsigned long nth;
	int err;

	(void)state;
	for (nth = 1;; nth++) {
		shim_fail_at(nth);
		err = access_init();
		if (!err)
			break;
		assert_int_equal(err, -ENOMEM);
		access_exit();
		unit_assert_clean();
	}
	assert_int_equal(nth, 3);
	access_exit();
	unit_assert_clean();
}

/* Each allocation fails once. */
static void record_without_memory(void **state)
{
	unsigned long nth;

	(void)state;
	for (nth = 1;; nth++) {
		bool failed;
		int ret;

		begin(PLENTY);
		shim_fail_at(nth);
		ret = record(sh, ACCESS_FILE_READ, "/a");
		failed = shim_has_failed();
		shim_fail_at(0);
		assert_int_equal(ret, failed ? -ENOMEM : 1);
		assert_int_equal(access_count(), !failed);
		assert_int_equal(unit_total().accesses, !failed);
		assert_int_equal(domain_access_count(sh, DOMAIN_ROOT), !failed);
		assert_int_equal(!!first_of(sh), !failed);
		assert_int_equal(record(sh, ACCESS_FILE_READ, "/a"), failed);
		assert_int_equal(record(sh, ACCESS_FILE_READ, "/a"), 0);
		assert_null(first_of(sh)->next);

		/* A recorded access is found without allocating memory. */
		shim_fail_from(1);
		assert_int_equal(record(sh, ACCESS_FILE_READ, "/a"), 0);
		shim_fail_at(0);
		end();
		if (!failed)
			break;
	}
	assert_int_equal(nth, 2);
}

/* The table cannot grow: an access that does not fit is freed. */
static void record_without_room(void **state)
{
	int slots = 4096, room = slots / 8 * 7, i, added = 0, ret;
	const struct access *last;
	char name[32];

	(void)state;
	begin(PLENTY);
	for (i = 0; i < room + 10; i++) {
		long live = shim_live();

		snprintf(name, sizeof(name), "/tmp/%d", i);
		/* The first allocation is the access, the second one the table. */
		shim_fail_at(2);
		ret = record(sh, ACCESS_FILE_READ, name);
		shim_fail_at(0);
		assert_int_equal(ret, i < room ? 1 : -ENOMEM);
		assert_int_equal(shim_live(), live + (ret == 1));
		added += ret == 1;
	}
	assert_int_equal(added, room);
	assert_int_equal(domain_access_count(sh, DOMAIN_ROOT), room);
	assert_int_equal(unit_total().accesses, room);
	last = last_of(sh);
	assert_null(last->next);
	assert_int_equal(record(sh, ACCESS_FILE_READ, name), 1);
	assert_ptr_equal(last->next, last_of(sh));
	end();
}

static void record_a(void *ret)
{
	struct access_use use = use_of(sh, ACCESS_FILE_READ, "/a");

	*(int *)ret = access_record(&use, GFP_ATOMIC);
}

/* Another CPU records the same access while this one waits for memory. */
static void recorded_by_another_cpu(void **state)
{
	struct access_use use;
	int first = -1;
	long live;

	(void)state;
	begin(PLENTY);
	live = shim_live();
	use = use_of(sh, ACCESS_FILE_READ, "/a");
	use.key = 1;
	shim_on_alloc(record_a, &first);
	assert_int_equal(access_record(&use, GFP_KERNEL), 0);
	assert_int_equal(first, 1);
	assert_int_equal(access_count(), 1);
	assert_int_equal(domain_access_count(sh, DOMAIN_ROOT), 1);
	assert_ptr_equal(first_of(sh), last_of(sh));
	assert_null(first_of(sh)->next);
	assert_int_equal(atomic64_read(&first_of(sh)->count), 2);
	assert_ptr_equal(seen_find(1), first_of(sh));
	assert_int_equal(shim_live(), live + 1);
	assert_int_equal(unit_total().accesses, 1);
	end();
}

/* --- times and counts ---------------------------------------------------- */

static void uses(void **state)
{
	struct access_use use;
	struct access *found;

	(void)state;
	begin(PLENTY);
	use = use_of(sh, ACCESS_FILE_READ, "/a");
	assert_int_equal(access_record(&use, GFP_KERNEL), 1);
	found = first_of(sh);
	assert_int_equal(found->first, 100);
	assert_int_equal(found->last, 100);
	/* Recording it was the first use. */
	assert_int_equal(atomic64_read(&found->count), 1);
	access_add_uses(found, LOGIN_NONE, 3, 107);
	/* A use that is reported late does not change the last time. */
	access_add_uses(found, LOGIN_NONE, UINT_MAX, 103);
	assert_int_equal(found->last, 107);
	assert_int_equal(atomic64_read(&found->count), 4 + (int64_t)UINT_MAX);
	/* Recording the access again keeps the first time. */
	use.now = 200;
	assert_int_equal(access_record(&use, GFP_KERNEL), 0);
	use.now = 201;
	assert_true(access_repeat(&use));
	assert_int_equal(found->first, 100);
	assert_int_equal(found->last, 201);
	assert_int_equal(atomic64_read(&found->count), 6 + (int64_t)UINT_MAX);
	end();
}

/* --- generations --------------------------------------------------------- */

/* Lists of the generation before. */
static struct access *first_before(struct domain *domain)
{
	const struct access_list *list = domain_accesses(domain, generation - 1);

	return list->generation == generation - 1 ? list->first : NULL;
}

static void reset_drops_accesses(void **state)
{
	struct access *a, *b;
	struct share before;

	(void)state;
	begin(PLENTY);
	before = unit_total();
	assert_int_equal(record(sh, ACCESS_FILE_READ, "/a"), 1);
	assert_int_equal(record(sh, ACCESS_FILE_READ, "/b"), 1);
	assert_int_equal(record(sshd, ACCESS_FILE_READ, "/a"), 1);
	a = first_of(sh);
	b = a->next;
	access_add_uses(a, LOGIN_NONE, 5, 150);
	assert_int_equal(access_forgotten(), 0);
	assert_int_equal(access_forget(), 3);
	assert_int_equal(access_count(), 0);
	assert_int_equal(access_forgotten(), 3);
	assert_int_equal(domain_access_count(sh, DOMAIN_ROOT), 0);
	assert_null(first_of(sh));
	assert_int_equal(domain_count(), 1);
	assert_int_equal(unit_total().accesses, 3);

	/* The access is new again, as is its domain. Readers of the old list see the old one. */
	assert_int_equal(record(sh, ACCESS_FILE_READ, "/a"), 1);
	assert_ptr_not_equal(first_of(sh), a);
	assert_null(first_of(sh)->next);
	assert_int_equal(domain_access_count(sh, DOMAIN_ROOT), 1);
	assert_ptr_equal(first_before(sh), a);
	assert_ptr_equal(a->next, b);
	assert_null(b->next);
	assert_int_equal(a->last, 150);
	/* As record() did: one to record, one to find it. */
	assert_int_equal(atomic64_read(&first_of(sh)->count), 2);
	assert_int_equal(access_count(), 1);
	assert_int_equal(access_forgotten(), 3);
	assert_int_equal(domain_count(), 2);
	assert_int_equal(unit_total().accesses, 4);

	/* Now the old one is freed, and the memory given back. */
	access_free_forgotten();
	assert_int_equal(access_count(), 1);
	assert_int_equal(access_forgotten(), 0);
	assert_int_equal(unit_total().accesses, 1);
	assert_int_equal(record(sh, ACCESS_FILE_READ, "/a"), 0);
	assert_int_equal(record(sh, ACCESS_FILE_READ, "/b"), 1);

	/* The lists of the generation before the last are begun anew. */
	assert_int_equal(access_forget(), 2);
	assert_null(first_of(sh));
	assert_int_equal(domain_access_count(sh, DOMAIN_ROOT), 0);
	access_free_forgotten();
	assert_int_equal(record(sh, ACCESS_FILE_READ, "/c"), 1);
	assert_string_equal(first_of(sh)->object, "/c");
	assert_null(first_of(sh)->next);
	assert_int_equal(domain_access_count(sh, DOMAIN_ROOT), 1);
	assert_int_equal(access_forget(), 1);
	access_free_forgotten();
	assert_int_equal(access_forget(), 0);
	access_free_forgotten();
	assert_int_equal(unit_total().bytes, before.bytes);
	end();
}

/* A table that has grown is small again; without memory it stays, and is empty. */
static void reset_shrinks_table(void **state)
{
	size_t small;
	int fails;

	(void)state;
	for (fails = 0; fails < 2; fails++) {
		begin(PLENTY);
		small = access_table_bytes();
		assert_int_equal(fill(10000), 10000);
		/* Users pay for the tables of recorded accesses. */
		assert_true(access_table_bytes() <= small);
		access_forget();
		shim_fail_at(fails);
		access_free_forgotten();
		shim_fail_at(0);
		shim_rcu_run();
		assert_int_equal(access_table_bytes() > small, fails);
		assert_int_equal(access_forgotten(), 0);
		assert_int_equal(unit_total().accesses, 0);
		access_forget();
		assert_int_equal(fill(10000), 10000);
		end();
	}
}

static void reset_on_alloc(void *forgotten)
{
	*(u32 *)forgotten = access_forget();
}

/* A reset while an access waits for memory. */
static void reset_during_record(void **state)
{
	struct access_use use;
	u32 forgotten = 0;

	(void)state;
	begin(PLENTY);
	assert_int_equal(record(sh, ACCESS_FILE_READ, "/a"), 1);
	use = use_of(sh, ACCESS_FILE_READ, "/b");
	shim_on_alloc(reset_on_alloc, &forgotten);
	assert_int_equal(access_record(&use, GFP_KERNEL), 1);
	assert_int_equal(forgotten, 1);
	assert_string_equal(first_of(sh)->object, "/b");
	assert_null(first_of(sh)->next);
	assert_int_equal(access_count(), 1);
	/* <kernel> and the domain of the access. */
	assert_int_equal(domain_count(), 2);
	end();
}

/* A reset while the table waits for memory: its first half was full. */
static void reset_during_growth(void **state)
{
	struct access_use use;
	u32 forgotten = 0, i;
	char name[32];

	(void)state;
	begin(PLENTY);
	for (i = 0; i < 4096 / 2 - 1; i++) {
		snprintf(name, sizeof(name), "/tmp/%u", i);
		assert_int_equal(record(sh, ACCESS_FILE_READ, name), 1);
	}
	use = use_of(sh, ACCESS_FILE_READ, "/new");
	/* The first allocation is the access, the second one the table. */
	shim_on_nth_alloc(2, reset_on_alloc, &forgotten);
	assert_int_equal(access_record(&use, GFP_KERNEL), 1);
	assert_int_equal(forgotten, i);
	assert_int_equal(access_count(), 1);
	assert_string_equal(first_of(sh)->object, "/new");
	access_free_forgotten();
	assert_int_equal(unit_total().accesses, 1);
	end();
}

/* A reset makes room below the limits when the memory is freed. */
static void reset_at_limit(void **state)
{
	(void)state;
	begin(2, SIZE_MAX);
	assert_int_equal(fill(10), 2);
	assert_int_equal(access_forget(), 2);
	assert_int_equal(record(sh, ACCESS_FILE_READ, "/new"), -ENOSPC);
	access_free_forgotten();
	assert_int_equal(record(sh, ACCESS_FILE_READ, "/new"), 1);
	assert_int_equal(record(sh, ACCESS_FILE_READ, "/tmp/1"), 1);
	assert_int_equal(record(sh, ACCESS_FILE_READ, "/tmp/0"), -ENOSPC);
	assert_int_equal(access_count(), 2);
	end();

	begin(SIZE_MAX, 10000);
	assert_in_range(fill(1000), 10, 500);
	access_forget();
	access_free_forgotten();
	assert_in_range(fill(1000), 10, 500);
	end();
}

/* --- seen ---------------------------------------------------------------- */

static struct access some;

static bool seen_test(u64 key)
{
	struct access *access = seen_find(key);

	assert_true(!access || access == &some);
	return access;
}

static u64 key_of(const struct seen_cell *cell)
{
	return cell->check ^ (uintptr_t)cell->access;
}

static void seen_table(void **state)
{
	(void)state;
	assert_int_equal(seen_init(1024), 0);
	assert_false(seen_test(1));
	seen_add(1, &some);
	assert_true(seen_test(1));
	/* Keys in the same place, and keys that differ in one bit. */
	assert_false(seen_test(1 | 1ULL << 63));
	assert_false(seen_test(1 | 1024));
	assert_false(seen_test(3));
	seen_add(3, &some);
	assert_true(seen_test(1));
	assert_true(seen_test(3));
	seen_exit();
	assert_null(seen_cells);
	unit_assert_clean();
}

/* A cell that two CPUs have written half each is ignored. */
static void seen_torn_cell(void **state)
{
	static struct access other;
	struct seen_cell *place;

	(void)state;
	assert_int_equal(seen_init(1024), 0);
	seen_add(5, &some);
	place = seen_place(5);
	place->access = &other;
	assert_null(seen_find(5));
	place->access = &some;
	assert_ptr_equal(seen_find(5), &some);
	seen_exit();
	unit_assert_clean();
}

/* Counts of a CPU are not lost when another access takes the place of one. */
static void seen_counts(void **state)
{
	enum { KEYS = 3 * SEEN_HITS, USES = 200000 };
	struct seen_hits *hits = seen_hits_create();
	struct access *access = kvzalloc(KEYS * sizeof(*access), GFP_KERNEL);
	u64 *key = kvzalloc(KEYS * sizeof(*key), GFP_KERNEL), seed = 5;
	u32 i, used[KEYS] = { 0 }, last[KEYS] = { 0 }, before = 0;

	(void)state;
	assert_int_equal(seen_init(1 << 17), 0);
	for (i = 0; i < KEYS; i++) {
		key[i] = unit_random(&seed) | 1;
		assert_false(seen_hit(hits, key[i], 1));
		seen_add(key[i], &access[i]);
	}
	for (i = 0; i < USES; i++) {
		u32 one = unit_random(&seed) % KEYS;

		assert_true(seen_hit(hits, key[one], i));
		used[one]++;
		last[one] = i;
	}
	for (i = 0; i < KEYS; i++)
		before += atomic64_read(&access[i].count);
	assert_in_range(before, 1, USES - 1);
	seen_flush(hits, false);
	seen_flush(hits, false);
	for (i = 0; i < KEYS; i++) {
		assert_int_equal(atomic64_read(&access[i].count), used[i]);
		assert_int_equal(access[i].last, last[i]);
	}
	/* After a flush, uses are still counted. */
	assert_true(seen_hit(hits, key[0], USES));
	seen_flush(hits, false);
	assert_int_equal(atomic64_read(&access[0].count), used[0] + 1);
	assert_int_equal(access[0].last, USES);
	/* A count that would overflow is not lost. */
	assert_true(seen_hit(hits, key[1], USES));
	assert_int_equal(hits->hit[key[1] >> (64 - SEEN_HITS_BITS)].count, 1);
	hits->hit[key[1] >> (64 - SEEN_HITS_BITS)].count = U32_MAX;
	assert_true(seen_hit(hits, key[1], USES));
	seen_flush(hits, false);
	assert_int_equal(atomic64_read(&access[1].count), 1ULL + U32_MAX + used[1]);
	seen_exit();
	kvfree(key);
	kvfree(access);
	kvfree(hits);
	unit_assert_clean();
}

/* The cells of a key are inside the table, and in one cache line. */
static void seen_places(void **state)
{
	static const u64 keys[] = { 1, 7, 8, 0x1234567890abcdefULL, UINT64_MAX };
	u32 cells;
	size_t i;

	(void)state;
	for (cells = 8; cells <= 4096; cells *= 2) {
		assert_int_equal(seen_init(cells), 0);
		for (i = 0; i < ARRAY_SIZE(keys); i++) {
			size_t place = seen_place(keys[i]) - seen_cells;

			assert_int_equal(place % SEEN_WAYS, 0);
			assert_true(place + SEEN_WAYS <= cells);
		}
		assert_int_equal(seen_place(UINT64_MAX) - seen_cells, cells - SEEN_WAYS);
		seen_exit();
	}
	unit_assert_clean();
}

static void seen_sizes(void **state)
{
	static const struct {
		u32 cells;
		size_t bytes;
	} cases[] = {
		{ 0, 128 }, { 1, 128 }, { 8, 128 }, { 9, 256 }, { 1000, 16384 },
		{ 1024, 16384 }, { 131072, 2 << 20 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		assert_int_equal(seen_init(cases[i].cells), 0);
		assert_int_equal(shim_allocation_bytes(), cases[i].bytes);
		assert_int_equal(seen_bytes(), cases[i].bytes);
		seen_exit();
	}
	shim_fail_at(1);
	assert_int_equal(seen_init(1024), -ENOMEM);
	seen_exit();
	unit_assert_clean();
}

/* The table size is limited so that the kernel does not warn about the allocation. */
static void seen_size_is_limited(void **state)
{
	static const u32 cells[] = { 1U << 26, (1U << 26) + 1, 1U << 28, 1U << 31, UINT_MAX };
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(cells); i++) {
		shim_fail_at(1);
		assert_int_equal(seen_init(cells[i]), -ENOMEM);
		assert_in_range(shim_allocation_bytes(), 64, INT_MAX);
	}
	unit_assert_clean();
}

/* Up to a quarter full, the cache keeps nearly all keys; it never finds a key not added. */
static void seen_random(void **state)
{
	enum { CELLS = 1 << 17, ADDED = CELLS / 4, OTHERS = 1000000 };
	u64 seed = 3, key;
	int i, forgotten = 0;

	(void)state;
	assert_int_equal(seen_init(CELLS), 0);
	for (i = 0; i < ADDED; i++) {
		key = unit_random(&seed) | 1;
		assert_false(seen_test(key));
		seen_add(key, &some);
		assert_true(seen_test(key));
	}
	for (i = 0; i < OTHERS; i++)
		assert_false(seen_test(unit_random(&seed) | 1));
	for (i = 0, seed = 3; i < ADDED; i++)
		forgotten += !seen_test(unit_random(&seed) | 1);
	/* At most one in a thousand is lost, although all keys are odd. */
	assert_in_range(forgotten, 0, ADDED / 1000);
	seen_exit();
	unit_assert_clean();
}

static void seen_is_emptied(void **state)
{
	struct seen_hits *hits = seen_hits_create();
	u64 seed = 6, key;
	int i;

	(void)state;
	assert_int_equal(seen_init(1024), 0);
	for (i = 0; i < 1000; i++)
		seen_add(unit_random(&seed) | 1, &some);
	seen_forget();
	for (i = 0; i < 1024; i++)
		assert_true(!seen_cells[i].access && !seen_cells[i].check);
	for (i = 0, seed = 6; i < 1000; i++) {
		key = unit_random(&seed) | 1;
		assert_false(seen_test(key) || seen_hit(hits, key, 1));
	}
	seen_add(key, &some);
	assert_true(seen_test(key));
	kvfree(hits);
	seen_exit();
	unit_assert_clean();
}

/* After a reset no entry of a domain is found, nor one added later with an old key. */
static void seen_after_reset(void **state)
{
	struct seen_hits *hits = seen_hits_create();
	u64 old, late, key;

	(void)state;
	begin(PLENTY);
	assert_int_equal(record(sh, ACCESS_FILE_READ, "/a"), 1);
	old = hash_mix(sh->seed, 1) | 1;
	late = hash_mix(sh->seed, 2) | 1;
	seen_add(old, first_of(sh));
	assert_true(seen_hit(hits, old, 100));
	access_forget();
	seen_add(late, first_before(sh));
	key = hash_mix(sh->seed, 1) | 1;
	assert_null(seen_find(key));
	assert_false(seen_hit(hits, key, 200));
	key = hash_mix(sh->seed, 2) | 1;
	assert_null(seen_find(key));
	/* A hook that computed its key before the reset counts in the old generation. */
	assert_true(seen_hit(hits, old, 200));
	seen_forget();
	seen_flush(hits, true);
	assert_int_equal(first_before(sh)->last, 200);
	/* Nothing refers to the access any more. */
	access_free_forgotten();
	assert_false(seen_hit(hits, old, 300));
	seen_flush(hits, true);
	kvfree(hits);
	end();
}

/* A full cache finds the newest key, and evicts at most one other in the same place. */
static void seen_evicts_when_full(void **state)
{
	enum { CELLS = 64, ROUNDS = 100000 };
	u64 seed = 4;
	int i, j, known, forgotten_ways = 0;

	(void)state;
	assert_int_equal(seen_init(CELLS), 0);
	for (i = 0; i < ROUNDS; i++) {
		u64 key = unit_random(&seed) | 1, before[SEEN_WAYS];
		const struct seen_cell *place = seen_place(key);

		for (j = 0; j < SEEN_WAYS; j++)
			before[j] = key_of(&place[j]);
		seen_add(key, &some);
		assert_true(seen_test(key));
		for (j = 0, known = 0; j < SEEN_WAYS; j++) {
			known += !before[j] || seen_test(before[j]);
			if (before[j] && !seen_test(before[j]))
				forgotten_ways |= 1 << j;
		}
		assert_in_range(known, SEEN_WAYS - 1, SEEN_WAYS);
		/* While there is an empty cell, nothing is evicted. */
		if (!before[SEEN_WAYS - 1])
			assert_int_equal(known, SEEN_WAYS);
	}
	assert_int_equal(forgotten_ways, (1 << SEEN_WAYS) - 1);
	seen_exit();
	unit_assert_clean();
}

/* Refused accesses do not evict recorded ones, and are evicted before them. */
static void seen_keeps_recorded(void **state)
{
	u64 key;
	int i;

	(void)state;
	assert_int_equal(seen_init(SEEN_WAYS), 0);
	for (i = 0; i < SEEN_WAYS - 2; i++)
		seen_add(1 + i, &some);
	seen_add(100, &access_refused);
	seen_add(101, &access_refused);
	for (key = 200; key < 1000; key++) {
		/* It replaces another refused one. */
		seen_add(key, &access_refused);
		assert_ptr_equal(seen_find(key), &access_refused);
		for (i = 0; i < SEEN_WAYS - 2; i++)
			assert_ptr_equal(seen_find(1 + i), &some);
	}
	seen_add(50, &some);
	seen_add(51, &some);
	for (key = 200; key < 1000; key++) {
		seen_add(key, &access_refused);
		assert_null(seen_find(key));
	}
	for (i = 0; i < SEEN_WAYS - 2; i++)
		assert_ptr_equal(seen_find(1 + i), &some);
	assert_ptr_equal(seen_find(50), &some);
	assert_ptr_equal(seen_find(51), &some);
	/* A recorded one evicts a recorded one. */
	seen_add(52, &some);
	assert_ptr_equal(seen_find(52), &some);
	seen_exit();
	unit_assert_clean();
}

/* A key has one cell, whatever it leads to. */
static void seen_replaces(void **state)
{
	static struct access other;
	int i;

	(void)state;
	assert_int_equal(seen_init(SEEN_WAYS), 0);
	for (i = 0; i < SEEN_WAYS; i++)
		seen_add(1 + i, &some);
	for (i = 0; i < 100; i++) {
		seen_add(3, i % 2 ? &some : &access_refused);
		assert_ptr_equal(seen_find(3), i % 2 ? &some : &access_refused);
		seen_add(3, &other);
		assert_ptr_equal(seen_find(3), &other);
	}
	for (i = 0; i < SEEN_WAYS; i++)
		assert_non_null(seen_find(1 + i));
	seen_exit();
	unit_assert_clean();
}

/* The table of the CPU counts each use of a shared key, except one in SEEN_SHARED. */
static void seen_shared(void **state)
{
	struct seen_hits *hits = seen_hits_create();
	static struct access access;
	u32 i, slow = 0;

	(void)state;
	atomic64_set(&access.count, 0);
	assert_int_equal(seen_init(1024), 0);
	seen_add(5, &access);
	for (i = 0; i < 10 * SEEN_SHARED; i++) {
		enum seen_use use = seen_hit_shared(hits, 5, 1);

		assert_true(use == SEEN_COUNTED || use == SEEN_KNOWN);
		slow += use == SEEN_KNOWN;
	}
	assert_int_equal(slow, 10);
	assert_int_equal(seen_hit_shared(hits, 7, 1), SEEN_NOT);
	seen_flush(hits, true);
	assert_int_equal(atomic64_read(&access.count), 10 * SEEN_SHARED - slow);
	kvfree(hits);
	seen_exit();
	unit_assert_clean();
}

/* After seen_forget(), the table of the CPU finds nothing any more, and each use was counted. */
static void seen_flush_forgets(void **state)
{
	struct seen_hits *hits = seen_hits_create();
	static struct access access;
	size_t i;

	(void)state;
	atomic64_set(&access.count, 0);
	assert_int_equal(seen_init(1024), 0);
	seen_add(5, &access);
	assert_true(seen_hit(hits, 5, 100) && seen_hit(hits, 5, 101));
	seen_flush(hits, true);
	assert_true(seen_hit(hits, 5, 102));
	seen_forget();
	assert_false(seen_hit(hits, 5, 103));
	seen_flush(hits, true);
	assert_int_equal(atomic64_read(&access.count), 3);
	assert_int_equal(access.last, 102);
	assert_false(seen_hit(hits, 5, 103));
	for (i = 0; i < SEEN_HITS; i++)
		assert_null(hits->hit[i].access);
	kvfree(hits);
	seen_exit();
	unit_assert_clean();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		unit_case(keywords),
		unit_case(fields),
		unit_case(kinds_table),
		unit_case(new_and_repeated),
		unit_case(marked_patterns),
		unit_case(cached),
		unit_case(unreported),
		unit_case(logins),
		unit_case(logins_without_room),
		unit_case(logins_without_memory),
		unit_case(login_seeds),
		unit_case(same_hash),
		unit_case(list_order),
		unit_case(record_atomic),
		unit_case(bytes),
		unit_case(limit_of_accesses),
		unit_case(limit_of_bytes),
		unit_case(limit_of_user),
		unit_case(init_without_memory),
		unit_case(record_without_memory),
		unit_case(record_without_room),
		unit_case(recorded_by_another_cpu),
		unit_case(uses),
		unit_case(reset_drops_accesses),
		unit_case(reset_shrinks_table),
		unit_case(reset_during_record),
		unit_case(reset_during_growth),
		unit_case(reset_at_limit),
		unit_case(seen_table),
		unit_case(seen_torn_cell),
		unit_case(seen_counts),
		unit_case(seen_places),
		unit_case(seen_sizes),
		unit_case(seen_random),
		unit_case(seen_is_emptied),
		unit_case(seen_after_reset),
		unit_case(seen_evicts_when_full),
		unit_case(seen_keeps_recorded),
		unit_case(seen_replaces),
		unit_case(seen_shared),
		unit_case(seen_flush_forgets),
		unit_case(seen_size_is_limited),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
