// SPDX-License-Identifier: GPL-2.0-only
/* The differences between two models. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "compare.h"
#include "cover.h"
#include "self.h"
#include "source/op.h"

/* Limits the directories above a program in which find_pattern() looks for a pattern. */
#define DIRECTORIES_MAX	64

/**
 * struct children - Domains with the same parent, sorted
 * @domain: array
 * @count: number of domains
 */
struct children {
	struct domain *const *domain;
	size_t count;
};

/* Whether this command itself made the access while it read the running kernel. */
static bool is_self(const struct difference *difference)
{
	return difference->is_new && difference->line &&
	       difference->pair->new->flags & FACT_SELF &&
	       self_expects(difference->line);
}

/* Whether the filter selects the access, or the domain and one of its accesses. */
static bool is_selected(const struct filter *filter, const struct difference *difference)
{
	const struct domain *domain = difference->pair->self;

	if (!filter)
		return true;
	if (filter->under && !domain_is_under(domain, filter->under))
		return false;
	if (difference->line)
		return filter_has_access(filter, difference->new ? difference->new
								 : difference->old);
	if (!filter_has_accesses(filter))
		return true;
	for (size_t i = 0; !difference->flag && i < domain->access_count; i++)
		if (filter_has_access(filter, domain->access[i]))
			return true;
	return false;
}

static int difference_report(const struct comparison *comparison,
			     const struct difference *difference)
{
	const char *line = difference->line ? difference->line
					    : difference->flag;
	const struct pair *pair = difference->pair;

	if (pair->is_covered && difference->is_new != (pair->self == pair->new))
		return 0;
	if (is_self(difference) || !is_selected(comparison->filter, difference) ||
	    (line && comparison->ignore &&
	     match_list_access(comparison->ignore, line)))
		return 0;
	return comparison->take(comparison->ctx, difference);
}

static int flags_compare(const struct comparison *comparison,
			 struct pair *pair)
{
	unsigned int old = pair->old ? pair->old->flags : 0;
	unsigned int new = pair->new ? pair->new->flags : 0;
	int err = 0;

	for (size_t i = 0; i < DOMAIN_FLAGS && !err; i++)
		if ((old ^ new) & domain_flags[i].flag)
			err = difference_report(comparison, &(struct difference){
				.pair = pair,
				.flag = domain_flags[i].name,
				.is_new = new & domain_flags[i].flag });
	return err;
}

/* Finds the patterns of @domain when they are first needed. Returns 1, 0 or -ENOMEM. */
static int is_covered(struct cover *cover, const struct domain *domain,
		      const struct access *access)
{
	int err = 0;

	if (!domain)
		return 0;
	if (!cover->line)
		err = cover_init(cover, domain);
	return err ? err : cover_has(cover, access);
}

/* Whether an access was done in one model, and was only refused in the other one. */
static bool outcomes_differ(const struct access *old, const struct access *new)
{
	enum outcome before = access_outcome(old);
	enum outcome after = access_outcome(new);

	return before != after && before != OUTCOME_UNKNOWN &&
	       after != OUTCOME_UNKNOWN;
}

/* Completes a difference of accesses. Returns 1; 0 if it is none; or -ENOMEM. */
static int access_differs(struct difference *difference,
			  struct cover *old_cover, struct cover *new_cover)
{
	const struct access *old = difference->old;
	const struct access *new = difference->new;
	int covered;

	difference->line = (new ? new : old)->line->text;
	difference->is_new = new;
	if (old && new) {
		difference->is_new = access_outcome(new) == OUTCOME_DONE;
		return outcomes_differ(old, new);
	}
	covered = new ? is_covered(old_cover, difference->pair->old, new)
		      : is_covered(new_cover, difference->pair->new, old);
	return covered < 0 ? covered : !covered;
}

/**
 * struct merge - The accesses of the same domain in two models
 * @pair: the domain
 * @cover: patterns of the old and of the new domain
 * @changes: compare only accesses that may change something, or only the others
 */
struct merge {
	struct pair *pair;
	struct cover cover[2];
	bool changes;
};

/* Both arrays are sorted: the smaller of two lines is missing in the other array. */
static int accesses_merge(const struct comparison *comparison, struct merge *merge)
{
	const struct pair *pair = merge->pair;
	size_t old_count = pair->old ? pair->old->access_count : 0;
	size_t new_count = pair->new ? pair->new->access_count : 0;
	size_t old = 0;
	size_t new = 0;
	int err = 0;

	while (!err && (old < old_count || new < new_count)) {
		struct difference difference = {
			.pair = merge->pair,
			.old = old < old_count ? pair->old->access[old] : NULL,
			.new = new < new_count ? pair->new->access[new] : NULL,
		};
		int order = !difference.old ? 1 : !difference.new ? -1 :
			    strcmp(difference.old->line->text,
				   difference.new->line->text);

		if (order > 0)
			difference.old = NULL;
		else if (order < 0)
			difference.new = NULL;
		old += order <= 0;
		new += order >= 0;
		if (op_is_change((difference.new ? difference.new : difference.old)->line->text) !=
		    merge->changes)
			continue;
		err = access_differs(&difference, &merge->cover[0], &merge->cover[1]);
		if (err > 0)
			err = difference_report(comparison, &difference);
	}
	return err;
}

static int accesses_compare(const struct comparison *comparison,
			    struct pair *pair)
{
	struct merge merge = { .pair = pair, .changes = true };
	int err = accesses_merge(comparison, &merge);

	merge.changes = false;
	if (!err)
		err = accesses_merge(comparison, &merge);
	cover_free(&merge.cover[0]);
	cover_free(&merge.cover[1]);
	return err;
}

/* Returns 1, 0 or -ENOMEM. */
static int is_ignored(const struct comparison *comparison,
		      const struct pair *pair)
{
	struct text name = { 0 };
	int result;

	if (!comparison->ignore || !comparison->ignore->has_domains)
		return 0;
	result = domain_name(pair->self, &name);
	if (!result)
		result = match_list_domain(comparison->ignore, name.data);
	text_free(&name);
	return result;
}

static int children_compare(const struct comparison *comparison,
			    struct pair *above, const struct children *old,
			    const struct children *new);

/* Recursive: the depth of the tree is at most DOMAIN_DEPTH_MAX. */
static int pair_compare(const struct comparison *comparison, struct pair *pair)
{
	const struct domain *old = pair->old;
	const struct domain *new = pair->new;
	int err = is_ignored(comparison, pair);

	if (err)
		return err < 0 ? err : 0;
	if (!old || !new)
		err = difference_report(comparison, &(struct difference){
			.pair = pair, .is_new = new });
	if (!err)
		err = flags_compare(comparison, pair);
	if (!err)
		err = accesses_compare(comparison, pair);
	if (err)
		return err;
	return children_compare(comparison, pair, &(struct children){
			old ? old->child : NULL, old ? old->child_count : 0
		}, &(struct children){
			new ? new->child : NULL, new ? new->child_count : 0
		});
}

static int name_compare(const void *key, const void *item)
{
	const struct domain *const *domain = item;

	return strcmp(key, (*domain)->name->text);
}

/* The name that patternize_model() made of /tmp/x1 must not hide /tmp/other. */
static bool is_recorded(const struct domain *domain)
{
	return !(domain->flags & FACT_REPLACED) || domain->flags & FACT_NOT_REPLACED;
}

static const struct domain *find_name(const struct children *children,
				      struct span directory, const char *rest)
{
	struct domain *const *found = NULL;
	struct text name = { 0 };

	text_add(&name, directory.ptr, directory.len);
	text_puts(&name, rest);
	if (!name.failed)
		found = bsearch(name.data, children->domain, children->count,
				sizeof(*children->domain), name_compare);
	text_free(&name);
	return found && is_recorded(*found) ? *found : NULL;
}

/*
 * Finds the domain DIR/\*, which stands for programs of the directory, or
 * ABOVE/\{\*\}/\*, which stands for programs below a directory above. Returns NULL if
 * there is none.
 */
static const struct domain *find_pattern(const struct children *children,
					 const char *program)
{
	const char *slash = strrchr(program, '/');
	struct span directory = { program, slash ? (size_t)(slash + 1 - program) : 0 };
	const struct domain *found = NULL;

	if (!slash || !children->count)
		return NULL;
	found = find_name(children, directory, "\\*");
	for (int tries = DIRECTORIES_MAX; !found && slash && tries; tries--) {
		slash = memrchr(program, '/', (size_t)(slash - program));
		directory.len = slash ? (size_t)(slash + 1 - program) : 0;
		if (slash)
			found = find_name(children, directory, "\\{\\*\\}/\\*");
	}
	return found;
}

/* Siblings are sorted: the smaller of two names is missing in the other model. */
static int children_compare(const struct comparison *comparison,
			    struct pair *above, const struct children *old,
			    const struct children *new)
{
	bool is_covered = above && above->is_covered;
	bool is_new = above && above->self == above->new;
	size_t i = 0;
	size_t j = 0;
	int err = 0;

	while (!err && (i < old->count || j < new->count)) {
		struct pair pair = { .above = above };
		int order = i == old->count ? 1 : j == new->count ? -1 :
			strcmp(old->domain[i]->name->text,
			       new->domain[j]->name->text);

		if (order <= 0)
			pair.self = pair.old = old->domain[i++];
		if (order >= 0)
			pair.self = pair.new = new->domain[j++];
		if (is_covered && !is_new)
			pair.self = pair.old;
		if (!pair.self || (is_covered && is_new && !pair.new))
			continue;
		if (!pair.old)
			pair.old = find_pattern(old, pair.self->name->text);
		else if (!pair.new)
			pair.new = find_pattern(new, pair.self->name->text);
		pair.is_covered = is_covered || (order && pair.old && pair.new);
		err = pair_compare(comparison, &pair);
	}
	return err;
}

/**
 * difference_mark() - Get the mark to print after the line of an access
 * @difference: difference
 *
 * Return: the mark, which begins with a space; "" if there is none.
 */
const char *difference_mark(const struct difference *difference)
{
	const struct access *access = difference->new ? difference->new
						      : difference->old;

	if (difference->old && difference->new)
		return difference->is_new ? " (refused before)" : " (refused now)";
	return access && access_outcome(access) == OUTCOME_REFUSED ?
	       " (refused)" : "";
}

/**
 * models_compare() - Find the differences between two models
 * @comparison: parameters
 * @old: old model, sorted
 * @new: new model, sorted
 *
 * Return: 0, the error of &comparison.take, or -ENOMEM.
 */
int models_compare(const struct comparison *comparison,
		   const struct model *old, const struct model *new)
{
	return children_compare(comparison, NULL,
				&(struct children){ old->root, old->root_count },
				&(struct children){ new->root, new->root_count });
}
