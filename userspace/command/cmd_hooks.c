// SPDX-License-Identifier: GPL-2.0-only
/* ashiato hooks: the security modules on each hook of the kernel. */
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <libsmartcols.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/array.h"
#include "command.h"
#include "pager.h"
#include "session/capabilities.h"
#include "source/source.h"

#define ASHIATO	"ashiato"
#define NONE	"-"

/* Columns of the module's file, separated by tabs. */
enum { COLUMN_HOOK, COLUMN_LSMS, COLUMN_REPLACED, COLUMN_COUNT };

static const struct {
	const char *name;
	const char *key;
} columns[COLUMN_COUNT] = {
	[COLUMN_HOOK] = { "HOOK", "hook" },
	[COLUMN_LSMS] = { "LSMS", "lsms" },
	[COLUMN_REPLACED] = { "IN PLACE OF", "in_place_of" },
};

/**
 * struct hooks - The module's file hooks
 * @only_own: skip hooks without a function of ashiato
 * @is_json: print JSON
 * @table: the hooks as text
 * @list: the hooks as JSON
 * @count: number of hooks in the output
 */
struct hooks {
	bool only_own;
	bool is_json;
	struct libscols_table *table;
	json_t *list;
	size_t count;
};

/* Whether @names, such as "a,b,c", include @wanted. */
static bool names_have(const char *names, const char *wanted)
{
	size_t len = strlen(wanted);

	for (; names; names = strchr(names, ',')) {
		names += *names == ',';
		if (!strncmp(names, wanted, len) &&
		    (!names[len] || names[len] == ','))
			return true;
	}
	return false;
}

static json_t *names_json(char *names)
{
	json_t *list = json_array();

	if (!strcmp(names, NONE))
		return list;
	for (char *name; (name = strsep(&names, ","));)
		json_array_append_new(list, json_string(name));
	return list;
}

static int hook_json(struct hooks *hooks, char *field[COLUMN_COUNT])
{
	const char *replaced = field[COLUMN_REPLACED];
	json_t *hook;

	if (!strcmp(replaced, NONE))
		replaced = NULL;
	hook = json_pack("{s:s, s:o, s:s?}",
			 columns[COLUMN_HOOK].key, field[COLUMN_HOOK],
			 columns[COLUMN_LSMS].key, names_json(field[COLUMN_LSMS]),
			 columns[COLUMN_REPLACED].key, replaced);
	return json_array_append_new(hooks->list, hook) ? -ENOMEM : 0;
}

static int hook_row(struct hooks *hooks, char *field[COLUMN_COUNT])
{
	struct libscols_line *line = scols_table_new_line(hooks->table, NULL);

	if (!line)
		return -ENOMEM;
	for (size_t i = 0; i < COLUMN_COUNT; i++)
		if (scols_line_set_data(line, i, field[i]))
			return -ENOMEM;
	return 0;
}

static int hook_show(struct hooks *hooks, char *fields)
{
	char *field[COLUMN_COUNT];

	for (size_t i = 0; i < COLUMN_COUNT; i++) {
		field[i] = strsep(&fields, "\t");
		if (!field[i] || !*field[i] ||
		    !text_is_printable(field[i], strlen(field[i])))
			return -EBADMSG;
	}
	if (fields)
		return -EBADMSG;
	if (hooks->only_own && !names_have(field[COLUMN_LSMS], ASHIATO))
		return 0;
	hooks->count++;
	return hooks->is_json ? hook_json(hooks, field) : hook_row(hooks, field);
}

static int hook_line(void *ctx, const struct line *line)
{
	struct text fields = { 0 };
	int err = -ENOMEM;

	if (!line->len || memchr(line->ptr, '\0', line->len))
		return -EBADMSG;
	text_add(&fields, line->ptr, line->len);
	if (!fields.failed)
		err = hook_show(ctx, fields.data);
	text_free(&fields);
	return err;
}

static int hooks_init(struct hooks *hooks)
{
	hooks->list = json_array();
	hooks->table = scols_new_table();
	if (!hooks->list || !hooks->table)
		return -ENOMEM;
	for (size_t i = 0; i < COLUMN_COUNT; i++)
		if (!scols_table_new_column(hooks->table, columns[i].name, 1, 0))
			return -ENOMEM;
	return 0;
}

static int hooks_print(struct hooks *hooks)
{
	int err;

	if (!hooks->is_json)
		return scols_print_table(hooks->table);
	err = json_dumpf(hooks->list, stdout, JSON_INDENT(2));
	putchar('\n');
	return err ? -EIO : 0;
}

static int hooks_take(const struct command *self, void *ctx, int key)
{
	struct hooks *hooks = ctx;

	(void)self;
	if (key == 'j')
		hooks->is_json = true;
	else
		hooks->only_own = true;
	return GO_ON;
}

static const struct command_option hooks_options[] = {
	{
		.name = "own",
		.key = 'o',
		.help = "print only the hooks that ashiato uses",
	},
	{
		.name = "json",
		.key = 'j',
		.help = "print a JSON array of { hook, lsms, in_place_of }",
	},
	{ 0 },
};

static int hooks_run(const struct command *self, int argc, char **argv)
{
	struct damage damage = { 0 };
	struct hooks hooks = { 0 };
	struct text path = { 0 };
	int result;
	int err;
	int fd;

	result = command_options(self, argc, argv, hooks_take, &hooks);
	if (result == GO_ON)
		result = command_arguments(self, argc, 0, 0);
	if (result != GO_ON)
		return result;
	fd = live_open("hooks", O_RDONLY, &path);
	capabilities_drop(KEEP_NONE);
	err = fd < 0 ? fd : hooks_init(&hooks);
	if (!err)
		err = lines_each(fd, hook_line, &hooks, &damage);
	report_damage(text_str(&path), &damage);
	if (!err && !hooks.is_json)
		pager_begin();
	if (!err)
		err = hooks_print(&hooks);
	result = hooks.count ? EXIT_FOUND : EXIT_NOTHING;
	if (err) {
		report_live_error(text_str(&path), err, self->name);
		result = EXIT_INPUT;
	}
	json_decref(hooks.list);
	scols_unref_table(hooks.table);
	if (fd >= 0)
		close(fd);
	text_free(&path);
	return result;
}

const struct command cmd_hooks = {
	.name = "hooks",
	.arguments = "",
	.summary = "Print which security modules use each hook of the kernel",
	.options = hooks_options,
	.help =
	"LSMS lists the security modules in the order in which the kernel calls them;\n"
	"the kernel stops at the first that denies. IN PLACE OF names the security module\n"
	"whose place on the hook ashiato took; ashiato calls its function.\n",
	.run = hooks_run,
};
