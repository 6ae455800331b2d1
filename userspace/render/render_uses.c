// SPDX-License-Identifier: GPL-2.0-only
/* The domains that made an access, grouped by access. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "model/match.h"
#include "render.h"
#include "render_json.h"
#include "render_uses.h"

/**
 * struct use - An access that matches the pattern
 * @access: access
 * @order: position in the walk over the domains, for a stable sort
 */
struct use {
	struct access *access;
	size_t order;
};

struct uses {
	struct use *use;
	size_t count;
};

static int use_add(struct uses *uses, struct access *access)
{
	if (array_grow(uses->use, uses->count))
		return -ENOMEM;
	uses->use[uses->count] = (struct use){ access, uses->count };
	uses->count++;
	return 0;
}

static int use_compare(const void *a, const void *b)
{
	const struct use *one = a;
	const struct use *two = b;
	int order = 0;

	/* Equal lines are the same word */
	if (one->access->line != two->access->line)
		order = strcmp(one->access->line->text, two->access->line->text);
	return order ? order : (one->order > two->order) -
			       (one->order < two->order);
}

static int uses_collect(struct uses *uses, const struct model *model,
			const char *pattern)
{
	int err = 0;

	for (const struct domain *domain = model_first(model); domain && !err;
	     domain = model_next(model, domain))
		for (size_t i = 0; i < domain->access_count && !err; i++)
			if (match_access(pattern, domain->access[i]->line->text,
					 MATCH_ANY))
				err = use_add(uses, domain->access[i]);
	if (uses->count)
		qsort(uses->use, uses->count, sizeof(*uses->use), use_compare);
	return err;
}

/**
 * uses_find() - Find the accesses that match a pattern
 * @model: sorted model
 * @pattern: pattern from match_parse()
 * @access: set to an array of them, sorted by line, then in the order of the tree; to be
 *	freed with free(), on errors as well
 * @count: set to their number
 *
 * Return: 0 or -ENOMEM.
 */
int uses_find(const struct model *model, const char *pattern, struct access ***access,
	      size_t *count)
{
	struct uses uses = { 0 };
	int err = uses_collect(&uses, model, pattern);

	*count = uses.count;
	*access = calloc(uses.count + 1, sizeof(**access));
	if (!*access)
		err = -ENOMEM;
	for (size_t i = 0; i < uses.count && !err; i++)
		(*access)[i] = uses.use[i].access;
	free(uses.use);
	return err;
}

/**
 * uses_same() - Find the end of the accesses with the same line
 * @access: array from uses_find()
 * @count: number of accesses
 * @first: number of the first access with this line
 *
 * Return: the number of the next access with another line, or @count.
 */
size_t uses_same(struct access *const *access, size_t count, size_t first)
{
	size_t end = first + 1;

	while (end < count && access[end]->line == access[first]->line)
		end++;
	return end;
}

/* Print the domains of one access: @count elements from @access on. */
static int group_print(struct access *const *access, size_t count, struct text *line,
		       FILE *out)
{
	struct times_table table;
	int err = 0;

	times_measure(&table, ACCESS_TIMES, access, count);
	text_clear(line);
	times_cells(&table, NULL, line);
	fprintf(out, "%s\n%sDOMAIN\n", (*access)->line->text, text_str(line));
	for (size_t i = 0; i < count && !err; i++) {
		text_clear(line);
		times_cells(&table, access[i], line);
		err = domain_name(access[i]->domain, line);
		text_puts(line, refused_mark(access[i], false).text);
		text_add(line, "\n", 1);
		fputs(text_str(line), out);
	}
	return line->failed ? -ENOMEM : err;
}

/**
 * render_uses() - Print which domains made an access, with times and counts
 * @model: sorted model
 * @pattern: accesses to print, a pattern from match_parse()
 * @out: output file
 * @found: set to the number of accesses printed
 *
 * Return: 0 or -ENOMEM.
 */
int render_uses(const struct model *model, const char *pattern, FILE *out,
		size_t *found)
{
	struct access **access;
	struct text line = { 0 };
	int err = uses_find(model, pattern, &access, found);
	size_t end;

	for (size_t i = 0; i < *found && !err; i = end) {
		end = uses_same(access, *found, i);
		if (i)
			fputc('\n', out);
		err = group_print(&access[i], end - i, &line, out);
	}
	text_free(&line);
	free(access);
	return err;
}

/**
 * render_uses_json() - Print which domains made an access as JSON
 * @model: sorted model
 * @pattern: accesses to print, a pattern from match_parse()
 * @out: output file
 * @found: set to the number of accesses printed
 *
 * Return: 0 or -ENOMEM.
 */
int render_uses_json(const struct model *model, const char *pattern, FILE *out,
		     size_t *found)
{
	struct json_list list = { .out = out };
	struct text name = { 0 };
	struct access **access;
	int err = uses_find(model, pattern, &access, found);

	for (size_t i = 0; i < *found && !err; i++) {
		text_clear(&name);
		err = domain_name(access[i]->domain, &name);
		write_access(json_list_item(&list), text_str(&name), access[i]);
		if (!err)
			err = json_list_put(&list);
	}
	if (!err)
		json_list_end(&list);
	free(access);
	text_free(&name);
	return err;
}
