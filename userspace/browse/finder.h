/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_FINDER_H
#define ASHIATO_FINDER_H

#include "outline.h"

/**
 * struct finder - A search in an outline
 * @wanted: part of the text of a row, or a pattern
 * @is_pattern: @wanted is a pattern
 * @text: buffer for the text of a row
 */
struct finder {
	struct text wanted;
	bool is_pattern;
	struct text text;
};

int finder_set(struct finder *finder, struct span typed);
enum outline_found finder_next(struct finder *finder, struct outline *outline,
			       bool is_forward);
void finder_free(struct finder *finder);

#endif
