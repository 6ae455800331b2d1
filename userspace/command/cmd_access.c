// SPDX-License-Identifier: GPL-2.0-only
/* ashiato access: what a domain uses. */
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/array.h"
#include "command.h"
#include "pager.h"
#include "render/render.h"
#include "session/load.h"

struct access_options {
	bool with_times;
	bool is_json;
	enum access_order order;
};

static const struct {
	const char *name;
	enum access_order order;
} orders[] = {
	{ "first", ACCESS_BY_FIRST },
	{ "last", ACCESS_BY_LAST },
	{ "count", ACCESS_BY_COUNT },
};

static int access_option(const struct command *self, void *ctx, int option)
{
	struct access_options *options = ctx;

	options->with_times = true;
	options->is_json |= option == 'j';
	if (option != 's')
		return GO_ON;
	for (size_t i = 0; i < ARRAY_SIZE(orders); i++) {
		if (strcmp(optarg, orders[i].name))
			continue;
		options->order = orders[i].order;
		return GO_ON;
	}
	return command_wrong(self, "order", optarg);
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
	report_error("access: no domain is named %s: type \"ashiato tree\" to see all",
		      pattern);
	return EXIT_NOTHING;
}

static int access_run(const struct command *self, int argc, char **argv)
{
	static const struct option options[] = {
		{ "help", no_argument, NULL, 'h' },
		{ "times", no_argument, NULL, 't' },
		{ "sort", required_argument, NULL, 's' },
		{ "json", no_argument, NULL, 'j' },
		{ 0 },
	};
	struct access_options chosen = { .order = ACCESS_BY_LINE };
	struct load load = { .command = self->name };
	const char *pattern = NULL;
	struct model model;
	int result;

	result = command_options(self, argc, argv, options, access_option,
				 &chosen);
	if (result == GO_ON)
		result = command_arguments(self, argc, 0, INT_MAX);
	if (result != GO_ON)
		return result;
	/* A domain may be named like a program: look into the file */
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
	.usage = "[DOMAIN] [SOURCE]...",
	.summary = "Print what domains use: files, network, environment, capabilities",
	.help =
	"  --times       when each access was made first and last (local time), and\n"
	"                how often; - where the source has no times\n"
	"  --sort ORDER  first, last: the newest first; count: the most used first;\n"
	"                with --times\n"
	"  --json        one object for each domain, in an array, with times\n\n"
	"DOMAIN is the whole name of a domain (\"<kernel> /sbin/init /bin/sh\") or its\n"
	"last program or programs, with or without the folder (sshd, /usr/sbin/sshd,\n"
	"\"sshd bash\"). All domains that match are printed; without DOMAIN, all.\n"
	"The first argument is a SOURCE if it is one by its content, or -.\n\n"
	HELP_SOURCE,
	.run = access_run,
};
