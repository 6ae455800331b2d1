// SPDX-License-Identifier: GPL-2.0-only
/* ashiato export: what was recorded, for other programs. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "render_tomoyo.h"

struct export_options {
	bool has_format;
	unsigned int profile;
};

static int profile_option(const struct command *self,
			  struct export_options *options)
{
	size_t len = strlen(optarg);
	unsigned long profile = strtoul(optarg, NULL, 10);

	if (!len || len > 3 || strspn(optarg, "0123456789") != len ||
	    profile > TOMOYO_PROFILE_MAX)
		return command_wrong(self, "profile", optarg);
	options->profile = (unsigned int)profile;
	return COMMAND_GO_ON;
}

static int export_option(const struct command *self, void *ctx, int option)
{
	struct export_options *options = ctx;

	if (option == 'p')
		return profile_option(self, options);
	if (strcmp(optarg, "tomoyo"))
		return command_wrong(self, "format", optarg);
	options->has_format = true;
	return COMMAND_GO_ON;
}

static void left_say(const struct command *self, const struct tomoyo_left *left)
{
	struct text said = { 0 };
	char count[32];

	for (size_t i = 0; i < left->kind_count; i++) {
		text_puts(&said, i ? ", " : " what TOMOYO does not know (");
		snprintf(count, sizeof(count), " %lu", left->kind[i].count);
		text_puts(&said, left->kind[i].name);
		text_puts(&said, count);
	}
	text_puts(&said, left->kind_count ? ")" : "");
	if (left->names) {
		snprintf(count, sizeof(count), " (%lu)", left->names);
		text_puts(&said, said.len ? "," : "");
		text_puts(&said, " lines with a word that it refuses");
		text_puts(&said, count);
	}
	if (left->domains) {
		snprintf(count, sizeof(count), " (%lu)", left->domains);
		text_puts(&said, said.len ? "," : "");
		text_puts(&said, " domains with a name that it refuses");
		text_puts(&said, count);
	}
	if (said.len)
		command_error("%s: left out%s", self->name, said.data);
	text_free(&said);
}

static int export_print(const struct command *self, const struct model *model,
			unsigned int profile)
{
	struct tomoyo_left left = { 0 };
	struct model converted = { 0 };
	int result = EXIT_INPUT;

	if (tomoyo_convert(model, &converted, &left) ||
	    render_tomoyo(&converted, profile, stdout)) {
		command_error("out of memory");
	} else {
		left_say(self, &left);
		result = model_first(&converted) ? EXIT_FOUND : EXIT_NOTHING;
	}
	model_free(&converted);
	return result;
}

static int export_run(const struct command *self, int argc, char **argv)
{
	static const struct option options[] = {
		{ "help", no_argument, NULL, 'h' },
		{ "format", required_argument, NULL, 'f' },
		{ "profile", required_argument, NULL, 'p' },
		{ 0 },
	};
	struct export_options chosen = { .profile = 1 };
	struct model model;
	int result;

	result = command_options(self, argc, argv, options, export_option,
				 &chosen);
	if (result == COMMAND_GO_ON)
		result = command_arguments(self, argc, 0, INT_MAX);
	if (result != COMMAND_GO_ON)
		return result;
	if (!chosen.has_format)
		return command_usage_error(self, "--format is missing");
	result = command_model_all(self, argv + optind, &model, false);
	if (result == COMMAND_GO_ON)
		result = export_print(self, &model, chosen.profile);
	model_free(&model);
	return result;
}

const struct command cmd_export = {
	.name = "export",
	.usage = "--format tomoyo [SOURCE]...",
	.summary = "Print all domains and accesses in another program's words",
	.help =
	"  --format tomoyo  a domain_policy for TOMOYO Linux 2.6: check it with\n"
	"                   \"tomoyo-checkpolicy d\", load it with \"tomoyo-loadpolicy -df\"\n"
	"  --profile N      number of the profile that all domains use (1)\n\n"
	"What TOMOYO does not know - accept, recv, capability, ipc, move_mount - is\n"
	"left out, and so are names that it refuses; how many is said at the end. \\$\n"
	"stands for numbers that are new each time: of processes, terminals, pipes,\n"
	"sockets and files without a name.\n\n"
	HELP_SOURCE,
	.run = export_run,
};
