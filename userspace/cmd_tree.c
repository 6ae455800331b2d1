// SPDX-License-Identifier: GPL-2.0-only
/* ashiato tree: who executed whom, since boot. */
#include <limits.h>
#include <stdio.h>

#include "command.h"
#include "render.h"

static int tree_run(const struct command *self, int argc, char **argv)
{
	static const struct option options[] = {
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	struct model model;
	int result;

	result = command_options(self, argc, argv, options, NULL, NULL);
	if (result == COMMAND_GO_ON)
		result = command_arguments(self, argc, 0, INT_MAX);
	if (result != COMMAND_GO_ON)
		return result;
	result = command_model_all(self, argv + optind, &model, false);
	if (result == COMMAND_GO_ON)
		result = render_tree(&model, stdout);
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
	HELP_SOURCE
	"From a log without access records (record=off) the tree shows comm names.\n",
	.run = tree_run,
};
