/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_GENERATION_H
#define ASHIATO_GENERATION_H

#include "platform.h"

/**
 * struct generations - when a domain or an access was known
 * @last: the last generation that knows it; 0 when none did yet
 * @before: the last one before that
 *
 * Each reset begins a generation. What the generation does not know yet is
 * forgotten: it is there, but nobody is shown it, until it comes back.
 */
struct generations {
	u32 last;
	u32 before;
};

/* The generation, from 1. */
extern u32 generation;

/**
 * generation_now() - which generation is it?
 *
 * Context: any.
 * Return: the generation; no older one than that of any seed of a domain that
 * was read before, see domain_renew().
 */
static inline u32 generation_now(void)
{
	smp_rmb();
	return READ_ONCE(generation);
}

/**
 * generation_knows() - was something known in a generation?
 * @in: when it was known
 * @number: of the generation: this one, or the one before
 *
 * Context: any.
 * Return: true when it was.
 */
static inline bool generation_knows(const struct generations *in, u32 number)
{
	/* Whoever sees the last one sees the one before, and what it is about. */
	return smp_load_acquire(&in->last) == number || READ_ONCE(in->before) == number;
}

/**
 * generation_enter() - something is known from now on
 * @in: when it was known; not in this generation
 *
 * Context: any, under the lock of whatever it is about.
 */
static inline void generation_enter(struct generations *in)
{
	WRITE_ONCE(in->before, in->last);
	smp_store_release(&in->last, generation);
}

#endif
