/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_TABLE_H
#define ASHIATO_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * struct table - A hash table of pointers, open addressing, grows by two
 * @slot: hash and item; an empty slot has no item
 * @size: slots, a power of two or 0
 * @count: items
 *
 * Zeroed memory is an empty table. The table owns no item.
 */
struct table {
	struct {
		uint64_t hash;
		void *item;
	} *slot;
	size_t size;
	size_t count;
};

typedef bool (*table_match)(const void *item, const void *key);

uint64_t table_hash(const void *data, size_t len);
void *table_find(const struct table *table, uint64_t hash, table_match match,
		 const void *key);
int table_add(struct table *table, uint64_t hash, void *item);
void table_free(struct table *table);

#endif
