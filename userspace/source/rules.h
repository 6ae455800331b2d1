/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_RULES_H
#define ASHIATO_RULES_H

#include <stdbool.h>
#include <stddef.h>

#include "lines.h"
#include "source.h"

/**
 * struct rule - A line of exception_policy
 * @line: line, its words separated by one space
 * @canonical: canonical form, the same for all lines that mean the same
 * @number: line number, from 1
 */
struct rule {
	char *line;
	char *canonical;
	unsigned long number;
};

/**
 * struct rules - Transition rules of the module or of a file
 * @rule: array in the order of the file, without comments and empty lines
 * @count: number of rules
 * @kind: SOURCE_UNKNOWN; another kind when the file is a source and not rules
 * @damage: lines that cannot be rules
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
