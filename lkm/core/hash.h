/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A fast keyed 64-bit hash. Each step multiplies two keyed words to 128 bits
 * and folds the halves (the mixing step of wyhash, which is in the public
 * domain). The key is chosen at random when the module is loaded, so that users cannot
 * choose names that collide.
 */
#ifndef ASHIATO_HASH_H
#define ASHIATO_HASH_H

#include "platform.h"

/* The first byte of a word is taken to be its lowest one: see hash_load(). */
#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "ashiato supports little-endian processors only"
#endif

/* Key of all hashes: set when the module is loaded, constant afterwards. */
extern u64 hash_key[2];

/* Mixes one word into a hash and returns the new hash. */
static inline u64 hash_mix(u64 state, u64 word)
{
	u64 low = state ^ hash_key[0], high = word ^ hash_key[1];

#ifdef __x86_64__
	/* GCC moves the halves of a product of 128 bits through the stack. */
	asm("mulq %1" : "+a" (low), "+d" (high) : : "cc");
#else
	__uint128_t product = (__uint128_t)low * high;

	low = product;
	high = product >> 64;
#endif
	return low ^ high;
}

static inline u64 hash_load(const void *from, unsigned int bytes)
{
	u64 word = 0;

	__builtin_memcpy(&word, from, bytes);
	return word;
}

/**
 * hash_bytes() - mix a string of bytes and its length into a hash
 * @state: hash so far
 * @data: bytes; none beyond @len is read
 * @len: number of bytes
 *
 * Context: any.
 * Return: the new hash.
 */
static inline u64 hash_bytes(u64 state, const char *data, size_t len)
{
	const char *end = data + len;

	state ^= (u64)len << 48;
	for (; end - data > 8; data += 8)
		state = hash_mix(state, hash_load(data, 8));
	/* Read the tail with two loads that may overlap instead of a loop over bytes. */
	if (len >= 8)
		return hash_mix(state, hash_load(end - 8, 8));
	if (len >= 4)
		return hash_mix(state, hash_load(data, 4) | hash_load(end - 4, 4) << 32);
	if (len >= 2)
		return hash_mix(state, hash_load(data, 2) | hash_load(end - 2, 2) << 16);
	return hash_mix(state, len ? (u8)*data : 0);
}

/* Whether a name of @len bytes is not empty and fits into a 64-bit word. */
static inline bool hash_name_is_short(u32 len)
{
	return len - 1 < 8;
}

/**
 * hash_name() - mix a name, usually a short one, into a hash
 * @state: hash so far
 * @data: bytes of the name, none of them NUL; at least eight bytes must be readable
 * @len: length of the name in bytes
 *
 * Context: any.
 * Return: the new hash; it differs from that of hash_bytes().
 */
static __always_inline u64 hash_name(u64 state, const char *data, u32 len)
{
	if (!hash_name_is_short(len))
		return hash_bytes(state, data, len);
	/* Shift out bytes beyond @len. No byte is NUL, so the rest also encodes the length. */
	return hash_mix(state, hash_load(data, 8) << (64 - 8 * len));
}

#endif
