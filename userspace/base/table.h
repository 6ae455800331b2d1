/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_TABLE_H
#define ASHIATO_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * struct table - Hash table of pointers, with open addressing
 * @slot: hashes and items; the item of an empty slot is NULL
 * @size: number of slots, a power of two or 0
 * @count: number of items
 *
 * Zeroed memory is an empty table. The caller owns the items.
 */
struct table {
	struct {
		uint64_t hash;
		void *item;
	} *slot;
	size_t size;
	size_t count;
};

/**
 * typedef table_match - Compares an item with a key
 * @item: item of the table
 * @key: key that was passed to table_find()
 *
 * Return: true if the item has this key.
 */
typedef bool (*table_match)(const void *item, const void *key);

uint64_t table_hash(const void *data, size_t len);
void *table_find(const struct table *table, uint64_t hash, table_match match,
		 const void *key);
int table_add(struct table *table, uint64_t hash, void *item);
void table_free(struct table *table);
void table_free_items(struct table *table);

#endif
