// SPDX-License-Identifier: GPL-2.0-only
/* ashiato status: module status and advice. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <jansson.h>
#include <libsmartcols.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "base/array.h"
#include "counter.h"
#include "model/bounds.h"
#include "render/render.h"
#include "session/capabilities.h"
#include "source/lines.h"
#include "source/source.h"

#define HINTS_MAX	16
/* Rows of the tables of patterns and users */
#define ROWS_MAX	10
/* Users choose names: a long one must not make the table unreadable */
#define WHERE_MAX	100

/**
 * struct status - The module's file stat
 * @table: names and values
 * @json: the same as a JSON object
 * @rows: number of rows
 * @hint: advice for the administrator
 * @hints: number of hints
 * @bounds: the module's files patterns and users; empty if it has none
 */
struct status {
	struct libscols_table *table;
	json_t *json;
	size_t rows;
	struct text hint[HINTS_MAX];
	size_t hints;
	struct bounds bounds;
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
	if (!strcmp(name, "lock") && !strcmp(value, "on"))
		hint_add(status, "", "The module is locked: nothing can be changed until "
			 "the next boot.");
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

static int patterns_read(struct status *status, int fd)
{
	return bounds_read_patterns(&status->bounds, fd);
}

static int users_read(struct status *status, int fd)
{
	return bounds_read_users(&status->bounds, fd);
}

static json_t *json_patterns(const struct bounds *bounds)
{
	json_t *list = json_array();
	struct text name = { 0 };

	for (const struct domain *domain = model_first(&bounds->patterns); domain;
	     domain = model_next(&bounds->patterns, domain))
		for (size_t i = 0; i < domain->access_count; i++) {
			text_clear(&name);
			if (domain_name(domain, &name))
				continue;
			json_array_append_new(list, json_pack("{s:s, s:s}",
				"domain", name.data,
				"access", domain->access[i]->line->text));
		}
	text_free(&name);
	return list;
}

/* All users without an entry of their own have no ID. */
static json_t *json_uid(const char *uid)
{
	return strcmp(uid, "-") != 0 ?
	       json_integer((json_int_t)strtoull(uid, NULL, 10)) : json_null();
}

static json_t *json_users(const struct bounds *bounds)
{
	json_t *list = json_array();

	for (size_t i = 0; i < bounds->user_count; i++) {
		const struct bounds_user *user = &bounds->user[i];

		json_array_append_new(list, json_pack(
			"{s:o, s:I, s:I, s:I, s:I, s:I, s:s?}",
			"uid", json_uid(user->uid),
			"accesses", (json_int_t)user->accesses,
			"domains", (json_int_t)user->domains,
			"histories", (json_int_t)user->histories,
			"bytes", (json_int_t)user->bytes,
			"lost", (json_int_t)user->lost,
			"full", user_is_full(user) ? user->full : NULL));
	}
	return list;
}

static int status_print_json(struct status *status)
{
	if (status->bounds.user_count) {
		json_object_set_new(status->json, "pattern_accesses",
				    json_patterns(&status->bounds));
		json_object_set_new(status->json, "users",
				    json_users(&status->bounds));
	}
	if (json_dumpf(status->json, stdout, JSON_INDENT(2)))
		return -ENOMEM;
	putchar('\n');
	return 0;
}

/* Print a table of at most ROWS_MAX rows, and how many it does not show. */
static int rows_print(const struct table_column *columns, size_t column_count,
		      size_t count, const char *more, struct status *status,
		      int (*row)(struct status *status, size_t i,
				 struct libscols_line *line))
{
	struct libscols_table *table;
	int err = 0;

	if (!count)
		return 0;
	table = table_new(columns, column_count, stdout);
	if (!table)
		return -ENOMEM;
	for (size_t i = 0; i < count && i < ROWS_MAX && !err; i++) {
		struct libscols_line *line = scols_table_new_line(table, NULL);

		err = line ? row(status, i, line) : -ENOMEM;
	}
	if (!err) {
		putchar('\n');
		err = scols_print_table(table);
	}
	if (!err && count > ROWS_MAX)
		printf("and %zu more %s\n", count - ROWS_MAX, more);
	scols_unref_table(table);
	return err;
}

static int cell_set(struct libscols_line *line, size_t column,
		    const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static int cell_set(struct libscols_line *line, size_t column,
		    const char *format, ...)
{
	va_list args;
	char *text;
	int len;

	va_start(args, format);
	len = vasprintf(&text, format, args);
	va_end(args);
	return len < 0 ? -ENOMEM : scols_line_refer_data(line, column, text);
}

static const struct table_column place_columns[] = {
	{ "PATTERNS", SCOLS_FL_RIGHT },
	{ "WHERE", 0 },
	{ "DOMAIN", 0 },
};

static int place_row(struct status *status, size_t i, struct libscols_line *line)
{
	const struct bounds_place *place = &status->bounds.place[i];
	struct text name = { 0 };
	int err = domain_name(place->domain, &name);

	if (!err)
		err = cell_set(line, 0, "%zu", place->count);
	if (!err)
		err = cell_set(line, 1, "%.*s%s",
			       place->where.len > WHERE_MAX ?
				       WHERE_MAX : (int)place->where.len,
			       place->where.ptr,
			       place->where.len > WHERE_MAX ? "..." : "");
	if (!err)
		err = cell_set(line, 2, "%s", name.data);
	text_free(&name);
	return err;
}

enum {
	USER_NAME,
	USER_ACCESSES,
	USER_DOMAINS,
	USER_HISTORIES,
	USER_BYTES,
	USER_SHARE,
	USER_LOST,
	USER_FULL,
};

static const struct table_column user_columns[] = {
	[USER_NAME] = { "USER", 0 },
	[USER_ACCESSES] = { "ACCESSES", SCOLS_FL_RIGHT },
	[USER_DOMAINS] = { "DOMAINS", SCOLS_FL_RIGHT },
	[USER_HISTORIES] = { "HISTORIES", SCOLS_FL_RIGHT },
	[USER_BYTES] = { "BYTES", SCOLS_FL_RIGHT },
	[USER_SHARE] = { "SHARE", SCOLS_FL_RIGHT },
	[USER_LOST] = { "LOST", SCOLS_FL_RIGHT },
	[USER_FULL] = { "NO ROOM FOR", 0 },
};

/* The percentage of a user's share of a limit that is in use. */
static unsigned int share_used(const struct status *status, const char *limit,
			       uint64_t used)
{
	json_int_t most = json_integer_value(json_object_get(status->json, limit));

	return most > 0 ? (unsigned int)((double)used * 100 * BOUNDS_SHARE /
					 (double)most) : 0;
}

/* The largest of the percentages of all limits. */
static unsigned int user_share(const struct status *status,
			       const struct bounds_user *user)
{
	const unsigned int shares[] = {
		share_used(status, "max_accesses", user->accesses),
		share_used(status, "max_domains", user->domains),
		share_used(status, "max_histories", user->histories),
		share_used(status, "max_bytes", user->bytes),
	};
	unsigned int most = 0;

	for (size_t i = 0; i < ARRAY_SIZE(shares); i++) {
		if (shares[i] > most)
			most = shares[i];
	}
	return most;
}

static int user_row(struct status *status, size_t i, struct libscols_line *line)
{
	const struct bounds_user *user = &status->bounds.user[i];
	struct text name = { 0 };
	int err;

	user_name(user, &name);
	err = name.failed ? -ENOMEM : 0;
	if (!err)
		err = cell_set(line, USER_NAME, "%s", text_str(&name));
	if (!err)
		err = cell_set(line, USER_ACCESSES, "%" PRIu64, user->accesses);
	if (!err)
		err = cell_set(line, USER_DOMAINS, "%" PRIu64, user->domains);
	if (!err)
		err = cell_set(line, USER_HISTORIES, "%" PRIu64, user->histories);
	if (!err)
		err = cell_set(line, USER_BYTES, "%" PRIu64, user->bytes);
	/* Root may use everything */
	if (!err && strcmp(user->uid, "0") != 0)
		err = cell_set(line, USER_SHARE, "%u%%", user_share(status, user));
	else if (!err)
		err = cell_set(line, USER_SHARE, "-");
	if (!err)
		err = cell_set(line, USER_LOST, "%" PRIu64, user->lost);
	if (!err)
		err = cell_set(line, USER_FULL, "%s", user->full);
	text_free(&name);
	return err;
}

static void hint_users(struct status *status)
{
	size_t full = 0;

	while (full < status->bounds.user_count &&
	       user_is_full(&status->bounds.user[full]))
		full++;
	if (full)
		hint_add(status, "", "There is no room for new accesses of some users: type "
			 "\"ashiato doctor\".");
}

static int status_print(struct status *status)
{
	int err = scols_print_table(status->table);

	if (!err)
		err = rows_print(place_columns, ARRAY_SIZE(place_columns),
				 status->bounds.place_count, "places", status,
				 place_row);
	if (!err)
		err = rows_print(user_columns, ARRAY_SIZE(user_columns),
				 status->bounds.user_count, "users", status,
				 user_row);
	hint_users(status);
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

/* The module's files; older modules have only stat, or stat and version. */
static const struct {
	const char *name;
	int (*read)(struct status *status, int fd);
} files[] = {
	{ "version", version_read },
	{ "stat", status_read },
	{ "patterns", patterns_read },
	{ "users", users_read },
};

static bool is_missing(const char *name, int fd)
{
	return fd < 0 && strcmp(name, "stat") != 0;
}

/* Opens all files before the capabilities are dropped. */
static int files_read(struct status *status, struct text *path)
{
	int fd[ARRAY_SIZE(files)];
	int err = status_table(status);

	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		struct text other = { 0 };

		fd[i] = live_open(files[i].name, O_RDONLY,
				  strcmp(files[i].name, "stat") != 0 ?
					&other : path);
		text_free(&other);
	}
	capabilities_drop(KEEP_NONE);
	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		if (!err && !is_missing(files[i].name, fd[i]))
			err = fd[i] < 0 ? fd[i] : files[i].read(status, fd[i]);
		if (fd[i] >= 0)
			close(fd[i]);
	}
	return err;
}

static int status_run(const struct command *self, int argc, char **argv)
{
	struct status status = { 0 };
	struct text path = { 0 };
	bool is_json = false;
	int result;
	int err;

	result = command_options(self, argc, argv, command_flag,
				 &is_json);
	if (result == GO_ON)
		result = command_arguments(self, argc, 0, 0);
	if (result != GO_ON)
		return result;
	err = files_read(&status, &path);
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
	bounds_free(&status.bounds);
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
	"recorded without it. Below the counters, the command prints\n\n"
	"  WHERE  the directories, or the kinds of access, and the DOMAINs in which most\n"
	"         accesses became patterns, because there were too many\n"
	"  USER   the users whose accesses take most memory; SHARE is the part of the\n"
	"         user's share that is in use; LOST is the number of accesses, domains\n"
	"         and older entries of histories that were not recorded\n\n"
	"and advice for each lost_... counter that is not 0.\n",
	.run = status_run,
};
