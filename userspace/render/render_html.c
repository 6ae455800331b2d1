// SPDX-License-Identifier: GPL-2.0-only
/* The tree of domains and accesses as a self-contained HTML page. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>

#include "base/array.h"
#include "base/passwd.h"
#include "model/cover.h"
#include "render_about.h"
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

/* Section and use in one number, for the summary of a domain; -1 if unknown. */
static int kind_of(const struct access *access, const struct classes *classes)
{
	struct about_item item;

	if (about_item_of(classes, access, &item))
		return -1;
	/* ABOUT_LOOKED, ABOUT_READS, ABOUT_WRITES */
	return (int)item.section * 3 + (int)item.does / 2;
}

/* JavaScript's numbers are exact up to 2^53 - 1; the page turns a string into a BigInt. */
static json_t *json_count(uint64_t count)
{
	char digits[24];

	if (count < UINT64_C(1) << 53)
		return json_integer((json_int_t)count);
	snprintf(digits, sizeof(digits), "%" PRIu64, count);
	return json_string(digits);
}

/* The users whose logins made an access, with first and last use and count. */
static json_t *logins_of(const struct login_list *logins)
{
	json_t *array = json_array();

	for (size_t i = 0; i < logins->count; i++) {
		const struct login_uses *login = &logins->login[i];

		json_array_append_new(array, json_pack("[s, I, I, o]",
						       passwd_name((int64_t)login->uid),
						       (json_int_t)login->first_ms,
						       (json_int_t)login->last_ms,
						       json_count(login->count)));
	}
	if (logins->others)
		json_array_append_new(array, json_pack("[s, i, i, o]", "others", 0, 0,
						       json_count(logins->others)));
	return array;
}

/*
 * A row of the page. The fields after the kind are present only if a use was refused, or if
 * logins made the access, and the last one only if logins did.
 */
static json_t *access_of(const struct access *access, const struct classes *classes)
{
	const struct access_times *seen = &access->seen;
	json_t *row = json_pack("[s, I, I, o, i]", access->line->text,
				(json_int_t)seen->first_ms,
				(json_int_t)seen->last_ms,
				json_count(access_uses(access)),
				kind_of(access, classes));

	if (!seen->refused.count && !access->logins)
		return row;
	json_array_append_new(row, json_count(seen->refused.count));
	json_array_append_new(row, json_boolean(access_outcome(access) ==
						OUTCOME_REFUSED));
	if (access->logins)
		json_array_append_new(row, logins_of(access->logins));
	return row;
}

static json_t *accesses_of(const struct domain *domain, const struct classes *classes)
{
	json_t *array = json_array();

	for (size_t i = 0; i < domain->access_count; i++) {
		if (json_array_append_new(array, access_of(domain->access[i], classes))) {
			json_decref(array);
			return NULL;
		}
	}
	return array;
}

/*
 * Whether a line stands for several objects that the module could have recorded. With \$ alone, it
 * does not: rules replace the number in each such name of /proc or of a pipe.
 */
static bool is_pattern(const char *line)
{
	const struct span word = words_to_pattern(line).word;
	bool has_number = false;

	for (size_t i = 0; i + 1 < word.len; i++) {
		if (word.ptr[i] != '\\')
			continue;
		if (word.ptr[++i] == '$')
			has_number = true;
		else if (!strchr("01234567\\", word.ptr[i]))
			return true;
	}
	return word.len && !has_number;
}

/* The numbers of the accesses that stand for several. */
static json_t *patterns_of(const struct domain *domain)
{
	json_t *array = json_array();

	for (size_t i = 0; i < domain->access_count; i++)
		if (is_pattern(domain->access[i]->line->text) &&
		    json_array_append_new(array, json_integer((json_int_t)i))) {
			json_decref(array);
			return NULL;
		}
	return array;
}

static json_t *row_of(const struct domain *domain, const struct classes *classes)
{
	json_t *row = json_pack("[i, s, o, o]", domain->depth, domain->name->text,
				json_flags(domain), accesses_of(domain, classes));
	json_t *patterns = patterns_of(domain);

	if (patterns && !json_array_size(patterns)) {
		json_decref(patterns);
	} else if (json_array_append_new(row, patterns)) {
		json_decref(row);
		return NULL;
	}
	return row;
}

static int data_render(const struct model *model, const struct classes *classes, FILE *out)
{
	const char *before = "[\n";

	for (const struct domain *domain = model_first(model); domain;
	     domain = model_next(model, domain)) {
		json_t *row = row_of(domain, classes);

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

static json_t *sections_of(void)
{
	json_t *array = json_array();

	for (size_t i = 0; i < ABOUT_SECTIONS; i++) {
		const struct about_title *title = &about_titles[i];

		json_array_append_new(array, json_pack("[s, s, s, b]", title->name,
						       title->title, title->plural,
						       title->is_summed));
	}
	return array;
}

static int about_render(const char *source, FILE *out)
{
	struct text host = { 0 };
	struct utsname uts;
	json_t *about;
	int err = -ENOMEM;

	if (!uname(&uts))
		text_add_line(&host, uts.nodename, strlen(uts.nodename));
	about = json_pack("{s:s, s:s, s:s, s:I, s:o}", "source", source, "host",
			  text_str(&host), "version", ASHIATO_VERSION, "made_ms",
			  (json_int_t)time(NULL) * 1000, "sections", sections_of());
	if (about && !host.failed)
		err = json_dump_callback(about, data_put, out, JSON_COMPACT);
	fputs("\n", out);
	json_decref(about);
	text_free(&host);
	return err;
}

/**
 * render_tree_html() - Print all domains and accesses as an HTML page
 * @model: sorted model
 * @classes: table of classes
 * @source: description of the sources: printable ASCII
 * @out: output file
 *
 * Return: 0 or -ENOMEM.
 */
int render_tree_html(const struct model *model, const struct classes *classes,
		     const char *source, FILE *out)
{
	int err = 0;

	for (size_t i = 0; i < ARRAY_SIZE(page) && !err; i++)
		if (!strcmp(page[i], "@PAGE@\n"))
			err = about_render(source, out);
		else if (!strcmp(page[i], "@DATA@\n"))
			err = data_render(model, classes, out);
		else
			fputs(page[i], out);
	return err;
}
