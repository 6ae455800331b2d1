// SPDX-License-Identifier: GPL-2.0-only
/* The tree of domains, as text and as JSON. */
#include <errno.h>
#include <libsmartcols.h>
#include <string.h>

#include "base/array.h"
#include "render.h"
#include "render_json.h"
#include "render_tree.h"

enum { COLUMN_NUMBER, COLUMN_ACCESSES, COLUMN_USES, COLUMN_LAST, COLUMN_DOMAIN };

static const struct table_column columns[] = {
	[COLUMN_NUMBER] = { "", SCOLS_FL_RIGHT },
	[COLUMN_ACCESSES] = { "ACCESSES", SCOLS_FL_RIGHT },
	[COLUMN_USES] = { "USES", SCOLS_FL_RIGHT },
	[COLUMN_LAST] = { "LAST", 0 },
	[COLUMN_DOMAIN] = { "DOMAIN", 0 },
};

/* The times and the sum of counts of all accesses of a domain. */
static struct access_times domain_times(const struct domain *domain)
{
	struct access_times sum = { 0 };

	for (size_t i = 0; i < domain->access_count; i++)
		times_add(&sum, &domain->access[i]->seen);
	return sum;
}

/**
 * tree_program() - Append a program, indented and with its directory faint
 * @name: last element of the name of its domain
 * @depth: depth in the tree, which is the indentation
 * @colours: colours to use
 * @out: text to append to
 */
void tree_program(struct span name, unsigned int depth,
		  const struct colours *colours, struct text *out)
{
	const char *slash = memrchr(name.ptr, '/', name.len);
	size_t dir_len = slash ? (size_t)(slash - name.ptr) + 1 : 0;

	for (unsigned int i = 0; i < depth; i++)
		text_puts(out, "  ");
	if (dir_len) {
		text_puts(out, colours->faint);
		text_add(out, name.ptr, dir_len);
		text_puts(out, colours->off);
	}
	text_puts(out, colours->strong);
	text_add(out, name.ptr + dir_len, name.len - dir_len);
	text_puts(out, colours->off);
}

static int domain_write(const struct domain *domain,
			const struct tree_look *look, struct text *out)
{
	const struct span name = { domain->name->text, domain->name->len };

	if (!look->with_domains)
		tree_program(name, domain->depth, look->colours, out);
	else if (domain_name(domain, out))
		return -ENOMEM;
	for (size_t i = 0; i < DOMAIN_FLAGS; i++) {
		if (!(domain->flags & domain_flags[i].flag))
			continue;
		text_puts(out, " ");
		text_puts(out, look->colours->warning);
		text_puts(out, "[");
		text_puts(out, domain_flags[i].name);
		text_puts(out, "]");
		text_puts(out, look->colours->off);
	}
	return out->failed ? -ENOMEM : 0;
}

/**
 * tree_line() - Append the line of a domain in the tree
 * @domain: domain
 * @number: line number
 * @look: options
 * @out: text to append the line to, without a newline
 *
 * Return: 0 or -ENOMEM.
 */
int tree_line(const struct domain *domain, size_t number,
	      const struct tree_look *look, struct text *out)
{
	text_format(out, "%s%*zu:%s ", look->colours->faint, look->number_width,
		    number, look->colours->off);
	return domain_write(domain, look, out);
}

static size_t domains_count(const struct model *model)
{
	size_t count = 0;

	for (const struct domain *domain = model_first(model); domain;
	     domain = model_next(model, domain))
		count++;
	return count;
}

static int tree_lines(const struct model *model, const struct tree_look *look,
		      FILE *out)
{
	struct tree_look aligned = *look;
	struct text text = { 0 };
	size_t number = 0;
	int err = 0;

	aligned.number_width = number_width(domains_count(model));
	for (const struct domain *domain = model_first(model); domain && !err;
	     domain = model_next(model, domain)) {
		text_clear(&text);
		err = tree_line(domain, number++, &aligned, &text);
		if (!err)
			fprintf(out, "%s\n", text.data);
	}
	text_free(&text);
	return err;
}

static int table_row(struct libscols_table *table, size_t number,
		     const struct domain *domain, const char *text)
{
	struct access sum = { .seen = domain_times(domain) };
	struct libscols_line *line = scols_table_new_line(table, NULL);
	struct cell place;
	struct cell accesses;

	snprintf(place.text, sizeof(place.text), "%zu:", number);
	snprintf(accesses.text, sizeof(accesses.text), "%zu",
		 domain->access_count);
	if (!line || scols_line_set_data(line, COLUMN_NUMBER, place.text) ||
	    scols_line_set_data(line, COLUMN_ACCESSES, accesses.text) ||
	    scols_line_set_data(line, COLUMN_USES, cell_count(&sum).text) ||
	    scols_line_set_data(line, COLUMN_LAST,
				cell_time(sum.seen.last_ms).text) ||
	    scols_line_set_data(line, COLUMN_DOMAIN, text))
		return -ENOMEM;
	return 0;
}

static int tree_table(const struct model *model, const struct tree_look *look,
		      FILE *out)
{
	/* libsmartcols would count the bytes of colours as columns */
	const struct tree_look plain = {
		.with_domains = look->with_domains,
		.colours = &colours_none,
	};
	struct libscols_table *table = table_new(columns, ARRAY_SIZE(columns),
						 out);
	struct text text = { 0 };
	size_t number = 0;
	int err = table ? 0 : -ENOMEM;

	for (const struct domain *domain = model_first(model); domain && !err;
	     domain = model_next(model, domain)) {
		text_clear(&text);
		err = domain_write(domain, &plain, &text);
		if (!err)
			err = table_row(table, number++, domain, text.data);
	}
	if (!err)
		err = scols_print_table(table);
	scols_unref_table(table);
	text_free(&text);
	return err;
}

/**
 * render_tree() - Print all domains, numbered and indented
 * @model: sorted model
 * @look: options
 * @out: output file
 *
 * Return: 0 or -ENOMEM.
 */
int render_tree(const struct model *model, const struct tree_look *look,
		FILE *out)
{
	return look->with_counts ? tree_table(model, look, out)
				 : tree_lines(model, look, out);
}

/**
 * render_tree_json() - Print all domains as JSON
 * @model: sorted model
 * @out: output file
 *
 * Return: 0 or -ENOMEM.
 */
int render_tree_json(const struct model *model, FILE *out)
{
	struct json_list list = { .out = out };
	int err = 0;

	for (const struct domain *domain = model_first(model); domain && !err;
	     domain = model_next(model, domain)) {
		const struct access_times seen = domain_times(domain);
		struct json_writer *writer = json_list_item(&list);

		writer_begin(writer, '{');
		err = write_domain(writer, domain);
		write_number(writer, "depth", domain->depth);
		write_number(writer, "accesses", domain->access_count);
		write_seen(writer, &seen);
		writer_end(writer, '}');
		if (!err)
			err = json_list_put(&list);
	}
	if (!err)
		json_list_end(&list);
	return err;
}
