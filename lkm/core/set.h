/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_SET_H
#define ASHIATO_SET_H

#include "platform.h"

struct set_table;

/**
 * struct set - entries that are added and found, never taken out
 * @table: where entries are found; readers under RCU
 * @old: the table before it, until all its entries have been copied over
 * @lock: serialises those who add; irqs off
 * @count: entries
 * @moved: slots of @old that have been copied
 *
 * An open-addressed table of pointers. Finding takes no lock. It doubles when
 * it is half full; the entries move over a few at a time, whenever one is
 * added, so that nobody holds the lock for long.
 */
struct set {
	struct set_table __rcu *table;
	struct set_table __rcu *old;
	spinlock_t lock;	/* irqs off */
	u32 count;
	u32 moved;
};

/**
 * struct set_entry - the first member of whatever is kept in a set
 * @hash: of its key
 */
struct set_entry {
	u32 hash;
};

typedef bool set_match_t(const struct set_entry *entry, const void *key);

/**
 * set_count() - how many entries a set has
 * @set: the set
 *
 * Context: any.
 * Return: their number; set_find() finds at least so many.
 */
static inline u32 set_count(const struct set *set)
{
	return smp_load_acquire(&set->count);
}

int set_init(struct set *set, u32 slots);
void set_destroy(struct set *set, void (*release)(struct set_entry *entry));
struct set_entry *set_find(const struct set *set, u32 hash, set_match_t *match,
			   const void *key);
void set_make_room(struct set *set, gfp_t gfp);
int set_add_locked(struct set *set, struct set_entry *entry);
size_t set_bytes(const struct set *set);

#endif
