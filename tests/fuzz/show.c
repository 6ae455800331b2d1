// SPDX-License-Identifier: GPL-2.0-only
/* Capture output and check that it is safe for a terminal. */
#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "fuzz.h"
#include "render/render.h"
#include "render/render_about.h"
#include "render/render_export.h"
#include "render/render_tomoyo.h"
#include "render/render_tree.h"
#include "render/render_uses.h"
#include "show.h"

/* Formats printed per input: printing all of them would take most of the time. */
#define FORMS	4

/**
 * show_begin() - Start capturing output
 * @show: capture; print to its @out
 */
void show_begin(struct show *show)
{
	show->out = open_memstream(&show->data, &show->size);
	check(show->out);
}

static void check_bytes(const struct show *show, enum show_form form)
{
	for (size_t i = 0; i < show->size; i++) {
		const char *c = &show->data[i];

		check((*c >= ' ' && *c <= '~') || *c == '\n' ||
		      (form == SHOW_HTML && *c == '\t') ||
		      (form == SHOW_CSV && *c == '\r' && c[1] == '\n'));
	}
}

static void check_json(const char *data, size_t size)
{
	json_t *value = json_loadb(data, size, JSON_REJECT_DUPLICATES |
				   JSON_DECODE_ANY, NULL);

	check(value);
	json_decref(value);
}

static void check_ndjson(const struct show *show)
{
	const char *line = show->data;
	const char *end;

	for (; *line; line = end + 1) {
		end = strchr(line, '\n');
		check(end);
		check_json(line, (size_t)(end - line));
	}
}

/**
 * show_end() - Stop capturing and check the output
 * @show: capture, started with show_begin(); release it with show_free()
 * @form: expected format
 */
void show_end(struct show *show, enum show_form form)
{
	check(!fclose(show->out));
	check_bytes(show, form);
	if (form == SHOW_JSON)
		check_json(show->data, show->size);
	else if (form == SHOW_NDJSON)
		check_ndjson(show);
}

/**
 * show_free() - Free captured output
 * @show: capture, stopped with show_end()
 */
void show_free(struct show *show)
{
	free(show->data);
}

static int tree(const struct model *model, FILE *out)
{
	return render_tree(model, &(struct tree_look){
		.colours = &colours_none }, out);
}

static int tree_domains(const struct model *model, FILE *out)
{
	return render_tree(model, &(struct tree_look){
		.with_domains = true, .colours = &colours_none }, out);
}

static int tree_counts(const struct model *model, FILE *out)
{
	return render_tree(model, &(struct tree_look){
		.with_counts = true, .colours = &colours_none }, out);
}

static int access_text(const struct model *model, FILE *out)
{
	size_t found;

	return render_access(model, NULL, ACCESS_LINES, NULL, out, &found);
}

static int access_times(const struct model *model, FILE *out)
{
	size_t found;

	return render_access(model, NULL, ACCESS_TIMES, NULL, out, &found);
}

static int access_refused(const struct model *model, FILE *out)
{
	size_t found;

	return render_access(model, NULL, ACCESS_REFUSED, NULL, out, &found);
}

static int access_json(const struct model *model, FILE *out)
{
	size_t found;

	return render_access_json(model, NULL, out, &found);
}

static int uses(const struct model *model, FILE *out)
{
	size_t found;

	return render_uses(model, "\\*", out, &found);
}

static int uses_json(const struct model *model, FILE *out)
{
	size_t found;

	return render_uses_json(model, "\\*", out, &found);
}

static int uses_tree(const struct model *model, FILE *out)
{
	size_t found;

	return render_uses_tree(model, "\\*", &colours_none, out, &found);
}

static int uses_tree_json(const struct model *model, FILE *out)
{
	size_t found;

	return render_uses_tree_json(model, "\\*", out, &found);
}

static int policy(const struct model *model, FILE *out)
{
	return render_policy(model, NULL, out);
}

static int tomoyo(const struct model *model, FILE *out)
{
	struct tomoyo_left left = { 0 };
	struct model converted = { 0 };
	int err = tomoyo_convert(model, &converted, &left);

	if (!err)
		err = render_tomoyo(&converted, 1, out);
	model_free(&converted);
	return err;
}

static int tree_html(const struct model *model, FILE *out)
{
	static struct classes classes;
	struct text error = { 0 };

	if (!classes.count && classes_read(&classes, &error))
		abort();
	return render_tree_html(model, &classes, "Audit log", out);
}

static const struct classes *classes_shipped(void)
{
	static struct classes classes;
	struct text error = { 0 };

	if (!classes.count)
		check(!conf_read_text(&classes_conf, &classes, "classes",
				      (struct span){ classes_conf.shipped,
						     strlen(classes_conf.shipped) },
				      &error));
	return &classes;
}

static int summary(const struct model *model, FILE *out)
{
	size_t found;

	return render_access(model, NULL, ACCESS_SUMMARY, classes_shipped(), out, &found);
}

/* The summary of all domains with the program of the first one */
static int about_show(const struct model *model, bool is_json, FILE *out)
{
	const struct about_machine machine = { 0 };
	const struct about_view view = {
		.name = "a\"\033b",
		.machine = &machine,
		.width = 80,
		.colours = &colours_none,
	};
	const struct domain *first = model_first(model);
	struct about about = { 0 };

	while (first && first->child_count)
		first = first->child[0];
	if (first)
		check(!about_find(&about, model, first->name->text));
	if (first)
		check(!about_add(&about, first));
	check(!about_fill(&about, model, classes_shipped()));
	if (about.domain_count)
		check(!(is_json ? render_about_json(&about, &view, out)
				: render_about(&about, &view, out)));
	else if (is_json)
		fputs("[]", out);
	about_free(&about);
	return 0;
}

static int about_text(const struct model *model, FILE *out)
{
	return about_show(model, false, out);
}

static int about_json(const struct model *model, FILE *out)
{
	return about_show(model, true, out);
}

static const struct {
	int (*render)(const struct model *model, FILE *out);
	enum show_form form;
} renders[] = {
	{ tree, SHOW_TEXT },
	{ tree_domains, SHOW_TEXT },
	{ tree_counts, SHOW_TEXT },
	{ render_tree_json, SHOW_JSON },
	{ render_tree_dot, SHOW_TEXT },
	{ tree_html, SHOW_HTML },
	{ access_text, SHOW_TEXT },
	{ access_times, SHOW_TEXT },
	{ access_refused, SHOW_TEXT },
	{ access_json, SHOW_JSON },
	{ uses, SHOW_TEXT },
	{ uses_json, SHOW_JSON },
	{ uses_tree, SHOW_TEXT },
	{ uses_tree_json, SHOW_JSON },
	{ summary, SHOW_TEXT },
	{ about_text, SHOW_TEXT },
	{ about_json, SHOW_JSON },
	{ policy, SHOW_TEXT },
	{ tomoyo, SHOW_TEXT },
	{ render_json, SHOW_JSON },
	{ render_ndjson, SHOW_NDJSON },
	{ render_ecs, SHOW_NDJSON },
	{ render_csv, SHOW_CSV },
};

/**
 * show_model() - Print a model in a few formats and check the output
 * @model: sorted model
 * @data: input of the model; selects the formats
 * @size: bytes of input
 */
void show_model(const struct model *model, const void *data, size_t size)
{
	for (size_t i = 0; i < FORMS; i++) {
		size_t which = fuzz_choose(data, size, i, ARRAY_SIZE(renders));
		struct show show;

		show_begin(&show);
		check(!renders[which].render(model, show.out));
		show_end(&show, renders[which].form);
		show_free(&show);
	}
}
