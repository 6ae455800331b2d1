// SPDX-License-Identifier: GPL-2.0-only
/* The set: growth, failing growth, removal, destruction during growth. */
#include "core/set.h"
#include "unit.h"

struct number {
	struct set_entry entry;
	u32 value;
	int released;
};

static struct number *number_of(struct set_entry *entry)
{
	return container_of(entry, struct number, entry);
}

static bool number_match(const struct set_entry *entry, const void *key)
{
	return container_of(entry, struct number, entry)->value == *(const u32 *)key;
}

static void number_release(struct set_entry *entry)
{
	number_of(entry)->released++;
}

/* Numbers with hashes that are spread, or that @hash computes. */
static struct number *numbers_create(u32 count, u32 (*hash)(u32 value))
{
	struct number *numbers = calloc(count, sizeof(*numbers));
	u32 i;

	assert_non_null(numbers);
	for (i = 0; i < count; i++) {
		numbers[i].value = i;
		numbers[i].entry.hash = hash ? hash(i) : (u32)hash_mix(0, i);
	}
	return numbers;
}

/* Add an entry like the users of the set, but without checking whether it exists. */
static int number_add(struct set *set, struct number *number, gfp_t gfp)
{
	unsigned long flags;
	int err;

	set_make_room(set, gfp);
	spin_lock_irqsave(&set->lock, flags);
	err = set_add_locked(set, &number->entry);
	spin_unlock_irqrestore(&set->lock, flags);
	return err;
}

static bool number_is_in(struct set *set, const struct number *number)
{
	struct set_entry *entry;

	rcu_read_lock();
	entry = set_find(set, number->entry.hash, number_match, &number->value);
	rcu_read_unlock();
	assert_true(!entry || number_of(entry) == number);
	return entry;
}

/* The first @count numbers are in the set, the others up to @all are not. */
static void assert_has(struct set *set, const struct number *numbers, u32 count, u32 all)
{
	u32 i;

	assert_int_equal(set->count, count);
	for (i = 0; i < all; i++)
		assert_int_equal(number_is_in(set, &numbers[i]), i < count);
}

static void assert_destroys(struct set *set, struct number *numbers, u32 count, u32 all)
{
	static const struct set nothing;
	u32 i;

	set_destroy(set, number_release);
	for (i = 0; i < all; i++)
		assert_int_equal(numbers[i].released, i < count);
	/* Not the lock: its content depends on the platform. */
	assert_null(set->table);
	assert_null(set->old);
	assert_int_equal(set->count, nothing.count);
	free(numbers);
	unit_assert_clean();
}

static void empty(void **state)
{
	struct number number = { .value = 1 };
	struct set set = { 0 };

	(void)state;
	set_destroy(&set, number_release);
	shim_fail_at(1);
	assert_int_equal(set_init(&set, 16), -ENOMEM);
	set_destroy(&set, number_release);
	assert_int_equal(set_init(&set, 16), 0);
	assert_false(number_is_in(&set, &number));
	set_destroy(&set, number_release);
	set_destroy(&set, number_release);
	assert_int_equal(number.released, 0);
	unit_assert_clean();
}

/* After each addition, all entries are found. */
static void grow_finds_all(void **state)
{
	enum { COUNT = 3000 };
	u32 slots, i;

	(void)state;
	for (slots = 1; slots <= 64; slots *= 8) {
		struct number *numbers = numbers_create(COUNT, NULL);
		struct set set;

		assert_int_equal(set_init(&set, slots), 0);
		for (i = 0; i < COUNT; i++) {
			assert_int_equal(number_add(&set, &numbers[i], GFP_KERNEL), 0);
			assert_has(&set, numbers, i + 1, COUNT);
		}
		assert_destroys(&set, numbers, COUNT, COUNT);
	}
}

/* Many entries: a few are looked up after each addition, and all while entries move. */
static void grow_many(void **state)
{
	enum { COUNT = 100000 };
	struct number *numbers = numbers_create(COUNT, NULL);
	u32 i, j, cursor = 0, moves = 0;
	struct set set;

	(void)state;
	assert_int_equal(set_init(&set, 16), 0);
	for (i = 0; i < COUNT; i++) {
		bool moved = set.old;

		assert_int_equal(number_add(&set, &numbers[i], GFP_KERNEL), 0);
		assert_true(number_is_in(&set, &numbers[i]));
		for (j = 0; j < 32; j++) {
			cursor = (cursor + 1) % (i + 1);
			assert_true(number_is_in(&set, &numbers[cursor]));
		}
		/* A move has begun or ended, or has moved a multiple of 8192 slots. */
		if (moved != !!set.old || (set.old && set.moved % 8192 == 0)) {
			assert_has(&set, numbers, i + 1, min(i + 1000, (u32)COUNT));
			moves++;
		}
		if (i % 100 == 0)
			shim_rcu_run();
	}
	assert_in_range(moves, 20, 200);
	assert_has(&set, numbers, COUNT, COUNT);
	assert_destroys(&set, numbers, COUNT, COUNT);
}

static u32 hash_same(u32 value)
{
	(void)value;
	return 12345;
}

static u32 hash_last(u32 value)
{
	return ~(value % 3);
}

static u32 hash_high(u32 value)
{
	return value << 20;
}

/* Entries that collide in the same slots, also at the end of the table. */
static void collisions(void **state)
{
	static u32 (*const hashes[])(u32) = { hash_same, hash_last, hash_high };
	enum { COUNT = 500 };
	u32 i, kind;

	(void)state;
	for (kind = 0; kind < ARRAY_SIZE(hashes); kind++) {
		struct number *numbers = numbers_create(COUNT, hashes[kind]);
		struct set set;

		assert_int_equal(set_init(&set, 8), 0);
		for (i = 0; i < COUNT; i++) {
			assert_int_equal(number_add(&set, &numbers[i], GFP_KERNEL), 0);
			assert_has(&set, numbers, i + 1, COUNT);
		}
		assert_destroys(&set, numbers, COUNT, COUNT);
	}
}

/* The set grows when half full, moves a few slots per addition, and frees the old table. */
static void grow_moves_a_few_slots(void **state)
{
	enum { SLOTS = 4096, HALF = SLOTS / 2 - 1, STEPS = SLOTS / 16 };
	struct number *numbers = numbers_create(SLOTS, NULL);
	size_t bytes, header;
	struct set set;
	u32 i, steps;

	(void)state;
	assert_int_equal(set_init(&set, SLOTS), 0);
	bytes = set_bytes(&set);
	header = bytes - SLOTS * sizeof(void *);
	assert_int_equal(shim_allocation_bytes(), bytes);
	assert_in_range(header, 1, 64);
	for (i = 0; i < HALF; i++) {
		assert_int_equal(number_add(&set, &numbers[i], GFP_KERNEL), 0);
		assert_null(set.old);
	}
	assert_int_equal(shim_live(), 1);

	for (steps = 1; steps < STEPS; steps++) {
		assert_int_equal(number_add(&set, &numbers[i++], GFP_KERNEL), 0);
		assert_non_null(set.old);
		assert_int_equal(set_bytes(&set), 3 * bytes - header);
	}
	assert_int_equal(shim_live(), 2);
	assert_int_equal(number_add(&set, &numbers[i++], GFP_KERNEL), 0);
	assert_null(set.old);
	assert_int_equal(set_bytes(&set), 2 * bytes - header);
	/* Readers may still use the old table. */
	assert_int_equal(shim_live(), 2);
	shim_rcu_run();
	assert_int_equal(shim_live(), 1);
	assert_has(&set, numbers, i, SLOTS);
	assert_destroys(&set, numbers, i, SLOTS);
}

/* Without memory the set fills up to 7/8 and loses no entry. */
static void grow_fails(void **state)
{
	static const struct {
		u32 slots;
		u32 room;
	} cases[] = { { 1, 0 }, { 2, 1 }, { 4, 3 }, { 8, 7 }, { 16, 14 }, { 4096, 3584 } };
	u32 c, i;

	(void)state;
	for (c = 0; c < ARRAY_SIZE(cases); c++) {
		u32 room = cases[c].room, all = room + 5000;
		struct number *numbers = numbers_create(all, NULL);
		struct set set;

		assert_int_equal(set_init(&set, cases[c].slots), 0);
		shim_fail_from(1);
		for (i = 0; i < room; i++)
			assert_int_equal(number_add(&set, &numbers[i], GFP_ATOMIC), 0);
		for (i = 0; i < 3; i++)
			assert_int_equal(number_add(&set, &numbers[room], GFP_KERNEL),
					 -ENOMEM);
		assert_true(shim_has_failed());
		assert_int_equal(shim_live(), 1);
		assert_has(&set, numbers, room, all);
		shim_fail_at(0);
		for (i = room; i < all; i++)
			assert_int_equal(number_add(&set, &numbers[i], GFP_KERNEL), 0);
		assert_has(&set, numbers, all, all);
		assert_destroys(&set, numbers, all, all);
	}
}

/* In atomic context no allocation may sleep: the shim would die. */
static void grow_atomic(void **state)
{
	enum { COUNT = 5000 };
	struct number *numbers = numbers_create(COUNT, NULL);
	struct set set;
	u32 i;

	(void)state;
	assert_int_equal(set_init(&set, 16), 0);
	rcu_read_lock();
	for (i = 0; i < COUNT; i++)
		assert_int_equal(number_add(&set, &numbers[i], GFP_ATOMIC), 0);
	rcu_read_unlock();
	assert_has(&set, numbers, COUNT, COUNT);
	assert_destroys(&set, numbers, COUNT, COUNT);
}

/*
 * With GFP_NOFS the set can grow beyond the largest size for kmalloc(), although kvzalloc() needs
 * all flags of GFP_KERNEL for this before 5.17 (see set.c).
 */
static void grow_beyond_kmalloc(void **state)
{
	enum { SLOTS = 1 << 18, COUNT = SLOTS };
	struct number *numbers = numbers_create(COUNT, NULL);
	struct set set;
	u32 i;

	(void)state;
	assert_int_equal(set_init(&set, SLOTS), 0);
	for (i = 0; i < COUNT; i++)
		assert_int_equal(number_add(&set, &numbers[i], GFP_NOFS | __GFP_NOWARN),
				 0);
	assert_true(set_bytes(&set) > KMALLOC_MAX_SIZE);
	assert_has(&set, numbers, COUNT, COUNT);
	assert_destroys(&set, numbers, COUNT, COUNT);
}

static void room_not_needed(void **state)
{
	struct number *numbers = numbers_create(16, NULL);
	unsigned long allocations;
	struct set set;
	u32 i;

	(void)state;
	assert_int_equal(set_init(&set, 16), 0);
	allocations = shim_allocations();
	for (i = 0; i < 7; i++)
		assert_int_equal(number_add(&set, &numbers[i], GFP_KERNEL), 0);
	assert_int_equal(shim_allocations(), allocations);
	/* Half full: it grows once, and not again while its entries move. */
	for (i = 0; i < 3; i++)
		set_make_room(&set, GFP_KERNEL);
	assert_int_equal(shim_allocations(), allocations + 1);
	assert_has(&set, numbers, 7, 16);
	assert_destroys(&set, numbers, 7, 16);
}

static void make_room(void *set)
{
	set_make_room(set, GFP_KERNEL);
}

/* Another CPU makes room while this one waits for memory. */
static void room_made_by_another_cpu(void **state)
{
	struct number *numbers = numbers_create(40, NULL);
	struct set set;
	u32 i;

	(void)state;
	assert_int_equal(set_init(&set, 64), 0);
	for (i = 0; i < 35; i++) {
		if (i == 31)
			shim_on_alloc(make_room, &set);
		assert_int_equal(number_add(&set, &numbers[i], GFP_KERNEL), 0);
		assert_has(&set, numbers, i + 1, 40);
	}
	shim_rcu_run();
	assert_int_equal(shim_live(), 1);
	assert_destroys(&set, numbers, 35, 40);
}

struct whole_move {
	struct set *set;
	struct number *numbers;
	u32 from;
	u32 to;
	size_t bytes;	/* size of the tables afterwards */
};

static void add_all(void *arg)
{
	struct whole_move *move = arg;
	u32 i;

	for (i = move->from; i < move->to; i++)
		assert_int_equal(number_add(move->set, &move->numbers[i], GFP_KERNEL), 0);
	move->bytes = set_bytes(move->set);
}

/* Another CPU grows the set, fills it and moves all entries before this one continues. */
static void set_filled_by_another_cpu(void **state)
{
	enum { COUNT = 100, FIRST = 31, SECOND = 90 };
	struct number *numbers = numbers_create(COUNT, NULL);
	struct set set;
	struct whole_move move = { &set, numbers, FIRST, SECOND, 0 };
	u32 i;

	(void)state;
	assert_int_equal(set_init(&set, 64), 0);
	for (i = 0; i < FIRST; i++)
		assert_int_equal(number_add(&set, &numbers[i], GFP_KERNEL), 0);
	shim_on_alloc(add_all, &move);
	set_make_room(&set, GFP_KERNEL);
	assert_int_equal(set_bytes(&set), move.bytes);
	assert_has(&set, numbers, SECOND, COUNT);
	move.from = SECOND;
	move.to = COUNT;
	add_all(&move);
	assert_has(&set, numbers, COUNT, COUNT);
	assert_destroys(&set, numbers, COUNT, COUNT);
}

/* Destroying the set at any step of its growth releases each entry once. */
static void destroy_at_each_step(void **state)
{
	enum { COUNT = 300 };
	u32 stop, i;

	(void)state;
	for (stop = 0; stop <= COUNT; stop++) {
		struct number *numbers = numbers_create(COUNT, stop % 2 ? hash_last : NULL);
		struct set set;

		assert_int_equal(set_init(&set, 64), 0);
		for (i = 0; i < stop; i++)
			assert_int_equal(number_add(&set, &numbers[i], GFP_KERNEL), 0);
		/* The set has grown, and no entry has moved yet. */
		if (stop % 3 == 0)
			set_make_room(&set, GFP_KERNEL);
		assert_destroys(&set, numbers, stop, COUNT);
	}
}

static void number_remove(struct set *set, struct number *number)
{
	unsigned long flags;

	spin_lock_irqsave(&set->lock, flags);
	set_remove_locked(set, &number->entry);
	spin_unlock_irqrestore(&set->lock, flags);
}

/* The numbers are in the set whose element of @in is true. */
static void assert_has_these(struct set *set, const struct number *numbers, const bool *in,
			     u32 all)
{
	u32 i, count = 0;

	for (i = 0; i < all; i++) {
		assert_int_equal(number_is_in(set, &numbers[i]), in[i]);
		count += in[i];
	}
	assert_int_equal(set_count(set), count);
}

static void remove_and_add(void **state)
{
	static u32 (*const hashes[])(u32) = { NULL, hash_same, hash_last, hash_high };
	enum { COUNT = 200, STEPS = 3000 };
	u64 seed = 7;
	u32 kind, i;

	(void)state;
	for (kind = 0; kind < ARRAY_SIZE(hashes); kind++) {
		struct number *numbers = numbers_create(COUNT, hashes[kind]);
		bool in[COUNT] = { false };
		struct set set;

		assert_int_equal(set_init(&set, 4), 0);
		for (i = 0; i < STEPS; i++) {
			u32 one = unit_random(&seed) % COUNT;

			if (in[one])
				number_remove(&set, &numbers[one]);
			else
				assert_int_equal(number_add(&set, &numbers[one], GFP_KERNEL), 0);
			in[one] = !in[one];
			assert_has_these(&set, numbers, in, COUNT);
		}
		/* About half of the numbers are in: two tables of 512 slots at most. */
		assert_in_range(set_bytes(&set), 256 * sizeof(void *), 1040 * sizeof(void *));
		set_destroy(&set, number_release);
		for (i = 0; i < COUNT; i++)
			assert_int_equal(numbers[i].released, in[i]);
		free(numbers);
		unit_assert_clean();
	}
}

/* At each step of a growth, remove entries that are in the old table, in the new, in both. */
static void remove_during_growth(void **state)
{
	enum { SLOTS = 128, HALF = SLOTS / 2 - 1, STEPS = SLOTS / 16, COUNT = HALF + STEPS + 1 };
	u32 steps, every, i;

	(void)state;
	for (steps = 0; steps <= STEPS; steps++) {
		for (every = 1; every <= 3; every++) {
			struct number *numbers = numbers_create(COUNT, NULL);
			bool in[COUNT] = { false };
			struct set set;

			assert_int_equal(set_init(&set, SLOTS), 0);
			for (i = 0; i < HALF + steps; i++) {
				assert_int_equal(number_add(&set, &numbers[i], GFP_KERNEL), 0);
				in[i] = true;
			}
			assert_int_equal(!!set.old, steps > 0 && steps < STEPS);
			for (i = every - 1; i < HALF + steps; i += every) {
				number_remove(&set, &numbers[i]);
				in[i] = false;
				assert_has_these(&set, numbers, in, COUNT);
			}
			/* The rest of the growth does not bring them back. */
			for (i = HALF + steps; i < COUNT; i++) {
				assert_int_equal(number_add(&set, &numbers[i], GFP_KERNEL), 0);
				in[i] = true;
				assert_has_these(&set, numbers, in, COUNT);
			}
			assert_null(set.old);
			set_destroy(&set, number_release);
			for (i = 0; i < COUNT; i++)
				assert_int_equal(numbers[i].released, in[i]);
			free(numbers);
			unit_assert_clean();
		}
	}
}

/* A table full of removed entries is replaced by one of the same size. */
static void removed_take_no_memory(void **state)
{
	enum { SLOTS = 64, KEPT = SLOTS / 4 - 1, COUNT = 10000 };
	struct number *numbers = numbers_create(COUNT, NULL);
	bool in[COUNT] = { false };
	struct set set;
	size_t bytes;
	u32 i;

	(void)state;
	assert_int_equal(set_init(&set, SLOTS), 0);
	bytes = set_bytes(&set);
	for (i = 0; i < COUNT; i++) {
		assert_int_equal(number_add(&set, &numbers[i], GFP_KERNEL), 0);
		in[i] = true;
		if (i >= KEPT - 1) {
			number_remove(&set, &numbers[i - (KEPT - 1)]);
			in[i - (KEPT - 1)] = false;
		}
		assert_in_range(set_bytes(&set), bytes, 2 * bytes);
		if (i % 100 == 0)
			assert_has_these(&set, numbers, in, COUNT);
	}
	shim_rcu_run();
	assert_int_equal(shim_live(), set.old ? 2 : 1);
	/* Without memory it fills up, and has room again afterwards. */
	shim_fail_from(1);
	for (i = 0; number_add(&set, &numbers[i], GFP_ATOMIC) == 0; i++)
		number_remove(&set, &numbers[i]);
	assert_in_range(i, 1, SLOTS);
	shim_fail_at(0);
	assert_int_equal(number_add(&set, &numbers[0], GFP_KERNEL), 0);
	in[0] = true;
	assert_has_these(&set, numbers, in, COUNT);
	set_destroy(&set, number_release);
	for (i = 0; i < COUNT; i++)
		assert_int_equal(numbers[i].released, in[i]);
	free(numbers);
	unit_assert_clean();
}

/* At any step of its growth, a cleared set has released each entry once, and is empty. */
static void clear_at_each_step(void **state)
{
	enum { COUNT = 300, SLOTS = 64 };
	size_t bytes;
	u32 stop, i;

	(void)state;
	for (stop = 0; stop <= COUNT; stop++) {
		struct number *numbers = numbers_create(COUNT, stop % 2 ? hash_last : NULL);
		bool fails = stop % 5 == 0;
		struct set set;

		assert_int_equal(set_init(&set, SLOTS), 0);
		bytes = set_bytes(&set);
		for (i = 0; i < stop; i++)
			assert_int_equal(number_add(&set, &numbers[i], GFP_KERNEL), 0);
		if (stop % 3 == 0)
			set_make_room(&set, GFP_KERNEL);
		/* One of the entries was removed before. */
		if (stop)
			number_remove(&set, &numbers[stop / 2]);
		shim_fail_at(fails);
		set_clear(&set, SLOTS, number_release);
		shim_fail_at(0);
		for (i = 0; i < COUNT; i++) {
			assert_int_equal(numbers[i].released, i < stop && i != stop / 2);
			numbers[i].released = 0;
		}
		assert_has(&set, numbers, 0, COUNT);
		shim_rcu_run();
		assert_int_equal(shim_live(), 1);
		if (!fails)
			assert_int_equal(set_bytes(&set), bytes);
		for (i = 0; i < COUNT; i++)
			assert_int_equal(number_add(&set, &numbers[i], GFP_KERNEL), 0);
		assert_has(&set, numbers, COUNT, COUNT);
		assert_destroys(&set, numbers, COUNT, COUNT);
	}
}

/* An empty set of the right size needs no memory to be cleared. */
static void clear_empty(void **state)
{
	struct number *numbers = numbers_create(1, NULL);
	unsigned long allocations;
	struct set set;

	(void)state;
	assert_int_equal(set_init(&set, 64), 0);
	allocations = shim_allocations();
	set_clear(&set, 64, number_release);
	assert_int_equal(shim_allocations(), allocations);
	assert_int_equal(number_add(&set, &numbers[0], GFP_KERNEL), 0);
	assert_destroys(&set, numbers, 1, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		unit_case(empty),
		unit_case(grow_finds_all),
		unit_case(grow_many),
		unit_case(collisions),
		unit_case(grow_moves_a_few_slots),
		unit_case(grow_fails),
		unit_case(grow_atomic),
		unit_case(grow_beyond_kmalloc),
		unit_case(room_not_needed),
		unit_case(room_made_by_another_cpu),
		unit_case(set_filled_by_another_cpu),
		unit_case(destroy_at_each_step),
		unit_case(remove_and_add),
		unit_case(remove_during_growth),
		unit_case(removed_take_no_memory),
		unit_case(clear_at_each_step),
		unit_case(clear_empty),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
