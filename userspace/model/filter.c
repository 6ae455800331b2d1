// SPDX-License-Identifier: GPL-2.0-only
/* A part of a model: what is wanted, and the domains above it. */
#include "filter.h"

static bool is_in_time(const struct choice *choice, const struct access *access)
{
	if (!access->seen.first_ms)
		return false;
	if (choice->until_ms && access->seen.first_ms > choice->until_ms)
		return false;
	return access->seen.last_ms >= choice->since_ms;
}

static void accesses_choose(const struct choice *choice, struct domain *domain)
{
	size_t kept = 0;

	for (size_t i = 0; i < domain->access_count; i++)
		if (is_in_time(choice, domain->access[i]))
			domain->access[kept++] = domain->access[i];
	domain->access_count = kept;
}

/* How far it is below what was asked for; DEPTH_ALL when it is not. */
static unsigned int depth_below(const struct choice *choice,
				const struct domain *domain)
{
	const struct domain *top = domain;

	if (!choice->under)
		return domain->depth;
	while (top && !domain_matches(top, choice->under))
		top = top->parent;
	return top ? domain->depth - top->depth : DEPTH_ALL;
}

static bool is_chosen(const struct domain *domain, const void *ctx)
{
	const struct choice *choice = ctx;
	unsigned int depth = depth_below(choice, domain);

	if (choice->under && depth == DEPTH_ALL)
		return false;
	if (depth > choice->depth)
		return false;
	return domain->access_count || (!choice->since_ms && !choice->until_ms);
}

/**
 * model_choose() - Leave out of a model what is not wanted
 * @model: sorted
 * @choice: what is wanted
 */
void model_choose(struct model *model, const struct choice *choice)
{
	if (choice->since_ms || choice->until_ms)
		for (struct domain *domain = model_first(model); domain;
		     domain = model_next(model, domain))
			accesses_choose(choice, domain);
	model_keep(model, is_chosen, choice);
}
