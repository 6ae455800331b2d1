// SPDX-License-Identifier: GPL-2.0-only
/* ashiato merge: one saved state from several sources. */
#include <getopt.h>
#include <limits.h>

#include "command.h"
#include "completion.h"
#include "session/load.h"
#include "state.h"

struct merge_options {
	const char *output;
	bool allow_damaged;
};

static int merge_option(const struct command *self, void *ctx, int key)
{
	struct merge_options *options = ctx;

	if (key == 'D')
		return command_flag(self, &options->allow_damaged, key);
	options->output = optarg;
	return GO_ON;
}

static const struct command_option merge_options[] = {
	{
		.name = "output",
		.key = 'o',
		.value = "FILE",
		.help = "write to FILE, which may be one of the SOURCEs, instead of standard output; FILE is replaced only when the new state is complete",
		.is_file = true,
	},
	OPTION_ALLOW_DAMAGED,
	{ 0 },
};

static int merge_run(const struct command *self, int argc, char **argv)
{
	/* The output file may be in a directory of another user */
	struct load load = {
		.command = self->name,
		.keep = KEEP_CHOWN,
	};
	struct model model;
	const struct state state = { .model = &model };
	struct merge_options chosen = { .output = "-" };
	int result;

	result = command_options(self, argc, argv, merge_option,
				 &chosen);
	if (result == GO_ON)
		result = command_arguments(self, argc, 2, INT_MAX);
	if (result != GO_ON)
		return result;
	load.names = argv + optind;
	load.whole = chosen.allow_damaged ? NULL : ADVICE_DAMAGED;
	result = model_load(&load, &model);
	if (result == GO_ON)
		result = state_save(&state, chosen.output);
	model_free(&model);
	return result;
}

const struct command cmd_merge = {
	.name = "merge",
	.arguments = "SOURCE SOURCE...",
	.summary = "Merge saved states or audit logs into one saved state",
	.options = merge_options,
	.help =
	"Counts of uses are added. But if several states have the same first use of an\n"
	"access, they are of the same boot: of these, only the largest count is added.\n\n"
	HELP_SOURCE_IS,
	.complete = completion_files,
	.run = merge_run,
};
