// SPDX-License-Identifier: GPL-2.0-only
/* The differences between two models. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "compare.h"
#include "cover.h"
#include "self.h"

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

static int difference_report(const struct comparison *comparison,
			     const struct difference *difference)
{
	const char *line = difference->line ? difference->line
					    : difference->flag;
	const struct pair *pair = difference->pair;

	if (pair->is_covered && difference->is_new != (pair->self == pair->new))
		return 0;
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

/* Finds the patterns of @domain when they are first needed. Returns 1, 0 or -ENOMEM. */
static int is_covered(struct cover *cover, const struct domain *domain,
		      const char *line)
{
	int err = 0;

	if (!domain)
		return 0;
	if (!cover->line)
		err = cover_init(cover, domain);
	return err ? err : cover_has(cover, line);
}

/* Both arrays are sorted: the smaller of two lines is missing in the other array. */
static int accesses_compare(const struct comparison *comparison,
			    struct pair *pair)
{
	size_t old_count = pair->old ? pair->old->access_count : 0;
	size_t new_count = pair->new ? pair->new->access_count : 0;
	struct cover old_cover = { 0 };
	struct cover new_cover = { 0 };
	size_t old = 0;
	size_t new = 0;
	int err = 0;

	while (err >= 0 && (old < old_count || new < new_count)) {
		const char *old_line = old < old_count ?
			pair->old->access[old]->line->text : NULL;
		const char *new_line = new < new_count ?
			pair->new->access[new]->line->text : NULL;
		int order = !old_line ? 1 : !new_line ? -1 :
			    strcmp(old_line, new_line);

		err = !order ? 1 :
		      order < 0 ? is_covered(&new_cover, pair->new, old_line) :
				  is_covered(&old_cover, pair->old, new_line);
		if (!err)
			err = difference_report(comparison, &(struct difference){
				.pair = pair,
				.line = order < 0 ? old_line : new_line,
				.is_new = order > 0 });
		old += order <= 0;
		new += order >= 0;
	}
	cover_free(&old_cover);
	cover_free(&new_cover);
	return err < 0 ? err : 0;
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
	return found ? *found : NULL;
}

/*
 * The domain of all further programs of the directory, DIR/\*, or of all further
 * directories of one above, ABOVE/\{\*\}/\*; or NULL.
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
