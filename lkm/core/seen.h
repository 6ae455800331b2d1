/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_SEEN_H
#define ASHIATO_SEEN_H

#include "platform.h"

struct access;

/* Number of neighbouring cells in which a key may be. */
#define SEEN_WAYS 8

/* Number of accesses that each CPU counts in its own table; a power of two. */
#define SEEN_HITS_BITS 11
#define SEEN_HITS (1 << SEEN_HITS_BITS)

/**
 * struct seen_cell - a cache entry: a key and its access
 * @check: key XOR @access. Readers take no lock: @check shows them whether different writers
 *	wrote the two members
 * @access: access; NULL for an empty cell
 */
struct seen_cell {
	u64 check;
	struct access *access;
};

/**
 * struct seen_hit - uses of an access on one CPU that are not added to the access yet
 * @key: key of the access; 0 for none
 * @access: access
 * @count: number of uses
 * @last: time of the last use, in seconds since 1970
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
void seen_flush(struct seen_hit *hits, bool forget);
void seen_forget(void);
size_t seen_bytes(void);

/* Returns the first of the SEEN_WAYS cells in which @key may be. */
static inline struct seen_cell *seen_place(u64 key)
{
	return seen_cells + (key & seen_mask);
}

/**
 * seen_find() - look up an access in the cache
 * @key: keyed 64-bit hash of the seed of the domain, the operation and the object
 *
 * Context: any; takes no lock. A caller that uses the access is under RCU.
 * Return: the access that seen_add() added with @key, or NULL if it is not in the cache.
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
 * seen_hit() - count one use of an access if it is in the cache
 * @hits: table of this CPU
 * @key: key as for seen_find()
 * @now: current time in seconds since 1970
 *
 * Context: the caller has exclusive use of @hits.
 * Return: true if the access was in the cache and is counted.
 */
static inline bool seen_hit(struct seen_hit *hits, u64 key, u32 now)
{
	struct seen_hit *hit = &hits[key >> (64 - SEEN_HITS_BITS)];

	/* A counter that would overflow is flushed first. */
	if (unlikely(hit->key != key || hit->count == U32_MAX))
		return seen_hit_slow(hit, key, now);
	hit->count++;
	hit->last = now;
	return true;
}

#endif
