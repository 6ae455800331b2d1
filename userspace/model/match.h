/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_MATCH_H
#define ASHIATO_MATCH_H

#include <stdbool.h>
#include <stddef.h>

#include "source/lines.h"
#include "base/text.h"

/**
 * enum match_extent - How much of an access with patterns or ranges must match
 * @MATCH_ANY: at least one of the accesses that it stands for; used to find accesses
 * @MATCH_ALL: all of them; used to ignore accesses
 */
enum match_extent {
	MATCH_ANY,
	MATCH_ALL,
};

/**
 * struct match_list - Patterns from the lines of a file
 * @pattern: array of patterns, each from match_parse()
 * @count: number of patterns
 * @has_domains: at least one pattern is for domains: it begins with <
 */
struct match_list {
	struct text *pattern;
	size_t count;
	bool has_domains;
};

int match_parse(struct text *pattern, struct span typed);
bool match_access(const char *pattern, const char *line, enum match_extent extent);
bool match_domain(const char *pattern, const char *name);
int match_list_line(void *list, const struct line *line);
bool match_list_access(const struct match_list *list, const char *line);
bool match_list_domain(const struct match_list *list, const char *name);
void match_list_free(struct match_list *list);

#endif
