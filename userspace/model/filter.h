/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_FILTER_H
#define ASHIATO_FILTER_H

#include <limits.h>

#include "classes.h"
#include "model.h"

#define DEPTH_ALL	UINT_MAX

/**
 * struct filter - Selects a part of a model
 * @under: keep domains that match this pattern of domain_matches(), and the
 *	domains below them; NULL for all
 * @container: keep domains of which a program was executed in this container, for
 *	container_is(); NULL for all
 * @depth: keep this many levels below those domains, or below the root;
 *	DEPTH_ALL for all
 * @since_ms: keep accesses last used at this time or later, in milliseconds since
 *	1970; 0 for all
 * @until_ms: keep accesses first used at this time or earlier, in milliseconds
 *	since 1970; 0 for all
 * @ops: keep accesses with these operations, a list for ops_have(); NULL for all
 * @login: keep accesses that logins of this user made, with the times of these uses; NULL for
 *	all
 * @class_set: keep accesses of these classes, from class_list_parse(); 0 for all
 * @classes: table of classes, if @class_set is not 0
 * @is_strict: remove the accesses of domains that are only kept as ancestors
 * @only_refused: keep accesses of which at least one use was refused
 */
struct filter {
	const char *under;
	const char *container;
	unsigned int depth;
	int64_t since_ms;
	int64_t until_ms;
	const char *ops;
	const int64_t *login;
	uint32_t class_set;
	const struct classes *classes;
	bool is_strict;
	bool only_refused;
};

bool filter_has_time(const struct filter *filter);
bool filter_has_accesses(const struct filter *filter);
bool filter_has_access(const struct filter *filter, const struct access *access);
bool filter_has_fact(const struct filter *filter, const struct fact *fact);
void model_filter(struct model *model, const struct filter *filter);

#endif
