/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_OP_H
#define ASHIATO_OP_H

#include "base/text.h"

#define OP_FIELDS_MAX	4

/**
 * struct op - A kind of access; a line of ops.def
 * @keyword: first words of its policy line
 * @field: audit fields of the words that follow, in this order; "field=prefix"
 *	is a word of the form prefix="value"; NULL after the last one
 */
struct op {
	const char *keyword;
	const char *field[OP_FIELDS_MAX + 1];
};

const struct op *op_find(struct span name);
const struct op *op_of(const char *line);

#endif
