/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_SEEN_H
#define ASHIATO_SEEN_H

#include "platform.h"

struct access;

/* Cells that share a place in the table. */
#define SEEN_WAYS 8

/* Accesses whose uses each CPU counts by itself; a power of two. */
#define SEEN_HITS_BITS 11
#define SEEN_HITS (1 << SEEN_HITS_BITS)

/**
 * struct seen_cell - a key and the access that it stands for
 * @check: the key, mixed with @access: readers take no lock, and see by it
 * whether both are of the same writer
 * @access: which
 */
struct seen_cell {
	u64 check;
	struct access *access;
};

/**
 * struct seen_hit - how often one CPU saw an access since it was flushed
 * @key: of the access; 0 for none
 * @access: which
 * @count: how often
 * @last: when last, seconds since 1970
 */
struct seen_hit {
	u64 key;
	struct access *access;
	u32 count;
	u32 last;
};

extern struct seen_cell *seen_cells;
extern u64 seen_mask;

int seen_init(u32 cells);
void seen_exit(void);
void seen_add(u64 key, struct access *access);
bool seen_hit_slow(struct seen_hit *hit, u64 key, u32 now);
void seen_flush(struct seen_hit *hits);
void seen_forget(void);
size_t seen_bytes(void);

/* The first of the cells in which @key may be. */
static inline struct seen_cell *seen_place(u64 key)
{
	return seen_cells + (key & seen_mask);
}

/**
 * seen_find() - was this access recorded before?
 * @key: 64 keyed bits that stand for the domain, the op and the object
 *
 * Context: any; takes no lock.
 * Return: the access that seen_add() had with it, or NULL: never, or forgotten.
 */
static inline struct access *seen_find(u64 key)
{
	const struct seen_cell *place = seen_place(key);
	unsigned int way;

	for (way = 0; way < SEEN_WAYS; way++) {
		struct access *access = READ_ONCE(place[way].access);

		if ((READ_ONCE(place[way].check) ^ (uintptr_t)access) == key)
			return access;
	}
	return NULL;
}

/**
 * seen_hit() - count one more use of an access, if it was recorded before
 * @hits: those of this CPU
 * @key: as seen_find() wants it
 * @now: seconds since 1970
 *
 * Context: nothing else uses @hits meanwhile.
 * Return: true when it was recorded before, and is counted.
 */
static inline bool seen_hit(struct seen_hit *hits, u64 key, u32 now)
{
	struct seen_hit *hit = &hits[key >> (64 - SEEN_HITS_BITS)];

	/* A count that is full is handed over. */
	if (unlikely(hit->key != key || hit->count == U32_MAX))
		return seen_hit_slow(hit, key, now);
	hit->count++;
	hit->last = now;
	return true;
}

#endif
