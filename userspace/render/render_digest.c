// SPDX-License-Identifier: GPL-2.0-only
/* Differences that were summed up, as text and as JSON. */
#include <string.h>

#include "render_digest.h"

/* Longer names of programs shift the rest of their line */
#define PROGRAM_WIDTH	44

static const char *program_of(const struct digest_row *row)
{
	return row->domain->name->text;
}

/* "/usr/sbin/sshd" -> "sshd"; a directory or a pattern of directories stays. */
static const char *base_name(const char *program)
{
	const char *slash = strrchr(program, '/');

	return slash && slash[1] ? slash + 1 : program;
}

/* Print the names of a domain and of those above it, without <kernel>. */
static void chain_print(const struct domain *domain, FILE *out)
{
	if (!domain || !domain->parent)
		return;
	chain_print(domain->parent, out);
	fprintf(out, " %s", base_name(domain->name->text));
}

static void row_print(const struct digest_row *row, int width, const struct colours *colours,
		      FILE *out)
{
	const char *colour = !row->count[0] ? colours->added :
			     !row->count[1] ? colours->removed : "";
	char counts[48] = "";

	for (int is_new = 1; is_new >= 0; is_new--)
		if (row->count[is_new])
			snprintf(counts + strlen(counts), sizeof(counts) - strlen(counts),
				 "%s%c%zu", *counts ? " " : "", is_new ? '+' : '-',
				 row->count[is_new]);
	fprintf(out, "%s  %-*s  %6s  %s%s%s%s", colour, width, program_of(row), counts,
		row->is_domain ? "program" : row->operation.data,
		row->object.len ? " " : "", text_str(&row->object), row->mark);
	if (row->domain->parent && row->domain->parent->parent) {
		fputs("   <-", out);
		chain_print(row->domain->parent, out);
	}
	fprintf(out, "%s\n", *colour ? colours->off : "");
}

/**
 * render_digest() - Print differences that were summed up, with a heading for each group
 * @digest: digest after digest_finish()
 * @look: headings and colours
 * @out: output file
 */
void render_digest(const struct digest *digest, const struct digest_look *look, FILE *out)
{
	int width = 0;

	for (size_t i = 0; i < digest->count; i++) {
		size_t len = strlen(program_of(&digest->row[i]));

		if (len <= PROGRAM_WIDTH && (int)len > width)
			width = (int)len;
	}
	for (size_t i = 0; i < digest->count; i++) {
		const struct digest_row *row = &digest->row[i];

		if (!i || row->group != row[-1].group)
			fprintf(out, "%s%s:\n", i ? "\n" : "",
				look->heading(look->ctx, row->group));
		row_print(row, width, look->colours, out);
	}
}

static json_t *json_operations(const struct digest_row *row)
{
	const char *list = row->is_domain ? "program" : text_str(&row->operation);
	json_t *array = json_array();

	while (*list) {
		size_t len = strcspn(list, ",");

		json_array_append_new(array, json_stringn(list, len));
		list += len;
		list += strspn(list, ", ");
	}
	return array;
}

/* " (refused before)" -> "refused before" */
static json_t *json_mark(const char *mark)
{
	return *mark ? json_stringn(mark + 2, strlen(mark) - 3) : json_null();
}

static json_t *json_row(const struct digest_row *row)
{
	struct text name = { 0 };
	json_t *object = NULL;

	if (!domain_name(row->domain, &name))
		object = json_pack("{s:s, s:o, s:s, s:I, s:I, s:o}", "domain", name.data,
				   "operations", json_operations(row),
				   "object", text_str(&row->object),
				   "added", json_number(row->count[1]),
				   "removed", json_number(row->count[0]),
				   "outcome", json_mark(row->mark));
	text_free(&name);
	return object;
}

/**
 * render_digest_json() - Print a digest as JSON
 * @digest: sorted digest
 * @group: returns the first members of the objects of a group; NULL if memory is short
 * @ctx: passed to @group
 * @out: output file
 *
 * Return: 0 or -ENOMEM.
 */
int render_digest_json(const struct digest *digest,
		       json_t *(*group)(const void *ctx, unsigned int group),
		       const void *ctx, FILE *out)
{
	struct json_list list = { .out = out };
	int err = 0;

	for (size_t i = 0; i < digest->count && !err; i++) {
		json_t *object = group(ctx, digest->row[i].group);

		if (json_object_update_new(object, json_row(&digest->row[i]))) {
			json_decref(object);
			object = NULL;
		}
		err = json_list_add(&list, object);
	}
	if (!err)
		json_list_end(&list);
	return err;
}
