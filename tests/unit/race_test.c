// SPDX-License-Identifier: GPL-2.0-only
/*
 * Concurrency: threads that add, threads that read without a lock, and one that ends
 * grace periods. Built with ASan, which detects a table that is freed too early, and with
 * TSan, which detects unordered accesses.
 */
#include "core/access.h"
#include "core/domain.h"
#include "core/logins.h"
#include "core/seen.h"
#include "core/set.h"
#include "core/text.h"
#include "policy/fold.h"
#include "policy/transition.h"
#include "unit.h"

enum { ADDERS = 4, READERS = 2, THREADS = ADDERS + READERS + 1 };

static pthread_barrier_t start;
static int adders_left;

/* assert_*() of cmocka use longjmp(), which only the main thread may call. */
#define check(condition) do {						\
	if (!(condition))						\
		shim_die(__FILE__ ": not true: " #condition);		\
} while (0)

static void *reclaim(void *arg)
{
	(void)arg;
	pthread_barrier_wait(&start);
	while (__atomic_load_n(&adders_left, __ATOMIC_ACQUIRE)) {
		shim_rcu_run();
		sched_yield();
	}
	return NULL;
}

struct job {
	void (*run)(u32 number);
	u32 number;
	bool adds;
};

static void *work(void *arg)
{
	const struct job *job = arg;

	pthread_barrier_wait(&start);
	if (job->adds) {
		job->run(job->number);
		__atomic_sub_fetch(&adders_left, 1, __ATOMIC_RELEASE);
	} else {
		do
			job->run(job->number);
		while (__atomic_load_n(&adders_left, __ATOMIC_ACQUIRE));
	}
	return NULL;
}

/* Run @add in several threads, and call @read in others until all of them have returned. */
static void race(void (*add)(u32 number), void (*read)(u32 number))
{
	pthread_t thread[THREADS];
	struct job job[THREADS];
	u32 i;

	adders_left = ADDERS;
	assert_int_equal(pthread_barrier_init(&start, NULL, THREADS), 0);
	for (i = 0; i < THREADS; i++) {
		job[i].adds = i < ADDERS;
		job[i].run = job[i].adds ? add : read;
		job[i].number = i;
		assert_int_equal(pthread_create(&thread[i], NULL,
						i < THREADS - 1 ? work : reclaim, &job[i]), 0);
	}
	for (i = 0; i < THREADS; i++)
		assert_int_equal(pthread_join(thread[i], NULL), 0);
	pthread_barrier_destroy(&start);
}

/* Every other thread processes the @count items in reverse order. */
static u32 nth_of(u32 i, u32 count, u32 number)
{
	return number % 2 ? count - 1 - i : i;
}

/* --- set ------------------------------------------------------------------ */

enum { NUMBERS = 20000, REMOVED = 64 };

struct number {
	struct set_entry entry;
	u32 value;
	struct rcu_head rcu;
};

static struct set set;
/* Whether the number was added. Each thread also adds and removes numbers of its own. */
static bool is_in[NUMBERS + ADDERS * REMOVED];

static bool number_match(const struct set_entry *entry, const void *key)
{
	return container_of(entry, struct number, entry)->value == *(const u32 *)key;
}

static u32 number_hash(u32 value)
{
	return hash_mix(1, value);
}

static void number_release(struct set_entry *entry)
{
	kfree(container_of(entry, struct number, entry));
}

static void number_add(u32 value)
{
	struct number *number = kmalloc(sizeof(*number), GFP_KERNEL);
	unsigned long flags;

	number->entry.hash = number_hash(value);
	number->value = value;
	set_make_room(&set, GFP_KERNEL);
	spin_lock_irqsave(&set.lock, flags);
	if (!set_find(&set, number->entry.hash, number_match, &value)) {
		check(!set_add_locked(&set, &number->entry));
		number = NULL;
	}
	spin_unlock_irqrestore(&set.lock, flags);
	kfree(number);
	smp_store_release(&is_in[value], true);
}

static void number_free_rcu(struct rcu_head *rcu)
{
	kfree(container_of(rcu, struct number, rcu));
}

/* Removes a number that no other thread removes. */
static void number_remove(u32 value)
{
	struct set_entry *entry;
	struct number *number;
	unsigned long flags;

	spin_lock_irqsave(&set.lock, flags);
	entry = set_find(&set, number_hash(value), number_match, &value);
	check(entry);
	set_remove_locked(&set, entry);
	check(!set_find(&set, number_hash(value), number_match, &value));
	spin_unlock_irqrestore(&set.lock, flags);
	number = container_of(entry, struct number, entry);
	call_rcu(&number->rcu, number_free_rcu);
}

static void set_adder(u32 thread)
{
	u32 i, removed;

	for (i = 0; i < NUMBERS; i++) {
		number_add(nth_of(i, NUMBERS, thread));
		removed = NUMBERS + thread * REMOVED + i % REMOVED;
		if (i % 3 && i > REMOVED)
			number_remove(removed);
		if (i % 3 && i > REMOVED)
			number_add(removed);
		if (i < REMOVED)
			number_add(removed);
	}
	for (i = 0; i < REMOVED; i++)
		number_remove(NUMBERS + thread * REMOVED + i);
}

static void set_reader(u32 thread)
{
	u32 i;

	for (i = 0; i < NUMBERS; i += 7) {
		u32 value = nth_of(i, NUMBERS, thread);
		bool was_in = smp_load_acquire(&is_in[value]);
		struct set_entry *entry;

		rcu_read_lock();
		entry = set_find(&set, number_hash(value), number_match, &value);
		check(!entry || container_of(entry, struct number, entry)->value == value);
		rcu_read_unlock();
		check(set_bytes(&set));
		/* A number that was added is always found. */
		check(entry || !was_in);
	}
	for (i = NUMBERS; i < NUMBERS + ADDERS * REMOVED; i++) {
		struct set_entry *entry;

		rcu_read_lock();
		entry = set_find(&set, number_hash(i), number_match, &i);
		check(!entry || container_of(entry, struct number, entry)->value == i);
		rcu_read_unlock();
	}
}

static void set_race(void **state)
{
	u32 i;

	(void)state;
	assert_int_equal(set_init(&set, 4), 0);
	race(set_adder, set_reader);
	shim_rcu_run();
	assert_int_equal(set.count, NUMBERS);
	for (i = 0; i < NUMBERS; i++)
		assert_non_null(set_find(&set, number_hash(i), number_match, &i));
	/* One allocation for each number, and one or two tables. */
	assert_in_range(shim_live(), NUMBERS + 1, NUMBERS + 2);
	set_destroy(&set, number_release);
	unit_assert_clean();
}

/* --- domains and accesses -------------------------------------------------- */

enum {
	PROGRAMS = 16,
	DOMAINS = 1 + PROGRAMS + PROGRAMS * PROGRAMS,
	OBJECTS = 40,
	ROUNDS = 5,
};

static int reported_new;

static void begin(void)
{
	unit_share(SIZE_MAX, SIZE_MAX, SIZE_MAX);
	assert_int_equal(text_init(), 0);
	assert_int_equal(domain_init(), 0);
	assert_int_equal(access_init(), 0);
	assert_int_equal(fold_init(), 0);
	assert_int_equal(seen_init(1024), 0);
}

static void end(void)
{
	seen_exit();
	fold_exit();
	access_exit();
	domain_exit();
	text_exit();
	unit_assert_clean();
}

/* Returns a reference. */
static struct domain *domain_of(struct domain *parent, u32 program)
{
	struct domain *domain;
	char name[32];

	snprintf(name, sizeof(name), "/bin/%u", program);
	domain = domain_intern_get(parent, name, strlen(name), program, GFP_KERNEL);
	check(!IS_ERR(domain));
	return domain;
}

static void accesses_add(struct domain *domain, u32 program, u32 thread)
{
	u32 i;

	for (i = 0; i < OBJECTS; i++) {
		struct access_use use = {
			.domain = domain, .op = ACCESS_FILE_READ, .uid = thread, .now = thread,
		};
		char name[32];
		int ret;

		snprintf(name, sizeof(name), "/tmp/%u/%u", program, nth_of(i, OBJECTS, thread));
		use.object = name;
		use.len = strlen(name);
		use.key = hash_mix(domain->seed, hash_bytes(0, name, use.len)) | 1;
		ret = access_record(&use, GFP_KERNEL);
		check(ret == 0 || ret == 1);
		__atomic_add_fetch(&reported_new, ret, __ATOMIC_RELAXED);
	}
}

static void domain_adder(u32 thread)
{
	struct domain *parent, *child;
	u32 i, j;

	for (i = 0; i < PROGRAMS; i++) {
		u32 program = nth_of(i, PROGRAMS, thread);

		parent = domain_of(domain_kernel, program);
		accesses_add(parent, program, thread);
		for (j = 0; j < PROGRAMS; j++) {
			child = domain_of(parent, nth_of(j, PROGRAMS, thread));
			accesses_add(child, program, thread);
			domain_put(child);
		}
		domain_put(parent);
	}
}

/* Read like domain_policy: each entry of a list must be complete. */
static void policy_read(void)
{
	struct domain *domain;
	char name[DOMAIN_NAME_MAX + 1];

	for (domain = domain_kernel; domain; domain = smp_load_acquire(&domain->next)) {
		const struct access_list *list = domain_accesses(domain, generation);
		const struct access *access = smp_load_acquire(&list->first);

		check(domain_name(domain, " ", NULL, name, sizeof(name)) == domain->length);
		check(domain_access_count(domain, DOMAIN_ROOT) +
		      domain_access_count(domain, DOMAIN_OTHERS) <= OBJECTS);
		for (; access; access = smp_load_acquire(&access->next)) {
			check(access->domain == domain);
			check(READ_ONCE(access->last) < ADDERS);
			check(atomic64_read(&access->count) <= ADDERS * PROGRAMS);
			check(access->len == strlen(access->object));
		}
	}
}

/* Read counters like stat, without any ordering. */
static void stat_read(void)
{
	struct share total;
	int i;

	for (i = 0; i < 100; i++) {
		check(domain_count() <= DOMAINS);
		check(access_count() <= DOMAINS * OBJECTS);
		check(domain_forgotten() <= DOMAINS);
		check(access_table_bytes() < 1UL << 30 && domain_table_bytes() < 1UL << 30);
		share_total(&total);
		/* Each adder may hold one that turns out to be known. */
		check(total.accesses <= DOMAINS * OBJECTS + ADDERS);
		check(total.bytes >= total.accesses * sizeof(struct access));
	}
}

static void domain_reader(u32 thread)
{
	if (thread % 2)
		policy_read();
	else
		stat_read();
}

static void domain_round(void)
{
	struct domain *domain;
	u32 domains = 0, accesses = 0;

	reported_new = 0;
	begin();
	race(domain_adder, domain_reader);

	for (domain = domain_kernel; domain; domain = domain->next) {
		const struct access *access = domain_accesses(domain, generation)->first;
		u32 count = 0;

		for (; access; access = access->next) {
			count++;
			/* Each thread used the access once per round through its domain. */
			assert_int_equal(access->last, ADDERS - 1);
			assert_int_equal(atomic64_read(&access->count), ADDERS);
		}
		assert_int_equal(count, domain == domain_kernel ? 0 : OBJECTS);
		assert_int_equal(domain_access_count(domain, DOMAIN_ROOT) +
				 domain_access_count(domain, DOMAIN_OTHERS), count);
		/* No reference is lost: those of the children, and of domain_init(). */
		assert_int_equal(atomic_read(&domain->users),
				 domain == domain_kernel ? PROGRAMS + 1 :
				 domain->depth == 1 ? PROGRAMS : 0);
		accesses += count;
		domains++;
	}
	assert_int_equal(domains, DOMAINS);
	assert_int_equal(domain_count(), DOMAINS);
	assert_int_equal(access_count(), accesses);
	/* Each access was reported as new to exactly one thread, and is paid for once. */
	assert_int_equal(reported_new, accesses);
	assert_int_equal(unit_total().accesses, accesses);
	assert_int_equal(unit_total().domains, domains);
	end();
}

static void domain_race(void **state)
{
	int round;

	(void)state;
	for (round = 0; round < ROUNDS; round++)
		domain_round();
}

/* --- seen ------------------------------------------------------------------ */

enum { KEYS = 20000 };

static struct access seen_access[KEYS];

static u64 seen_key(u32 i)
{
	return hash_mix(2, i) | 1;
}

/* Each thread acts as a CPU with counters of its own. */
static void seen_adder(u32 thread)
{
	struct seen_hits *hits = seen_hits_create();
	u32 i;

	for (i = 0; i < KEYS; i++) {
		u32 n = nth_of(i, KEYS, thread);

		if (seen_hit(hits, seen_key(n), i))
			continue;
		seen_add(seen_key(n), &seen_access[n]);
		access_add_uses(&seen_access[n], LOGIN_NONE, 1, i);
		seen_add(seen_key(2 * KEYS + n), &access_refused);
	}
	seen_flush(hits, true);
	kvfree(hits);
}

static void seen_reader(u32 thread)
{
	u32 i;

	for (i = 0; i < KEYS; i++) {
		struct access *access = seen_find(seen_key(i));

		check(!access || access == &seen_access[i]);
	}
	/* These were never added. */
	for (i = KEYS; i < 2 * KEYS; i++)
		check(!seen_find(seen_key(i + thread * 10 * KEYS)));
}

static void seen_race(void **state)
{
	u32 i;

	(void)state;
	assert_int_equal(seen_init(1024), 0);
	race(seen_adder, seen_reader);
	/* The table was full many times, and each use was counted. */
	for (i = 0; i < KEYS; i++)
		assert_int_equal(atomic64_read(&seen_access[i].count), ADDERS);
	seen_exit();
	unit_assert_clean();
}

/* --- resets ---------------------------------------------------------------- */

enum { USERS = 6, THINGS = 10, SHORT_LIVED = 12, RESETS = 60 };

static struct domain *user[USERS];
static u32 reset_last;
static u64 reported, forgotten, used, counted;

/* The tables of the CPUs: each thread is one. */
static struct seen_hits *cpu[ADDERS];

/*
 * The order of lkm/output/reset.c, which uses locks that may sleep and the tables of the CPUs.
 */
static pthread_mutex_t reset_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_rwlock_t lists = PTHREAD_RWLOCK_INITIALIZER;
static u32 readers, readers_before;

static void hits_flush(bool forget)
{
	u32 i;

	for (i = 0; i < ADDERS; i++)
		seen_flush(cpu[i], forget);
}

/* All uses of the accesses of a generation. */
static u64 uses_of(u32 number)
{
	struct domain *domain;
	u64 uses = 0;

	for (domain = domain_kernel; domain; domain = smp_load_acquire(&domain->next)) {
		const struct access_list *list = domain_accesses(domain, number);
		const struct access *access;

		if (smp_load_acquire(&list->generation) != number)
			continue;
		access = smp_load_acquire(&list->first);
		for (; access; access = smp_load_acquire(&access->next))
			uses += atomic64_read(&access->count);
	}
	return uses;
}

static void free_forgotten(void)
{
	if (access_forgotten())
		counted += uses_of(generation - 1);
	access_free_forgotten();
	fold_free_forgotten();
	domain_free_forgotten();
	check(!access_forgotten());
}

static void free_forgotten_locked(void)
{
	pthread_rwlock_wrlock(&lists);
	free_forgotten();
	pthread_rwlock_unlock(&lists);
}

static void reset_all(void)
{
	pthread_mutex_lock(&reset_lock);
	hits_flush(false);
	pthread_rwlock_wrlock(&lists);
	free_forgotten();
	forgotten += access_forget();
	pthread_rwlock_unlock(&lists);
	readers_before = readers;
	readers = 0;
	share_forget();
	synchronize_rcu();
	seen_forget();
	transition_cache_forget();
	synchronize_rcu();
	hits_flush(true);
	if (!readers_before)
		free_forgotten_locked();
	pthread_mutex_unlock(&reset_lock);
}

static u32 reader_begin(void)
{
	u32 number;

	pthread_mutex_lock(&reset_lock);
	number = generation_now();
	readers++;
	pthread_mutex_unlock(&reset_lock);
	return number;
}

static void reader_end(u32 number)
{
	pthread_mutex_lock(&reset_lock);
	if (number == generation_now())
		readers--;
	else if (number == generation_now() - 1 && !--readers_before)
		free_forgotten_locked();
	pthread_mutex_unlock(&reset_lock);
}

/* Same as a hook: look the access up in the cache; if missing, record and cache it. */
static void use(u32 thread, struct domain *domain, u32 thing)
{
	struct access_use one = {
		.domain = domain, .op = ACCESS_FILE_READ, .uid = thread, .now = 1,
	};
	u64 seed = READ_ONCE(domain->seed);
	u64 shared = hash_mix(hash_mix(seed, ~(thing % 3)), domain_payer(thread)) | 1;
	char name[32], *folded;
	enum seen_use hit;
	bool is_shared;
	int ret;

	__atomic_add_fetch(&used, 1, __ATOMIC_RELAXED);
	one.key = hash_mix(seed, thing) | 1;
	rcu_read_lock();
	hit = seen_hit(cpu[thread], one.key, 1);
	if (hit == SEEN_NOT)
		hit = seen_hit_shared(cpu[thread], shared, 1);
	rcu_read_unlock();
	if (hit == SEEN_COUNTED)
		return;
	snprintf(name, sizeof(name), "/tmp/%u/%u", thing % 3, thing);
	one.object = name;
	one.len = strlen(name);
	if (access_repeat(&one))
		return;
	folded = fold_object(domain, one.op, name, one.uid, &is_shared, GFP_KERNEL);
	check(!IS_ERR(folded));
	if (folded) {
		one.object = folded;
		one.len = strlen(folded);
		one.is_pattern = true;
		if (is_shared)
			one.key = shared;
	}
	ret = access_record(&one, GFP_KERNEL);
	check(ret == 0 || ret == 1);
	__atomic_add_fetch(&reported, ret, __ATOMIC_RELAXED);
	kfree(folded);
}

/* Same as an execution. The program ends at once: its domain is freed after a reset. */
static void execute(u32 thread, struct domain *from, u32 program)
{
	u32 number = generation_now();
	u64 key = hash_mix(READ_ONCE(from->seed), program);
	struct domain *next = transition_cache_find_get(key);
	char name[32];

	if (!next) {
		snprintf(name, sizeof(name), "/bin/short%u", program);
		next = transition_domain(from, name, NULL, thread, GFP_KERNEL);
		check(!IS_ERR(next));
		transition_cache_add(key, next, number);
	}
	check(next->parent == from);
	use(thread, next, program % THINGS);
	if (program % 3 == 0 && from->depth <= USERS)
		execute(thread, next, program + 1);
	domain_put(next);
}

static void reset_adder(u32 thread)
{
	u32 domain, thing;

	while (generation_now() < reset_last) {
		for (domain = 0; domain < USERS; domain++) {
			for (thing = 0; thing < THINGS; thing++)
				use(thread, user[nth_of(domain, USERS, thread)],
				    nth_of(thing, THINGS, thread));
			execute(thread, user[domain], nth_of(domain, SHORT_LIVED, thread));
		}
	}
}

/* Read like domain_policy, in pieces: each access of the list was recorded in its generation. */
static void reset_read(void)
{
	u32 number = reader_begin(), domains = 0, pieces = 0;
	struct domain *domain = domain_kernel;
	bool is_current;

	do {
		u32 piece = 0;

		pthread_rwlock_rdlock(&lists);
		/* After two resets, the place in the list is gone. */
		is_current = generation_now() - number <= 1;
		for (; is_current && domain && piece < 4; piece++) {
			const struct access_list *list = domain_accesses(domain, number);
			const struct access *access = NULL;

			if (smp_load_acquire(&list->generation) == number)
				access = smp_load_acquire(&list->first);
			for (; access; access = smp_load_acquire(&access->next)) {
				check(access->domain == domain);
				check(READ_ONCE(access->last) == 1);
				check(access->len == strlen(access->object));
			}
			domains++;
			do
				domain = smp_load_acquire(&domain->next);
			while (domain && !generation_knows(&domain->in, number));
		}
		pthread_rwlock_unlock(&lists);
		sched_yield();
	} while (is_current && domain && pieces++ < 100);
	check(domains <= 4 * 100);
	reader_end(number);
}

static void reset_reader(u32 thread)
{
	if (thread % 2)
		reset_read();
	else
		reset_all();
}

static void reset_race(void **state)
{
	const struct fold_bounds before = fold_bounds;
	u32 domain, thing, thread;
	struct domain *one;

	(void)state;
	reported = forgotten = used = counted = 0;
	readers = readers_before = 0;
	begin();
	fold_bounds.siblings = 2;
	fold_bounds.programs = SHORT_LIVED / 2;
	reset_last = generation + RESETS;
	for (thread = 0; thread < ADDERS; thread++) {
		cpu[thread] = seen_hits_create();
		assert_non_null(cpu[thread]);
	}
	for (domain = 0; domain < USERS; domain++)
		user[domain] = domain_of(domain ? user[domain - 1] : domain_kernel, domain);
	race(reset_adder, reset_reader);
	/* Each access was reported as new once per generation. */
	assert_int_equal(reported, forgotten + access_count());

	/* No use was lost, in whichever generation it was counted. */
	hits_flush(true);
	if (access_forgotten())
		counted += uses_of(generation - 1);
	assert_int_equal(counted + uses_of(generation), used);

	/* After the last reset, all accesses are recorded and all uses counted. */
	reset_all();
	assert_int_equal(access_forgotten(), 0);
	used = 0;
	for (thread = 0; thread < ADDERS; thread++) {
		for (domain = 0; domain < USERS; domain++) {
			for (thing = 0; thing < THINGS; thing++)
				use(thread, user[domain], thing);
		}
	}
	hits_flush(false);
	assert_int_equal(uses_of(generation), used);
	/* In the three directories: two names of root, two of the others, and a pattern. */
	assert_int_equal(access_count(), USERS * (THINGS + 3));
	assert_int_equal(access_patterns(), USERS * 3);
	/* Only the domains of running programs are left, and what they used. */
	reset_all();
	for (one = domain_kernel->next; one; one = one->next)
		assert_true(atomic_read(&one->users) > 0 && one->depth <= USERS);
	assert_int_equal(domain_forgotten(), USERS);
	shim_rcu_run();
	assert_int_equal(unit_total().accesses, 0);
	assert_int_equal(unit_total().domains, USERS + 1);
	fold_bounds = before;
	for (thread = 0; thread < ADDERS; thread++)
		kvfree(cpu[thread]);
	end();
}

/* --- transition ------------------------------------------------------------ */

enum { EDITS = 400 };

static void rule_edit(const char *line)
{
	int err = transition_edit(line, strlen(line));

	/* Limit the number of groups that wait for a grace period. */
	check(!err || err == -ENOSPC || err == -ENOENT);
}

/* Add and delete rules and groups: some of each thread's own, some shared by all. */
static void transition_adder(u32 thread)
{
	char line[64];
	u32 i;

	for (i = 0; i < EDITS; i++) {
		u32 n = nth_of(i, EDITS, thread) % 50;

		/* /in is never in a group that a rule names. */
		snprintf(line, sizeof(line), "path_group IN%u-%u /in", thread, n);
		rule_edit(line);
		snprintf(line, sizeof(line), "keep_domain @OUT%u-%u from any", thread, n);
		rule_edit(line);
		rule_edit("path_group SHARED /shared");
		rule_edit("aggregator /shared /other");
		rule_edit("delete path_group SHARED /shared");
		rule_edit("delete aggregator /shared /other");
		snprintf(line, sizeof(line), "delete path_group IN%u-%u /in", thread, n);
		rule_edit(line);
		snprintf(line, sizeof(line), "delete keep_domain @OUT%u-%u from any", thread, n);
		rule_edit(line);
	}
}

static void transition_reader(u32 thread)
{
	const char *name;
	char *program;
	loff_t position;
	int i;

	for (i = 0; i < 50; i++) {
		/* Rules that no thread changes always have effect. */
		check(transition_find(domain_kernel, "/first", false) == TRANSITION_INITIALIZE);
		check(transition_find(domain_kernel, "/last", false) == TRANSITION_RESET);
		check(transition_find(domain_kernel, "/grouped", false) == TRANSITION_KEEP);
		check(transition_find(domain_kernel, "/in", false) == TRANSITION_CHILD);
		program = transition_aggregate(domain_kernel, kstrdup("/shared", GFP_KERNEL),
					       GFP_KERNEL);
		check(!strcmp(program, "/shared") || !strcmp(program, "/other"));
		kfree(program);
		check(transition_bytes());
	}
	/* The rules are in order, and each permanent rule is there once. */
	rcu_read_lock();
	for (i = 0, position = 0; (name = transition_line_rcu(&position)); position++) {
		if (thread % 2)
			check(strlen(name));
		i += strstr(name, "first") || strstr(name, "last");
	}
	rcu_read_unlock();
	check(i == 2);
}

static void transition_race(void **state)
{
	(void)state;
	begin();
	rule_edit("initialize_domain /first");
	rule_edit("path_group GROUP /grouped");
	rule_edit("keep_domain @GROUP from any");
	rule_edit("reset_domain /last");
	race(transition_adder, transition_reader);
	transition_exit();
	assert_int_equal(transition_bytes(), 0);
	end();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		unit_case(set_race),
		unit_case(domain_race),
		unit_case(seen_race),
		unit_case(reset_race),
		unit_case(transition_race),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
