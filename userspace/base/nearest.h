/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_NEAREST_H
#define ASHIATO_NEAREST_H

#include <stdbool.h>
#include <stddef.h>

/* Longer words are not compared. */
#define NEAREST_MAX	32

/**
 * struct nearest - The word of a list that is most like a typed one
 * @typed: the typed word
 * @word: the most similar word so far; NULL while none is similar
 * @distance: number of characters to change in it
 */
struct nearest {
	const char *typed;
	const char *word;
	size_t distance;
};

void nearest_try(struct nearest *nearest, const char *word);

#endif
