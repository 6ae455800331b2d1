/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * IDs of histories, without HISTORY_ID_BASE.
 *
 * An ID consists of a place in the table of IDs, a round, and whether the history has replaced
 * another one in its place. Each new ID gets the current round. In one round, a place is given at
 * most once to a history that replaces another one, and at most once to one that does not: the next
 * round begins when the search for free places starts over, or when a history is about to replace
 * one of the current round. So an ID is not used again for 2^ROUND_BITS rounds.
 *
 * PLACE_BITS bounds the memory of the table, in which a user may have spread long-lived histories.
 *
 * Pure C: see platform.h.
 */
#ifndef ASHIATO_HISTORY_ID_H
#define ASHIATO_HISTORY_ID_H

#include "platform.h"

#define PLACE_BITS 22
#define PLACE_MAX (BIT(PLACE_BITS) - 1)
#define ROUND_BITS 7
#define ID_BITS (PLACE_BITS + 1 + ROUND_BITS)

static inline u32 id_make(u32 place, u32 round, bool replaces)
{
	return place | (u32)replaces << PLACE_BITS |
	       round % BIT(ROUND_BITS) << (PLACE_BITS + 1);
}

static inline u32 id_place(u32 id)
{
	return id & PLACE_MAX;
}

/**
 * id_replace() - get the ID of a history that replaces another one
 * @old: ID of the other history
 * @round: current round; increased if @old is of the same round
 *
 * Context: any; serialised by the caller.
 * Return: an ID with the same place.
 */
static inline u32 id_replace(u32 old, u32 *round)
{
	if (old >> (PLACE_BITS + 1) == *round % BIT(ROUND_BITS))
		++*round;
	return id_make(id_place(old), *round, true);
}

#endif
