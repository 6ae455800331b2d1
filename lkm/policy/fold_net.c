// SPDX-License-Identifier: GPL-2.0-only
/*
 * Folds an address into its network or all addresses, and a port into all ports.
 * Pure C: see core/platform.h.
 */
#include "fold.h"
#include "fold_counter.h"
#include "fold_net.h"
#include "fold_word.h"

static bool address_is_v6(const struct word *word)
{
	return memchr(word->text, ':', word->len);
}

static void fold_address_all(struct word *word)
{
	word_fold(word, 0, address_is_v6(word) ?
		  "::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff" : "0.0.0.0-255.255.255.255");
}

static void fold_network_v4(struct word *word)
{
	size_t len = word->len;

	while (len && word->text[len - 1] != '.')
		len--;
	snprintf(word->tail, sizeof(word->tail), "%.*s0-%.*s255", (int)len, word->text,
		 (int)len, word->text);
}

/* Reads one group of an IPv6 address, in hexadecimal, and the colon after it. */
static u32 group_shift(const char **text, const char *end)
{
	u32 group = 0;

	for (; *text < end && **text != ':'; ++*text)
		group = group << 4 | (**text <= '9' ? **text - '0' : (**text | 0x20) - 'a' + 10);
	if (*text < end)
		++*text;
	return group;
}

/* The first four groups are written out, so that the address is never ambiguous. */
static void fold_network_v6(struct word *word)
{
	const char *text = word->text, *end = text + word->len;
	u32 group[4] = {};
	char first[24];
	int i;

	for (i = 0; i < 4 && text < end && *text != ':'; i++)
		group[i] = group_shift(&text, end) & 0xffff;
	/* The groups after "::" are the last ones. Skip its second colon; at the start, both. */
	if (i < 4) {
		const char *next;
		int left = 0;

		text += i ? 1 : 2;
		for (next = text; next < end; left++)
			group_shift(&next, end);
		for (; 8 - left < 4; left--)
			group[8 - left] = group_shift(&text, end) & 0xffff;
	}
	snprintf(first, sizeof(first), "%x:%x:%x:%x", group[0], group[1], group[2], group[3]);
	snprintf(word->tail, sizeof(word->tail), "%s:0:0:0:0-%s:ffff:ffff:ffff:ffff", first, first);
}

/* Replaces an address by its network: /24, or /64 for IPv6. */
static void fold_network(struct word *word)
{
	word->kept = 0;
	/* An IPv4 address within an IPv6 address has dots, too. */
	if (memchr(word->text, '.', word->len))
		fold_network_v4(word);
	else
		fold_network_v6(word);
}

/* All addresses together may have this many times the ports of one. */
#define PORTS_OF_ALL 4

/* Counts a port, and folds it if there are too many. Returns 0 or -errno. */
static int fold_port(const struct fold *fold, u64 key, struct word *port, u32 bound)
{
	int ret;

	/* The range of client ports is one value. */
	if (word_is_folded(port) || memchr(port->text, '-', port->len))
		return 0;
	ret = count_distinct(fold, key, word_hash(hash_mix(key, KEY_PORT_SEEN), port),
			     COUNT_VALUES, bound);
	if (!ret)
		word_fold(port, 0, port->kind->range);
	return min(ret, 0);
}

static u64 address_key(const struct fold *fold, const struct word *address)
{
	return word_hash(fold_key(fold, KEY_ADDRESS), address);
}

/* Counts an address for a port, and folds it if there are too many. Returns 0 or -errno. */
static int fold_address(const struct fold *fold, struct word *address, const struct word *port)
{
	u64 key = word_hash(fold_key(fold, KEY_PORT), port);
	u64 seen = hash_mix(key, KEY_ADDRESS_SEEN);
	int ret = 1;

	if (!word_is_folded(address))
		ret = count_distinct(fold, key, word_hash(seen, address), COUNT_VALUES,
				     fold_bounds.addresses);
	if (!ret)
		fold_network(address);
	if (ret >= 0 && word_is_folded(address)) {
		ret = count_distinct(fold, key, word_hash(seen, address), COUNT_NETWORKS,
				     fold_bounds.addresses);
		if (!ret)
			fold_address_all(address);
	}
	return min(ret, 0);
}

/**
 * fold_net() - count an address and a port, and fold them if there are too many
 * @fold: access
 * @address: word of the address
 * @port: word of the port
 *
 * Context: any that @fold->gfp allows.
 * Return: 0, -EDQUOT, -ENOSPC or -ENOMEM.
 */
int fold_net(const struct fold *fold, struct word *address, struct word *port)
{
	u32 ports = READ_ONCE(fold_bounds.ports);
	u64 own = address_key(fold, address);
	int err = fold_port(fold, fold_key(fold, KEY_PORTS), port, ports * PORTS_OF_ALL);

	/*
	 * Count the port first only if the address has a counter of ports. Count a new address
	 * first: if it becomes a network, it needs no such counter.
	 */
	if (!err && counter_exists(own))
		err = fold_port(fold, own, port, ports);
	/* Further ports of the address are not among those of its counter. */
	*fold->is_shared = word_is_folded(port) &&
			   (fold->is_full || counter_is_full(own, COUNT_VALUES, ports));
	err = err ?: fold_address(fold, address, port);
	/* Bound the ports of the address or network; if they become a range, its addresses. */
	if (!err && !word_is_folded(port)) {
		err = fold_port(fold, address_key(fold, address), port, ports);
		if (!err && word_is_folded(port))
			err = fold_address(fold, address, port);
	}
	return err;
}
