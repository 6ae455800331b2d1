/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_SEEN_H
#define ASHIATO_SEEN_H

#include "platform.h"

/* Cells that share a place in the table, and a cache line. */
#define SEEN_WAYS 8

extern u64 *seen_cells;
extern u64 seen_mask;

int seen_init(u32 cells);
void seen_exit(void);
void seen_add(u64 key);

/* The first of the cells in which @key may be. */
static inline u64 *seen_place(u64 key)
{
	return seen_cells + (key & seen_mask);
}

/**
 * seen_test() - was this access recorded before?
 * @key: 64 keyed bits that stand for the domain, the op and the object
 *
 * Context: any; takes no lock.
 * Return: true only if seen_add() had it. False may also mean: forgotten.
 */
static inline bool seen_test(u64 key)
{
	const u64 *place = seen_place(key);
	unsigned int way;

	for (way = 0; way < SEEN_WAYS; way++) {
		if (READ_ONCE(place[way]) == key)
			return true;
	}
	return false;
}

#endif
