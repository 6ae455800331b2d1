/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_RENDER_H
#define ASHIATO_RENDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "model.h"

int render_tree(const struct model *model, FILE *out);
int render_access(const struct model *model, const char *pattern,
		  bool with_times, FILE *out, size_t *found);
int render_times(const struct domain *domain, FILE *out);
int render_event(const struct fact *fact, FILE *out);
int render_policy(const struct model *model, FILE *out);

#endif
