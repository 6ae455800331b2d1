// SPDX-License-Identifier: GPL-2.0-only
/* The accesses of domains, and the cache of recent accesses (seen.c). */
#include "core/access.h"
#include "core/domain.h"
#include "core/seen.h"
#include "core/text.h"
#include "unit.h"

#define PLENTY (1U << 20), SIZE_MAX

static struct domain *sh, *sshd;

static void begin(u32 max_accesses, size_t max_bytes)
{
	assert_int_equal(text_init(), 0);
	assert_int_equal(domain_init(100, SIZE_MAX), 0);
	assert_int_equal(access_init(max_accesses, max_bytes), 0);
	sh = domain_intern(domain_kernel, "/bin/sh", 7, GFP_KERNEL);
	sshd = domain_intern(domain_kernel, "/usr/sbin/sshd", 14, GFP_KERNEL);
	assert_false(IS_ERR(sh));
	assert_false(IS_ERR(sshd));
}

static void end(void)
{
	access_exit();
	domain_exit();
	text_exit();
	unit_assert_clean();
}

static int intern(struct domain *domain, enum access_op op, const char *object)
{
	struct access *found = NULL;
	int ret = access_intern(domain, op, object, strlen(object), GFP_KERNEL, 100, &found);

	assert_int_equal(!!found, ret >= 0);
	return ret;
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
		/* No keyword is a prefix of another one: lines are unambiguous. */
		for (j = 0; j < ACCESS_OPS; j++) {
			const char *other = access_kinds[j].keyword;

			assert_true(i == j || strncmp(keyword, other, length) ||
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
	struct access *found;

	(void)state;
	begin(PLENTY);
	assert_int_equal(access_count(), 0);
	assert_int_equal(intern(sh, ACCESS_FILE_READ, "/etc/passwd"), 1);
	assert_int_equal(intern(sh, ACCESS_FILE_READ, "/etc/passwd"), 0);
	/* Accesses with another op, another object, another domain are new. */
	assert_int_equal(intern(sh, ACCESS_FILE_WRITE, "/etc/passwd"), 1);
	assert_int_equal(intern(sh, ACCESS_FILE_READ, "/etc/passwd-"), 1);
	assert_int_equal(intern(sshd, ACCESS_FILE_READ, "/etc/passwd"), 1);
	assert_int_equal(intern(sh, ACCESS_FILE_WRITE, "/etc/passwd"), 0);
	assert_int_equal(intern(sh, ACCESS_FILE_READ, "/etc/passwd-"), 0);
	assert_int_equal(intern(sshd, ACCESS_FILE_READ, "/etc/passwd"), 0);
	/* The name is only as long as the given length: "/etc". */
	assert_int_equal(access_intern(sh, ACCESS_FILE_READ, "/etc/passwd", 4, GFP_KERNEL, 100,
				       &found), 1);
	assert_int_equal(intern(sh, ACCESS_FILE_READ, "/etc"), 0);
	assert_int_equal(access_count(), 5);
	assert_int_equal(sh->accesses, 4);
	assert_int_equal(sshd->accesses, 1);
	assert_int_equal(domain_kernel->accesses, 0);
	end();
}

/* With this key, and with domains whose hash is 0, the hash of all accesses is 0. */
static void same_hash(void **state)
{
	(void)state;
	hash_key[0] = 0;
	hash_key[1] = ACCESS_FILE_READ;
	begin(PLENTY);
	sh->entry.hash = 0;
	sshd->entry.hash = 0;
	assert_int_equal(intern(sh, ACCESS_FILE_READ, "/a"), 1);
	assert_int_equal(intern(sh, ACCESS_FILE_WRITE, "/a"), 1);
	assert_int_equal(intern(sh, ACCESS_FILE_READ, "/b"), 1);
	assert_int_equal(intern(sshd, ACCESS_FILE_READ, "/a"), 1);
	assert_int_equal(sh->first->entry.hash | sh->first->next->entry.hash |
			 sh->last->entry.hash | sshd->first->entry.hash, 0);
	assert_int_equal(intern(sh, ACCESS_FILE_READ, "/a"), 0);
	assert_int_equal(intern(sh, ACCESS_FILE_WRITE, "/a"), 0);
	assert_int_equal(intern(sh, ACCESS_FILE_READ, "/b"), 0);
	assert_int_equal(intern(sshd, ACCESS_FILE_READ, "/a"), 0);
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
	assert_null(sh->first);
	for (i = 0; i < COUNT; i++) {
		snprintf(name, sizeof(name), "/tmp/%d", i);
		assert_int_equal(intern(sh, ACCESS_FILE_READ, name), 1);
		assert_int_equal(intern(sh, ACCESS_FILE_WRITE, name), 1);
		assert_int_equal(intern(i % 2 ? sshd : domain_kernel, ACCESS_FILE_READ, name),
				 1);
		assert_int_equal(intern(sh, ACCESS_FILE_READ, name), 0);
	}
	for (i = 0, access = sh->first; access; i++, access = access->next) {
		snprintf(name, sizeof(name), "/tmp/%d", i / 2);
		assert_int_equal(access->op, i % 2 ? ACCESS_FILE_WRITE : ACCESS_FILE_READ);
		assert_ptr_equal(access->domain, sh);
		assert_string_equal(access->object->data, name);
		assert_true(access->next || sh->last == access);
	}
	assert_int_equal(i, 2 * COUNT);
	for (i = 1, access = sshd->first; access; i += 2, access = access->next) {
		snprintf(name, sizeof(name), "/tmp/%d", i);
		assert_string_equal(access->object->data, name);
		assert_ptr_equal(access->domain, sshd);
	}
	assert_int_equal(i, COUNT + 1);
	assert_int_equal(sh->accesses, 2 * COUNT);
	assert_int_equal(access_count(), 3 * COUNT);
	end();
}

static void intern_atomic(void **state)
{
	struct access *found;
	char name[32];
	int i;

	(void)state;
	begin(PLENTY);
	/* Atomic context: the shim would die if this could sleep. */
	rcu_read_lock();
	for (i = 0; i < 5000; i++) {
		snprintf(name, sizeof(name), "/tmp/%d", i);
		assert_int_equal(access_intern(sh, ACCESS_FILE_READ, name, strlen(name),
					       GFP_ATOMIC, 100, &found), 1);
	}
	rcu_read_unlock();
	assert_int_equal(access_count(), 5000);
	end();
}

static void bytes(void **state)
{
	size_t before;

	(void)state;
	begin(PLENTY);
	before = access_bytes();
	assert_true(before > domain_bytes() + text_bytes());
	assert_int_equal(intern(sh, ACCESS_FILE_READ, "/a"), 1);
	assert_int_equal(access_bytes(), before + sizeof(struct access) +
			 sizeof(struct text) + strlen("/a") + 1);
	assert_int_equal(intern(sh, ACCESS_FILE_WRITE, "/a"), 1);
	assert_int_equal(access_bytes(), before + 2 * sizeof(struct access) +
			 sizeof(struct text) + strlen("/a") + 1);
	before = access_bytes();
	assert_false(IS_ERR(domain_intern(sh, "/bin/sh", 7, GFP_KERNEL)));
	assert_int_equal(access_bytes(), before + sizeof(struct domain));
	end();
}

/* At a limit no new access is recorded, and existing ones are still found. */
static void assert_is_full(void)
{
	unsigned long allocations = shim_allocations();
	u32 count = access_count();
	const struct access *last = sh->last;
	char name[32];
	int i;

	for (i = 0; i < 1000; i++) {
		snprintf(name, sizeof(name), "/new/%d", i);
		assert_int_equal(intern(sh, ACCESS_FILE_READ, name), -ENOSPC);
	}
	/* An existing name with another op, and in another domain. */
	assert_int_equal(intern(sh, ACCESS_FILE_UNLINK, "/tmp/0"), -ENOSPC);
	assert_int_equal(intern(sshd, ACCESS_FILE_READ, "/tmp/0"), -ENOSPC);
	assert_int_equal(intern(sh, ACCESS_FILE_READ, "/tmp/0"), 0);
	assert_int_equal(intern(sh, ACCESS_FILE_READ, last->object->data), 0);
	assert_int_equal(shim_allocations(), allocations);
	assert_int_equal(access_count(), count);
	assert_int_equal(sh->accesses, count);
	assert_ptr_equal(sh->last, last);
	assert_null(last->next);
}

static int fill(int most)
{
	char name[32];
	int i, ret;

	for (i = 0; i < most; i++) {
		snprintf(name, sizeof(name), "/tmp/%d", i);
		ret = intern(sh, ACCESS_FILE_READ, name);
		if (ret != 1) {
			assert_int_equal(ret, -ENOSPC);
			break;
		}
	}
	return i;
}

static void limit_of_accesses(void **state)
{
	static const u32 limits[] = { 1, 2, 100, 5000 };
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
	assert_null(sh->first);
	end();
}

static void limit_of_bytes(void **state)
{
	size_t start, limit, room;
	int added;

	(void)state;
	begin(PLENTY);
	start = access_bytes();
	end();
	for (room = 1; room < 100000; room = room * 10 + 7) {
		limit = start + room;
		begin(1U << 20, limit);
		added = fill(10000);
		assert_in_range(added, 1, 9999);
		/* The limit is exceeded by the last access at most. */
		assert_in_range(access_bytes(), limit,
				limit + sizeof(struct access) + sizeof(struct text) + 32);
		assert_is_full();
		end();
	}
	begin(1U << 20, start);
	assert_int_equal(fill(10), 0);
	end();
}

static void init_without_memory(void **state)
{
	(void)state;
	shim_fail_at(1);
	assert_int_equal(access_init(PLENTY), -ENOMEM);
	access_exit();
	unit_assert_clean();
}

/* Each allocation fails once. */
static void intern_without_memory(void **state)
{
	unsigned long nth;

	(void)state;
	for (nth = 1;; nth++) {
		bool failed;
		int ret;

		begin(PLENTY);
		shim_fail_at(nth);
		ret = intern(sh, ACCESS_FILE_READ, "/a");
		failed = shim_has_failed();
		shim_fail_at(0);
		assert_int_equal(ret, failed ? -ENOMEM : 1);
		assert_int_equal(access_count(), !failed);
		assert_int_equal(sh->accesses, !failed);
		assert_int_equal(!!sh->first, !failed);
		assert_int_equal(intern(sh, ACCESS_FILE_READ, "/a"), failed);
		assert_int_equal(intern(sh, ACCESS_FILE_READ, "/a"), 0);
		assert_null(sh->first->next);

		/* A recorded access is found without allocating memory. */
		shim_fail_from(1);
		assert_int_equal(intern(sh, ACCESS_FILE_READ, "/a"), 0);
		shim_fail_at(0);
		end();
		if (!failed)
			break;
	}
	assert_int_equal(nth, 3);
}

/* The table cannot grow: an access that does not fit is freed. */
static void intern_without_room(void **state)
{
	int slots = 4096, room = slots / 8 * 7, i, added = 0, ret;
	const struct access *last;
	char name[32];

	(void)state;
	begin(PLENTY);
	for (i = 0; i < room + 10; i++) {
		long live;

		snprintf(name, sizeof(name), "/tmp/%d", i);
		assert_non_null(text_intern(name, strlen(name), GFP_KERNEL));
		live = shim_live();
		/* The first allocation is the access, the second one the table. */
		shim_fail_at(2);
		ret = intern(sh, ACCESS_FILE_READ, name);
		shim_fail_at(0);
		assert_int_equal(ret, i < room ? 1 : -ENOMEM);
		assert_int_equal(shim_live(), live + (ret == 1));
		added += ret == 1;
	}
	assert_int_equal(added, room);
	assert_int_equal(sh->accesses, room);
	last = sh->last;
	assert_null(last->next);
	assert_int_equal(intern(sh, ACCESS_FILE_READ, name), 1);
	assert_ptr_equal(last->next, sh->last);
	end();
}

static void intern_a(void *ret)
{
	struct access *found;

	*(int *)ret = access_intern(sh, ACCESS_FILE_READ, "/a", 2, GFP_ATOMIC, 100, &found);
}

/* Another CPU records the same access while this one waits for memory. */
static void interned_by_another_cpu(void **state)
{
	int first = -1;
	long live;

	(void)state;
	begin(PLENTY);
	assert_non_null(text_intern("/a", 2, GFP_KERNEL));
	live = shim_live();
	shim_on_alloc(intern_a, &first);
	assert_int_equal(intern(sh, ACCESS_FILE_READ, "/a"), 0);
	assert_int_equal(first, 1);
	assert_int_equal(access_count(), 1);
	assert_int_equal(sh->accesses, 1);
	assert_ptr_equal(sh->first, sh->last);
	assert_null(sh->first->next);
	assert_int_equal(shim_live(), live + 1);
	end();
}

/* --- times and counts ---------------------------------------------------- */

static void uses(void **state)
{
	struct access *found;

	(void)state;
	begin(PLENTY);
	assert_int_equal(access_intern(sh, ACCESS_FILE_READ, "/a", 2, GFP_KERNEL, 100, &found), 1);
	assert_ptr_equal(found, sh->first);
	assert_int_equal(found->first, 100);
	assert_int_equal(found->last, 100);
	assert_int_equal(atomic64_read(&found->count), 0);
	access_use(found, 1, 100);
	access_use(found, 3, 107);
	/* A use that is reported late does not change the last time. */
	access_use(found, UINT_MAX, 103);
	assert_int_equal(found->last, 107);
	assert_int_equal(atomic64_read(&found->count), 4 + (int64_t)UINT_MAX);
	/* Recording the access again keeps the first time. */
	assert_int_equal(access_intern(sh, ACCESS_FILE_READ, "/a", 2, GFP_KERNEL, 200, &found), 0);
	assert_ptr_equal(found, sh->first);
	assert_int_equal(found->first, 100);
	assert_int_equal(found->last, 107);
	end();
}

/* --- generations --------------------------------------------------------- */

static bool is_known(const struct access *access)
{
	return generation_knows(&access->in, generation_now());
}

/* Was the access part of the generation before the last reset? */
static bool was_known(const struct access *access)
{
	return generation_knows(&access->in, generation_now() - 1);
}

static void reset_drops_accesses(void **state)
{
	struct access *a, *b, *found;
	size_t bytes;

	(void)state;
	begin(PLENTY);
	assert_int_equal(intern(sh, ACCESS_FILE_READ, "/a"), 1);
	assert_int_equal(intern(sh, ACCESS_FILE_READ, "/b"), 1);
	assert_int_equal(intern(sshd, ACCESS_FILE_READ, "/a"), 1);
	a = sh->first;
	b = a->next;
	access_use(a, 5, 150);
	bytes = access_bytes();
	assert_int_equal(access_forget(), 3);
	assert_int_equal(access_count(), 0);
	assert_int_equal(access_forgotten(), 3);
	assert_int_equal(access_bytes(), bytes);
	assert_false(is_known(a) || is_known(b) || is_known(sh->next->first));
	assert_true(was_known(a) && was_known(b));
	assert_int_equal(domain_count(), 1);

	/* The access is new again, at the same place, as is its domain; no memory is needed. */
	shim_fail_from(1);
	assert_int_equal(access_intern(sh, ACCESS_FILE_READ, "/a", 2, GFP_KERNEL, 200, &found), 1);
	shim_fail_at(0);
	assert_ptr_equal(found, a);
	assert_int_equal(a->first, 200);
	assert_int_equal(a->last, 200);
	assert_int_equal(atomic64_read(&a->count), 0);
	assert_true(is_known(a) && was_known(a));
	assert_false(is_known(b));
	assert_ptr_equal(a->next, b);
	assert_int_equal(access_count(), 1);
	assert_int_equal(access_forgotten(), 2);
	assert_int_equal(domain_count(), 2);
	assert_int_equal(access_bytes(), bytes);
	assert_int_equal(intern(sh, ACCESS_FILE_READ, "/a"), 0);
	/* A new access is not visible to a reader of the generation before. */
	assert_int_equal(intern(sh, ACCESS_FILE_READ, "/c"), 1);
	assert_true(is_known(b->next));
	assert_false(was_known(b->next));
	assert_ptr_equal(b->next, sh->last);

	assert_int_equal(access_forget(), 2);
	assert_true(was_known(a) && was_known(b->next));
	assert_false(was_known(b) || is_known(a));
	assert_int_equal(access_forget(), 0);
	assert_false(was_known(a) || is_known(a));
	end();
}

static void reset_on_alloc(void *forgotten)
{
	*(u32 *)forgotten = access_forget();
}

/* A reset while an access waits for memory. */
static void reset_during_intern(void **state)
{
	u32 forgotten = 0;

	(void)state;
	begin(PLENTY);
	assert_int_equal(intern(sh, ACCESS_FILE_READ, "/a"), 1);
	assert_non_null(text_intern("/b", 2, GFP_KERNEL));
	shim_on_alloc(reset_on_alloc, &forgotten);
	assert_int_equal(intern(sh, ACCESS_FILE_READ, "/b"), 1);
	assert_int_equal(forgotten, 1);
	assert_false(is_known(sh->first));
	assert_true(is_known(sh->last));
	assert_int_equal(access_count(), 1);
	/* <kernel> and the domain of the access. */
	assert_int_equal(domain_count(), 2);
	end();
}

/* A reset makes room below the limit of accesses, but not below that of bytes. */
static void reset_at_limit(void **state)
{
	size_t limit;

	(void)state;
	begin(2, SIZE_MAX);
	assert_int_equal(fill(10), 2);
	assert_int_equal(access_forget(), 2);
	assert_int_equal(intern(sh, ACCESS_FILE_READ, "/new"), 1);
	assert_int_equal(intern(sh, ACCESS_FILE_READ, "/tmp/1"), 1);
	/* An access from before the reset counts like a new one. */
	assert_int_equal(intern(sh, ACCESS_FILE_READ, "/tmp/0"), -ENOSPC);
	assert_int_equal(intern(sh, ACCESS_FILE_READ, "/new"), 0);
	assert_int_equal(access_count(), 2);
	assert_int_equal(access_forgotten(), 1);
	limit = access_bytes();
	end();

	begin(1U << 20, limit);
	assert_int_equal(fill(10), 3);
	assert_int_equal(access_forget(), 3);
	assert_int_equal(intern(sh, ACCESS_FILE_READ, "/new"), -ENOSPC);
	assert_int_equal(fill(10), 3);
	assert_int_equal(access_forgotten(), 0);
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
	struct seen_hit *hits = kvzalloc(SEEN_HITS * sizeof(*hits), GFP_KERNEL);
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
	seen_flush(hits);
	seen_flush(hits);
	for (i = 0; i < KEYS; i++) {
		assert_int_equal(atomic64_read(&access[i].count), used[i]);
		assert_int_equal(access[i].last, last[i]);
	}
	/* After a flush, uses are still counted. */
	assert_true(seen_hit(hits, key[0], USES));
	seen_flush(hits);
	assert_int_equal(atomic64_read(&access[0].count), used[0] + 1);
	assert_int_equal(access[0].last, USES);
	/* A count that would overflow is not lost. */
	assert_true(seen_hit(hits, key[1], USES));
	assert_int_equal(hits[key[1] >> (64 - SEEN_HITS_BITS)].count, 1);
	hits[key[1] >> (64 - SEEN_HITS_BITS)].count = U32_MAX;
	assert_true(seen_hit(hits, key[1], USES));
	seen_flush(hits);
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
	/* At most one in a thousand is lost. (Keys are odd: only half of the low bits' values occur.) */
	assert_in_range(forgotten, 0, ADDED / 1000);
	seen_exit();
	unit_assert_clean();
}

static void seen_is_emptied(void **state)
{
	static struct seen_hit hits[SEEN_HITS];
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
	seen_exit();
	unit_assert_clean();
}

/* After a reset no entry of a domain is found, nor one added later with an old key. */
static void seen_after_reset(void **state)
{
	static struct seen_hit hits[SEEN_HITS];
	u64 old, late, key;

	(void)state;
	memset(hits, 0, sizeof(hits));
	assert_int_equal(seen_init(1024), 0);
	begin(PLENTY);
	assert_int_equal(intern(sh, ACCESS_FILE_READ, "/a"), 1);
	old = hash_mix(sh->seed, 1) | 1;
	late = hash_mix(sh->seed, 2) | 1;
	seen_add(old, sh->first);
	assert_true(seen_hit(hits, old, 100));
	access_forget();
	seen_add(late, sh->first);
	key = hash_mix(sh->seed, 1) | 1;
	assert_null(seen_find(key));
	assert_false(seen_hit(hits, key, 200));
	key = hash_mix(sh->seed, 2) | 1;
	assert_null(seen_find(key));
	/* A hook that computed its key before the reset counts in the old generation. */
	assert_true(seen_hit(hits, old, 200));
	seen_flush(hits);
	assert_false(is_known(sh->first));
	seen_exit();
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		unit_case(keywords),
		unit_case(fields),
		unit_case(kinds_table),
		unit_case(new_and_repeated),
		unit_case(same_hash),
		unit_case(list_order),
		unit_case(intern_atomic),
		unit_case(bytes),
		unit_case(limit_of_accesses),
		unit_case(limit_of_bytes),
		unit_case(init_without_memory),
		unit_case(intern_without_memory),
		unit_case(intern_without_room),
		unit_case(interned_by_another_cpu),
		unit_case(uses),
		unit_case(reset_drops_accesses),
		unit_case(reset_during_intern),
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
		unit_case(seen_size_is_limited),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
