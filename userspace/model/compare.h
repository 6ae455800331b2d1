/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_COMPARE_H
#define ASHIATO_COMPARE_H

#include "filter.h"
#include "match.h"
#include "model.h"

/**
 * struct pair - The same domain in the old and in the new model
 * @above: pair of the parent domain; NULL for a root
 * @self: the domain: @new, unless it was removed or is only in the old model
 * @old: domain in the old model; NULL if it was added
 * @new: domain in the new model; NULL if it was removed
 * @is_covered: @old and @new have different names: the domain that is not @self, or an
 *	ancestor of it, has a pattern that matches the name of @self. Accesses that only this
 *	domain has are no differences
 * @is_printed: for use by &comparison.take
 * @first: for use by &comparison.take
 * @count: for use by &comparison.take
 */
struct pair {
	struct pair *above;
	const struct domain *self;
	const struct domain *old;
	const struct domain *new;
	bool is_covered;
	bool is_printed;
	size_t first;
	size_t count;
};

/**
 * struct difference - A domain, access or flag that only one of two models has
 * @pair: domain
 * @old: access in the old model, or NULL
 * @new: access in the new model, or NULL
 * @line: policy line of the access, or NULL
 * @flag: name of the flag, or NULL. If @line is NULL, too, the domain itself differs
 * @is_new: added in the new model; otherwise removed
 *
 * Accesses of a domain that may change something come before the others, see
 * op_is_change(). An access is no difference if a pattern or range of the other model stands for
 * it. It is one if it was done in one model and refused in the other one.
 */
struct difference {
	struct pair *pair;
	const struct access *old;
	const struct access *new;
	const char *line;
	const char *flag;
	bool is_new;
};

/**
 * struct comparison - Parameters of a comparison of two models
 * @ignore: patterns of differences to skip, or NULL
 * @filter: skip accesses that it does not select, and domains without an access that it
 *	selects; or NULL
 * @take: called for each difference, for a domain before the domains below it;
 *	returns 0, or -errno to stop the comparison
 * @ctx: passed to @take
 */
struct comparison {
	const struct match_list *ignore;
	const struct filter *filter;
	int (*take)(void *ctx, const struct difference *difference);
	void *ctx;
};

const char *difference_mark(const struct difference *difference);
int models_compare(const struct comparison *comparison,
		   const struct model *old, const struct model *new);

#endif
