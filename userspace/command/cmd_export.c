// SPDX-License-Identifier: GPL-2.0-only
/* ashiato export: domains and accesses in the formats of other programs. */
#include <getopt.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "completion.h"
#include "render/render_export.h"
#include "render/render_tomoyo.h"
#include "select.h"
#include "source/container.h"

static const char *const format_names[] = {
	"tomoyo", "json", "ndjson", "ecs", "csv", NULL
};

/* In the order of format_names; NULL: printed by tomoyo_print(). */
static int (*const formats[])(const struct model *model, FILE *out) = {
	NULL, render_json, render_ndjson, render_ecs, render_csv
};

/**
 * struct export_options - Options of the command
 * @has_format: --format was given
 * @render: prints a model in the format; NULL: TOMOYO
 * @profile: number of the profile in TOMOYO's format
 * @filter: accesses to export
 */
struct export_options {
	bool has_format;
	int (*render)(const struct model *model, FILE *out);
	unsigned int profile;
	struct filter filter;
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

static int export_option(const struct command *self, void *ctx, int key)
{
	struct export_options *options = ctx;

	if (key >= SELECT_UNDER)
		return select_option(self, &options->filter, key);
	if (key == 'p')
		return profile_option(self, options);
	options->has_format = true;
	options->render = formats[command_word(format_names, optarg)];
	return GO_ON;
}

static void report_left(const struct command *self, const struct tomoyo_left *left)
{
	struct text said = { 0 };
	char count[32];

	for (size_t i = 0; i < left->kind_count; i++) {
		text_puts(&said, i ? ", " : " accesses that TOMOYO does not have (");
		snprintf(count, sizeof(count), " %lu", left->kind[i].count);
		text_puts(&said, left->kind[i].name);
		text_puts(&said, count);
	}
	text_puts(&said, left->kind_count ? ")" : "");
	if (left->names) {
		snprintf(count, sizeof(count), " (%lu)", left->names);
		text_puts(&said, said.len ? "," : "");
		text_puts(&said, " lines with a word that TOMOYO refuses");
		text_puts(&said, count);
	}
	if (left->domains) {
		snprintf(count, sizeof(count), " (%lu)", left->domains);
		text_puts(&said, said.len ? "," : "");
		text_puts(&said, " domains with a name that TOMOYO refuses");
		text_puts(&said, count);
	}
	if (said.len)
		report_error("%s: omitted%s", self->name, said.data);
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
		report_no_memory();
	} else {
		report_left(self, &left);
		result = model_first(&converted) ? EXIT_FOUND : EXIT_NOTHING;
	}
	model_free(&converted);
	return result;
}

static int export_print(const struct command *self, const struct model *model,
			const struct export_options *options)
{
	if (!options->render)
		return tomoyo_print(self, model, options->profile);
	if (!options->render(model, stdout))
		return EXIT_FOUND;
	return report_no_memory();
}

static const struct command_option export_options[] = {
	{
		.name = "format",
		.key = 'f',
		.value = "FORMAT",
		.help = "tomoyo, json, ndjson, ecs or csv; required",
		.words = format_names,
		.is_strict = true,
	},
	{
		.name = "profile",
		.key = 'p',
		.value = "N",
		.help = "number of the profile of all domains in format tomoyo (default 1)",
	},
	SELECT_OPTIONS,
	{ 0 },
};

static int export_run(const struct command *self, int argc, char **argv)
{
	struct export_options chosen = {
		.profile = 1,
		.filter = { .depth = DEPTH_ALL, .is_strict = true },
	};
	struct load load = { .command = self->name };
	struct model model;
	int result;

	result = command_options(self, argc, argv, export_option,
				 &chosen);
	if (result == GO_ON)
		result = command_arguments(self, argc, 0, INT_MAX);
	if (result != GO_ON)
		return result;
	if (!chosen.has_format)
		return command_usage_error(self, "--format is missing");
	load.names = argv + optind;
	/* TOMOYO's format has no times */
	load.flags = chosen.render ? LOAD_TIMES : 0;
	if (chosen.render)
		containers_open();
	result = select_load(&load, &chosen.filter, &model,
			     chosen.render == render_json);
	if (result == GO_ON)
		result = export_print(self, &model, &chosen);
	model_free(&model);
	return result;
}

const struct command cmd_export = {
	.name = "export",
	.arguments = "--format FORMAT [SOURCE]...",
	.summary = "Print all domains and accesses in the format of another program",
	.options = export_options,
	.help =
	"Formats:\n"
	"  tomoyo  a domain_policy for TOMOYO Linux 2.6: check it with\n"
	"          \"tomoyo-checkpolicy d\", load it with \"tomoyo-loadpolicy -df\"\n"
	"  json    a JSON array with one object for each access of each domain\n"
	"  ndjson  the same, one object per line\n"
	"  ecs     documents of the Elastic Common Schema, one per line\n"
	"  csv     comma-separated values with a header line\n\n"
	"TOMOYO has no accept, recv, capability, ipc and move_mount, and refuses some\n"
	"names: the command omits these and reports their number. In format tomoyo, \\$\n"
	"replaces numbers that are new each time: those of processes, terminals, pipes,\n"
	"sockets and files without a name.\n\n"
	HELP_SELECT
	HELP_SOURCE,
	.complete = completion_files,
	.run = export_run,
};
