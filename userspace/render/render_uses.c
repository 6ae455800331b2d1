// SPDX-License-Identifier: GPL-2.0-only
/* The domains that made an access, grouped by access. */
#include <errno.h>
#include <libsmartcols.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "model/match.h"
#include "render.h"
#include "render_json.h"

enum { COLUMN_FIRST, COLUMN_LAST, COLUMN_COUNT, COLUMN_DOMAIN };

static const struct table_column columns[] = {
	[COLUMN_FIRST] = { "FIRST", 0 },
	[COLUMN_LAST] = { "LAST", 0 },
	[COLUMN_COUNT] = { "COUNT", SCOLS_FL_RIGHT },
	[COLUMN_DOMAIN] = { "DOMAIN", 0 },
};

/**
 * struct use - An access that matches the pattern
 * @access: access
 * @order: position in the walk over the domains, for a stable sort
 */
struct use {
	const struct access *access;
	size_t order;
};

struct uses {
	struct use *use;
	size_t count;
};

static int use_add(struct uses *uses, const struct access *access)
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
	int order = strcmp(one->access->line->text, two->access->line->text);

	return order ? order : (one->order > two->order) -
			       (one->order < two->order);
}

static int uses_find(struct uses *uses, const struct model *model,
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

static int table_row(struct libscols_table *table, const struct access *access)
{
	struct libscols_line *line = scols_table_new_line(table, NULL);
	struct text name = { 0 };
	int err = domain_name(access->domain, &name);

	if (!err &&
	    (!line ||
	     scols_line_set_data(line, COLUMN_FIRST,
				 cell_time(access->seen.first_ms).text) ||
	     scols_line_set_data(line, COLUMN_LAST,
				 cell_time(access->seen.last_ms).text) ||
	     scols_line_set_data(line, COLUMN_COUNT, cell_count(access).text) ||
	     scols_line_set_data(line, COLUMN_DOMAIN, name.data)))
		err = -ENOMEM;
	text_free(&name);
	return err;
}

/* Print the domains of one access: @count elements from @use on. */
static int group_print(const struct use *use, size_t count, FILE *out)
{
	struct libscols_table *table = table_new(columns, ARRAY_SIZE(columns),
						 out);
	int err = 0;

	if (!table)
		return -ENOMEM;
	for (size_t i = 0; i < count && !err; i++)
		err = table_row(table, use[i].access);
	if (!err) {
		fprintf(out, "%s\n", use->access->line->text);
		err = scols_print_table(table);
	}
	scols_unref_table(table);
	return err;
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
	struct uses uses = { 0 };
	int err = uses_find(&uses, model, pattern);
	size_t end;

	for (size_t i = 0; i < uses.count && !err; i = end) {
		end = i + 1;
		while (end < uses.count &&
		       uses.use[end].access->line == uses.use[i].access->line)
			end++;
		if (i)
			fputc('\n', out);
		err = group_print(&uses.use[i], end - i, out);
	}
	*found = uses.count;
	free(uses.use);
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
	struct uses uses = { 0 };
	int err = uses_find(&uses, model, pattern);

	for (size_t i = 0; i < uses.count && !err; i++) {
		const struct access *access = uses.use[i].access;

		text_clear(&name);
		err = domain_name(access->domain, &name);
		if (!err)
			err = json_list_add(&list,
					    json_access(name.data, access));
	}
	if (!err)
		json_list_end(&list);
	*found = uses.count;
	free(uses.use);
	text_free(&name);
	return err;
}
