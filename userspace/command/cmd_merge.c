// SPDX-License-Identifier: GPL-2.0-only
/* ashiato merge: one saved state of several. */
#include <limits.h>

#include "command.h"
#include "session/load.h"
#include "state.h"

static int merge_option(const struct command *self, void *ctx, int option)
{
	const char **output = ctx;

	(void)self;
	(void)option;
	*output = optarg;
	return GO_ON;
}

static int merge_run(const struct command *self, int argc, char **argv)
{
	static const struct option options[] = {
		{ "help", no_argument, NULL, 'h' },
		{ "output", required_argument, NULL, 'o' },
		{ 0 },
	};
	/* The output file may be in a folder of another user */
	struct load load = {
		.command = self->name,
		.flags = LOAD_KEEP_OVERRIDE,
	};
	struct model model;
	const struct state state = { .model = &model };
	const char *output = "-";
	int result;

	result = command_options(self, argc, argv, options, merge_option,
				 &output);
	if (result == GO_ON)
		result = command_arguments(self, argc, 2, INT_MAX);
	if (result != GO_ON)
		return result;
	load.names = argv + optind;
	result = model_load(&load, &model);
	if (result == GO_ON)
		result = state_save(&state, output);
	model_free(&model);
	return result;
}

const struct command cmd_merge = {
	.name = "merge",
	.usage = "[--output FILE] SOURCE SOURCE...",
	.summary = "Make one saved state of several, or of logs",
	.help =
	"  --output FILE  replaced as a whole or not at all; it may be one of the\n"
	"                 SOURCEs. Without it, the state goes to standard output\n\n"
	"Uses are added; of states that tell the same first use of an access, as those\n"
	"of one boot do, the greatest number counts.\n\n"
	HELP_SOURCE,
	.run = merge_run,
};
