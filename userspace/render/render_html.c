// SPDX-License-Identifier: GPL-2.0-only
/* The tree of domains and accesses as a self-contained HTML page. */
#include <errno.h>
#include <string.h>

#include "base/array.h"
#include "render_json.h"
#include "render_tree.h"

/* page.html, one string for each line; made by the Makefile */
static const char *const page[] = {
#include "page.h"
};

/* Escape each <, so that </script> in a name does not end the script element. */
static int data_put(const char *buffer, size_t size, void *out)
{
	for (size_t i = 0; i < size; i++) {
		if (buffer[i] == '<')
			fputs("\\u003c", out);
		else
			fputc(buffer[i], out);
	}
	return 0;
}

/* Like json_count(), but 0 if unknown. */
static json_int_t count_of(const struct access *access)
{
	uint64_t uses = access_uses(access);

	return uses > INT64_MAX ? INT64_MAX : (json_int_t)uses;
}

static json_t *accesses_of(const struct domain *domain)
{
	json_t *array = json_array();

	for (size_t i = 0; i < domain->access_count; i++) {
		const struct access *access = domain->access[i];

		if (json_array_append_new(array, json_pack(
			"[s, I, I, I]", access->line->text,
			(json_int_t)access->seen.first_ms,
			(json_int_t)access->seen.last_ms,
			count_of(access)))) {
			json_decref(array);
			return NULL;
		}
	}
	return array;
}

static int data_render(const struct model *model, FILE *out)
{
	const char *before = "[\n";

	for (const struct domain *domain = model_first(model); domain;
	     domain = model_next(model, domain)) {
		json_t *row = json_pack("[i, s, o, o]", domain->depth,
					domain->name->text, json_flags(domain),
					accesses_of(domain));

		if (!row)
			return -ENOMEM;
		fputs(before, out);
		before = ",\n";
		json_dump_callback(row, data_put, out, JSON_COMPACT);
		json_decref(row);
	}
	fputs("]\n", out);
	return 0;
}

/**
 * render_tree_html() - Print all domains and accesses as an HTML page
 * @model: sorted model
 * @out: output file
 *
 * Return: 0 or -ENOMEM.
 */
int render_tree_html(const struct model *model, FILE *out)
{
	int err = 0;

	for (size_t i = 0; i < ARRAY_SIZE(page) && !err; i++)
		if (strcmp(page[i], "@DATA@\n"))
			fputs(page[i], out);
		else
			err = data_render(model, out);
	return err;
}
