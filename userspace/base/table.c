// SPDX-License-Identifier: GPL-2.0-only
/*
 * Hash table. The hash is keyed, because the watched programs choose the names
 * and could otherwise choose names with equal hashes.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "table.h"

#define ROTL(x, b)	((x) << (b) | (x) >> (64 - (b)))

static void sip_round(uint64_t v[4])
{
	v[0] += v[1];
	v[1] = ROTL(v[1], 13) ^ v[0];
	v[0] = ROTL(v[0], 32);
	v[2] += v[3];
	v[3] = ROTL(v[3], 16) ^ v[2];
	v[0] += v[3];
	v[3] = ROTL(v[3], 21) ^ v[0];
	v[2] += v[1];
	v[1] = ROTL(v[1], 17) ^ v[2];
	v[2] = ROTL(v[2], 32);
}

static const uint64_t *hash_key(void)
{
	static uint64_t key[2];

	/* Without random bytes, use a fixed key: hashes are then predictable. */
	if (!key[0] && getrandom(key, sizeof(key), GRND_NONBLOCK) < 0)
		key[0] = 1;
	return key;
}

/**
 * table_hash() - Compute SipHash-1-3 (Aumasson, Bernstein) with a random key
 * @data: bytes
 * @len: number of bytes
 *
 * Return: the hash.
 */
uint64_t table_hash(const void *data, size_t len)
{
	const uint64_t *key = hash_key();
	const unsigned char *src = data;
	uint64_t v[4] = {
		key[0] ^ 0x736f6d6570736575, key[1] ^ 0x646f72616e646f6d,
		key[0] ^ 0x6c7967656e657261, key[1] ^ 0x7465646279746573,
	};
	uint64_t last = (uint64_t)len << 56;
	uint64_t word;

	for (; len >= 8; src += 8, len -= 8) {
		memcpy(&word, src, 8);
		v[3] ^= word;
		sip_round(v);
		v[0] ^= word;
	}
	for (size_t i = 0; i < len; i++)
		last |= (uint64_t)src[i] << (8 * i);
	v[3] ^= last;
	sip_round(v);
	v[0] ^= last;
	v[2] ^= 0xff;
	for (int i = 0; i < 3; i++)
		sip_round(v);
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}

/**
 * table_find() - Look up an item
 * @table: table
 * @hash: hash of the key
 * @match: compares an item with the key
 * @key: key
 *
 * Return: the item, or NULL if there is none.
 */
void *table_find(const struct table *table, uint64_t hash, table_match match,
		 const void *key)
{
	size_t i;

	if (!table->size)
		return NULL;
	for (i = hash & (table->size - 1); table->slot[i].item;
	     i = (i + 1) & (table->size - 1))
		if (table->slot[i].hash == hash &&
		    match(table->slot[i].item, key))
			return table->slot[i].item;
	return NULL;
}

static void table_place(struct table *table, uint64_t hash, void *item)
{
	size_t i = hash & (table->size - 1);

	while (table->slot[i].item)
		i = (i + 1) & (table->size - 1);
	table->slot[i].hash = hash;
	table->slot[i].item = item;
}

static int table_grow(struct table *table)
{
	struct table bigger = {
		.size = table->size ? table->size * 2 : 64,
		.count = table->count,
	};

	bigger.slot = calloc(bigger.size, sizeof(*bigger.slot));
	if (!bigger.slot)
		return -ENOMEM;
	for (size_t i = 0; i < table->size; i++)
		if (table->slot[i].item)
			table_place(&bigger, table->slot[i].hash,
				    table->slot[i].item);
	free(table->slot);
	*table = bigger;
	return 0;
}

/**
 * table_add() - Add an item that is not in the table
 * @table: table
 * @hash: hash of its key
 * @item: item, still owned by the caller
 *
 * Return: 0 or -ENOMEM.
 */
int table_add(struct table *table, uint64_t hash, void *item)
{
	/* Keep a quarter of the slots empty. */
	if (table->count >= table->size / 4 * 3) {
		int err = table_grow(table);

		if (err)
			return err;
	}
	table_place(table, hash, item);
	table->count++;
	return 0;
}

/**
 * table_free() - Free a table, but not its items
 * @table: table; empty and usable afterwards
 */
void table_free(struct table *table)
{
	free(table->slot);
	*table = (struct table){ 0 };
}

/**
 * table_free_items() - Free a table and its items
 * @table: table of items from malloc(3); empty and usable afterwards
 */
void table_free_items(struct table *table)
{
	for (size_t i = 0; i < table->size; i++)
		free(table->slot[i].item);
	table_free(table);
}
