/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_OP_H
#define ASHIATO_OP_H

#include "base/text.h"

#define OP_FIELDS_MAX	4

/**
 * struct op - One kind of access, from lkm/core/ops.def
 * @keyword: how its policy line begins
 * @field: audit fields of the words that follow, in order; "field=prefix"
 *	stands for a word of the form prefix="value"; NULL after the last
 */
struct op {
	const char *keyword;
	const char *field[OP_FIELDS_MAX + 1];
};

const struct op *op_find(struct span name);
const struct op *op_of(const char *line);

#endif
