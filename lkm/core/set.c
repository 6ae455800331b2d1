// SPDX-License-Identifier: GPL-2.0-only
/* A growing hash set with lockless readers (RCU). Pure C: see platform.h. */
#include "set.h"

/* Number of slots of the old table that each addition copies. */
#define SET_STRIDE 16

/* Fills the slot of a removed entry: a search goes on behind it. */
static struct set_entry removed;

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
		if (entry != &removed && entry->hash == hash && match(entry, key))
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

/* Replaces @entry in @table, if it is there, by the mark of a removed entry. */
static void table_remove(struct set_table *table, const struct set_entry *entry)
{
	struct set_entry *other;
	u32 i;

	for (i = entry->hash & table->mask;; i = (i + 1) & table->mask) {
		other = rcu_dereference_protected(table->slot[i], 1);
		if (other == entry)
			rcu_assign_pointer(table->slot[i], &removed);
		if (!other || other == entry)
			return;
	}
}

/* Calls @release for each entry from slot @first on. */
static void table_release(const struct set_table *table, u32 first,
			  void (*release)(struct set_entry *entry))
{
	struct set_entry *entry;
	u32 i;

	for (i = first; table && i <= table->mask; i++) {
		entry = rcu_dereference_protected(table->slot[i], 1);
		if (entry && entry != &removed)
			release(entry);
		if (!(i % 1024))
			cond_resched();
	}
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
 * set_init_pair() - initialise a set for each of two generations
 * @pair: the sets, see set_of_generation()
 * @slots: as for set_init()
 *
 * Context: may sleep.
 * Return: 0, or -ENOMEM with no set initialised.
 */
int set_init_pair(struct set pair[2], u32 slots)
{
	int err = set_init(&pair[0], slots);

	if (err)
		return err;
	err = set_init(&pair[1], slots);
	if (err)
		set_destroy(&pair[0], NULL);
	return err;
}

/**
 * set_destroy() - free a set that is no longer used
 * @set: set; nothing is done if it was never initialised (all zero)
 * @release: function that frees an entry, called for each; NULL for an empty set
 *
 * Context: may sleep. The caller runs rcu_barrier() before the module is unloaded, because
 * an earlier table may still wait to be freed.
 */
void set_destroy(struct set *set, void (*release)(struct set_entry *entry))
{
	struct set_table *table = rcu_dereference_protected(set->table, 1);
	struct set_table *old = rcu_dereference_protected(set->old, 1);

	if (!table)
		return;
	/* Entries in slots that have been copied are also in the new table. */
	table_release(old, set->moved, release);
	table_release(table, 0, release);
	kvfree(old);
	kvfree(table);
	memset(set, 0, sizeof(*set));
}

/**
 * set_clear() - remove and free all entries of a set
 * @set: set to which no entry is added meanwhile
 * @slots: number of slots of its new table; a power of two
 * @release: function that frees an entry, called for each
 *
 * Without memory for a new table, the set keeps its table.
 *
 * Context: may sleep; no reader uses the entries any more.
 */
void set_clear(struct set *set, u32 slots, void (*release)(struct set_entry *entry))
{
	struct set_table *table, *old, *fresh;
	unsigned long flags;
	u32 moved;

	if (!set->used && rcu_dereference_protected(set->table, 1)->mask < slots)
		return;
	fresh = table_create(slots, GFP_KERNEL);
	spin_lock_irqsave(&set->lock, flags);
	table = rcu_dereference_protected(set->table, 1);
	old = rcu_dereference_protected(set->old, 1);
	moved = set->moved;
	if (fresh)
		rcu_assign_pointer(set->table, fresh);
	rcu_assign_pointer(set->old, NULL);
	smp_store_release(&set->count, 0);
	WRITE_ONCE(set->used, 0);
	spin_unlock_irqrestore(&set->lock, flags);

	table_release(old, moved, release);
	table_release(table, 0, release);
	if (old)
		call_rcu(&old->rcu, table_free_rcu);
	if (fresh)
		call_rcu(&table->rcu, table_free_rcu);
	else
		memset(table->slot, 0, (table->mask + 1UL) * sizeof(table->slot[0]));
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
 * Return: the entry, or NULL.
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

/* Copies the next SET_STRIDE slots of the old table; frees that table when all are copied. */
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

		if (entry && entry != &removed)
			table_add(table, entry);
	}
	if (set->moved > old->mask) {
		rcu_assign_pointer(set->old, NULL);
		call_rcu(&old->rcu, table_free_rcu);
	}
}

/* Returns the number of slots of the next table; 0 if the current one has room. */
static u32 set_wants_slots(const struct set *set, const struct set_table *table)
{
	u32 slots = table->mask + 1;

	if (READ_ONCE(set->used) < table->mask / 2 || rcu_access_pointer(set->old))
		return 0;
	/* If removed entries fill it, a table of the same size has room again. */
	return READ_ONCE(set->count) < slots / 4 ? slots : slots * 2;
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
	struct set_table *table, *next;
	unsigned long flags;
	u32 slots;

	rcu_read_lock();
	slots = set_wants_slots(set, rcu_dereference(set->table));
	rcu_read_unlock();
	if (!slots)
		return;

	next = table_create(slots, gfp);
	if (!next)
		return;
	spin_lock_irqsave(&set->lock, flags);
	table = rcu_dereference_protected(set->table, 1);
	/* Another task may have grown the set meanwhile. */
	if (set_wants_slots(set, table) == slots) {
		set->moved = 0;
		WRITE_ONCE(set->used, set->count);
		rcu_assign_pointer(set->old, table);
		rcu_assign_pointer(set->table, next);
		next = NULL;
	}
	spin_unlock_irqrestore(&set->lock, flags);
	kvfree(next);
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

	if (set->used >= table->mask - table->mask / 8)
		return -ENOMEM;
	set_move_locked(set);
	table_add(table, entry);
	WRITE_ONCE(set->used, set->used + 1);
	smp_store_release(&set->count, set->count + 1);
	return 0;
}

/**
 * set_remove_locked() - remove an entry
 * @set: set
 * @entry: entry of the set; readers may use it until a grace period has passed
 *
 * Context: any, with the set's lock held.
 */
void set_remove_locked(struct set *set, struct set_entry *entry)
{
	struct set_table *old = rcu_dereference_protected(set->old, 1);

	table_remove(rcu_dereference_protected(set->table, 1), entry);
	if (old)
		table_remove(old, entry);
	smp_store_release(&set->count, set->count - 1);
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

/**
 * set_unpaid_bytes() - get the memory of the tables of a set that no user pays for
 * @set: set for each of whose entries a user pays SET_ENTRY_BYTES
 *
 * Context: any.
 * Return: the number of bytes, without the entries.
 */
size_t set_unpaid_bytes(const struct set *set)
{
	size_t paid = set_count(set) * SET_ENTRY_BYTES, bytes = set_bytes(set);

	return bytes > paid ? bytes - paid : 0;
}
