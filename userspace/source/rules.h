/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_RULES_H
#define ASHIATO_RULES_H

#include <stdbool.h>
#include <stddef.h>

#include "lines.h"
#include "source.h"

/**
 * struct rule - A line of exception_policy
 * @line: the line, its words separated by one space
 * @meaning: the same in the one form that all lines of this meaning have
 * @number: 1 for the first line of the file
 */
struct rule {
	char *line;
	char *meaning;
	unsigned long number;
};

/**
 * struct rules - Transition rules: the module's, or those of a file
 * @rule: array, in the order of the file; no comments, no empty lines
 * @count: how many
 * @kind: SOURCE_UNKNOWN; another kind when the file holds no rules but that
 * @damage: lines that no rule can be
 */
struct rules {
	struct rule *rule;
	size_t count;
	enum source_kind kind;
	struct damage damage;
};

int rules_read(struct rules *rules, int fd);
bool rules_have(const struct rules *rules, const struct rule *rule);
void rules_free(struct rules *rules);
const char *rule_form(const struct rule *rule);

#endif
