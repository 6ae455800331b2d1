/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_PATTERNS_H
#define ASHIATO_PATTERNS_H

#include <limits.h>

#include "base/text.h"
#include "source/conf.h"

/**
 * struct patterns_index - Lines that may match names with the same first byte
 * @line: their indices, in the order of precedence
 * @count: number of lines
 */
struct patterns_index {
	size_t *line;
	size_t count;
};

/**
 * struct patterns - Names that are new each time, from policy/patterns
 * @line: array, in the order of precedence
 * @count: number of lines
 * @index: lines by the first byte of a name
 */
struct patterns {
	struct patterns_line *line;
	size_t count;
	struct patterns_index index[UCHAR_MAX + 1];
};

extern const struct conf patterns_conf;

int patterns_read(struct patterns *patterns, struct text *error);
void patterns_apply(const struct patterns *patterns, const char *line, struct text *out);
void patterns_free(struct patterns *patterns);

#endif
