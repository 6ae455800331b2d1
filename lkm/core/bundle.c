// SPDX-License-Identifier: GPL-2.0-only
/*
 * A bundle consists of accesses that are repeated together, such as the names in an
 * environment. One lookup finds all of them, and one addition counts a use of each. A flush
 * later adds the uses to the accesses. A full table evicts bundles; the accesses of an
 * evicted bundle are then looked up one by one again.
 */
#include <linux/kernel.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

#include "access.h"
#include "bundle.h"
#include "domain.h"
#include "login.h"

/* Number of places for each key, and number of bits of a key that select them. */
#define BUNDLES_WAYS 4
#define BUNDLES_BITS 7

static struct bundle __rcu *bundles[1 << BUNDLES_BITS][BUNDLES_WAYS];

/* Protects @flushed of all bundles. BHs off: bundles are also flushed in RCU callbacks. */
static DEFINE_SPINLOCK(flush_lock);

/* Memory of all bundles, including those that wait for a grace period before they are freed. */
static atomic_long_t bytes = ATOMIC_LONG_INIT(0);

static struct bundle __rcu **bundles_of(u64 key)
{
	return bundles[key >> (64 - BUNDLES_BITS)];
}

static size_t bundle_size(u32 room)
{
	return offsetof(struct bundle, accesses) + room * sizeof(struct access *);
}

static size_t bundle_bytes_of(const struct bundle *bundle)
{
	return bundle_size(bundle->room) + num_possible_cpus() * sizeof(*bundle->uses);
}

/* Adds the uses since the last flush to the accesses of a bundle. */
static void bundle_flush_one(struct bundle *bundle)
{
	u32 uses = 0, i;
	int cpu;

	spin_lock_bh(&flush_lock);
	for_each_possible_cpu(cpu)
		uses += READ_ONCE(*per_cpu_ptr(bundle->uses, cpu));
	/* Pairs with smp_wmb() in bundle_use(): @last is at least as new as the uses. */
	smp_rmb();
	for (i = 0; uses != bundle->flushed && i < bundle->count; i++)
		access_add_uses(bundle->accesses[i], bundle->login, uses - bundle->flushed,
				READ_ONCE(bundle->last));
	bundle->flushed = uses;
	spin_unlock_bh(&flush_lock);
}

/**
 * bundle_create() - allocate a bundle
 * @domain: domain of the accesses
 * @room: maximum number of accesses
 * @gfp: allocation flags
 *
 * The caller then looks up the accesses, fills them in and passes the bundle to bundle_add() or
 * bundle_free().
 *
 * Context: any that @gfp allows.
 * Return: the bundle, or NULL if @room exceeds BUNDLE_MAX or no memory is available.
 */
struct bundle *bundle_create(const struct domain *domain, u32 room, gfp_t gfp)
{
	struct bundle *bundle = room <= BUNDLE_MAX ? kzalloc(bundle_size(room), gfp) : NULL;

	if (!bundle)
		return NULL;
	bundle->uses = alloc_percpu_gfp(u32, gfp);
	if (!bundle->uses) {
		kfree(bundle);
		return NULL;
	}
	bundle->room = room;
	bundle->login = login_current();
	/* Before the lookups: bundle_add() finds out whether a reset came in between. */
	bundle->seed = smp_load_acquire(&domain->seed);
	return bundle;
}

/**
 * bundle_free() - free a bundle that was not added
 * @bundle: bundle from bundle_create(), or NULL
 *
 * Context: any.
 */
void bundle_free(struct bundle *bundle)
{
	if (!bundle)
		return;
	free_percpu(bundle->uses);
	kfree(bundle);
}

/* Adds the last uses to the accesses, then frees the bundle. */
static void bundle_retire(struct bundle *bundle)
{
	bundle_flush_one(bundle);
	atomic_long_sub(bundle_bytes_of(bundle), &bytes);
	bundle_free(bundle);
}

static void bundle_retire_rcu(struct rcu_head *rcu)
{
	bundle_retire(container_of(rcu, struct bundle, rcu));
}

/* Replaces the bundle in a place, if any, by @next, which may be NULL. */
static void bundle_replace(struct bundle __rcu **place, struct bundle *next)
{
	struct bundle *old = unrcu_pointer(xchg(place, RCU_INITIALIZER(next)));

	if (!old)
		return;
	/* bundle_use() may still find it: add these uses after the grace period. */
	bundle_flush_one(old);
	call_rcu(&old->rcu, bundle_retire_rcu);
}

/**
 * bundle_add() - add a bundle to the table
 * @bundle: bundle from bundle_create() with its accesses filled in; consumed
 * @domain: domain of the accesses
 * @accesses: number of its accesses
 * @key: keyed 64-bit hash of the seed of the domain and of all accesses
 *
 * A bundle whose accesses were looked up under an older seed of the domain is freed: a reset may
 * free such accesses at any time.
 *
 * Context: any; takes no lock. If two callers add the same accesses at once, the table may
 * keep both bundles. Each counts its own uses.
 */
void bundle_add(struct bundle *bundle, const struct domain *domain, u32 accesses, u64 key)
{
	static atomic_t turn = ATOMIC_INIT(0);
	struct bundle __rcu **place = bundles_of(key);
	unsigned int way;

	bundle->key = key;
	bundle->count = accesses;
	atomic_long_add(bundle_bytes_of(bundle), &bytes);
	for (way = 0; way < BUNDLES_WAYS; way++) {
		if (!rcu_access_pointer(place[way]))
			break;
	}
	if (way == BUNDLES_WAYS)
		way = (unsigned int)atomic_inc_return(&turn) % BUNDLES_WAYS;
	/* A reset waits for tasks that read the old seed, and then empties the table. */
	rcu_read_lock();
	if (bundle->seed == READ_ONCE(domain->seed))
		bundle_replace(&place[way], bundle);
	else
		bundle_retire(bundle);
	rcu_read_unlock();
}

/**
 * bundle_forget() - empty the table, whose bundles a reset has made useless
 *
 * Context: may sleep. Allocates nothing. Bundles that are added meanwhile may be removed
 * as well.
 */
void bundle_forget(void)
{
	size_t i, way;

	for (i = 0; i < ARRAY_SIZE(bundles); i++) {
		for (way = 0; way < BUNDLES_WAYS; way++)
			bundle_replace(&bundles[i][way], NULL);
	}
}

/**
 * bundle_use() - count one use of all accesses of a bundle if it is in the table
 * @key: key as for bundle_add()
 * @now: current time in seconds since 1970
 *
 * Context: process context; takes no lock and allocates nothing.
 * Return: the number of accesses, or 0 if the bundle is not in the table.
 */
u32 bundle_use(u64 key, u32 now)
{
	struct bundle __rcu **place = bundles_of(key);
	u32 used = 0;
	unsigned int way;

	/* Cheaper than rcu_read_lock(), which is a function call. */
	rcu_read_lock_sched();
	for (way = 0; way < BUNDLES_WAYS; way++) {
		struct bundle *bundle = rcu_dereference_sched(place[way]);

		if (!bundle || bundle->key != key)
			continue;
		if (READ_ONCE(bundle->last) < now)
			WRITE_ONCE(bundle->last, now);
		/* Pairs with smp_rmb() in bundle_flush_one(). */
		smp_wmb();
		__this_cpu_inc(*bundle->uses);
		used = bundle->count;
		break;
	}
	rcu_read_unlock_sched();
	return used;
}

/**
 * bundle_flush() - add the uses of all bundles to their accesses
 *
 * Does not wait for RCU, which a CPU may hold up for long. Only a use that began while its bundle
 * was replaced may be added later; rcu_barrier() waits for that.
 *
 * Context: may sleep.
 */
void bundle_flush(void)
{
	struct bundle *bundle;
	size_t i, way;

	for (i = 0; i < ARRAY_SIZE(bundles); i++) {
		rcu_read_lock();
		for (way = 0; way < BUNDLES_WAYS; way++) {
			bundle = rcu_dereference(bundles[i][way]);
			if (bundle)
				bundle_flush_one(bundle);
		}
		rcu_read_unlock();
	}
}

/**
 * bundle_bytes() - get the memory that all bundles use
 *
 * Context: any.
 * Return: the number of bytes.
 */
size_t bundle_bytes(void)
{
	return sizeof(bundles) + atomic_long_read(&bytes);
}

/**
 * bundle_exit() - free all bundles
 *
 * Context: may sleep; after hooks_detach().
 */
void bundle_exit(void)
{
	struct bundle *bundle;
	size_t i, way;

	/* Retired bundles refer to accesses, which are freed next. */
	rcu_barrier();
	for (i = 0; i < ARRAY_SIZE(bundles); i++) {
		for (way = 0; way < BUNDLES_WAYS; way++) {
			bundle = rcu_dereference_protected(bundles[i][way], true);
			RCU_INIT_POINTER(bundles[i][way], NULL);
			if (bundle)
				bundle_retire(bundle);
		}
	}
}
