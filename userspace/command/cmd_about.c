// SPDX-License-Identifier: GPL-2.0-only
/* ashiato about: a summary of a program on one screen. */
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "command.h"
#include "completion.h"
#include "pager.h"
#include "session/load.h"
#include "session/sight.h"

struct about_options {
	bool with_all;
	bool is_json;
	char *old;
};

static bool is_unit(const char *name)
{
	const char *dot = strrchr(name, '.');

	return dot && (!strcmp(dot, ".service") || !strcmp(dot, ".scope"));
}

static int find_nothing(const struct sight *sight, char *const *typed, bool needs_processes)
{
	if (needs_processes && !sight->is_live)
		report_error("about: only the running kernel has processes and units: name a program");
	else if (needs_processes)
		report_error("about: %s: no such process or unit was recorded: type \"ashiato ps\"",
			     *typed);
	else
		report_no_domain("about", *typed, typed + 1);
	return EXIT_NOTHING;
}

/* @typed: the name and the sources, NULL after the last */
static int find(struct sight *sight, char *const *typed)
{
	const char *name = *typed;
	bool needs_processes = !name[strspn(name, "0123456789")] || is_unit(name);
	int err = 0;

	if (!needs_processes)
		err = about_find(&sight->about, sight->model, name);
	else if (sight->is_live)
		err = sight_processes(sight, name);
	if (err)
		return report_no_memory();
	return sight->about.domain_count ? GO_ON : find_nothing(sight, typed, needs_processes);
}

static size_t line_width(void)
{
	const char *columns = getenv("COLUMNS");
	struct winsize size;
	size_t width = 0;

	if (!ioctl(STDOUT_FILENO, TIOCGWINSZ, &size))
		width = size.ws_col;
	else if (columns)
		width = strtoul(columns, NULL, 10);
	return !width ? 80 : width < 40 ? 40 : width > 400 ? 400 : width;
}

static int print(const struct sight *sight, char *const *typed,
		 const struct about_options *options)
{
	const struct about_view view = {
		.name = *typed,
		.sources = typed + 1,
		.machine = &sight->machine,
		.since = sight->old_name.len ? sight->old_name.data : NULL,
		.with_all = options->with_all,
		.more = "add --all",
		.width = line_width(),
		.colours = colours_wanted(),
	};

	if (options->is_json)
		return render_about_json(&sight->about, &view, stdout);
	pager_begin();
	return render_about(&sight->about, &view, stdout);
}

static int about_option(const struct command *self, void *ctx, int key)
{
	struct about_options *options = ctx;

	(void)self;
	if (key == 'o')
		options->old = optarg;
	else if (key == 'j')
		options->is_json = true;
	else
		options->with_all = true;
	return GO_ON;
}

static const struct command_option about_options[] = {
	{
		.name = "all",
		.key = 'a',
		.help = "print each file and address, including libraries, locales and devices",
	},
	{
		.name = "old",
		.key = 'o',
		.value = "STATE",
		.help = "also print the accesses that are new since STATE; default for the running kernel: the newest daily state",
		.is_file = true,
	},
	{
		.name = "json",
		.key = 'j',
		.help = "print a JSON object with everything",
	},
	{ 0 },
};

static int about_run(const struct command *self, int argc, char **argv)
{
	struct about_options chosen = { 0 };
	struct load load = { .command = self->name, .flags = LOAD_TIMES_IF_ANY };
	struct model model = { 0 };
	struct sight sight = { .command = self->name, .model = &model };
	const char *name;
	int result;

	result = command_options(self, argc, argv, about_option, &chosen);
	if (result == GO_ON)
		result = command_arguments(self, argc, 1, INT_MAX);
	if (result != GO_ON)
		return result;
	name = argv[optind];
	if (!name[strspn(name, " ")])
		return command_usage_error(self, "the name is empty");
	load.names = argv + optind + 1;
	sight.is_live = !load.names[0];
	/* Processes and the old state may be readable with CAP_DAC_OVERRIDE only */
	if (sight.is_live || chosen.old)
		load.keep = KEEP_OVERRIDE;
	result = model_load(&load, &model);
	if (result == GO_ON)
		result = sight_open(&sight);
	if (result == GO_ON)
		result = find(&sight, argv + optind);
	if (result == GO_ON)
		result = sight_fill(&sight, chosen.old);
	if (result == GO_ON)
		result = print(&sight, argv + optind, &chosen) ? report_no_memory() : EXIT_FOUND;
	sight_free(&sight);
	model_free(&model);
	return result;
}

const struct command cmd_about = {
	.name = "about",
	.arguments = "NAME|UNIT|PID [SOURCE]...",
	.summary = "Print a summary of a program on one screen",
	.options = about_options,
	.help =
	"NAME is a program, with or without the directory (sshd, /usr/sbin/sshd), the\n"
	"last programs of a domain (\"sshd bash\"), a whole name of a domain, or, if no\n"
	"domain has this name, a directory above programs (postgresql). UNIT (ssh.service)\n"
	"and PID stand for running processes. The summary covers all domains that match.\n\n"
	"Configuration, logs, state and so on are classes of files, see ashiato-policy(5).\n"
	"Files of one directory are on one line, with their number if not all names fit.\n"
	"Libraries, locales, devices and files that were only looked up are only counted.\n\n"
	HELP_SOURCE,
	.complete = completion_files,
	.run = about_run,
};
