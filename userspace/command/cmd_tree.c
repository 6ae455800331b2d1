// SPDX-License-Identifier: GPL-2.0-only
/* ashiato tree: which program executed which. */
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/time_parse.h"
#include "command.h"
#include "completion.h"
#include "model/filter.h"
#include "pager.h"
#include "render/render_tree.h"
#include "session/load.h"

/**
 * struct tree_options - Options of the command
 * @filter: domains to print
 * @look: appearance as text
 * @format: prints another format; NULL: text
 */
struct tree_options {
	struct filter filter;
	struct tree_look look;
	int (*format)(const struct model *model, FILE *out);
};

static const char *const format_names[] = { "text", "json", "dot", "html", NULL };

/* In the order of format_names; NULL: text. */
static int (*const formats[])(const struct model *model, FILE *out) = {
	NULL, render_tree_json, render_tree_dot, render_tree_html
};

static int depth_option(const struct command *self,
			struct tree_options *options)
{
	size_t len = strlen(optarg);

	if (!len || len > 4 || strspn(optarg, "0123456789") != len)
		return command_wrong(self, "depth", optarg);
	options->filter.depth = (unsigned int)strtoul(optarg, NULL, 10);
	return GO_ON;
}

static int time_option(const struct command *self, int64_t *time_ms)
{
	if (time_parse(optarg, time(NULL), time_ms))
		return command_wrong(self, "time", optarg);
	return GO_ON;
}

static int tree_option(const struct command *self, void *ctx, int key)
{
	struct tree_options *options = ctx;

	switch (key) {
	case 'd':
		options->look.with_domains = true;
		break;
	case 'u':
		if (!optarg[strspn(optarg, " ")])
			return command_usage_error(self, "the name of the domain is empty");
		options->filter.under = optarg;
		break;
	case 'n':
		return depth_option(self, options);
	case 'c':
		options->look.with_counts = true;
		break;
	case 's':
		return time_option(self, &options->filter.since_ms);
	case 'e':
		return time_option(self, &options->filter.until_ms);
	case 'f':
		options->format = formats[command_word(format_names, optarg)];
		break;
	case 'j':
		options->format = render_tree_json;
		break;
	}
	return GO_ON;
}

static bool needs_times(const struct tree_options *options)
{
	return options->look.with_counts || options->format ||
	       options->filter.since_ms || options->filter.until_ms;
}

static int tree_print(const struct tree_options *options,
		      const struct model *model)
{
	int err;

	if (options->format) {
		err = options->format(model, stdout);
	} else {
		pager_begin();
		err = render_tree(model, &options->look, stdout);
	}
	if (!err)
		return EXIT_FOUND;
	return report_no_memory();
}

static const char *const time_examples[] = {
	"now", "today", "yesterday", "-1h", "-1d", NULL
};

static const struct command_option tree_options[] = {
	{
		.name = "under",
		.key = 'u',
		.value = "NAME",
		.help = "print only domains named NAME (sshd, \"sshd bash\" or a whole name), with the domains above and below them",
	},
	{
		.name = "depth",
		.key = 'n',
		.value = "N",
		.help = "print at most N levels below <kernel>, or below NAME",
	},
	{
		.name = "since",
		.key = 's',
		.value = "TIME",
		.help = "print only domains with an access at TIME or later",
		.words = time_examples,
	},
	{
		.name = "until",
		.key = 'e',
		.value = "TIME",
		.help = "print only domains with an access at TIME or earlier",
		.words = time_examples,
	},
	{
		.name = "domain",
		.key = 'd',
		.help = "print whole names of domains, not indented",
	},
	{
		.name = "counts",
		.key = 'c',
		.help = "also print the number of accesses, the number of their uses, and the time of the last use",
	},
	{
		.name = "format",
		.key = 'f',
		.value = "FORMAT",
		.help = "text, json, dot (a graph for \"dot -Tsvg\") or html (a page with all accesses, which needs no network)",
		.words = format_names,
		.is_strict = true,
	},
	{
		.name = "json",
		.key = 'j',
		.help = "the same as --format json",
	},
	{ 0 },
};

static int tree_run(const struct command *self, int argc, char **argv)
{
	struct tree_options chosen = {
		.filter = { .depth = DEPTH_ALL },
		.look = { .colours = colours_wanted() },
	};
	struct load load = { .command = self->name };
	struct model model;
	int result;

	result = command_options(self, argc, argv, tree_option,
				 &chosen);
	if (result == GO_ON)
		result = command_arguments(self, argc, 0, INT_MAX);
	if (result != GO_ON)
		return result;
	load.names = argv + optind;
	load.flags = needs_times(&chosen) ? LOAD_TIMES : 0;
	result = model_load(&load, &model);
	if (result == GO_ON) {
		model_filter(&model, &chosen.filter);
		if (model_first(&model)) {
			result = tree_print(&chosen, &model);
		} else {
			report_error(chosen.filter.since_ms || chosen.filter.until_ms ?
				      "tree: no access at that time (or SOURCE has no times)" :
				      "tree: no domain found: type \"ashiato tree\" to print all");
			result = EXIT_NOTHING;
		}
	}
	model_free(&model);
	return result;
}

const struct command cmd_tree = {
	.name = "tree",
	.arguments = "[SOURCE]...",
	.summary = "Print which program executed which, as a tree",
	.options = tree_options,
	.help =
	"Each line is a domain, shown as its last program and indented below the domain\n"
	"that executed it. [quota_exceeded] means that a limit was reached, and some\n"
	"accesses of the domain, or programs executed in it, were not recorded.\n"
	"[transition_failed] means that a program executed in the domain could not get a\n"
	"domain of its own.\n\n"
	"TIME is \"2026-11-21 15:13\", 2026-11-21, 15:13, now, today or yesterday in the\n"
	"local time zone, or a time before now, such as -2h (units: s, m, h, d).\n\n"
	HELP_SOURCE
	"A log written with record=off has no accesses: its tree has the comm of each\n"
	"program instead of its pathname.\n",
	.complete = completion_files,
	.run = tree_run,
};
