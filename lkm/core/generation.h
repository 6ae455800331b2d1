/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_GENERATION_H
#define ASHIATO_GENERATION_H

#include "platform.h"

/**
 * struct generations - the generations in which a domain was used
 * @last: the last such generation; 0 for none yet
 * @before: the last such generation before @last; 0 for none
 *
 * Each reset begins a generation. A domain that was not used in the current generation is
 * forgotten: it is not shown until it is used again, and is freed if no program runs in it.
 * "Known" means: used in the generation in question.
 */
struct generations {
	u32 last;
	u32 before;
};

/* The current generation, counted from 1. */
extern u32 generation;

/**
 * generation_now() - get the current generation
 *
 * Context: any.
 * Return: the generation. It is at least as new as each seed of a domain that the caller
 * read before the call, see domain_renew().
 */
static inline u32 generation_now(void)
{
	/* Pairs with the release of the seed in domain_renew(). */
	smp_rmb();
	return READ_ONCE(generation);
}

/**
 * generation_knows() - check whether a domain is known in a generation
 * @in: generations of the domain
 * @number: the current generation or the one before
 *
 * Context: any.
 * Return: true if it is known.
 */
static inline bool generation_knows(const struct generations *in, u32 number)
{
	/* A reader that sees @last also sees @before and the contents of the object. */
	return smp_load_acquire(&in->last) == number || READ_ONCE(in->before) == number;
}

/**
 * generation_enter() - make a domain known in the current generation
 * @in: its generations; the current one is not among them
 *
 * Context: any, with the lock of the set that contains the domain held.
 */
static inline void generation_enter(struct generations *in)
{
	WRITE_ONCE(in->before, in->last);
	smp_store_release(&in->last, generation);
}

#endif
