// SPDX-License-Identifier: GPL-2.0-only
/* The differences between two models. */
#include <errno.h>
#include <string.h>

#include "compare.h"
#include "self.h"

/* Whether this command itself made the access while it read the running kernel. */
static bool is_self(const struct difference *difference)
{
	return difference->is_new && difference->line &&
	       difference->pair->new->flags & FACT_SELF &&
	       self_expects(difference->line);
}

static int difference_report(const struct comparison *comparison,
			     const struct difference *difference)
{
	const char *line = difference->line ? difference->line
					    : difference->flag;

	if (is_self(difference) ||
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

/* Both arrays are sorted: the smaller of two lines is missing in the other array. */
static int accesses_compare(const struct comparison *comparison,
			    struct pair *pair)
{
	size_t old_count = pair->old ? pair->old->access_count : 0;
	size_t new_count = pair->new ? pair->new->access_count : 0;
	size_t old = 0;
	size_t new = 0;
	int err = 0;

	while (!err && (old < old_count || new < new_count)) {
		const char *old_line = old < old_count ?
			pair->old->access[old]->line->text : NULL;
		const char *new_line = new < new_count ?
			pair->new->access[new]->line->text : NULL;
		int order = !old_line ? 1 : !new_line ? -1 :
			    strcmp(old_line, new_line);

		if (order)
			err = difference_report(comparison, &(struct difference){
				.pair = pair,
				.line = order < 0 ? old_line : new_line,
				.is_new = order > 0 });
		old += order <= 0;
		new += order >= 0;
	}
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
	result = domain_name(pair->new ? pair->new : pair->old, &name);
	if (!result)
		result = match_list_domain(comparison->ignore, name.data);
	text_free(&name);
	return result;
}

static int children_compare(const struct comparison *comparison,
			    struct pair *above, struct domain *const *old,
			    size_t old_count, struct domain *const *new,
			    size_t new_count);

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
	if (!err)
		err = children_compare(comparison, pair,
				       old ? old->child : NULL,
				       old ? old->child_count : 0,
				       new ? new->child : NULL,
				       new ? new->child_count : 0);
	return err;
}

static int children_compare(const struct comparison *comparison,
			    struct pair *above, struct domain *const *old,
			    size_t old_count, struct domain *const *new,
			    size_t new_count)
{
	int err = 0;

	while (!err && (old_count || new_count)) {
		struct pair pair = { .above = above };
		int order = !old_count ? 1 : !new_count ? -1 :
			strcmp((*old)->name->text, (*new)->name->text);

		if (order <= 0) {
			pair.old = *old++;
			old_count--;
		}
		if (order >= 0) {
			pair.new = *new++;
			new_count--;
		}
		err = pair_compare(comparison, &pair);
	}
	return err;
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
	return children_compare(comparison, NULL, old->root, old->root_count,
				new->root, new->root_count);
}
