// SPDX-License-Identifier: GPL-2.0-only
/* Interned texts, and domains. */
#include "core/domain.h"
#include "core/encode.h"
#include "core/text.h"
#include "unit.h"

/* --- texts -------------------------------------------------------------- */

static void text_table(void **state)
{
	static const struct {
		const char *data;
		size_t len;
	} cases[] = {
		{ "", 0 },
		{ "/", 1 },
		{ "/bin/sh", 7 },
		{ "/bin/sh", 4 },
		{ "/bin/sh ", 8 },
		{ "a\0b", 3 },
		{ "a\0c", 3 },
		{ "a\0", 2 },
		{ "a", 1 },
	};
	const struct text *text[ARRAY_SIZE(cases)];
	size_t i, j;

	(void)state;
	assert_int_equal(text_init(), 0);
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		char *data = malloc(cases[i].len + !cases[i].len);
		size_t len = cases[i].len, bytes = text_bytes();

		assert_non_null(data);
		memcpy(data, cases[i].data, len);
		assert_null(text_find(data, len));
		text[i] = text_intern(data, len, GFP_KERNEL);
		free(data);
		assert_non_null(text[i]);
		assert_int_equal(text[i]->len, len);
		assert_memory_equal(text[i]->data, cases[i].data, len);
		assert_int_equal(text[i]->data[len], '\0');
		assert_int_equal(text_bytes(), bytes + sizeof(struct text) + len + 1);
		assert_int_equal(shim_allocation_bytes(), sizeof(struct text) + len + 1);
	}
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		unsigned long allocations = shim_allocations();

		assert_ptr_equal(text_find(cases[i].data, cases[i].len), text[i]);
		assert_ptr_equal(text_intern(cases[i].data, cases[i].len, GFP_KERNEL),
				 text[i]);
		assert_int_equal(shim_allocations(), allocations);
		for (j = 0; j < i; j++)
			assert_ptr_not_equal(text[i], text[j]);
	}
	text_exit();
	unit_assert_clean();
}

/* With this key, the hash of "a" and of all texts of two bytes is 0. */
static void use_bad_key(void)
{
	hash_key[0] = 2ULL << 48;
	hash_key[1] = 'a';
}

static void text_same_hash(void **state)
{
	static const struct {
		const char *data;
		size_t len;
	} cases[] = { { "ab", 2 }, { "a", 1 }, { "a\0", 2 }, { "\0a", 2 }, { "\0b", 2 } };
	const struct text *text[ARRAY_SIZE(cases)];
	size_t i, j;

	(void)state;
	use_bad_key();
	assert_int_equal(text_init(), 0);
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		text[i] = text_intern(cases[i].data, cases[i].len, GFP_KERNEL);
		assert_non_null(text[i]);
		assert_int_equal(text[i]->entry.hash, 0);
		for (j = 0; j < i; j++)
			assert_ptr_not_equal(text[j], text[i]);
	}
	for (i = 0; i < ARRAY_SIZE(cases); i++)
		assert_ptr_equal(text_find(cases[i].data, cases[i].len), text[i]);
	text_exit();
	unit_assert_clean();
}

static void text_many(void **state)
{
	enum { COUNT = 20000 };
	static const struct text *text[COUNT];
	size_t i, bytes;
	char name[32];

	(void)state;
	assert_int_equal(text_init(), 0);
	bytes = text_bytes();
	/* Atomic context: the shim would die if this could sleep. */
	rcu_read_lock();
	for (i = 0; i < COUNT; i++) {
		snprintf(name, sizeof(name), "/tmp/%zu", i);
		text[i] = text_intern(name, strlen(name), GFP_ATOMIC);
		assert_non_null(text[i]);
	}
	rcu_read_unlock();
	for (i = 0; i < COUNT; i++) {
		snprintf(name, sizeof(name), "/tmp/%zu", i);
		assert_string_equal(text[i]->data, name);
		assert_ptr_equal(text_find(name, strlen(name)), text[i]);
	}
	assert_true(text_bytes() > bytes + COUNT * sizeof(struct text));
	text_exit();
	/* After another init there are no texts. */
	shim_rcu_run();
	assert_int_equal(text_init(), 0);
	assert_int_equal(text_bytes(), bytes);
	assert_null(text_find(name, strlen(name)));
	text_exit();
	unit_assert_clean();
}

static void text_without_memory(void **state)
{
	const struct text *known;
	size_t bytes;

	(void)state;
	shim_fail_at(1);
	assert_int_equal(text_init(), -ENOMEM);
	assert_int_equal(text_init(), 0);
	known = text_intern("known", 5, GFP_KERNEL);
	bytes = text_bytes();
	shim_fail_from(1);
	assert_null(text_intern("new", 3, GFP_KERNEL));
	assert_true(shim_has_failed());
	assert_ptr_equal(text_intern("known", 5, GFP_KERNEL), known);
	assert_int_equal(text_bytes(), bytes);
	shim_fail_at(0);
	assert_null(text_find("new", 3));
	assert_non_null(text_intern("new", 3, GFP_KERNEL));
	text_exit();
	unit_assert_clean();
}

/* The table cannot grow: a text that does not fit is freed. */
static void text_without_room(void **state)
{
	u32 slots = 4096, room = slots / 8 * 7, added = 0, i;
	unsigned long before;
	char name[32];

	(void)state;
	assert_int_equal(text_init(), 0);
	for (i = 0; i < room + 100; i++) {
		bool has_place;

		snprintf(name, sizeof(name), "/tmp/%u", i);
		/* The first allocation is the text's, the second the table's. */
		shim_fail_at(2);
		before = shim_live();
		has_place = text_intern(name, strlen(name), GFP_KERNEL);
		assert_int_equal(shim_live(), before + has_place);
		added += has_place;
		assert_int_equal(!!text_find(name, strlen(name)), has_place);
	}
	assert_int_equal(added, room);
	shim_fail_at(0);
	assert_non_null(text_intern(name, strlen(name), GFP_KERNEL));
	text_exit();
	unit_assert_clean();
}

static void intern_race(void *text)
{
	*(const struct text **)text = text_intern("race", 4, GFP_ATOMIC);
}

static void text_interned_by_another_cpu(void **state)
{
	const struct text *first = NULL, *second;
	size_t bytes;

	(void)state;
	assert_int_equal(text_init(), 0);
	bytes = text_bytes();
	shim_on_alloc(intern_race, &first);
	second = text_intern("race", 4, GFP_KERNEL);
	assert_non_null(first);
	assert_ptr_equal(second, first);
	assert_int_equal(text_bytes(), bytes + sizeof(struct text) + 5);
	assert_int_equal(shim_live(), 2);
	text_exit();
	unit_assert_clean();
}

/* --- domains ------------------------------------------------------------ */

static void begin(size_t max_domains)
{
	unit_share(SIZE_MAX, max_domains, SIZE_MAX);
	assert_int_equal(domain_init(), 0);
}

static void end(void)
{
	domain_exit();
	unit_assert_clean();
}

/* All programs belong to root, unless a test is about users. */
static struct domain *try_intern(struct domain *parent, const char *name, gfp_t gfp)
{
	return domain_intern_get(parent, name, strlen(name), 0, gfp);
}

/* Returns a domain with a reference. */
static struct domain *intern(struct domain *parent, const char *name)
{
	struct domain *domain = try_intern(parent, name, GFP_KERNEL);

	assert_false(IS_ERR(domain));
	return domain;
}

static int intern_error(struct domain *parent, const char *name)
{
	return PTR_ERR(try_intern(parent, name, GFP_KERNEL));
}

/* Returns the number of bytes that is charged for a domain. */
static size_t bytes_of(const struct domain *domain)
{
	return ksize(domain) + SET_ENTRY_BYTES;
}

static void assert_name(const struct domain *domain, const char *name)
{
	char text[DOMAIN_NAME_MAX + 1];

	assert_int_equal(domain_name(domain, " ", NULL, text, sizeof(text)), strlen(name));
	assert_string_equal(text, name);
	assert_int_equal(domain->length, strlen(name));
}

static void flags(void **state)
{
	int i, j;

	(void)state;
	for (i = 0; i < DOMAIN_FLAGS; i++) {
		assert_non_null(domain_flag_names[i]);
		for (j = 0; j < i; j++)
			assert_string_not_equal(domain_flag_names[i], domain_flag_names[j]);
	}
	assert_string_equal(domain_flag_names[DOMAIN_QUOTA_EXCEEDED], "quota_exceeded");
	assert_string_equal(domain_flag_names[DOMAIN_TRANSITION_FAILED],
			    "transition_failed");
}

static void kernel(void **state)
{
	(void)state;
	begin(10);
	assert_name(domain_kernel, "<kernel>");
	assert_null(domain_kernel->parent);
	assert_null(domain_kernel->next);
	assert_int_equal(domain_kernel->depth, 0);
	assert_int_equal(domain_count(), 1);
	assert_ptr_equal(intern(NULL, "<kernel>"), domain_kernel);
	end();
	assert_null(domain_kernel);
}

static void chain(void **state)
{
	struct domain *init, *sh, *sshd, *sh2;

	(void)state;
	begin(10);
	init = intern(domain_kernel, "/sbin/init");
	sh = intern(init, "/bin/sh");
	sshd = intern(init, "/usr/sbin/sshd");
	sh2 = intern(sshd, "/bin/sh");
	assert_name(sh, "<kernel> /sbin/init /bin/sh");
	assert_name(sh2, "<kernel> /sbin/init /usr/sbin/sshd /bin/sh");
	assert_ptr_equal(sh2->parent, sshd);
	assert_int_equal(sh2->depth, 3);
	assert_ptr_not_equal(sh, sh2);
	assert_int_not_equal(sh->seed, sh2->seed);

	assert_int_equal(domain_count(), 5);
	assert_ptr_equal(intern(init, "/bin/sh"), sh);
	assert_ptr_equal(intern(sshd, "/bin/sh"), sh2);
	assert_int_equal(domain_count(), 5);

	/* The list is in the order of creation. */
	assert_ptr_equal(domain_kernel->next, init);
	assert_ptr_equal(init->next, sh);
	assert_ptr_equal(sh->next, sshd);
	assert_ptr_equal(sshd->next, sh2);
	assert_null(sh2->next);

	/* A program that executes itself. */
	assert_name(intern(sh2, "/bin/sh"),
		    "<kernel> /sbin/init /usr/sbin/sshd /bin/sh /bin/sh");
	end();
}

static void domain_same_hash(void **state)
{
	struct domain *a, *b, *aa, *ba, *ab;

	(void)state;
	begin(10);
	a = intern(domain_kernel, "/a");
	b = intern(domain_kernel, "/b");
	/* Makes the hash of domains named "/a" 0. */
	hash_key[1] = hash_load("/a/a", 4);
	aa = intern(a, "/a");
	ba = intern(b, "/a");
	assert_int_equal(aa->entry.hash, 0);
	assert_int_equal(ba->entry.hash, 0);
	assert_ptr_not_equal(aa, ba);
	assert_name(ba, "<kernel> /b /a");
	assert_ptr_equal(intern(b, "/a"), ba);
	/* Makes the hash of all domains without a parent and with a name of 3 bytes 0. */
	hash_key[0] = 3ULL << 48;
	aa = intern(NULL, "<x>");
	ab = intern(NULL, "<y>");
	assert_int_equal(aa->entry.hash, 0);
	assert_int_equal(ab->entry.hash, 0);
	assert_ptr_not_equal(aa, ab);
	assert_ptr_equal(intern(NULL, "<x>"), aa);
	end();
}

/* A domain takes what its allocation and its place in the table take. */
static void bytes(void **state)
{
	struct share before, after;
	struct domain *init;

	(void)state;
	begin(10);
	before = unit_total();
	assert_int_equal(before.domains, 1);
	assert_int_equal(before.bytes, bytes_of(domain_kernel));
	init = intern(domain_kernel, "/sbin/init");
	after = unit_total();
	assert_int_equal(after.domains, 2);
	assert_int_equal(after.bytes, before.bytes + bytes_of(init));
	assert_in_range(bytes_of(init), sizeof(struct domain) + strlen("/sbin/init") + 1,
			sizeof(struct domain) + 64);
	assert_int_equal(after.accesses, 0);
	end();
}

/* Many domains, in atomic context. */
static void domain_many(void **state)
{
	enum { COUNT = 5000 };
	static struct domain *domain[COUNT];
	char name[32];
	int i;

	(void)state;
	begin(COUNT + 1);
	rcu_read_lock();
	for (i = 0; i < COUNT; i++) {
		snprintf(name, sizeof(name), "/tmp/%d", i);
		domain[i] = try_intern(i ? domain[i / 2] : domain_kernel, name, GFP_ATOMIC);
		assert_false(IS_ERR(domain[i]));
	}
	rcu_read_unlock();
	for (i = 0; i < COUNT; i++) {
		snprintf(name, sizeof(name), "/tmp/%d", i);
		assert_string_equal(domain[i]->name, name);
		assert_ptr_equal(intern(domain[i]->parent, name), domain[i]);
		assert_ptr_equal(domain[i]->next, i + 1 < COUNT ? domain[i + 1] : NULL);
	}
	end();
}

static void name_table(void **state)
{
	static const struct {
		const char *separator;
		size_t (*encode)(char *, size_t, const char *, size_t);
		const char *name;
	} cases[] = {
		{ " ", NULL, "<kernel> /a=b /bin/c\\040d" },
		{ "=>", NULL, "<kernel>=>/a=b=>/bin/c\\040d" },
		{ "", NULL, "<kernel>/a=b/bin/c\\040d" },
		{ " ", encode_name, "<kernel> /a=b /bin/c\\\\040d" },
		{ "=>", encode_subject_name, "<kernel>=>/a\\075b=>/bin/c\\134040d" },
		/* A namespace root that contains the name of a program. */
		{ " ", NULL, "</a>=\"\\040> /b" },
		{ " ", encode_name, "</a>=\"\\\\040> /b" },
		{ "=>", encode_subject_name, "</a\\076\\075\\042\\134040>=>/b" },
	};
	struct domain *domain, *kernel, *root;
	size_t i, size;

	(void)state;
	begin(10);
	kernel = intern(intern(domain_kernel, "/a=b"), "/bin/c\\040d");
	root = intern(intern(NULL, "</a>=\"\\040>"), "/b");
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		const char *name = cases[i].name;
		size_t length = strlen(name);

		domain = strncmp(name, "<kernel>", 8) ? root : kernel;
		assert_int_equal(domain_name(domain, cases[i].separator, cases[i].encode,
					     NULL, 0), length);
		/* Nothing is written unless all fits: ASan detects an overflow of the buffer. */
		for (size = 1; size <= length + 2; size++) {
			char *text = malloc(size);

			assert_non_null(text);
			memset(text, '?', size);
			assert_int_equal(domain_name(domain, cases[i].separator,
						     cases[i].encode, text, size), length);
			if (size > length)
				assert_string_equal(text, name);
			else
				assert_int_equal(text[0], '?');
			free(text);
		}
	}
	end();
}

/* The deepest possible domain, and the longest name. */
static void deepest_domain(void **state)
{
	struct domain *domain;
	static char text[DOMAIN_NAME_MAX * ENCODE_EXPANSION + 1];
	size_t length;
	int depth;

	(void)state;
	begin(10000);
	domain = domain_kernel;
	for (depth = 1; domain->length + 2 <= DOMAIN_NAME_MAX; depth++) {
		domain = intern(domain, "=");
		assert_int_equal(domain->depth, depth);
	}
	assert_in_range(domain->length, DOMAIN_NAME_MAX - 1, DOMAIN_NAME_MAX);
	assert_true(domain->depth < DOMAIN_DEPTH_MAX);
	length = domain_name(domain, " ", NULL, text, DOMAIN_NAME_MAX + 1);
	assert_int_equal(length, domain->length);
	assert_int_equal(strlen(text), length);
	length = domain_name(domain, "=>", encode_subject_name, text, sizeof(text));
	assert_int_equal(length, 8 + domain->depth * 6);
	assert_int_equal(strlen(text), length);
	assert_int_equal(intern_error(domain, "="), -ENAMETOOLONG);
	end();
}

static void name_too_long(void **state)
{
	static char name[DOMAIN_NAME_MAX + 2];
	struct domain *domain;
	size_t fits = DOMAIN_NAME_MAX - strlen("<kernel> "), len;
	unsigned long allocations;

	(void)state;
	memset(name, 'x', sizeof(name));
	begin(10);
	domain = domain_intern_get(domain_kernel, name, fits, 0, GFP_KERNEL);
	assert_false(IS_ERR(domain));
	assert_int_equal(domain->length, DOMAIN_NAME_MAX);
	domain = intern(domain_kernel, "/bin/sh");

	/* Any user can repeat this without limit, so it must not allocate memory. */
	allocations = shim_allocations();
	for (len = fits + 1; len <= sizeof(name); len++) {
		domain = domain_intern_get(domain_kernel, name, len, 0, GFP_KERNEL);
		assert_int_equal(PTR_ERR(domain), -ENAMETOOLONG);
	}
	assert_int_equal(shim_allocations(), allocations);
	assert_int_equal(domain_count(), 3);
	end();
}

static void limit_of_domains(void **state)
{
	struct domain *init, *sh;
	long live;

	(void)state;
	begin(3);
	init = intern(domain_kernel, "/sbin/init");
	sh = intern(init, "/bin/sh");
	live = shim_live();
	/* A new name, and a new chain of known names. */
	assert_int_equal(intern_error(sh, "/bin/ls"), -ENOSPC);
	assert_int_equal(intern_error(sh, "/bin/sh"), -ENOSPC);
	/* Existing domains are found. */
	assert_ptr_equal(intern(init, "/bin/sh"), sh);
	assert_ptr_equal(intern(domain_kernel, "/sbin/init"), init);
	assert_int_equal(shim_live(), live);
	assert_int_equal(domain_count(), 3);
	assert_null(sh->next);
	end();
}

/* A user's full share does not limit others, and root may use the rest. */
static void limit_of_user(void **state)
{
	struct domain *domain;
	char name[32];
	int i;

	(void)state;
	begin(80);
	for (i = 0; i < 20; i++) {
		snprintf(name, sizeof(name), "/home/%d", i);
		domain = domain_intern_get(domain_kernel, name, strlen(name), 5000, GFP_KERNEL);
		assert_int_equal(PTR_ERR(domain) == -EDQUOT, i >= 10);
		assert_int_equal(IS_ERR(domain), i >= 10);
	}
	/* Any user may enter a domain that exists, also with a full share. */
	assert_false(IS_ERR(domain_intern_get(domain_kernel, "/home/0", 7, 5000, GFP_KERNEL)));
	assert_false(IS_ERR(domain_intern_get(domain_kernel, "/home/x", 7, 5001, GFP_KERNEL)));
	for (i = 0; i < 80 - 12; i++) {
		snprintf(name, sizeof(name), "/bin/%d", i);
		intern(domain_kernel, name);
	}
	assert_int_equal(intern_error(domain_kernel, "/bin/x"), -ENOSPC);
	end();
}

static void limit_of_bytes(void **state)
{
	size_t room;

	(void)state;
	begin(10);
	room = bytes_of(domain_kernel) + bytes_of(intern(domain_kernel, "/sbin/init"));
	end();
	unit_share(SIZE_MAX, SIZE_MAX, room);
	assert_int_equal(domain_init(), 0);
	intern(domain_kernel, "/sbin/init");
	assert_int_equal(intern_error(domain_kernel, "/"), -ENOSPC);
	assert_int_equal(unit_total().bytes, room);
	end();
	unit_share(SIZE_MAX, SIZE_MAX, room - 1);
	assert_int_equal(domain_init(), 0);
	assert_int_equal(intern_error(domain_kernel, "/sbin/init"), -ENOSPC);
	end();
}

static void limit_of_zero_domains(void **state)
{
	(void)state;
	unit_share(SIZE_MAX, 0, SIZE_MAX);
	assert_int_equal(domain_init(), -ENOSPC);
	assert_null(domain_kernel);
	unit_assert_clean();
}

/* After exit and another init, no earlier domain or text is left. */
static void init_after_exit(void **state)
{
	struct domain *init;
	int life;

	(void)state;
	for (life = 0; life < 2; life++) {
		begin(10);
		assert_int_equal(domain_count(), 1);
		assert_null(domain_kernel->next);
		init = intern(domain_kernel, "/sbin/init");
		assert_ptr_equal(domain_kernel->next, init);
		end();
	}
}

/* Each allocation fails once. */
static void init_without_memory(void **state)
{
	unsigned long nth;
	int err;

	(void)state;
	for (nth = 1;; nth++) {
		unit_share(SIZE_MAX, SIZE_MAX, SIZE_MAX);
		shim_fail_at(nth);
		err = domain_init();
		if (!err)
			break;
		assert_int_equal(err, -ENOMEM);
		assert_null(domain_kernel);
		unit_assert_clean();
	}
	assert_false(shim_has_failed());
	assert_int_equal(nth, 3);
	assert_name(domain_kernel, "<kernel>");
	end();
}

static void intern_without_memory(void **state)
{
	struct domain *domain;
	unsigned long nth;

	(void)state;
	for (nth = 1;; nth++) {
		bool failed;

		begin(10);
		shim_fail_at(nth);
		domain = try_intern(domain_kernel, "/sbin/init", GFP_KERNEL);
		failed = shim_has_failed();
		shim_fail_at(0);
		if (failed) {
			assert_int_equal(PTR_ERR(domain), -ENOMEM);
			assert_int_equal(domain_count(), 1);
			assert_int_equal(unit_total().domains, 1);
			assert_null(domain_kernel->next);
		}
		assert_name(intern(domain_kernel, "/sbin/init"), "<kernel> /sbin/init");
		assert_int_equal(domain_count(), 2);
		end();
		if (!failed)
			break;
	}
	assert_int_equal(nth, 2);
}

/* The table of domains cannot grow; its 512 slots hold 448 domains. */
static void domain_without_room(void **state)
{
	u32 slots = 512, room = slots / 8 * 7, i, added = 1;
	struct domain *domain, *last = NULL;
	char name[32];

	(void)state;
	begin(10000);
	for (i = 0; i < room + 10; i++) {
		long live = shim_live();

		snprintf(name, sizeof(name), "/tmp/%u", i);
		/* Allocations: domain, table. */
		shim_fail_at(2);
		domain = try_intern(domain_kernel, name, GFP_KERNEL);
		if (IS_ERR(domain)) {
			assert_int_equal(PTR_ERR(domain), -ENOMEM);
			assert_int_equal(shim_live(), live);
		} else {
			added++;
			last = domain;
		}
	}
	assert_int_equal(added, room);
	assert_int_equal(domain_count(), room);
	assert_int_equal(unit_total().domains, room);
	assert_non_null(last);
	assert_null(last->next);
	shim_fail_at(0);
	domain = intern(domain_kernel, name);
	assert_ptr_equal(last->next, domain);
	end();
}

static void intern_init(void *domain)
{
	*(struct domain **)domain = try_intern(domain_kernel, "/sbin/init", GFP_ATOMIC);
}

/* Another CPU creates the same domain while this one waits for memory. */
static void domain_interned_by_another_cpu(void **state)
{
	struct domain *first = NULL, *second;
	long live;

	(void)state;
	begin(10);
	live = shim_live();
	shim_on_alloc(intern_init, &first);
	second = intern(domain_kernel, "/sbin/init");
	assert_non_null(first);
	assert_ptr_equal(second, first);
	assert_int_equal(domain_count(), 2);
	assert_ptr_equal(domain_kernel->next, first);
	assert_null(first->next);
	assert_int_equal(shim_live(), live + 1);
	/* Both have a reference, and one is paid for. */
	assert_int_equal(atomic_read(&first->users), 2);
	assert_int_equal(unit_total().domains, 2);
	end();
}

/* --- generations of domains ----------------------------------------------- */

static void reset(void)
{
	domain_forget();
	domain_renew();
}

static bool is_known(const struct domain *domain)
{
	return generation_knows(&domain->in, generation_now());
}

/* Was the domain part of the generation before the last reset? */
static bool was_known(const struct domain *domain)
{
	return generation_knows(&domain->in, generation_now() - 1);
}

static void reset_drops_domains(void **state)
{
	struct domain *init, *sh, *ls, *sshd;
	u64 seed;
	u32 id;

	(void)state;
	begin(10);
	init = intern(domain_kernel, "/sbin/init");
	sh = intern(init, "/bin/sh");
	ls = intern(sh, "/bin/ls");
	assert_int_equal(domain_forgotten(), 0);
	id = ls->id;
	seed = ls->seed;
	reset();
	assert_int_equal(domain_count(), 1);
	assert_int_equal(domain_forgotten(), 3);
	assert_true(is_known(domain_kernel) && was_known(domain_kernel));
	assert_false(is_known(init) || is_known(sh) || is_known(ls));
	assert_true(was_known(init) && was_known(sh) && was_known(ls));
	assert_int_not_equal(ls->seed, seed);
	/*
	 * A domain that is entered again is the same object, at the same place in the list, and its
	 * ancestors are entered, too.
	 */
	assert_ptr_equal(intern(sh, "/bin/ls"), ls);
	assert_true(is_known(init) && is_known(sh) && is_known(ls));
	assert_true(was_known(init) && was_known(sh) && was_known(ls));
	assert_int_equal(domain_count(), 4);
	assert_int_equal(domain_forgotten(), 0);
	assert_int_equal(ls->id, id);
	assert_ptr_equal(sh->next, ls);
	assert_null(ls->next);
	/* A new domain is not part of the generation before. */
	sshd = intern(init, "/usr/sbin/sshd");
	assert_true(is_known(sshd));
	assert_false(was_known(sshd));
	assert_int_equal(sshd->id, id + 1);
	/* Only one earlier generation is remembered. */
	reset();
	assert_true(was_known(sshd) && was_known(ls));
	reset();
	assert_false(was_known(sshd) || was_known(ls));
	end();
}

/* domain_enter() adds a domain and its ancestors to the current generation. */
static void enter(void **state)
{
	struct domain *init, *sh, *ls;

	(void)state;
	begin(10);
	init = intern(domain_kernel, "/sbin/init");
	sh = intern(init, "/bin/sh");
	ls = intern(sh, "/bin/ls");
	reset();
	/* In atomic context, and without memory. */
	shim_fail_from(1);
	rcu_read_lock();
	domain_enter(sh);
	rcu_read_unlock();
	assert_true(is_known(init) && is_known(sh));
	assert_false(is_known(ls));
	assert_int_equal(domain_count(), 3);
	domain_enter(sh);
	domain_enter(domain_kernel);
	assert_int_equal(domain_count(), 3);
	assert_ptr_equal(intern(sh, "/bin/ls"), ls);
	assert_int_equal(domain_count(), 4);
	shim_fail_at(0);
	end();
}

static void reset_drops_flags(void **state)
{
	struct domain *sh;

	(void)state;
	begin(10);
	sh = intern(domain_kernel, "/bin/sh");
	sh->flags = 1UL << DOMAIN_QUOTA_EXCEEDED;
	reset();
	assert_int_equal(sh->flags, 0);
	assert_int_equal(sh->flags_before, 1UL << DOMAIN_QUOTA_EXCEEDED);
	sh->flags = 1UL << DOMAIN_TRANSITION_FAILED;
	reset();
	assert_int_equal(sh->flags, 0);
	assert_int_equal(sh->flags_before, 1UL << DOMAIN_TRANSITION_FAILED);
	end();
}

/* --- references ------------------------------------------------------------ */

static bool is_there(struct domain *parent, const char *name)
{
	struct domain *domain = domain_find_get(parent, name, strlen(name));

	if (domain)
		domain_put(domain);
	return domain;
}

/* A domain is freed if it is forgotten, and no program runs in it or in one below it. */
static void freed_when_forgotten(void **state)
{
	struct domain *init, *sh, *ls;
	struct share before;

	(void)state;
	begin(10);
	before = unit_total();
	init = intern(domain_kernel, "/sbin/init");
	sh = intern(init, "/bin/sh");
	ls = intern(sh, "/bin/ls");
	assert_int_equal(atomic_read(&init->users), 2);
	domain_put(init);
	domain_put(ls);
	assert_int_equal(domain_count(), 4);

	/* No reset yet. */
	domain_free_forgotten();
	assert_int_equal(domain_count() + domain_forgotten(), 4);
	/* A program runs in sh: init stays as its parent. */
	reset();
	domain_free_forgotten();
	assert_int_equal(domain_forgotten(), 2);
	assert_ptr_equal(domain_kernel->next, init);
	assert_ptr_equal(init->next, sh);
	assert_null(sh->next);
	assert_false(is_there(sh, "/bin/ls"));
	/* The look-up made them known. */
	assert_int_equal(domain_count(), 1);
	assert_true(is_there(init, "/bin/sh"));
	assert_int_equal(domain_count(), 3);

	domain_put(sh);
	domain_free_forgotten();
	assert_int_equal(domain_count(), 3);
	reset();
	domain_free_forgotten();
	assert_int_equal(domain_count(), 1);
	assert_int_equal(domain_forgotten(), 0);
	assert_null(domain_kernel->next);
	/* The memory is there until a grace period has passed. */
	assert_int_not_equal(unit_total().bytes, before.bytes);
	shim_rcu_run();
	assert_int_equal(unit_total().bytes, before.bytes);
	assert_int_equal(unit_total().domains, 1);
	/* The list goes on at its end. */
	init = intern(domain_kernel, "/sbin/init");
	assert_ptr_equal(domain_kernel->next, init);
	end();
}

/* A domain in the middle of the list, and the last one, leave it. */
static void freed_from_list(void **state)
{
	struct domain *domain[5], *last;
	int keep, i;
	char name[2] = "";

	(void)state;
	for (keep = 0; keep < 1 << ARRAY_SIZE(domain); keep++) {
		begin(10);
		last = domain_kernel;
		for (i = 0; i < (int)ARRAY_SIZE(domain); i++) {
			name[0] = 'a' + i;
			domain[i] = intern(domain_kernel, name);
		}
		reset();
		for (i = 0; i < (int)ARRAY_SIZE(domain); i++) {
			if (!(keep & 1 << i))
				domain_put(domain[i]);
		}
		domain_free_forgotten();
		for (i = 0; i < (int)ARRAY_SIZE(domain); i++) {
			name[0] = 'a' + i;
			assert_int_equal(is_there(domain_kernel, name), !!(keep & 1 << i));
			if (!(keep & 1 << i))
				continue;
			assert_ptr_equal(last->next, domain[i]);
			last = domain[i];
		}
		assert_null(last->next);
		domain[0] = intern(domain_kernel, "new");
		assert_ptr_equal(last->next, domain[0]);
		end();
	}
}

/* A reader that finds a domain that leaves the set at that moment gets no reference. */
static void dead_domain(void **state)
{
	struct domain *init, *found;
	u32 id;

	(void)state;
	begin(10);
	init = intern(domain_kernel, "/sbin/init");
	id = init->id;
	domain_put(init);
	reset();
	rcu_read_lock();
	assert_true(domain_get_live(init));
	rcu_read_unlock();
	domain_free_forgotten();
	assert_int_equal(domain_forgotten(), 1);
	domain_put(init);
	domain_free_forgotten();
	assert_int_equal(domain_forgotten(), 0);
	/* No grace period has passed: the memory is still there. */
	rcu_read_lock();
	assert_false(domain_get_live(init));
	rcu_read_unlock();
	/* A new domain of that name has no cache entries in common with it. */
	found = intern(domain_kernel, "/sbin/init");
	assert_ptr_not_equal(found, init);
	assert_int_not_equal(found->id, id);
	assert_int_not_equal(found->seed, init->seed);
	end();
}

/* Domains of before a reset count towards the limits until they are freed. */
static void reset_at_limit(void **state)
{
	struct domain *init;

	(void)state;
	begin(2);
	init = intern(domain_kernel, "/sbin/init");
	assert_int_equal(intern_error(init, "/bin/sh"), -ENOSPC);
	reset();
	assert_int_equal(intern_error(domain_kernel, "/bin/sh"), -ENOSPC);
	domain_put(init);
	domain_free_forgotten();
	shim_rcu_run();
	domain_put(intern(domain_kernel, "/bin/sh"));
	assert_int_equal(intern_error(domain_kernel, "/sbin/init"), -ENOSPC);
	assert_int_equal(domain_count(), 2);
	end();
}

static void reset_on_alloc(void *unused)
{
	(void)unused;
	reset();
}

/* A reset while a domain waits for memory. */
static void reset_during_intern(void **state)
{
	struct domain *init, *sh;

	(void)state;
	begin(10);
	init = intern(domain_kernel, "/sbin/init");
	shim_on_alloc(reset_on_alloc, NULL);
	sh = intern(init, "/bin/sh");
	assert_true(is_known(sh) && is_known(init));
	assert_int_equal(domain_count(), 3);
	end();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		unit_case(text_table),
		unit_case(text_same_hash),
		unit_case(text_many),
		unit_case(text_without_memory),
		unit_case(text_without_room),
		unit_case(text_interned_by_another_cpu),
		unit_case(flags),
		unit_case(kernel),
		unit_case(chain),
		unit_case(domain_same_hash),
		unit_case(bytes),
		unit_case(domain_many),
		unit_case(name_table),
		unit_case(deepest_domain),
		unit_case(name_too_long),
		unit_case(limit_of_domains),
		unit_case(limit_of_user),
		unit_case(limit_of_bytes),
		unit_case(limit_of_zero_domains),
		unit_case(init_after_exit),
		unit_case(init_without_memory),
		unit_case(intern_without_memory),
		unit_case(domain_without_room),
		unit_case(domain_interned_by_another_cpu),
		unit_case(reset_drops_domains),
		unit_case(enter),
		unit_case(reset_drops_flags),
		unit_case(freed_when_forgotten),
		unit_case(freed_from_list),
		unit_case(dead_domain),
		unit_case(reset_at_limit),
		unit_case(reset_during_intern),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
