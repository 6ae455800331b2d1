/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_RENDER_TOMOYO_H
#define ASHIATO_RENDER_TOMOYO_H

#include <stdio.h>

#include "model/model.h"

#define TOMOYO_PROFILE_MAX	255

/**
 * struct tomoyo_left - Numbers of omitted lines, which TOMOYO Linux would reject
 * @kind: unknown kinds of access, each with the number of accesses
 * @kind_count: number of kinds
 * @names: number of accesses with an invalid name or number
 * @domains: number of domains with an invalid name
 */
struct tomoyo_left {
	struct {
		char name[40];
		unsigned long count;
	} kind[40];
	size_t kind_count;
	unsigned long names;
	unsigned long domains;
};

int tomoyo_convert(const struct model *model, struct model *result,
		   struct tomoyo_left *left);
int render_tomoyo(const struct model *model, unsigned int profile, FILE *out);

#endif
