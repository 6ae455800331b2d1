// SPDX-License-Identifier: GPL-2.0-only
/* A growing hash set with lockless readers (RCU), without removal. Pure C: see platform.h. */
#include "set.h"

/* Number of slots of the old table that each addition copies. */
#define SET_STRIDE 16

struct set_table {
	struct rcu_head rcu;
	u32 mask;
	struct set_entry __rcu *slot[];
};

static size_t table_bytes(u32 slots)
{
	return sizeof(struct set_table) + (size_t)slots * sizeof(struct set_entry *);
}

static struct set_table *table_create(u32 slots, gfp_t gfp)
{
	struct set_table *table;

	if (gfpflags_allow_blocking(gfp)) {
		/*
		 * Before 5.17, kvzalloc() requires all flags of GFP_KERNEL; the
		 * scope still keeps it from calling into file systems.
		 */
		unsigned int scope = memalloc_nofs_save();

		table = kvzalloc(table_bytes(slots), gfp | GFP_KERNEL);
		memalloc_nofs_restore(scope);
	} else {
		/* vmalloc() may sleep: use the slab allocator only. */
		table = kzalloc(table_bytes(slots), gfp);
	}
	if (table)
		table->mask = slots - 1;
	return table;
}

static void table_free_rcu(struct rcu_head *rcu)
{
	kvfree(container_of(rcu, struct set_table, rcu));
}

static struct set_entry *table_find(const struct set_table *table, u32 hash,
				    set_match_t *match, const void *key)
{
	u32 i;

	for (i = hash & table->mask;; i = (i + 1) & table->mask) {
		struct set_entry *entry = rcu_dereference_check(table->slot[i], 1);

		if (!entry)
			return NULL;
		if (entry->hash == hash && match(entry, key))
			return entry;
	}
}

static void table_add(struct set_table *table, struct set_entry *entry)
{
	u32 i = entry->hash & table->mask;

	while (rcu_access_pointer(table->slot[i]))
		i = (i + 1) & table->mask;
	rcu_assign_pointer(table->slot[i], entry);
}

/**
 * set_init() - initialise an empty set
 * @set: set
 * @slots: number of slots of its first table; a power of two
 *
 * Context: may sleep.
 * Return: 0, or -ENOMEM.
 */
int set_init(struct set *set, u32 slots)
{
	struct set_table *table = table_create(slots, GFP_KERNEL);

	if (!table)
		return -ENOMEM;
	memset(set, 0, sizeof(*set));
	spin_lock_init(&set->lock);
	rcu_assign_pointer(set->table, table);
	return 0;
}

/**
 * set_destroy() - free a set that is no longer used
 * @set: set; nothing is done if it was never initialised (all zero)
 * @release: function that frees an entry, called for each
 *
 * Context: may sleep. The caller runs rcu_barrier() before the module is unloaded, because
 * an earlier table may still wait to be freed.
 */
void set_destroy(struct set *set, void (*release)(struct set_entry *entry))
{
	struct set_table *table = rcu_dereference_protected(set->table, 1);
	struct set_table *old = rcu_dereference_protected(set->old, 1);
	struct set_entry *entry;
	u32 i;

	if (!table)
		return;
	/* Entries in slots that have been copied are also in the new table. */
	for (i = set->moved; old && i <= old->mask; i++) {
		entry = rcu_dereference_protected(old->slot[i], 1);
		if (entry)
			release(entry);
	}
	for (i = 0; i <= table->mask; i++) {
		entry = rcu_dereference_protected(table->slot[i], 1);
		if (entry)
			release(entry);
	}
	kvfree(old);
	kvfree(table);
	memset(set, 0, sizeof(*set));
}

/**
 * set_find() - look up an entry
 * @set: set
 * @hash: hash of @key
 * @match: checks whether an entry with that hash has the key
 * @key: argument for @match
 *
 * An entry that was added before the call is always found, even while the set grows:
 * either @table is complete when it is read, or @old, which is read after it, still has the
 * entries that are not copied yet.
 *
 * Context: any, under RCU or with the set's lock held.
 * Return: the entry, or NULL. It lives as long as the set.
 */
struct set_entry *set_find(const struct set *set, u32 hash, set_match_t *match,
			   const void *key)
{
	const struct set_table *table = smp_load_acquire(&set->table);
	/* Read before the search: NULL means that all entries were in @table by then. */
	const struct set_table *old = smp_load_acquire(&set->old);
	struct set_entry *entry = table_find(table, hash, match, key);

	if (entry || !old)
		return entry;
	return table_find(old, hash, match, key);
}

/* Copies a few slots; frees the old table after the last one. */
static void set_move_locked(struct set *set)
{
	struct set_table *old = rcu_dereference_protected(set->old, 1);
	struct set_table *table = rcu_dereference_protected(set->table, 1);
	u32 end;

	if (!old)
		return;
	end = min(set->moved + SET_STRIDE, old->mask + 1);
	for (; set->moved < end; set->moved++) {
		struct set_entry *entry =
			rcu_dereference_protected(old->slot[set->moved], 1);

		if (entry)
			table_add(table, entry);
	}
	if (set->moved > old->mask) {
		rcu_assign_pointer(set->old, NULL);
		call_rcu(&old->rcu, table_free_rcu);
	}
}

/**
 * set_make_room() - grow a set that is half full
 * @set: set
 * @gfp: allocation flags
 *
 * A failed allocation is not reported: set_add_locked() fails once the table is full.
 *
 * Context: any that @gfp allows, without the set's lock.
 */
void set_make_room(struct set *set, gfp_t gfp)
{
	struct set_table *table, *bigger;
	unsigned long flags;
	u32 slots = 0;

	rcu_read_lock();
	table = rcu_dereference(set->table);
	if (READ_ONCE(set->count) >= table->mask / 2 && !rcu_access_pointer(set->old))
		slots = (table->mask + 1) * 2;
	rcu_read_unlock();
	if (!slots)
		return;

	bigger = table_create(slots, gfp);
	if (!bigger)
		return;
	spin_lock_irqsave(&set->lock, flags);
	table = rcu_dereference_protected(set->table, 1);
	/* Another task may have grown the set meanwhile. */
	if (table->mask < bigger->mask && !rcu_access_pointer(set->old)) {
		set->moved = 0;
		rcu_assign_pointer(set->old, table);
		rcu_assign_pointer(set->table, bigger);
		bigger = NULL;
	}
	spin_unlock_irqrestore(&set->lock, flags);
	kvfree(bigger);
}

/**
 * set_add_locked() - add an entry that is not in the set
 * @set: set
 * @entry: entry, filled in completely: readers see it at once
 *
 * Context: any, with the set's lock held.
 * Return: 0, or -ENOMEM if the table is full and could not grow.
 */
int set_add_locked(struct set *set, struct set_entry *entry)
{
	struct set_table *table = rcu_dereference_protected(set->table, 1);

	if (set->count >= table->mask - table->mask / 8)
		return -ENOMEM;
	set_move_locked(set);
	table_add(table, entry);
	smp_store_release(&set->count, set->count + 1);
	return 0;
}

/**
 * set_bytes() - get the memory that the tables of a set use
 * @set: set
 *
 * Context: any.
 * Return: the number of bytes, without the entries.
 */
size_t set_bytes(const struct set *set)
{
	const struct set_table *table;
	size_t bytes;

	rcu_read_lock();
	table = rcu_dereference(set->table);
	bytes = table_bytes(table->mask + 1);
	table = rcu_dereference(set->old);
	if (table)
		bytes += table_bytes(table->mask + 1);
	rcu_read_unlock();
	return bytes;
}
