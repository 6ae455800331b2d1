/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_FILTER_H
#define ASHIATO_FILTER_H

#include <limits.h>

#include "model.h"

#define DEPTH_ALL	UINT_MAX

/**
 * struct filter - What of a model is wanted
 * @under: domains that domain_matches() and what is below them; NULL for all
 * @depth: how many steps below those, or below the root
 * @since_ms: accesses that were made then or later; 0 for all
 * @until_ms: accesses that were made then or before; 0 for all
 */
struct filter {
	const char *under;
	unsigned int depth;
	int64_t since_ms;
	int64_t until_ms;
};

void model_filter(struct model *model, const struct filter *filter);

#endif
