/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_SET_H
#define ASHIATO_SET_H

#include "platform.h"

struct set_table;

/**
 * struct set - a hash set
 * @table: current table; readers use RCU
 * @old: previous table, until all its entries are copied to @table; else NULL
 * @lock: serialises writers; interrupts are off while it is held
 * @count: number of entries
 * @used: number of slots of @table that entries take, including removed entries and those
 *	that are still to be copied
 * @moved: number of slots of @old that have been copied
 *
 * An open-addressed table of pointers. Readers take no lock. The table doubles when it is
 * half full; each addition then copies a few entries to the new table, so that the lock is
 * never held for long.
 */
struct set {
	struct set_table __rcu *table;
	struct set_table __rcu *old;
	spinlock_t lock;	/* irqs off */
	u32 count;
	u32 used;
	u32 moved;
};

/*
 * Memory that an entry needs in the tables of a set, at most, in bytes: up to four slots, and up to
 * two more while the set grows.
 */
#define SET_ENTRY_BYTES (6 * sizeof(void *))

/**
 * struct set_entry - part of each object that is kept in a set
 * @hash: hash of its key
 */
struct set_entry {
	u32 hash;
};

typedef bool set_match_t(const struct set_entry *entry, const void *key);

/**
 * set_count() - get the number of entries of a set
 * @set: set
 *
 * Context: any.
 * Return: the number; set_find() finds at least that many entries.
 */
static inline u32 set_count(const struct set *set)
{
	return smp_load_acquire(&set->count);
}

/**
 * set_of_generation() - get the set of a generation
 * @pair: sets of the current generation and of the one before
 * @number: one of these generations
 *
 * Context: any.
 * Return: the set.
 */
static inline struct set *set_of_generation(struct set pair[2], u32 number)
{
	return &pair[number % 2];
}

int set_init(struct set *set, u32 slots);
int set_init_pair(struct set pair[2], u32 slots);
void set_destroy(struct set *set, void (*release)(struct set_entry *entry));
struct set_entry *set_find(const struct set *set, u32 hash, set_match_t *match,
			   const void *key);
void set_clear(struct set *set, u32 slots, void (*release)(struct set_entry *entry));
void set_make_room(struct set *set, gfp_t gfp);
int set_add_locked(struct set *set, struct set_entry *entry);
void set_remove_locked(struct set *set, struct set_entry *entry);
size_t set_bytes(const struct set *set);
size_t set_unpaid_bytes(const struct set *set);

#endif
