// SPDX-License-Identifier: GPL-2.0-only
/*
 * Counts the values of each word of accesses: there is a counter for each directory, address and
 * so on. Counters are found by a keyed 64-bit hash of what they count; like accesses, they belong
 * to a generation. Pure C: see core/platform.h.
 */
#include "core/domain.h"
#include "core/set.h"
#include "core/share.h"
#include "fold.h"
#include "fold_counter.h"
#include "fold_word.h"

/* Number of slots of an empty set. */
#define SLOTS 1024

/*
 * A domain may have COUNTERS_PER_ACCESS counters for each of its max_domain_accesses, and for
 * COUNTERS_SPARE more: a path has a counter for each directory, and a user can make the
 * directories of paths that other users access.
 */
#define COUNTERS_PER_ACCESS 16
#define COUNTERS_SPARE 64

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

/**
 * counter_exists() - check whether a counter exists
 * @key: key of the counter
 *
 * Context: any.
 * Return: true if it exists.
 */
bool counter_exists(u64 key)
{
	bool exists;

	rcu_read_lock();
	exists = counter_find(generation_now(), key);
	rcu_read_unlock();
	return exists;
}

/**
 * counter_is_full() - check whether a counter has reached a bound
 * @key: key of the counter
 * @what: kind of values
 * @bound: number of values
 *
 * Context: any.
 * Return: true if no further value is within @bound.
 */
bool counter_is_full(u64 key, enum count what, u32 bound)
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
 * count_value() - count one more value
 * @fold: access
 * @key: key of the counter
 * @what: kind of the value
 * @bound: number of values; 0: no bound
 *
 * Context: any that @fold->gfp allows.
 * Return: 1 if the value is within @bound; 0 if the bound is reached; -EDQUOT, -ENOSPC or -ENOMEM
 * if there is no counter and none can be added.
 */
int count_value(const struct fold *fold, u64 key, enum count what, u32 bound)
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

/**
 * note_value() - note that a value was seen
 * @fold: access
 * @key: hash of the value: key of a counter of its own
 *
 * Context: any that @fold->gfp allows.
 * Return: 0, -EDQUOT, -ENOSPC or -ENOMEM.
 */
int note_value(const struct fold *fold, u64 key)
{
	int ret = count_value(fold, key, COUNT_NONE, 1);

	return min(ret, 0);
}

/**
 * count_distinct() - count a value unless it was counted before
 * @fold: access
 * @key: key of the counter of the values
 * @value: hash of the value, which becomes the key of a counter of its own
 * @what: kind of the value
 * @bound: number of values; 0: no bound
 *
 * Context: any that @fold->gfp allows.
 * Return: as count_value().
 */
int count_distinct(const struct fold *fold, u64 key, u64 value, enum count what, u32 bound)
{
	int ret;

	if (!fold->is_full && (!bound || counter_exists(value)))
		return 1;
	ret = count_value(fold, key, what, bound);
	return ret > 0 ? note_value(fold, value) ?: 1 : ret;
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

/**
 * fold_init() - initialise the words and the sets of counters
 *
 * Context: may sleep; after share_init().
 * Return: 0, or -ENOMEM.
 */
int fold_init(void)
{
	words_init();
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
