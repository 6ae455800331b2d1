// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which accesses were recorded already, without their text: a table of 64-bit
 * fingerprints, each cell on its own, so that reading and writing need no lock.
 * When it is full it forgets, and the text decides again. In front of it, each
 * CPU has a small table of its own, where it counts. Pure C.
 */
#include "access.h"
#include "hash.h"
#include "seen.h"

u64 hash_key[2];
struct seen_cell *seen_cells;
u64 seen_mask;

/**
 * seen_add() - remember an access
 * @key: 64 keyed bits that stand for the domain, the op and the object; not 0
 * @access: which
 *
 * Context: any; takes no lock. Two that race for one cell: both are forgotten.
 */
void seen_add(u64 key, struct access *access)
{
	struct seen_cell *place = seen_place(key);
	unsigned int way;

	for (way = 0; way < SEEN_WAYS; way++) {
		if (!READ_ONCE(place[way].access))
			break;
	}
	if (way == SEEN_WAYS)
		way = (key >> 56) % SEEN_WAYS;
	WRITE_ONCE(place[way].access, access);
	WRITE_ONCE(place[way].check, key ^ (uintptr_t)access);
}

static void hit_flush(struct seen_hit *hit)
{
	if (hit->count)
		access_use(hit->access, hit->count, hit->last);
	hit->count = 0;
}

/**
 * seen_hit_slow() - as seen_hit(), for an access that this CPU does not have
 * @hit: where it will be
 * @key: of the access
 * @now: seconds since 1970
 *
 * Context: as seen_hit().
 * Return: true when it was recorded before, and is counted.
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
 * seen_flush() - hand the counts of a CPU over to the accesses
 * @hits: those of the CPU
 *
 * Context: nothing else uses @hits meanwhile.
 */
void seen_flush(struct seen_hit *hits)
{
	size_t i;

	for (i = 0; i < SEEN_HITS; i++)
		hit_flush(&hits[i]);
}

/**
 * seen_forget() - make room: nobody will ask for what is in the table again
 *
 * Context: may sleep. What is added meanwhile may be forgotten as well.
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
 * seen_bytes() - memory that the table takes
 *
 * Context: any.
 * Return: bytes.
 */
size_t seen_bytes(void)
{
	return (seen_mask + SEEN_WAYS) * sizeof(*seen_cells);
}

/**
 * seen_init() - make the table
 * @cells: how many accesses it can remember; rounded up to a power of two
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
 * seen_exit() - free the table
 *
 * Context: may sleep; nobody looks into it any more.
 */
void seen_exit(void)
{
	kvfree(seen_cells);
	seen_cells = NULL;
}
