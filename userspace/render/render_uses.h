/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_RENDER_USES_H
#define ASHIATO_RENDER_USES_H

#include <stdio.h>

#include "base/colour.h"
#include "model/model.h"

int uses_find(const struct model *model, const char *pattern, struct access ***access,
	      size_t *count);
size_t uses_same(struct access *const *access, size_t count, size_t first);
int render_uses(const struct model *model, const char *pattern, FILE *out,
		size_t *found);
int render_uses_json(const struct model *model, const char *pattern, FILE *out,
		     size_t *found);
int render_uses_tree(const struct model *model, const char *pattern,
		     const struct colours *colours, FILE *out, size_t *found);
int render_uses_tree_json(const struct model *model, const char *pattern, FILE *out,
			  size_t *found);

#endif
