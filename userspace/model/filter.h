/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_FILTER_H
#define ASHIATO_FILTER_H

#include <limits.h>

#include "model.h"

#define DEPTH_ALL	UINT_MAX

/**
 * struct filter - Selects a part of a model
 * @under: keep domains that match this pattern of domain_matches(), and the
 *	domains below them; NULL for all
 * @depth: keep this many levels below those domains, or below the root;
 *	DEPTH_ALL for all
 * @since_ms: keep accesses last used at this time or later, in milliseconds since
 *	1970; 0 for all
 * @until_ms: keep accesses first used at this time or earlier, in milliseconds
 *	since 1970; 0 for all
 */
struct filter {
	const char *under;
	unsigned int depth;
	int64_t since_ms;
	int64_t until_ms;
};

void model_filter(struct model *model, const struct filter *filter);

#endif
