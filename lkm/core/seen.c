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
#include "seen.h"

u64 hash_key[2];
struct seen_cell *seen_cells;
u64 seen_mask;

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

		if (!other)
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

static void hit_flush(struct seen_hit *hit)
{
	if (hit->count)
		access_add_uses(hit->access, hit->count, hit->last);
	hit->count = 0;
}

/**
 * seen_hit_slow() - do the work of seen_hit() if the table of the CPU lacks the access
 * @hit: place of @key in the table of the CPU; flushed and replaced
 * @key: key as for seen_find()
 * @now: current time in seconds since 1970
 *
 * Context: the caller has exclusive use of @hit.
 * Return: true if the access was in the cache and is counted.
 */
bool seen_hit_slow(struct seen_hit *hit, u64 key, u32 now)
{
	struct access *access = seen_find(key);

	if (!access)
		return false;
	hit_flush(hit);
	*hit = (struct seen_hit){ .key = key, .access = access, .count = 1, .last = now };
	return true;
}

/**
 * seen_flush() - add the counts of a CPU to the accesses
 * @hits: table of the CPU
 * @forget: whether to empty the table, because its accesses are about to be freed
 *
 * Context: the caller has exclusive use of @hits.
 */
void seen_flush(struct seen_hit *hits, bool forget)
{
	size_t i;

	for (i = 0; i < SEEN_HITS; i++)
		hit_flush(&hits[i]);
	if (forget)
		memset(hits, 0, SEEN_HITS * sizeof(*hits));
}

/**
 * seen_forget() - empty the cache, whose entries a reset has made useless
 *
 * Context: may sleep. Entries that are added meanwhile may be removed as well.
 */
void seen_forget(void)
{
	size_t cells = seen_mask + SEEN_WAYS, i;

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
