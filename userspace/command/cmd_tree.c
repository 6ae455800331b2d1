// SPDX-License-Identifier: GPL-2.0-only
/* ashiato tree: which program executed which. */
#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "completion.h"
#include "pager.h"
#include "render/render_tree.h"
#include "select.h"
#include "session/title.h"

/* In the order of format_names. */
enum tree_format {
	TREE_TEXT,
	TREE_JSON,
	TREE_DOT,
	TREE_HTML,
};

/**
 * struct tree_options - Options of the command
 * @filter: domains to print
 * @look: appearance as text
 * @format: format to print
 */
struct tree_options {
	struct filter filter;
	struct tree_look look;
	enum tree_format format;
};

static const char *const format_names[] = { "text", "json", "dot", "html", NULL };

static int depth_option(const struct command *self,
			struct tree_options *options)
{
	size_t len = strlen(optarg);

	if (!len || len > 4 || strspn(optarg, "0123456789") != len)
		return command_wrong(self, "depth", optarg);
	options->filter.depth = (unsigned int)strtoul(optarg, NULL, 10);
	return GO_ON;
}

static int tree_option(const struct command *self, void *ctx, int key)
{
	struct tree_options *options = ctx;

	if (key >= SELECT_UNDER)
		return select_option(self, &options->filter, key);
	switch (key) {
	case 'd':
		options->look.with_domains = true;
		break;
	case 'n':
		return depth_option(self, options);
	case 'c':
		options->look.with_counts = true;
		break;
	case 'f':
		options->format = (enum tree_format)command_word(format_names, optarg);
		break;
	case 'j':
		options->format = TREE_JSON;
		break;
	}
	return GO_ON;
}

static bool needs_times(const struct tree_options *options)
{
	return options->look.with_counts || options->format;
}

static int html_print(const struct model *model, char *const *names)
{
	struct classes classes = { 0 };
	struct text source = { 0 };
	struct text error = { 0 };
	int result = report_conf(classes_read(&classes, &error), &error);

	sources_describe(names, &source);
	if (result == GO_ON)
		result = source.failed ||
			 render_tree_html(model, &classes, source.data, stdout) ?
			 report_no_memory() : EXIT_FOUND;
	text_free(&source);
	classes_free(&classes);
	return result;
}

static int format_print(const struct tree_options *options, const struct model *model)
{
	switch (options->format) {
	case TREE_JSON:
		return render_tree_json(model, stdout);
	case TREE_DOT:
		return render_tree_dot(model, stdout);
	default:
		pager_begin();
		return render_tree(model, &options->look, stdout);
	}
}

static int tree_print(const struct tree_options *options, const struct model *model,
		      char *const *names)
{
	if (options->format == TREE_HTML)
		return html_print(model, names);
	if (!format_print(options, model))
		return EXIT_FOUND;
	return report_no_memory();
}

static const struct command_option tree_options[] = {
	SELECT_OPTIONS,
	{
		.name = "depth",
		.key = 'n',
		.value = "N",
		.help = "print at most N levels below <kernel>, or below NAME",
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
	result = select_load(&load, &chosen.filter, &model,
			     chosen.format == TREE_JSON);
	if (result == GO_ON)
		result = tree_print(&chosen, &model, load.names);
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
	HELP_SELECT
	HELP_SOURCE
	"A log written with record=off has no accesses: its tree has the comm of each\n"
	"program instead of its pathname.\n",
	.complete = completion_files,
	.run = tree_run,
};
