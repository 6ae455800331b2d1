// SPDX-License-Identifier: GPL-2.0-only
/*
 * A cache of recorded accesses, which recognises an access by a 64-bit key without
 * building its text. Each cell can be checked by itself, so that readers and writers need
 * no lock. A full cache overwrites entries; an access that is evicted is looked up by its
 * text again. Each CPU also has a small table of its own, in which it counts uses.
 *
 * Pure C: see platform.h.
 */
#include "access.h"
#include "hash.h"
#include "login.h"
#include "seen.h"

u64 hash_key[2];
struct seen_cell *seen_cells;
u64 seen_mask;
u32 seen_round;

/**
 * seen_add() - add an access to the cache
 * @key: key as for seen_find(); not 0
 * @access: access
 *
 * Context: any; takes no lock. If two callers write one cell at once, both entries may be
 * lost.
 */
void seen_add(u64 key, struct access *access)
{
	struct seen_cell *place = seen_place(key);
	unsigned int way, refused = SEEN_WAYS;

	for (way = 0; way < SEEN_WAYS; way++) {
		const struct access *other = READ_ONCE(place[way].access);

		if (!other || (READ_ONCE(place[way].check) ^ (uintptr_t)other) == key)
			break;
		if (other == &access_refused)
			refused = way;
	}
	if (way == SEEN_WAYS)
		way = refused;
	/* A refused access must not evict a recorded one. */
	if (way == SEEN_WAYS && access == &access_refused)
		return;
	if (way == SEEN_WAYS)
		way = (key >> 56) % SEEN_WAYS;
	/* A reader that finds the access also sees its contents. */
	smp_store_release(&place[way].access, access);
	WRITE_ONCE(place[way].check, key ^ (uintptr_t)access);
}

static void hit_flush_locked(struct seen_hits *hits, struct seen_hit *hit)
{
	/* Pairs with seen_hit_at(): @last is at least as new as the uses. */
	u32 count = smp_load_acquire(&hit->count);

	if (!hit->access || count == hit->flushed)
		return;
	access_add_uses(hit->access, hits->login[hit - hits->hit], count - hit->flushed,
			READ_ONCE(hit->last));
	hit->flushed = count;
}

/**
 * seen_hit_slow() - do the work of seen_hit() if the table of the CPU lacks the access
 * @hits: table of this CPU
 * @hit: place of @key in @hits; flushed and replaced
 * @key: key as for seen_find()
 * @now: current time in seconds since 1970
 *
 * Context: as seen_hit().
 * Return: as seen_hit().
 */
enum seen_use seen_hit_slow(struct seen_hits *hits, struct seen_hit *hit, u64 key, u32 now)
{
	struct access *access = seen_find(key);
	unsigned long flags;

	if (!access)
		return SEEN_NOT;
	/* Its record may be left out: then the next use reports it. */
	if (READ_ONCE(access->news) != ACCESS_REPORTED)
		return SEEN_KNOWN;
	/* Interrupts off: the caller may hold locks that softirqs take. */
	raw_spin_lock_irqsave(&hits->lock, flags);
	hit_flush_locked(hits, hit);
	hits->login[hit - hits->hit] = login_current();
	hit->round = READ_ONCE(seen_round);
	hit->key = key ^ hit->round;
	hit->access = access;
	WRITE_ONCE(hit->last, now);
	WRITE_ONCE(hit->count, 1);
	hit->flushed = 0;
	raw_spin_unlock_irqrestore(&hits->lock, flags);
	return SEEN_COUNTED;
}

/**
 * seen_flush() - add the counts of a CPU to the accesses
 * @hits: table of any CPU
 * @forget: whether to remove entries from before the last seen_forget(), because their accesses
 *	are about to be freed; after a grace period, so that the CPU does not count in them
 *
 * Context: any, except interrupts.
 */
void seen_flush(struct seen_hits *hits, bool forget)
{
	struct seen_hit *hit;
	unsigned long flags;

	for (hit = hits->hit; hit < hits->hit + SEEN_HITS; hit++) {
		/* One entry at a time: the CPU may wait for the lock. */
		raw_spin_lock_irqsave(&hits->lock, flags);
		hit_flush_locked(hits, hit);
		if (forget && hit->round != READ_ONCE(seen_round))
			hit->access = NULL;
		raw_spin_unlock_irqrestore(&hits->lock, flags);
	}
}

/**
 * seen_hits_create() - allocate an empty table for a CPU
 *
 * Context: may sleep.
 * Return: the table, to be freed with kvfree(); or NULL.
 */
struct seen_hits *seen_hits_create(void)
{
	struct seen_hits *hits = kvzalloc(sizeof(*hits), GFP_KERNEL);

	if (hits)
		raw_spin_lock_init(&hits->lock);
	return hits;
}

/**
 * seen_forget() - empty the cache, whose entries a reset has made useless
 *
 * The tables of the CPUs are out of date, too: seen_flush() removes their entries.
 *
 * Context: may sleep. Entries that are added meanwhile may be removed as well.
 */
void seen_forget(void)
{
	size_t cells = seen_mask + SEEN_WAYS, i;

	/* By 2: bit 0 of each key is set, so that key XOR seen_round is never 0 (no entry). */
	WRITE_ONCE(seen_round, seen_round + 2);
	for (i = 0; i < cells; i++) {
		WRITE_ONCE(seen_cells[i].access, NULL);
		WRITE_ONCE(seen_cells[i].check, 0);
		if (!(i % 4096))
			cond_resched();
	}
}

/**
 * seen_bytes() - get the memory that the cache uses
 *
 * Context: any.
 * Return: the number of bytes.
 */
size_t seen_bytes(void)
{
	return (seen_mask + SEEN_WAYS) * sizeof(*seen_cells);
}

/**
 * seen_init() - allocate the cache
 * @cells: number of accesses that fit; rounded up to a power of two
 *
 * Context: may sleep.
 * Return: 0, or -ENOMEM.
 */
int seen_init(u32 cells)
{
	cells = roundup_pow_of_two(clamp(cells, (u32)SEEN_WAYS, 1U << 26));
	seen_cells = kvcalloc(cells, sizeof(*seen_cells), GFP_KERNEL);
	if (!seen_cells)
		return -ENOMEM;
	seen_mask = (cells - 1) & ~(u64)(SEEN_WAYS - 1);
	return 0;
}

/**
 * seen_exit() - free the cache
 *
 * Context: may sleep. The cache must no longer be used.
 */
void seen_exit(void)
{
	kvfree(seen_cells);
	seen_cells = NULL;
}
