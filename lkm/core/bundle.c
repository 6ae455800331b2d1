// SPDX-License-Identifier: GPL-2.0-only
/*
 * Accesses that come together again and again, as the names of an environment
 * do. Looking for them all takes one lookup, and using them all one addition;
 * each of them is told later how often that was. When the table is full it
 * forgets, and each access is looked for by itself again.
 */
#include <linux/kernel.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

#include "access.h"
#include "bundle.h"

/* Bundles that share a set, and sets. */
#define BUNDLES_WAYS 4
#define BUNDLES_BITS 7

static struct bundle __rcu *bundles[1 << BUNDLES_BITS][BUNDLES_WAYS];

/* Protects what the accesses were told. */
static DEFINE_SPINLOCK(tell_lock);

/* Out of the table, but not freed yet: somebody may be using them. */
static atomic_t retired = ATOMIC_INIT(0);

/* What those in the table and those that are retired take. */
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

/* Tells the accesses how often they were used since they were told last. */
static void bundle_tell(struct bundle *bundle)
{
	u32 uses = 0, i;
	int cpu;

	spin_lock_bh(&tell_lock);
	for_each_possible_cpu(cpu)
		uses += READ_ONCE(*per_cpu_ptr(bundle->uses, cpu));
	/* Who sees a use sees when it was. */
	smp_rmb();
	for (i = 0; uses != bundle->told && i < bundle->count; i++)
		access_use(bundle->accesses[i], uses - bundle->told, READ_ONCE(bundle->last));
	bundle->told = uses;
	spin_unlock_bh(&tell_lock);
}

/**
 * bundle_create() - room for a bundle
 * @room: how many accesses it may have
 * @gfp: how to allocate
 *
 * Context: any that @gfp allows.
 * Return: the bundle, for the caller to fill in @accesses, and to be given to
 * bundle_add() or bundle_free(); NULL when they are too many or there is no memory.
 */
struct bundle *bundle_create(u32 room, gfp_t gfp)
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
	return bundle;
}

/**
 * bundle_free() - free a bundle that was not added
 * @bundle: from bundle_create(); may be NULL
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

/* Takes the last uses with it. */
static void bundle_retire(struct bundle *bundle)
{
	bundle_tell(bundle);
	atomic_long_sub(bundle_bytes_of(bundle), &bytes);
	bundle_free(bundle);
}

static void bundle_retire_rcu(struct rcu_head *rcu)
{
	bundle_retire(container_of(rcu, struct bundle, rcu));
	atomic_dec(&retired);
}

/* @next, which may be NULL, takes the place of whichever is there. */
static void bundle_replace(struct bundle __rcu **place, struct bundle *next)
{
	struct bundle *old;

	/* Whoever does not find the old one in the table sees this. */
	atomic_inc(&retired);
	old = unrcu_pointer(xchg(place, RCU_INITIALIZER(next)));
	if (old)
		call_rcu(&old->rcu, bundle_retire_rcu);
	else
		atomic_dec(&retired);
}

/**
 * bundle_add() - remember a bundle
 * @bundle: from bundle_create(), filled in; taken over
 * @accesses: how many it has
 * @key: 64 keyed bits that stand for the domain and for all of its accesses
 *
 * Context: any; takes no lock. Two that add the same at once: it is there twice,
 * and each of them counts what it is used for.
 */
void bundle_add(struct bundle *bundle, u32 accesses, u64 key)
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
	bundle_replace(&place[way], bundle);
}

/**
 * bundle_forget() - make room: nobody will ask for what is in the table again
 *
 * Context: may sleep. Allocates nothing. What is added meanwhile may be
 * forgotten as well.
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
 * bundle_use() - count one more use of all accesses of a bundle, if it is known
 * @key: as bundle_add() had it
 * @now: seconds since 1970
 *
 * Context: task; takes no lock and allocates nothing.
 * Return: how many accesses that were; 0 when the bundle is not known.
 */
u32 bundle_use(u64 key, u32 now)
{
	struct bundle __rcu **place = bundles_of(key);
	u32 used = 0;
	unsigned int way;

	/* Cheaper than rcu_read_lock(), which is a call. */
	rcu_read_lock_sched();
	for (way = 0; way < BUNDLES_WAYS; way++) {
		struct bundle *bundle = rcu_dereference_sched(place[way]);

		if (!bundle || bundle->key != key)
			continue;
		if (READ_ONCE(bundle->last) < now)
			WRITE_ONCE(bundle->last, now);
		smp_wmb();
		__this_cpu_inc(*bundle->uses);
		used = bundle->count;
		break;
	}
	rcu_read_unlock_sched();
	return used;
}

/**
 * bundle_flush() - tell all accesses how often they were used
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
				bundle_tell(bundle);
		}
		rcu_read_unlock();
	}
	/* Those tell when they are freed. */
	if (atomic_read(&retired))
		rcu_barrier();
}

/**
 * bundle_bytes() - memory that all bundles take
 *
 * Context: any.
 * Return: bytes.
 */
size_t bundle_bytes(void)
{
	return sizeof(bundles) + atomic_long_read(&bytes);
}

/**
 * bundle_exit() - free all bundles
 *
 * Context: may sleep; no hook is called any more.
 */
void bundle_exit(void)
{
	struct bundle *bundle;
	size_t i, way;

	/* Those that were retired know accesses. */
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
