/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_RENDER_NEW_H
#define ASHIATO_RENDER_NEW_H

#include <stdio.h>

#include "base/colour.h"
#include "model/compare.h"
#include "model/ranking.h"

/**
 * struct novelty - Models to compare, and their table of ranks
 * @ranking: table
 * @ignore: patterns of differences to skip
 * @filter: accesses to print
 * @old: old model, sorted
 * @new: new model, sorted
 */
struct novelty {
	struct ranking *ranking;
	const struct match_list *ignore;
	const struct filter *filter;
	const struct model *old;
	const struct model *new;
};

int render_new(const struct novelty *novelty, const struct colours *colours, FILE *out,
	       size_t *found);

#endif
