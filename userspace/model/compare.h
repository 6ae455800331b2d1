/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_COMPARE_H
#define ASHIATO_COMPARE_H

#include "match.h"
#include "model.h"

/**
 * struct pair - A domain in two models
 * @above: of the domain that executed it; NULL for <kernel>
 * @old: the domain before; NULL when it came
 * @new: the domain now; NULL when it went
 * @is_told: for who takes the differences
 */
struct pair {
	struct pair *above;
	const struct domain *old;
	const struct domain *new;
	bool is_told;
};

/**
 * struct difference - What one model has and the other has not
 * @pair: domain
 * @line: policy line of an access, or NULL
 * @flag: name of a flag, or NULL; if @line is, too, it is the domain itself
 * @is_new: it came; else it went
 */
struct difference {
	struct pair *pair;
	const char *line;
	const char *flag;
	bool is_new;
};

/**
 * struct comparison - How two models are compared
 * @ignore: what is passed over, or NULL
 * @take: gets each difference, those of a domain before those below it;
 *	returns 0 or -errno
 * @ctx: for @take
 */
struct comparison {
	const struct match_list *ignore;
	int (*take)(void *ctx, const struct difference *difference);
	void *ctx;
};

int models_compare(const struct comparison *comparison,
		   const struct model *old, const struct model *new);

#endif
