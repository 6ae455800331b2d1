// SPDX-License-Identifier: GPL-2.0-only
/* ashiato tree: who executed whom, since boot. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/array.h"
#include "model/filter.h"
#include "command.h"
#include "base/time_parse.h"
#include "pager.h"
#include "render/render_tree.h"
#include "session/load.h"

/**
 * struct tree_options - What was asked for
 * @filter: domains to print
 * @look: how they are printed as text
 * @format: how they are printed otherwise; NULL for text
 */
struct tree_options {
	struct filter filter;
	struct tree_look look;
	int (*format)(const struct model *model, FILE *out);
};

static const struct {
	const char *name;
	int (*render)(const struct model *model, FILE *out);
} formats[] = {
	{ "text", NULL },
	{ "json", render_tree_json },
	{ "dot", render_tree_dot },
	{ "html", render_tree_html },
};

static int format_option(const struct command *self,
			 struct tree_options *options, const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(formats); i++) {
		if (strcmp(name, formats[i].name))
			continue;
		options->format = formats[i].render;
		return GO_ON;
	}
	return command_wrong(self, "format", name);
}

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

static int tree_option(const struct command *self, void *ctx, int option)
{
	struct tree_options *options = ctx;

	switch (option) {
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
		return format_option(self, options, optarg);
	case 'j':
		return format_option(self, options, "json");
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

static int tree_run(const struct command *self, int argc, char **argv)
{
	static const struct option options[] = {
		{ "help", no_argument, NULL, 'h' },
		{ "domain", no_argument, NULL, 'd' },
		{ "under", required_argument, NULL, 'u' },
		{ "depth", required_argument, NULL, 'n' },
		{ "counts", no_argument, NULL, 'c' },
		{ "since", required_argument, NULL, 's' },
		{ "until", required_argument, NULL, 'e' },
		{ "format", required_argument, NULL, 'f' },
		{ "json", no_argument, NULL, 'j' },
		{ 0 },
	};
	struct tree_options chosen = {
		.filter = { .depth = DEPTH_ALL },
		.look = { .colours = colours_wanted() },
	};
	struct load load = { .command = self->name };
	struct model model;
	int result;

	result = command_options(self, argc, argv, options, tree_option,
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
				      "tree: nothing was used then (a policy has no times)" :
				      "tree: no domain is like that: type \"ashiato tree\" to see all");
			result = EXIT_NOTHING;
		}
	}
	model_free(&model);
	return result;
}

const struct command cmd_tree = {
	.name = "tree",
	.usage = "[SOURCE]...",
	.summary = "Print which program was executed by which, as a tree",
	.help =
	"Each line is a domain: a program, executed by the program above it that\n"
	"is indented one step less. [quota_exceeded] behind a domain says that not\n"
	"all of its accesses were recorded, [transition_failed] that a program it\n"
	"executed could not get a domain of its own.\n\n"
	"  --under NAME   only domains named NAME (sshd, \"sshd bash\", a whole name),\n"
	"                 those below them, and those above\n"
	"  --depth N      no more than N steps below <kernel>, or below NAME\n"
	"  --since TIME, --until TIME\n"
	"                 only what was used then: \"2026-11-21 15:13\", 2026-11-21,\n"
	"                 15:13, today, yesterday, -2h (s, m, h, d); local time\n"
	"  --domain       whole names of domains, not indented\n"
	"  --counts       how many accesses, how often, and when last\n"
	"  --format text|json|dot|html\n"
	"                 dot: a graph, for \"dot -Tsvg\"; html: a page to browse in,\n"
	"                 with all accesses, which needs no network\n"
	"  --json         the same as --format json\n\n"
	HELP_SOURCE
	"From a log without access records (record=off) the tree shows comm names.\n",
	.run = tree_run,
};
