// SPDX-License-Identifier: GPL-2.0-only
/* ashiato mode: show or change what is recorded. */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <jansson.h>
#include <libsmartcols.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/array.h"
#include "command.h"
#include "completion.h"
#include "session/capabilities.h"
#include "source/lines.h"
#include "source/source.h"

#define MODES		"learn, trace, off or lock"
#define SEPARATORS	" ,\n"

/**
 * struct mode - The module's file mode
 * @path: name of the file
 * @table: its lines, name and value
 * @groups: names of the groups: "file", "getattr", ...
 * @group_count: number of groups
 * @json: the table as a JSON object
 */
struct mode {
	struct text path;
	struct libscols_table *table;
	struct text groups[32];
	size_t group_count;
	json_t *json;
};

/* Values of a group, which end in NULL; those of logins and exits have other names. */
static const char *const group_values[] = { "on", "off", NULL };
static const char *const logins_values[] = { "all", "new", NULL };
static const char *const exits_values[] = { "all", "signal", "off", NULL };

/* @word is a group, or GROUP=VALUE. */
static const char *const *values_of(const char *word)
{
	const struct span group = { word, strcspn(word, "=") };

	return span_is(group, "logins") ? logins_values :
	       span_is(group, "exits") ? exits_values : group_values;
}

static int mode_row(struct mode *mode, const char *name, const char *value)
{
	struct libscols_line *line = scols_table_new_line(mode->table, NULL);

	if (!line || scols_line_set_data(line, 0, name) ||
	    scols_line_set_data(line, 1, value))
		return -ENOMEM;
	return 0;
}

static int mode_group(struct mode *mode, const char *name, const char *value)
{
	json_t *object = json_object_get(mode->json, "groups");
	json_t *member = json_boolean(!strcmp(value, "on"));
	int err = mode_row(mode, name, value);

	/* In JSON, lock, logins and exits are not in the object of the groups */
	if (!strcmp(name, "lock")) {
		object = mode->json;
	} else if (values_of(name) != group_values) {
		object = mode->json;
		member = json_string(value);
	}
	return json_object_set_new(object, name, member) || err ? -ENOMEM : 0;
}

/* A line is "learn" or "getattr=on". */
static int mode_line(void *ctx, const struct line *line)
{
	struct mode *mode = ctx;
	const char *equal = memchr(line->ptr, '=', line->len);
	const char *value = equal ? equal + 1 : line->ptr;
	const char *end = line->ptr + line->len;
	struct text *group = &mode->groups[mode->group_count];
	struct text shown = { 0 };
	int err = -ENOMEM;

	if (!line->len)
		return 0;
	text_add_line(&shown, value, (size_t)(end - value));
	if (shown.failed)
		goto out;
	if (!equal) {
		err = mode_row(mode, "mode", text_str(&shown));
		if (!err && json_object_set_new(mode->json, "mode",
						json_string(text_str(&shown))))
			err = -ENOMEM;
	} else if (mode->group_count < ARRAY_SIZE(mode->groups)) {
		mode->group_count++;
		text_add_line(group, line->ptr, (size_t)(equal - line->ptr));
		if (!group->failed)
			err = mode_group(mode, text_str(group),
					 text_str(&shown));
	} else {
		err = 0;
	}
out:
	text_free(&shown);
	return err;
}

static int mode_table(struct mode *mode)
{
	mode->table = scols_new_table();
	mode->json = json_pack("{s:s, s:{}}", "mode", "", "groups");
	if (!mode->table || !mode->json)
		return -ENOMEM;
	scols_table_enable_noheadings(mode->table, 1);
	if (!scols_table_new_column(mode->table, "NAME", 1, 0) ||
	    !scols_table_new_column(mode->table, "VALUE", 1, 0))
		return -ENOMEM;
	return 0;
}

static int mode_read(struct mode *mode, int fd)
{
	int err = mode_table(mode);

	return err ? err : lines_each(fd, mode_line, mode, NULL);
}

static void mode_free(struct mode *mode)
{
	for (size_t i = 0; i < ARRAY_SIZE(mode->groups); i++)
		text_free(&mode->groups[i]);
	scols_unref_table(mode->table);
	json_decref(mode->json);
	text_free(&mode->path);
}

static int mode_wrong(const struct command *self, const struct mode *mode,
		      const char *word)
{
	struct text known = { 0 };

	for (size_t i = 0; i < mode->group_count; i++) {
		text_puts(&known, i ? ", " : "; or GROUP=on or GROUP=off (logins=all or new; exits=all, signal or off), where GROUP is one of ");
		text_puts(&known, text_str(&mode->groups[i]));
	}
	report_error("%s: wrong word %s: type " MODES "%s", self->name, word,
		      text_str(&known));
	text_free(&known);
	return EXIT_USAGE;
}

static bool word_is_known(const struct mode *mode, const char *word)
{
	const char *const *values = values_of(word);
	const char *equal = strchr(word, '=');
	struct span group;

	if (!equal)
		return !strcmp(word, "learn") || !strcmp(word, "trace") ||
		       !strcmp(word, "off") || !strcmp(word, "lock");
	while (*values && strcmp(equal + 1, *values))
		values++;
	if (!*values)
		return false;
	group = (struct span){ word, (size_t)(equal - word) };
	for (size_t i = 0; i < mode->group_count; i++)
		if (span_is(group, text_str(&mode->groups[i])))
			return true;
	return false;
}

/* One write: the module applies all words or none. */
static int mode_write(const struct command *self, const struct mode *mode,
		      int fd, struct text *words)
{
	struct text out = { 0 };
	char *place = NULL;
	int err = 0;

	for (char *word = strtok_r(words->data, SEPARATORS, &place); word;
	     word = strtok_r(NULL, SEPARATORS, &place)) {
		if (!word_is_known(mode, word)) {
			text_free(&out);
			return mode_wrong(self, mode, word);
		}
		text_puts(&out, out.len ? " " : "");
		text_puts(&out, word);
	}
	if (!out.len)
		return command_usage_error(self, "the word is empty");
	text_puts(&out, "\n");
	if (out.failed)
		err = -ENOMEM;
	else if (write(fd, out.data, out.len) < 0)
		err = -errno;
	text_free(&out);
	if (!err)
		return EXIT_FOUND;
	if (err == -EINVAL)
		report_error("%s: refused by the module, nothing changed: type one word at a time",
			      text_str(&mode->path));
	else
		report_write_error(text_str(&mode->path), err, self->name);
	return EXIT_INPUT;
}

static int mode_show(const struct command *self, const struct mode *mode,
		     bool is_json)
{
	if (scols_table_is_empty(mode->table)) {
		report_error("%s: is empty", text_str(&mode->path));
		return EXIT_NOTHING;
	}
	if (is_json && !json_dumpf(mode->json, stdout, JSON_INDENT(2))) {
		putchar('\n');
		return EXIT_FOUND;
	}
	if (!is_json && !scols_print_table(mode->table))
		return EXIT_FOUND;
	report_error("%s: out of memory", self->name);
	return EXIT_INPUT;
}

/* The groups are those of the loaded module. */
static void mode_complete(const char *typed)
{
	struct mode mode = { 0 };
	struct text word = { 0 };
	int fd = live_open("mode", O_RDONLY, &mode.path);

	completion_offer("learn", "record accesses, report new ones to audit");
	completion_offer("trace", "record accesses, report each one to audit");
	completion_offer("off", "record nothing");
	completion_offer("lock", "refuse all changes until the next boot");
	if (fd >= 0)
		mode_read(&mode, fd);
	for (size_t i = 0; i < mode.group_count; i++) {
		const char *const *values = values_of(text_str(&mode.groups[i]));

		do {
			text_clear(&word);
			text_puts(&word, text_str(&mode.groups[i]));
			text_puts(&word, "=");
			text_puts(&word, strchr(typed, '=') ? *values : "");
			completion_offer(text_str(&word), NULL);
		} while (strchr(typed, '=') && *++values);
	}
	if (fd >= 0)
		close(fd);
	text_free(&word);
	mode_free(&mode);
}

static const struct command_option mode_options[] = {
	{
		.name = "json",
		.key = 'j',
		.help = "print the mode and the groups as a JSON object",
	},
	{ 0 },
};

static int mode_run(const struct command *self, int argc, char **argv)
{
	struct text again = { 0 };
	struct text words = { 0 };
	struct mode mode = { 0 };
	bool is_json = false;
	int to = -1;
	int result;
	int err;
	int fd;

	result = command_options(self, argc, argv, command_flag,
				 &is_json);
	if (result == GO_ON)
		result = command_arguments(self, argc, 0, is_json ? 0 : INT_MAX);
	if (result != GO_ON)
		return result;
	for (int i = optind; i < argc; i++) {
		text_puts(&words, argv[i]);
		text_puts(&words, " ");
	}
	fd = live_open("mode", O_RDONLY, &mode.path);
	if (fd >= 0 && words.len)
		to = live_open("mode", O_WRONLY | O_APPEND, &again);
	capabilities_drop(KEEP_NONE);
	err = fd < 0 ? fd : mode_read(&mode, fd);
	if (!err && words.len && to < 0)
		err = to;
	result = EXIT_INPUT;
	if (err == -EPERM)
		report_live_error(text_str(&mode.path), err, self->name);
	else if (err || words.failed)
		report_open_error(text_str(&mode.path), err ? err : -ENOMEM,
				   self->name);
	else if (words.len)
		result = mode_write(self, &mode, to, &words);
	else
		result = mode_show(self, &mode, is_json);
	mode_free(&mode);
	if (fd >= 0)
		close(fd);
	if (to >= 0)
		close(to);
	text_free(&words);
	text_free(&again);
	return result;
}

const struct command cmd_mode = {
	.name = "mode",
	.arguments = "[WORD]...",
	.summary = "Show or change what is recorded",
	.options = mode_options,
	.help =
	"Without WORD, prints the mode and the groups. WORD is one of\n\n"
	"  learn      record accesses; report to audit those that are new to their domain\n"
	"  trace      record accesses; report each one to audit\n"
	"  off        record nothing\n"
	"  lock       refuse changes of mode, rules and parameters, resets, and unloading\n"
	"             the module, until the next boot\n"
	"  GROUP=on   record this group of accesses: file, getattr, ioctl, env, network,\n"
	"             capability, ipc or userns; getattr and ioctl are parts of file, and\n"
	"             userns is capabilities in user namespaces other than the initial one\n"
	"  GROUP=off  do not record this group\n"
	"  record:GROUP=on, record:GROUP=off\n"
	"             send records of this group to audit, or not: execute, change, read,\n"
	"             getattr, ioctl, env, network, capability or ipc; by default, read,\n"
	"             getattr, ioctl and env are off\n"
	"  logins=all send a record of each execution and change by a process that a login\n"
	"             started, not only of those that are new to their domain (default)\n"
	"  logins=new send only executions and changes that are new to their domain\n"
	"  exits=signal\n"
	"             send a record of each process that a signal ends (default)\n"
	"  exits=all  send a record of each process that ends\n"
	"  exits=off  send no records of processes that end\n\n"
	"A change needs CAP_MAC_ADMIN in the initial user namespace, and makes a record of\n"
	"type CONFIG_CHANGE in the audit log.\n",
	.complete = mode_complete,
	.run = mode_run,
};
