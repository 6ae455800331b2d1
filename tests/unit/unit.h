/* SPDX-License-Identifier: GPL-2.0-only */
/* Common to all unit tests. */
#ifndef ASHIATO_UNIT_H
#define ASHIATO_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/hash.h"
#include "core/share.h"

/* Pseudo-random numbers, the same in each run (splitmix64). */
static inline u64 unit_random(u64 *state)
{
	u64 z = *state += 0x9e3779b97f4a7c15ULL;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
	return z ^ (z >> 31);
}

/* Runs before each test: discards the state that a failed test has left. */
static inline int unit_begin(void **state)
{
	u64 seed = 1;

	(void)state;
	shim_reset();
	/* The module uses a random key; a fixed one makes failures repeatable. */
	hash_key[0] = unit_random(&seed);
	hash_key[1] = unit_random(&seed);
	return 0;
}

#define unit_case(f) cmocka_unit_test_setup(f, unit_begin)

/* Forgets all users and sets the limits of all together. */
static inline void unit_share(size_t accesses, size_t domains, size_t bytes)
{
	const struct share limits = {
		.accesses = accesses, .domains = domains, .bytes = bytes,
	};

	share_init();
	share_set_limits(&limits);
}

/* Returns the sum of the charges of all users. */
static inline struct share unit_total(void)
{
	struct share total;

	share_total(&total);
	return total;
}

/* For the end of a test: fails when memory was leaked, or a user still pays for it. */
static inline void unit_assert_clean(void)
{
	static const struct share none;
	struct share total;

	shim_rcu_run();
	assert_int_equal(shim_live(), 0);
	total = unit_total();
	assert_memory_equal(&total, &none, sizeof(none));
}

#endif
