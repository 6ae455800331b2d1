/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_COMPARE_H
#define ASHIATO_COMPARE_H

#include "match.h"
#include "model.h"

/**
 * struct pair - The same domain in the old and in the new model
 * @above: pair of the parent domain; NULL for a root
 * @self: the domain: @new, unless it was removed or is only in the old model
 * @old: domain in the old model; NULL if it was added
 * @new: domain in the new model; NULL if it was removed
 * @is_covered: the other domain is not @self, but the name of it or of an ancestor is
 *	a pattern for @self: what only the other one has is no difference
 * @is_printed: for use by &comparison.take
 */
struct pair {
	struct pair *above;
	const struct domain *self;
	const struct domain *old;
	const struct domain *new;
	bool is_covered;
	bool is_printed;
};

/**
 * struct difference - A domain, access or flag that only one of two models has, and
 *	no pattern or range of the other one stands for
 * @pair: domain
 * @line: policy line of the access, or NULL
 * @flag: name of the flag, or NULL; the domain itself if @line is NULL, too
 * @is_new: added in the new model; otherwise removed
 */
struct difference {
	struct pair *pair;
	const char *line;
	const char *flag;
	bool is_new;
};

/**
 * struct comparison - Parameters of a comparison of two models
 * @ignore: patterns of differences to skip, or NULL
 * @take: called for each difference, for a domain before the domains below it;
 *	returns 0, or -errno to stop the comparison
 * @ctx: passed to @take
 */
struct comparison {
	const struct match_list *ignore;
	int (*take)(void *ctx, const struct difference *difference);
	void *ctx;
};

int models_compare(const struct comparison *comparison,
		   const struct model *old, const struct model *new);

#endif
