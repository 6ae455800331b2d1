// SPDX-License-Identifier: GPL-2.0-only
/* Reduces a model to selected domains and accesses. */
#include "filter.h"
#include "source/container.h"
#include "source/op.h"

static bool is_in_time(const struct filter *filter, const struct access *access)
{
	if (!access->seen.first_ms)
		return false;
	if (filter->until_ms && access->seen.first_ms > filter->until_ms)
		return false;
	return access->seen.last_ms >= filter->since_ms;
}

/**
 * filter_has_time() - Whether a filter selects accesses by time
 * @filter: filter
 *
 * Return: true if it does.
 */
bool filter_has_time(const struct filter *filter)
{
	return filter->since_ms || filter->until_ms;
}

/**
 * filter_has_accesses() - Whether a filter selects accesses, and not only domains
 * @filter: filter
 *
 * Return: true if it does.
 */
bool filter_has_accesses(const struct filter *filter)
{
	return filter_has_time(filter) || filter->ops || filter->class_set ||
	       filter->only_refused || filter->login;
}

static bool has_class(const struct filter *filter, const char *line)
{
	return !filter->class_set ||
	       filter->class_set >> class_of(filter->classes, line) & 1;
}

/**
 * filter_has_access() - Whether a filter selects an access, in whatever domain
 * @filter: filter
 * @access: access
 *
 * Return: true if it does.
 */
bool filter_has_access(const struct filter *filter, const struct access *access)
{
	if (filter->only_refused && !access->seen.refused.count)
		return false;
	if (filter->ops && !ops_have(filter->ops, access->line->text))
		return false;
	if (filter_has_time(filter) && !is_in_time(filter, access))
		return false;
	return has_class(filter, access->line->text);
}

/**
 * filter_has_fact() - Whether a filter selects an access of an audit log
 * @filter: filter
 * @fact: FACT_ACCESS
 *
 * Return: true if it does.
 */
bool filter_has_fact(const struct filter *filter, const struct fact *fact)
{
	if (filter->only_refused && fact->outcome != OUTCOME_REFUSED)
		return false;
	if (filter->ops && !ops_have(filter->ops, fact->access))
		return false;
	if (fact->time_ms < filter->since_ms ||
	    (filter->until_ms && fact->time_ms > filter->until_ms))
		return false;
	if (filter->login && !(fact->login && fact->login->auid == *filter->login))
		return false;
	if (filter->under && !name_is_under(fact->domain, filter->under))
		return false;
	if (filter->container &&
	    !(fact->cgroup && container_is(fact->cgroup, filter->container)))
		return false;
	return has_class(filter, fact->access);
}

/* Reduce an access to the uses by logins of a user. Return false if there are none. */
static bool filter_take_login(struct access *access, int64_t uid)
{
	const struct login_uses *found = access->logins ?
					 login_list_find(access->logins, (uint64_t)uid) : NULL;
	struct outcome_times outcome;
	struct login_uses login;

	if (!found)
		return false;
	login = *found;
	*access->logins = (struct login_list){ .count = 1, .login = { login } };
	outcome = (struct outcome_times){ login.last_ms, login.count };
	/* The outcome of this user's uses is known only if all uses of the access have the same */
	if (access_outcome(access) == OUTCOME_REFUSED)
		access->seen.refused = outcome;
	else
		access->seen.refused = (struct outcome_times){ 0 };
	if (access->seen.done.count == access->seen.count)
		access->seen.done = outcome;
	else
		access->seen.done = (struct outcome_times){ 0 };
	access->seen.first_ms = login.first_ms;
	access->seen.last_ms = login.last_ms;
	access->seen.count = login.count;
	return true;
}

static void accesses_filter(const struct filter *filter, struct domain *domain)
{
	size_t kept = 0;

	for (size_t i = 0; i < domain->access_count; i++)
		if ((!filter->login || filter_take_login(domain->access[i], *filter->login)) &&
		    filter_has_access(filter, domain->access[i]))
			domain->access[kept++] = domain->access[i];
	domain->access_count = kept;
}

static bool is_in_container(const struct filter *filter, const struct domain *domain)
{
	for (size_t i = 0; i < domain->cgroup_count && filter->container; i++)
		if (container_is(domain->cgroup[i]->text, filter->container))
			return true;
	return !filter->container;
}

/*
 * Levels below the nearest ancestor that @under selects; DEPTH_ALL if there is none, or if
 * @container does not select the domain.
 */
static unsigned int depth_below(const struct filter *filter,
				const struct domain *domain)
{
	const struct domain *top = domain;

	if (!is_in_container(filter, domain))
		return DEPTH_ALL;
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

	if (depth == DEPTH_ALL || depth > filter->depth)
		return false;
	return domain->access_count || !filter_has_accesses(filter);
}

/**
 * model_filter() - Remove domains and accesses that a filter does not select
 * @model: sorted model; ancestors of selected domains are kept
 * @filter: filter
 */
void model_filter(struct model *model, const struct filter *filter)
{
	for (struct domain *domain = model_first(model); domain;
	     domain = model_next(model, domain)) {
		if (filter_has_accesses(filter))
			accesses_filter(filter, domain);
		if (filter->is_strict && depth_below(filter, domain) == DEPTH_ALL)
			domain->access_count = 0;
	}
	model_keep(model, is_wanted, filter);
	model->is_reduced = filter_has_accesses(filter) ||
			    (filter->is_strict && (filter->under || filter->container));
}
