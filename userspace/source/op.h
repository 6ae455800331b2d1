/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_OP_H
#define ASHIATO_OP_H

#include <stdbool.h>

#include "base/text.h"

#define OP_FIELDS_MAX	4

struct nearest;

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

/**
 * enum word_type - Types of the words of an access
 * @WORD_ANY: the kind of access is unknown: any of these, depending on the text
 * @WORD_NAME: a path or another name, which may be a pattern, or a condition
 * @WORD_NUMBER: a number, a port, or a range of them
 * @WORD_ADDRESS: an IP address, or a range of them
 * @WORD_TARGET: "any", or the first word of a domain's name, which ends the access
 */
enum word_type {
	WORD_ANY,
	WORD_NAME,
	WORD_NUMBER,
	WORD_ADDRESS,
	WORD_TARGET,
};

const struct op *op_find(struct span name);
const struct op *op_of(const char *line);
bool ops_have(const char *list, const char *line);
struct span ops_unknown(const char *list);
void ops_nearest(struct nearest *nearest);
bool op_is_change(const char *line);
enum word_type op_word_type(const struct op *op, size_t number);

#endif
