/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_RENDER_TOMOYO_H
#define ASHIATO_RENDER_TOMOYO_H

#include <stdio.h>

#include "model/model.h"

#define TOMOYO_PROFILE_MAX	255

/**
 * struct tomoyo_left - What TOMOYO Linux would not take
 * @kind: kinds of access that it does not know, and how many there were
 * @kind_count: how many kinds
 * @names: lines with a name or number that it refuses
 * @domains: domains whose name it refuses
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
