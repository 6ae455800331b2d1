// SPDX-License-Identifier: GPL-2.0-only
/* ashiato export: what was recorded, for other programs. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "command.h"
#include "render/render_export.h"
#include "render/render_tomoyo.h"
#include "session/load.h"

/**
 * struct export_format - In which words it is printed
 * @name: what users type
 * @render: prints a model with its times; NULL for TOMOYO's words
 */
struct export_format {
	const char *name;
	int (*render)(const struct model *model, FILE *out);
};

static const struct export_format formats[] = {
	{ "tomoyo", NULL },
	{ "json", render_json },
	{ "ndjson", render_ndjson },
	{ "ecs", render_ecs },
	{ "csv", render_csv },
};

struct export_options {
	const struct export_format *format;
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
	return GO_ON;
}

static int export_option(const struct command *self, void *ctx, int option)
{
	struct export_options *options = ctx;

	if (option == 'p')
		return profile_option(self, options);
	for (size_t i = 0; i < ARRAY_SIZE(formats); i++) {
		if (strcmp(optarg, formats[i].name))
			continue;
		options->format = &formats[i];
		return GO_ON;
	}
	return command_wrong(self, "format", optarg);
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
		report_error("%s: left out%s", self->name, said.data);
	text_free(&said);
}

static int tomoyo_print(const struct command *self, const struct model *model,
			unsigned int profile)
{
	struct tomoyo_left left = { 0 };
	struct model converted = { 0 };
	int result = EXIT_INPUT;

	if (tomoyo_convert(model, &converted, &left) ||
	    render_tomoyo(&converted, profile, stdout)) {
		report_error("out of memory");
	} else {
		left_say(self, &left);
		result = model_first(&converted) ? EXIT_FOUND : EXIT_NOTHING;
	}
	model_free(&converted);
	return result;
}

static int export_print(const struct command *self, const struct model *model,
			const struct export_options *options)
{
	if (!options->format->render)
		return tomoyo_print(self, model, options->profile);
	if (!options->format->render(model, stdout))
		return EXIT_FOUND;
	return report_no_memory();
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
	struct load load = { .command = self->name };
	struct model model;
	int result;

	result = command_options(self, argc, argv, options, export_option,
				 &chosen);
	if (result == GO_ON)
		result = command_arguments(self, argc, 0, INT_MAX);
	if (result != GO_ON)
		return result;
	if (!chosen.format)
		return command_usage_error(self, "--format is missing");
	load.names = argv + optind;
	/* TOMOYO's format has no times */
	load.flags = chosen.format->render ? LOAD_TIMES : 0;
	result = model_load(&load, &model);
	if (result == GO_ON)
		result = export_print(self, &model, &chosen);
	model_free(&model);
	return result;
}

const struct command cmd_export = {
	.name = "export",
	.usage = "--format FORMAT [SOURCE]...",
	.summary = "Print all domains and accesses in another program's words",
	.help =
	"  --format tomoyo  a domain_policy for TOMOYO Linux 2.6: check it with\n"
	"                   \"tomoyo-checkpolicy d\", load it with \"tomoyo-loadpolicy -df\"\n"
	"  --profile N      number of the profile that all domains use (1)\n"
	"  --format json    one object for each access of each domain, in an array\n"
	"  --format ndjson  the same, an object a line\n"
	"  --format ecs     documents in the Elastic Common Schema, one a line\n"
	"  --format csv     comma-separated values, with a head\n\n"
	"What TOMOYO does not know - accept, recv, capability, ipc, move_mount - is\n"
	"left out, and so are names that it refuses; how many is said at the end. \\$\n"
	"stands for numbers that are new each time: of processes, terminals, pipes,\n"
	"sockets and files without a name.\n\n"
	HELP_SOURCE,
	.run = export_run,
};
