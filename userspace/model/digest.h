/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_DIGEST_H
#define ASHIATO_DIGEST_H

#include "compare.h"

/**
 * struct digest_row - Similar differences of a domain
 * @group: from digest_add()
 * @domain: domain; for added or removed domains, the first one
 * @is_domain: the row counts domains: @domain and those below it
 * @count: number of differences removed (0) and added (1)
 * @mark: outcome of all accesses, see difference_mark(); "" if they differ
 * @operation: operations, separated by ", "
 * @object: their paths or arguments; of many paths, a pattern such as DIR/\*
 */
struct digest_row {
	unsigned int group;
	const struct domain *domain;
	bool is_domain;
	size_t count[2];
	const char *mark;
	struct text operation;
	struct text object;
};

/**
 * struct digest - Differences, summed up by group, domain and folder
 * @row: rows, after digest_finish()
 * @count: number of rows
 * @entry: differences
 * @entries: number of differences
 * @last: domain of the last difference
 * @number: its number, in the order of models_compare()
 * @top: last domain that differs and is not below another one that differs, of the same group
 * @top_number: its number
 * @top_group: its group
 */
struct digest {
	struct digest_row *row;
	size_t count;
	struct digest_entry *entry;
	size_t entries;
	const struct domain *last;
	size_t number;
	const struct domain *top;
	size_t top_number;
	unsigned int top_group;
};

int digest_add(struct digest *digest, const struct difference *difference,
	       unsigned int group, bool is_folded);
int digest_finish(struct digest *digest);
void digest_free(struct digest *digest);

#endif
