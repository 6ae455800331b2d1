// SPDX-License-Identifier: GPL-2.0-only
/* ashiato save: save domains and accesses as text. */
#include <fcntl.h>
#include <getopt.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "completion.h"
#include "session/capabilities.h"
#include "session/load.h"
#include "state.h"

static int save_policy(const struct command *self, const char *file,
		       char *const sources[])
{
	/* The file may be in a directory of another user */
	const struct load load = {
		.command = self->name,
		.names = sources,
		.flags = LOAD_TIMES_IF_ANY | LOAD_KEEP_OVERRIDE,
	};
	struct model model;
	const struct state state = { .model = &model };
	/* Saving makes new accesses: save again to have them in the state */
	int left = !sources[0] && strcmp(file, "-") != 0 ? 2 : 1;
	int result = EXIT_FOUND;

	while (left-- && result == EXIT_FOUND) {
		result = model_load(&load, &model);
		if (result == GO_ON)
			result = state_save(&state, file);
		model_free(&model);
	}
	return result;
}

static int save_rules(const struct command *self, const char *file)
{
	struct rules rules = { 0 };
	const struct state state = { .rules = &rules };
	struct text path = { 0 };
	int result = EXIT_INPUT;
	int err;
	int fd;

	fd = live_open("exception_policy", O_RDONLY, &path);
	capabilities_drop(true);
	if (fd < 0) {
		report_live_error(text_str(&path), fd, self->name);
		goto out;
	}
	err = rules_read(&rules, fd);
	close(fd);
	if (err) {
		report_open_error(text_str(&path), err, self->name);
		goto out;
	}
	report_damage(text_str(&path), &rules.damage);
	result = state_save(&state, file);
out:
	rules_free(&rules);
	text_free(&path);
	return result;
}

static const struct command_option save_options[] = {
	{
		.name = "rules",
		.key = 'r',
		.help = "save the transition rules of the module instead, for \"ashiato load\"; takes no SOURCE",
	},
	{ 0 },
};

static int save_run(const struct command *self, int argc, char **argv)
{
	bool is_rules = false;
	int result;

	result = command_options(self, argc, argv, command_flag,
				 &is_rules);
	if (result == GO_ON)
		result = command_arguments(self, argc, 1, is_rules ? 1 : INT_MAX);
	if (result != GO_ON)
		return result;
	if (is_rules)
		return save_rules(self, argv[optind]);
	return save_policy(self, argv[optind], argv + optind + 1);
}

const struct command cmd_save = {
	.name = "save",
	.arguments = "FILE [SOURCE]...",
	.summary = "Save all domains and accesses as text",
	.options = save_options,
	.help =
	"FILE is replaced only when the new state is complete; - is standard output.\n"
	"The times of the first and last use (UTC) and the count, if known, are in a\n"
	"comment above each access.\n\n"
	HELP_SOURCE,
	.complete = completion_files,
	.run = save_run,
};
