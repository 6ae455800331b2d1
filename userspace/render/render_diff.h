/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_RENDER_DIFF_H
#define ASHIATO_RENDER_DIFF_H

#include <stdio.h>

#include "base/colour.h"
#include "model/compare.h"

int render_diff(const struct match_list *ignore, const struct filter *filter,
		const struct model *old, const struct model *new,
		const struct colours *colours, FILE *out, size_t *found);
int render_diff_json(const struct match_list *ignore,
		     const struct filter *filter, const struct model *old,
		     const struct model *new, FILE *out, size_t *found);
int render_diff_summary(const struct comparison *comparison, const struct model *old,
			const struct model *new, const struct colours *colours, FILE *out,
			size_t *found);

#endif
