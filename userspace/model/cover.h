/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_COVER_H
#define ASHIATO_COVER_H

#include <stdbool.h>

#include "base/table.h"
#include "model.h"
#include "source/op.h"

/**
 * struct words - The words of a policy line, one after the other
 * @word: current word; empty after the last one
 * @type: its type; all words of a target have WORD_TARGET
 * @op: kind of the access, or NULL
 * @number: number of the word in the line, from 0
 */
struct words {
	struct span word;
	enum word_type type;
	const struct op *op;
	size_t number;
};

/**
 * struct cover - Accesses with a pattern or range, for lookups
 * @table: lists of struct cover_line
 * @line: the accesses
 */
struct cover {
	struct table table;
	struct cover_line *line;
};

struct words words_of(const char *line);
void words_next(struct words *words);
struct words words_to_pattern(const char *line);
size_t word_literal(struct span word);
struct span word_value(struct span word);
bool word_has_pattern(enum word_type type, struct span word);
bool word_covers(enum word_type type, struct span wide, struct span narrow);
bool word_overlaps(enum word_type type, struct span asked, struct span word);
bool name_is_pattern(struct span word);
bool name_covers(struct span wide, struct span narrow);

int cover_init(struct cover *cover, const struct domain *domain);
void cover_free(struct cover *cover);
bool cover_has(const struct cover *cover, const struct access *access);

#endif
