// SPDX-License-Identifier: GPL-2.0-only
/* Reduces a model to selected domains and accesses. */
#include "filter.h"

static bool is_in_time(const struct filter *filter, const struct access *access)
{
	if (!access->seen.first_ms)
		return false;
	if (filter->until_ms && access->seen.first_ms > filter->until_ms)
		return false;
	return access->seen.last_ms >= filter->since_ms;
}

static void accesses_filter(const struct filter *filter, struct domain *domain)
{
	size_t kept = 0;

	for (size_t i = 0; i < domain->access_count; i++)
		if (is_in_time(filter, domain->access[i]))
			domain->access[kept++] = domain->access[i];
	domain->access_count = kept;
}

/* Levels below the nearest ancestor that @under selects; DEPTH_ALL if there is none. */
static unsigned int depth_below(const struct filter *filter,
				const struct domain *domain)
{
	const struct domain *top = domain;

	if (!filter->under)
		return domain->depth;
	while (top && !domain_matches(top, filter->under))
		top = top->parent;
	return top ? domain->depth - top->depth : DEPTH_ALL;
}

static bool is_wanted(const struct domain *domain, const void *ctx)
{
	const struct filter *filter = ctx;
	unsigned int depth = depth_below(filter, domain);

	if (filter->under && depth == DEPTH_ALL)
		return false;
	if (depth > filter->depth)
		return false;
	return domain->access_count || (!filter->since_ms && !filter->until_ms);
}

/**
 * model_filter() - Remove domains and accesses that a filter does not select
 * @model: sorted model; ancestors of selected domains are kept
 * @filter: filter
 */
void model_filter(struct model *model, const struct filter *filter)
{
	if (filter->since_ms || filter->until_ms)
		for (struct domain *domain = model_first(model); domain;
		     domain = model_next(model, domain))
			accesses_filter(filter, domain);
	model_keep(model, is_wanted, filter);
}
