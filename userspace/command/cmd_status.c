// SPDX-License-Identifier: GPL-2.0-only
/* ashiato status: module status and advice. */
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <libsmartcols.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "counter.h"
#include "session/capabilities.h"
#include "source/lines.h"
#include "source/source.h"

#define HINTS_MAX	8

/**
 * struct status - The module's file stat
 * @table: names and values
 * @json: the same as a JSON object
 * @rows: number of rows
 * @hint: advice for the administrator
 * @hints: number of hints
 */
struct status {
	struct libscols_table *table;
	json_t *json;
	size_t rows;
	struct text hint[HINTS_MAX];
	size_t hints;
};

static void hint_add(struct status *status, const char *count, const char *hint)
{
	struct text *text = &status->hint[status->hints];

	if (status->hints == HINTS_MAX)
		return;
	text_puts(text, count);
	text_puts(text, *count ? " " : "");
	text_puts(text, hint);
	if (!text->failed)
		status->hints++;
}

static void hint_find(struct status *status, const char *name,
		      const char *value)
{
	if (!strcmp(name, "mode") && !strcmp(value, "off"))
		hint_add(status, "", "Nothing is recorded: type "
			 "\"ashiato mode learn\".");
	if (!strtoull(value, NULL, 10))
		return;
	if (counter_hint(name))
		hint_add(status, value, counter_hint(name));
}

/* hook_missing may occur several times: its value is an array. */
static int json_add(json_t *object, const char *name, const char *value)
{
	size_t len = strspn(value, "0123456789");
	json_t *array = json_object_get(object, name);

	if (len && len < 19 && !value[len])
		return json_object_set_new(object, name, json_integer(
			strtoll(value, NULL, 10)));
	if (strcmp(name, "hook_missing"))
		return json_object_set_new(object, name, json_string(value));
	if (!array && !json_object_set_new(object, name, json_array()))
		array = json_object_get(object, name);
	return json_array_append_new(array, json_string(value));
}

static int status_row(struct status *status, const char *name,
		      const char *value)
{
	struct libscols_line *line = scols_table_new_line(status->table, NULL);

	if (!line || scols_line_set_data(line, 0, name) ||
	    scols_line_set_data(line, 1, value) ||
	    json_add(status->json, name, value))
		return -ENOMEM;
	status->rows++;
	hint_find(status, name, value);
	return 0;
}

/* A line is "name: value"; without a colon, it is a name without a value. */
static int status_line(void *ctx, const struct line *line)
{
	struct status *status = ctx;
	struct text name = { 0 };
	struct text value = { 0 };
	const char *colon = memchr(line->ptr, ':', line->len);
	size_t len = colon ? (size_t)(colon - line->ptr) : line->len;
	size_t skip = colon ? len + 1 : len;
	int err = -ENOMEM;

	if (!line->len)
		return 0;
	while (skip < line->len && line->ptr[skip] == ' ')
		skip++;
	text_add_line(&name, line->ptr, len);
	text_add_line(&value, line->ptr + skip, line->len - skip);
	if (!name.failed && !value.failed)
		err = status_row(status, text_str(&name), text_str(&value));
	text_free(&name);
	text_free(&value);
	return err;
}

static int status_read(struct status *status, int fd)
{
	return lines_each(fd, status_line, status, NULL);
}

/* The version is in a file of its own, which has only the value. */
static int version_read(struct status *status, int fd)
{
	struct text value = { 0 };
	struct lines lines;
	struct line line;
	int err;

	err = lines_init(&lines, fd);
	if (err)
		return err;
	err = lines_next(&lines, &line);
	if (err > 0) {
		text_add_line(&value, line.ptr, line.len);
		err = value.failed ? -ENOMEM
				   : status_row(status, "version",
						      text_str(&value));
	}
	text_free(&value);
	lines_free(&lines);
	return err;
}

static int status_print_json(const struct status *status)
{
	if (json_dumpf(status->json, stdout, JSON_INDENT(2)))
		return -ENOMEM;
	putchar('\n');
	return 0;
}

static int status_print(struct status *status)
{
	int err = scols_print_table(status->table);

	for (size_t i = 0; i < status->hints && !err; i++)
		printf("%s%s\n", i ? "" : "\n", text_str(&status->hint[i]));
	return err;
}

static int status_table(struct status *status)
{
	status->table = scols_new_table();
	status->json = json_object();
	if (!status->table || !status->json)
		return -ENOMEM;
	scols_table_enable_noheadings(status->table, 1);
	if (!scols_table_new_column(status->table, "NAME", 1, 0) ||
	    !scols_table_new_column(status->table, "VALUE", 1, SCOLS_FL_WRAP))
		return -ENOMEM;
	return 0;
}

static const struct command_option status_options[] = {
	{
		.name = "json",
		.key = 'j',
		.help = "print the same as a JSON object",
	},
	{ 0 },
};

static int status_run(const struct command *self, int argc, char **argv)
{
	struct text version_path = { 0 };
	struct text path = { 0 };
	struct status status = { 0 };
	bool is_json = false;
	int version_fd;
	int result;
	int err;
	int fd;

	result = command_options(self, argc, argv, command_flag,
				 &is_json);
	if (result == GO_ON)
		result = command_arguments(self, argc, 0, 0);
	if (result != GO_ON)
		return result;
	fd = live_open("stat", O_RDONLY, &path);
	version_fd = live_open("version", O_RDONLY, &version_path);
	capabilities_drop(false);
	err = fd < 0 ? fd : status_table(&status);
	if (!err && version_fd >= 0)
		err = version_read(&status, version_fd);
	if (!err)
		err = status_read(&status, fd);
	if (!err)
		err = is_json ? status_print_json(&status)
			      : status_print(&status);
	result = status.rows ? EXIT_FOUND : EXIT_NOTHING;
	if (err) {
		report_open_error(text_str(&path), err, self->name);
		result = EXIT_INPUT;
	}
	for (size_t i = 0; i < HINTS_MAX; i++)
		text_free(&status.hint[i]);
	scols_unref_table(status.table);
	json_decref(status.json);
	if (fd >= 0)
		close(fd);
	if (version_fd >= 0)
		close(version_fd);
	text_free(&version_path);
	text_free(&path);
	return result;
}

const struct command cmd_status = {
	.name = "status",
	.arguments = "",
	.summary = "Show module status and advice",
	.options = status_options,
	.help =
	"hook_missing names a hook that this kernel does not have, and what is not\n"
	"recorded without it. Below the counters, the command prints advice for each\n"
	"lost_... counter that is not 0.\n",
	.run = status_run,
};
