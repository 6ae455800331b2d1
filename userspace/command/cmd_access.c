// SPDX-License-Identifier: GPL-2.0-only
/* ashiato access: the accesses of domains. */
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "command.h"
#include "completion.h"
#include "pager.h"
#include "render/render.h"
#include "session/load.h"

struct access_options {
	bool with_times;
	bool is_json;
	enum access_order order;
};

static const char *const order_names[] = { "first", "last", "count", NULL };

static const enum access_order orders[] = {
	ACCESS_BY_FIRST, ACCESS_BY_LAST, ACCESS_BY_COUNT
};

static int access_option(const struct command *self, void *ctx, int key)
{
	struct access_options *options = ctx;

	(void)self;
	options->with_times = true;
	if (key == 's')
		options->order = orders[command_word(order_names, optarg)];
	else if (key == 'j')
		options->is_json = true;
	return GO_ON;
}

static int access_print(const struct model *model, const char *pattern,
			const struct access_options *options)
{
	size_t found;
	int err;

	if (options->is_json) {
		err = render_access_json(model, pattern, stdout, &found);
	} else {
		pager_begin();
		err = render_access(model, pattern, options->with_times, stdout,
				    &found);
	}
	if (err)
		return report_no_memory();
	if (found)
		return EXIT_FOUND;
	report_error("access: no domain is named %s: type \"ashiato tree\" to print all",
		      pattern);
	return EXIT_NOTHING;
}

static const struct command_option access_options[] = {
	{
		.name = "times",
		.key = 't',
		.help = "also print the first and last time of each access (local time), and how often it was made; - if unknown",
	},
	{
		.name = "sort",
		.key = 's',
		.value = "ORDER",
		.help = "sort by first or last use, newest first, or by count, most used first; implies --times",
		.words = order_names,
		.is_strict = true,
	},
	{
		.name = "json",
		.key = 'j',
		.help = "print a JSON array with one object for each domain, with times",
	},
	{ 0 },
};

static int access_run(const struct command *self, int argc, char **argv)
{
	struct access_options chosen = { .order = ACCESS_BY_LINE };
	struct load load = { .command = self->name };
	const char *pattern = NULL;
	struct model model;
	int result;

	result = command_options(self, argc, argv, access_option,
				 &chosen);
	if (result == GO_ON)
		result = command_arguments(self, argc, 0, INT_MAX);
	if (result != GO_ON)
		return result;
	/* A name may be that of a DOMAIN and of a file: recognise a SOURCE by content */
	if (argc > optind && source_peek(argv[optind]) == SOURCE_UNKNOWN)
		pattern = argv[optind++];
	if (pattern && !pattern[strspn(pattern, " ")])
		return command_usage_error(self, "the name of the domain is empty");
	load.names = argv + optind;
	load.flags = chosen.with_times ? LOAD_TIMES : 0;
	result = model_load(&load, &model);
	if (result == GO_ON) {
		model_sort_accesses(&model, chosen.order);
		result = access_print(&model, pattern, &chosen);
	}
	model_free(&model);
	return result;
}

const struct command cmd_access = {
	.name = "access",
	.arguments = "[DOMAIN] [SOURCE]...",
	.summary = "Print accesses of domains: files, network, environment, capabilities",
	.options = access_options,
	.help =
	"DOMAIN is the whole name of a domain (\"<kernel> /sbin/init /bin/sh\"), or its\n"
	"last program or programs, with or without the directory (sshd, /usr/sbin/sshd,\n"
	"\"sshd bash\"). All matching domains are printed; without DOMAIN, all domains.\n"
	"The first argument is a SOURCE if it is -, a file that looks like a log or a\n"
	"saved state, or a directory with audit logs.\n\n"
	HELP_SOURCE,
	.complete = completion_files,
	.run = access_run,
};
