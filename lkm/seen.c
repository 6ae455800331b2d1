// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which accesses were recorded already, without their text: a table of 64-bit
 * fingerprints, each cell on its own, so that reading and writing need no lock.
 * When it is full it forgets, and the text decides again. Pure C.
 */
#include "hash.h"
#include "seen.h"

u64 hash_key[2];
u64 *seen_cells;
u64 seen_mask;

/**
 * seen_add() - remember an access
 * @key: 64 keyed bits that stand for the domain, the op and the object; not 0
 *
 * Context: any; takes no lock. Two that race for one cell: one is forgotten.
 */
void seen_add(u64 key)
{
	u64 *place = seen_place(key);
	unsigned int way;

	for (way = 0; way < SEEN_WAYS; way++) {
		if (!READ_ONCE(place[way]))
			break;
	}
	if (way == SEEN_WAYS)
		way = (key >> 56) % SEEN_WAYS;
	WRITE_ONCE(place[way], key);
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
	cells = roundup_pow_of_two(clamp(cells, (u32)SEEN_WAYS, 1U << 27));
	seen_cells = kvzalloc(cells * sizeof(*seen_cells), GFP_KERNEL);
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
