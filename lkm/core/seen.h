/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_SEEN_H
#define ASHIATO_SEEN_H

#include "platform.h"

struct access;

/* Number of neighbouring cells in which a key may be. */
#define SEEN_WAYS 8

/* Number of accesses that each CPU counts in its own table; a power of two. */
#define SEEN_HITS_BITS 11
#define SEEN_HITS BIT(SEEN_HITS_BITS)

/* One in this many uses of shared keys on a CPU is looked up by its text. */
#define SEEN_SHARED 251

/**
 * enum seen_use - what the cache knows about a use of an access
 * @SEEN_NOT: nothing: the access is not in the cache
 * @SEEN_COUNTED: the use is counted and needs no further work
 * @SEEN_KNOWN: the access is in the cache, but this use must take the slow path
 */
enum seen_use {
	SEEN_NOT,
	SEEN_COUNTED,
	SEEN_KNOWN,
};

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
 * struct seen_hit - uses of an access on one CPU
 * @key: key of the access XOR seen_round; 0 for none
 * @access: access
 * @count: number of uses
 * @last: time of the last use, in seconds since 1970
 * @flushed: number of these uses that were added to the access
 * @round: seen_round when the access was entered
 */
struct seen_hit {
	u64 key;
	struct access *access;
	u32 count;
	u32 last;
	u32 flushed;
	u32 round;
};

/**
 * struct seen_hits - the table of one CPU
 * @lock: protects all of @hit, except that the CPU counts without it. Any CPU can flush the
 *	table, so that a CPU that runs a real-time task delays no other
 * @shared: number of uses of shared keys since the last one that was looked up by its text; used by
 *	the CPU only
 * @hit: uses
 * @login: the user of the login that made them, see login_current()
 */
struct seen_hits {
	raw_spinlock_t lock;
	u32 shared;
	struct seen_hit hit[SEEN_HITS];
	u32 login[SEEN_HITS];
};

extern struct seen_cell *seen_cells;
extern u64 seen_mask;

/* Each seen_forget() adds 2, so that the tables of the CPUs do not find older entries. */
extern u32 seen_round;

int seen_init(u32 cells);
void seen_exit(void);
void seen_add(u64 key, struct access *access);
struct seen_hits *seen_hits_create(void);
enum seen_use seen_hit_slow(struct seen_hits *hits, struct seen_hit *hit, u64 key, u32 now);
void seen_flush(struct seen_hits *hits, bool forget);
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

/* Returns the place of @key in the table of a CPU. */
static inline struct seen_hit *seen_hit_place(struct seen_hits *hits, u64 key)
{
	return hits->hit + (key >> (64 - SEEN_HITS_BITS));
}

/* Returns whether the CPU counts uses of the access with @key in @hit. */
static inline bool seen_hit_is(const struct seen_hit *hit, u64 key)
{
	return READ_ONCE(hit->key) == (key ^ READ_ONCE(seen_round));
}

/**
 * seen_hit_at() - count one use of an access if it is in the cache
 * @hits: table of this CPU
 * @hit: seen_hit_place() of @key; contains the access afterwards if the use is counted
 * @key: key as for seen_find()
 * @now: current time in seconds since 1970
 *
 * Context: preemption is off; interrupts do not use @hits.
 * Return: what the cache knows about the use.
 */
static inline enum seen_use seen_hit_at(struct seen_hits *hits, struct seen_hit *hit, u64 key,
					u32 now)
{
	u32 count = READ_ONCE(hit->count);

	/* A counter that would overflow is flushed first. */
	if (unlikely(!seen_hit_is(hit, key) || count == U32_MAX))
		return seen_hit_slow(hits, hit, key, now);
	WRITE_ONCE(hit->last, now);
	/* A flush that reads the count also reads the time. */
	smp_store_release(&hit->count, count + 1);
	return SEEN_COUNTED;
}

/* As seen_hit_at(), in the place of @key. */
static inline enum seen_use seen_hit(struct seen_hits *hits, u64 key, u32 now)
{
	return seen_hit_at(hits, seen_hit_place(hits, key), key, now);
}

/**
 * seen_hit_shared() - count one use of an access with a shared key if it is in the cache
 * @hits: as for seen_hit()
 * @key: key shared by all objects for which a pattern stands
 * @now: as for seen_hit()
 *
 * A name that has an access of its own can lose its key when the cache is full, and is counted
 * for the pattern then. The uses that are looked up by their text give such a name its key back.
 *
 * Context: as seen_hit().
 * Return: as seen_hit().
 */
static inline enum seen_use seen_hit_shared(struct seen_hits *hits, u64 key, u32 now)
{
	if (++hits->shared < SEEN_SHARED)
		return seen_hit(hits, key, now);
	hits->shared = 0;
	return SEEN_KNOWN;
}

#endif
