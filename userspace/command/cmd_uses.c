// SPDX-License-Identifier: GPL-2.0-only
/* ashiato uses: the domains that use a file, address, variable or capability. */
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "command.h"
#include "completion.h"
#include "model/match.h"
#include "model/similar.h"
#include "pager.h"
#include "render/render_uses.h"
#include "select.h"

struct uses_options {
	bool is_tree;
	bool is_json;
	struct filter filter;
};

static void report_unused(const struct model *model, const char *pattern,
			  const struct uses_options *options, char *const sources[])
{
	struct span name = similar_name(model, (struct span){ pattern, strlen(pattern) });
	struct text error = { 0 }, right = { 0 };

	text_format(&error, options->filter.only_refused ?
		    "no access that matches %s was refused" : "no access matches %s", pattern);
	if (name.ptr) {
		struct text word = { 0 };

		text_add(&word, name.ptr, name.len);
		text_add_shell(&right, text_str(&word));
		text_add_words(&right, sources);
		text_free(&word);
		report_error("uses: %s: type \"ashiato uses %s\"", text_str(&error), text_str(&right));
	} else {
		report_error("uses: %s", text_str(&error));
	}
	text_free(&right);
	text_free(&error);
}

static int uses_print(const struct model *model, const char *pattern,
		      const struct uses_options *options, char *const sources[])
{
	size_t found;
	int err;

	if (options->is_json && options->is_tree) {
		err = render_uses_tree_json(model, pattern, stdout, &found);
	} else if (options->is_json) {
		err = render_uses_json(model, pattern, stdout, &found);
	} else if (options->is_tree) {
		const struct colours *colours = colours_wanted();

		pager_begin();
		err = render_uses_tree(model, pattern, colours, stdout, &found);
	} else {
		pager_begin();
		err = render_uses(model, pattern, stdout, &found);
	}
	if (err)
		return report_no_memory();
	if (found)
		return EXIT_FOUND;
	report_unused(model, pattern, options, sources);
	return EXIT_NOTHING;
}

static int uses_option(const struct command *self, void *ctx, int key)
{
	struct uses_options *options = ctx;

	if (key >= SELECT_UNDER)
		return select_option(self, &options->filter, key);
	options->is_tree |= key == 't';
	options->is_json |= key == 'j';
	options->filter.only_refused |= key == 'r';
	return GO_ON;
}

static const struct command_option uses_options[] = {
	SELECT_OPTIONS,
	{
		.name = "tree",
		.key = 't',
		.help = "print the chains of programs that end at the access, as a tree: below each program, the programs that executed it; (*) marks a program whose lines below were already printed",
	},
	{
		.name = "refused",
		.key = 'r',
		.help = "print only accesses that were refused",
	},
	{
		.name = "json",
		.key = 'j',
		.help = "print a JSON array with one object for each access of each domain; with --tree, for each access",
	},
	{ 0 },
};

static int uses_run(const struct command *self, int argc, char **argv)
{
	struct load load = { .command = self->name, .flags = LOAD_TIMES };
	struct text pattern = { 0 };
	struct model model = { 0 };
	struct uses_options chosen = {
		.filter = { .depth = DEPTH_ALL, .is_strict = true },
	};
	const char *typed;
	int result;

	result = command_options(self, argc, argv, uses_option, &chosen);
	if (result == GO_ON)
		result = command_arguments(self, argc, 1, INT_MAX);
	if (result != GO_ON)
		return result;
	typed = argv[optind];
	load.names = argv + optind + 1;
	if (match_parse(&pattern, (struct span){ typed, strlen(typed) }))
		result = command_wrong(self, "pattern", typed);
	else
		result = select_load(&load, &chosen.filter, &model,
				     chosen.is_json);
	if (result == GO_ON)
		result = uses_print(&model, pattern.data, &chosen, load.names);
	model_free(&model);
	text_free(&pattern);
	return result;
}

const struct command cmd_uses = {
	.name = "uses",
	.arguments = "PATTERN [SOURCE]...",
	.summary = "Print which domains use a file, address, variable or capability",
	.options = uses_options,
	.help =
	"Prints each access that matches PATTERN, and below it the domains that made it,\n"
	"with the first and last use (local time) and the number of uses; - if unknown.\n"
	"A use of a file is an open, not a read; see ashiato(8).\n\n"
	"PATTERN is a name in an access (a path, an address, a variable, a capability, a\n"
	"domain), consecutive words of an access (\"10.0.0.1 443\"), or its beginning\n"
	"(\"file write\", \"network inet\"). The / at the end of a directory can be omitted.\n"
	"A word may contain\n\n"
	"  \\*        any characters except /        \\$  digits      \\+    a digit\n"
	"  \\@        any characters except / and .  \\X  hex digits  \\x    a hex digit\n"
	"  \\?        a character except /           \\A  letters     \\a    a letter\n"
	"  /\\{\\*\\}/  one or more directories        \\\\  a backslash \\ooo  a byte in octal\n"
	"  A\\-B      text that matches A, but not B\n\n"
	"  ashiato uses /etc/shadow\n"
	"  ashiato uses 'file write /etc/\\{\\*\\}/\\*'\n"
	"  ashiato uses SYS_ADMIN\n\n"
	HELP_SELECT
	HELP_SOURCE,
	.complete = completion_files,
	.run = uses_run,
};
