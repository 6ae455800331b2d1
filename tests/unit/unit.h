/* SPDX-License-Identifier: GPL-2.0-only */
/* What all unit tests share. */
#ifndef ASHIATO_UNIT_H
#define ASHIATO_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/hash.h"

/* A sequence that looks random and is the same in each run (splitmix64). */
static inline u64 unit_random(u64 *state)
{
	u64 z = *state += 0x9e3779b97f4a7c15ULL;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
	return z ^ (z >> 31);
}

/* Before each test: what a failed one has left does not matter. */
static inline int unit_begin(void **state)
{
	u64 seed = 1;

	(void)state;
	shim_reset();
	/* The module draws it at load. */
	hash_key[0] = unit_random(&seed);
	hash_key[1] = unit_random(&seed);
	return 0;
}

#define unit_case(f) cmocka_unit_test_setup(f, unit_begin)

/* At the end of a test. */
static inline void unit_assert_clean(void)
{
	shim_rcu_run();
	assert_int_equal(shim_live(), 0);
}

#endif
