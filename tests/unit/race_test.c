// SPDX-License-Identifier: GPL-2.0-only
/*
 * Concurrency: threads that add, threads that read without a lock, and one that ends
 * grace periods. Built with ASan, which detects a table that is freed too early, and with
 * TSan, which detects unordered accesses.
 */
#include "core/access.h"
#include "core/domain.h"
#include "core/seen.h"
#include "core/set.h"
#include "core/text.h"
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

enum { NUMBERS = 20000 };

struct number {
	struct set_entry entry;
	u32 value;
};

static struct set set;
static bool is_in[NUMBERS];	/* true: the number was added */

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

static void set_adder(u32 thread)
{
	u32 i;

	for (i = 0; i < NUMBERS; i++)
		number_add(nth_of(i, NUMBERS, thread));
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

/* --- texts, domains and accesses ------------------------------------------ */

enum {
	PROGRAMS = 16,
	DOMAINS = 1 + PROGRAMS + PROGRAMS * PROGRAMS,
	OBJECTS = 40,
	ROUNDS = 5,
};

static int reported_new;

static struct domain *domain_of(struct domain *parent, u32 program)
{
	struct domain *domain;
	char name[32];

	snprintf(name, sizeof(name), "/bin/%u", program);
	domain = domain_intern(parent, name, strlen(name), GFP_KERNEL);
	check(!IS_ERR(domain));
	return domain;
}

static void accesses_add(struct domain *domain, u32 program, u32 thread)
{
	u32 i;

	for (i = 0; i < OBJECTS; i++) {
		struct access *found = NULL;
		char name[32];
		int ret;

		snprintf(name, sizeof(name), "/tmp/%u/%u", program, nth_of(i, OBJECTS, thread));
		ret = access_intern(domain, ACCESS_FILE_READ, name, strlen(name), GFP_KERNEL,
				    thread, &found);
		check(ret == 0 || ret == 1);
		check(found->object->len == strlen(name));
		access_use(found, 1, thread);
		__atomic_add_fetch(&reported_new, ret, __ATOMIC_RELAXED);
	}
}

static void domain_adder(u32 thread)
{
	u32 i, j;

	for (i = 0; i < PROGRAMS; i++) {
		u32 program = nth_of(i, PROGRAMS, thread);
		struct domain *parent = domain_of(domain_kernel, program);

		accesses_add(parent, program, thread);
		for (j = 0; j < PROGRAMS; j++)
			accesses_add(domain_of(parent, nth_of(j, PROGRAMS, thread)), program,
				     thread);
	}
}

/* Read like domain_policy: each entry of a list must be complete. */
static void policy_read(void)
{
	const struct domain *domain;
	char name[DOMAIN_NAME_MAX + 1];

	for (domain = domain_kernel; domain; domain = smp_load_acquire(&domain->next)) {
		const struct access *access = smp_load_acquire(&domain->first);

		check(domain_name(domain, " ", NULL, name, sizeof(name)) == domain->length);
		for (; access; access = smp_load_acquire(&access->next)) {
			check(access->domain == domain);
			check(READ_ONCE(access->last) < ADDERS);
			check(atomic64_read(&access->count) <= ADDERS * PROGRAMS);
			check(access->object->len == strlen(access->object->data));
		}
	}
}

/* Read counters like stat, without any ordering. */
static void stat_read(void)
{
	int i;

	for (i = 0; i < 100; i++) {
		check(domain_count() <= DOMAINS);
		check(access_count() <= DOMAINS * OBJECTS);
		check(text_bytes() < access_bytes());
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
	const struct domain *domain;
	u32 domains = 0, accesses = 0;

	reported_new = 0;
	assert_int_equal(text_init(), 0);
	assert_int_equal(domain_init(DOMAINS, SIZE_MAX), 0);
	assert_int_equal(access_init(UINT_MAX, SIZE_MAX), 0);
	race(domain_adder, domain_reader);

	for (domain = domain_kernel; domain; domain = domain->next) {
		const struct access *access;
		u32 count = 0;

		for (access = domain->first; access; access = access->next) {
			count++;
			/* Each thread used the access once per round through its domain. */
			assert_int_equal(access->last, ADDERS - 1);
			assert_int_equal(atomic64_read(&access->count), ADDERS);
		}
		assert_int_equal(count, domain == domain_kernel ? 0 : OBJECTS);
		assert_int_equal(domain->accesses, count);
		accesses += count;
		domains++;
	}
	assert_int_equal(domains, DOMAINS);
	assert_int_equal(domain_count(), DOMAINS);
	assert_int_equal(access_count(), accesses);
	/* Each access was reported as new to exactly one thread. */
	assert_int_equal(reported_new, accesses);
	access_exit();
	domain_exit();
	text_exit();
	unit_assert_clean();
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
	static struct seen_hit hits[ADDERS][SEEN_HITS];
	u32 i;

	for (i = 0; i < KEYS; i++) {
		u32 n = nth_of(i, KEYS, thread);

		if (seen_hit(hits[thread], seen_key(n), i))
			continue;
		seen_add(seen_key(n), &seen_access[n]);
		access_use(&seen_access[n], 1, i);
	}
	seen_flush(hits[thread]);
	memset(hits[thread], 0, sizeof(hits[thread]));
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
		check(!seen_find(seen_key(i + thread * KEYS)));
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

enum { USERS = 6, THINGS = 10, RESETS = 50 };

static struct domain *user[USERS];
static struct seen_hit use_hits[ADDERS][SEEN_HITS];
static u64 reported, forgotten;
static u32 reset_first;

static u64 use_key(u32 domain, u32 thing)
{
	return hash_mix(READ_ONCE(user[domain]->seed), thing) | 1;
}

/* Same as a hook: look the access up in the cache; if missing, record and cache it. */
static void use(struct seen_hit *hits, u32 domain, u32 thing)
{
	u64 key = use_key(domain, thing);
	struct access *access = NULL;
	char name[32];
	int ret;

	if (seen_hit(hits, key, 1))
		return;
	snprintf(name, sizeof(name), "/tmp/%u", thing);
	ret = access_intern(user[domain], ACCESS_FILE_READ, name, strlen(name), GFP_KERNEL, 1,
			    &access);
	check(ret == 0 || ret == 1);
	__atomic_add_fetch(&reported, ret, __ATOMIC_RELAXED);
	access_use(access, 1, 1);
	seen_add(key, access);
}

static void reset_adder(u32 thread)
{
	u32 last = reset_first + RESETS, domain, thing;

	while (generation_now() < last) {
		for (domain = 0; domain < USERS; domain++) {
			for (thing = 0; thing < THINGS; thing++)
				use(use_hits[thread], nth_of(domain, USERS, thread),
				    nth_of(thing, THINGS, thread));
			/* Simulate an execution. */
			domain_of(user[domain / 2], domain);
		}
	}
}

/* An access that is cached with a current key is recorded in the current generation. */
static void reset_check(void)
{
	u32 domain, thing;

	for (domain = 0; domain < USERS; domain++) {
		for (thing = 0; thing < THINGS; thing++) {
			const struct access *access = seen_find(use_key(domain, thing));

			check(!access || generation_knows(&access->in, generation_now()));
		}
	}
}

/* Read like domain_policy that was opened some time ago. */
static void reset_read(void)
{
	u32 number = generation_now(), known = 0;
	const struct domain *domain;
	const struct access *access;

	for (domain = domain_kernel; domain; domain = smp_load_acquire(&domain->next)) {
		access = smp_load_acquire(&domain->first);
		for (; access; access = smp_load_acquire(&access->next)) {
			if (!generation_knows(&access->in, number))
				continue;
			check(READ_ONCE(access->first) == 1);
			known++;
		}
	}
	check(known <= USERS * THINGS);
}

static void reset_reader(u32 thread)
{
	if (thread % 2) {
		reset_read();
		return;
	}
	forgotten += access_forget();
	reset_check();
	seen_forget();
	reset_check();
}

static void reset_flush(void)
{
	u32 thread;

	for (thread = 0; thread < ADDERS; thread++)
		seen_flush(use_hits[thread]);
}

static void reset_race(void **state)
{
	u32 domain, thing, thread;
	struct access *access;

	(void)state;
	reported = 0;
	forgotten = 0;
	reset_first = generation;
	memset(use_hits, 0, sizeof(use_hits));
	assert_int_equal(text_init(), 0);
	assert_int_equal(domain_init(100, SIZE_MAX), 0);
	assert_int_equal(access_init(UINT_MAX, SIZE_MAX), 0);
	assert_int_equal(seen_init(1024), 0);
	for (domain = 0; domain < USERS; domain++)
		user[domain] = domain_of(domain ? user[domain - 1] : domain_kernel, domain);
	race(reset_adder, reset_reader);
	/* Each access was reported as new once per generation. */
	assert_int_equal(reported, forgotten + access_count());

	/* After the last reset, all accesses are recorded and all uses counted. */
	reset_flush();
	access_forget();
	reset_flush();
	for (thread = 0; thread < ADDERS; thread++) {
		for (domain = 0; domain < USERS; domain++) {
			for (thing = 0; thing < THINGS; thing++)
				use(use_hits[thread], domain, thing);
		}
	}
	reset_flush();
	assert_int_equal(access_count(), USERS * THINGS);
	assert_int_equal(access_forgotten(), 0);
	for (domain = 0; domain < USERS; domain++) {
		assert_true(generation_knows(&user[domain]->in, generation));
		for (access = user[domain]->first; access; access = access->next)
			assert_int_equal(atomic64_read(&access->count), ADDERS);
	}
	seen_exit();
	access_exit();
	domain_exit();
	text_exit();
	unit_assert_clean();
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
	loff_t position;
	int i;

	for (i = 0; i < 50; i++) {
		/* Rules that no thread changes always have effect. */
		check(transition_find(domain_kernel, "/first") == TRANSITION_INITIALIZE);
		check(transition_find(domain_kernel, "/last") == TRANSITION_RESET);
		check(transition_find(domain_kernel, "/grouped") == TRANSITION_KEEP);
		check(transition_find(domain_kernel, "/in") == TRANSITION_CHILD);
		name = transition_aggregate(domain_kernel, "/shared");
		check(!strcmp(name, "/shared") || !strcmp(name, "/other"));
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
	assert_int_equal(text_init(), 0);
	assert_int_equal(domain_init(10, SIZE_MAX), 0);
	rule_edit("initialize_domain /first");
	rule_edit("path_group GROUP /grouped");
	rule_edit("keep_domain @GROUP from any");
	rule_edit("reset_domain /last");
	race(transition_adder, transition_reader);
	transition_exit();
	assert_int_equal(transition_bytes(), 0);
	domain_exit();
	text_exit();
	unit_assert_clean();
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
