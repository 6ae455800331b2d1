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
#include "session/save_file.h"
#include "state.h"

struct save_options {
	bool is_rules;
	bool allow_damaged;
};

static int save_policy(const struct command *self, const char *file,
		       char *const sources[], const char *whole)
{
	/* The file may be in a directory of another user */
	const struct load load = {
		.command = self->name,
		.names = sources,
		.flags = LOAD_TIMES_IF_ANY,
		.whole = whole,
		.keep = KEEP_CHOWN,
	};
	struct model model;
	const struct state state = { .model = &model };
	/*
	 * Saving makes new accesses: save again to have them in the state. Replacing a file
	 * makes other accesses than creating it.
	 */
	int left = sources[0] || !file_replaces(file) ? 1 : access(file, F_OK) ? 3 : 2;
	int result = EXIT_FOUND;

	while (left-- && result == EXIT_FOUND) {
		result = model_load(&load, &model);
		if (result == GO_ON)
			result = state_save(&state, file);
		model_free(&model);
	}
	return result;
}

static int save_rules(const struct command *self, const char *file,
		      bool allow_damaged)
{
	struct rules rules = { 0 };
	const struct state state = { .rules = &rules };
	struct text path = { 0 };
	int result = EXIT_INPUT;
	int err;
	int fd;

	fd = live_open("exception_policy", O_RDONLY, &path);
	capabilities_drop(KEEP_CHOWN);
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
	if (rules.damage.count && !allow_damaged)
		report_error("%s: nothing was saved: " ADVICE_DAMAGED, self->name);
	else
		result = state_save(&state, file);
out:
	rules_free(&rules);
	text_free(&path);
	return result;
}

static int save_option(const struct command *self, void *ctx, int key)
{
	struct save_options *options = ctx;

	return command_flag(self, key == 'r' ? &options->is_rules
					     : &options->allow_damaged, key);
}

static const struct command_option save_options[] = {
	{
		.name = "rules",
		.key = 'r',
		.help = "save the transition rules of the module instead, for \"ashiato load\"; takes no SOURCE",
	},
	OPTION_ALLOW_DAMAGED,
	{ 0 },
};

static int save_run(const struct command *self, int argc, char **argv)
{
	struct save_options chosen = { 0 };
	int result;

	result = command_options(self, argc, argv, save_option, &chosen);
	if (result == GO_ON)
		result = command_arguments(self, argc, 1,
					   chosen.is_rules ? 1 : INT_MAX);
	if (result != GO_ON)
		return result;
	if (chosen.is_rules)
		result = save_rules(self, argv[optind], chosen.allow_damaged);
	else
		result = save_policy(self, argv[optind], argv + optind + 1,
				     chosen.allow_damaged ? NULL : ADVICE_DAMAGED);
	return result;
}

const struct command cmd_save = {
	.name = "save",
	.arguments = "FILE [SOURCE]...",
	.summary = "Save all domains and accesses as text",
	.options = save_options,
	.help =
	"FILE is replaced only when the new state is complete, and keeps its owner and\n"
	"mode. To a device or a pipe, the state is written directly; - is standard output.\n"
	"The times of the first and last use (UTC) and the count, if known, are in a\n"
	"comment above each access.\n\n"
	HELP_SOURCE,
	.complete = completion_files,
	.run = save_run,
};
