// SPDX-License-Identifier: GPL-2.0-only
/* ashiato access: the accesses of domains. */
#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "command.h"
#include "completion.h"
#include "pager.h"
#include "render/render.h"
#include "select.h"

/* When accesses are summed up. SUMMARY_IF_LONG: on a terminal, if the list exceeds the screen */
enum summary { SUMMARY_IF_LONG, SUMMARY_ALWAYS, SUMMARY_NEVER };

struct access_options {
	enum access_form form;
	bool is_json;
	enum summary summary;
	enum access_order order;
	struct filter filter;
};

static const char *const order_names[] = { "first", "last", "count", NULL };

static const enum access_order orders[] = {
	ACCESS_BY_FIRST, ACCESS_BY_LAST, ACCESS_BY_COUNT
};

static int access_option(const struct command *self, void *ctx, int key)
{
	struct access_options *options = ctx;

	if (key >= SELECT_UNDER)
		return select_option(self, &options->filter, key);
	if (key == 'S' || key == 'f') {
		options->summary = key == 'S' ? SUMMARY_ALWAYS : SUMMARY_NEVER;
		return GO_ON;
	}
	options->filter.only_refused |= key == 'r';
	if (key == 'r')
		options->form = ACCESS_REFUSED;
	else if (options->form == ACCESS_LINES)
		options->form = ACCESS_TIMES;
	if (key == 's')
		options->order = orders[command_word(order_names, optarg)];
	else if (key == 'j')
		options->is_json = true;
	return GO_ON;
}

/*
 * Whether the first argument names a domain, and no SOURCE. A file in the current
 * directory must not take the place of the running kernel: a word without / is never a
 * file. A path is that of a program if it can be executed, or if there is no such file,
 * as with a SOURCE from another machine.
 */
static bool is_domain(const char *typed)
{
	struct stat st;

	if (!strcmp(typed, "-"))
		return false;
	if (typed[0] == '<' || !strchr(typed, '/'))
		return true;
	if (stat(typed, &st))
		return (errno == ENOENT || errno == ENOTDIR) &&
		       (typed[0] == '/' || strchr(typed, ' '));
	return typed[0] == '/' && S_ISREG(st.st_mode) && st.st_mode & 0111 &&
	       source_peek(typed) == SOURCE_UNKNOWN;
}

/* Report that no domain has the name. A path that is no file either is an error. */
static int report_unknown(const char *pattern, char *const *sources)
{
	bool is_file = !access(pattern, F_OK);

	if (pattern[0] == '/' && !is_file) {
		report_error("access: no domain is named %s, and there is no such file",
			     pattern);
		return EXIT_INPUT;
	}
	if (is_file && !strchr(pattern, '/'))
		report_error("access: no domain is named %s: to read the file of this name, type \"./%s\"",
			     pattern, pattern);
	else
		report_no_domain("access", pattern, sources);
	return EXIT_NOTHING;
}

/* The running kernel could not be read: perhaps a file was meant. */
static void report_file(const char *pattern)
{
	if (!strchr(pattern, '/') && !access(pattern, F_OK))
		report_error("access: to read the file %s, type \"./%s\"", pattern, pattern);
}

/* Whether a summary is printed, or is printed if the list is long. */
static bool may_sum_up(const struct access_options *options)
{
	if (options->summary != SUMMARY_IF_LONG)
		return options->summary == SUMMARY_ALWAYS;
	return options->form == ACCESS_LINES && !options->is_json &&
	       isatty(STDOUT_FILENO);
}

static bool is_longer_than_screen(const struct model *model, const char *pattern)
{
	struct winsize size;
	size_t lines = 0;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) || !size.ws_row)
		return false;
	for (const struct domain *domain = model_first(model); domain;
	     domain = model_next(model, domain))
		if (!pattern || domain_matches(domain, pattern))
			lines += 1 + domain->access_count;
	return lines >= size.ws_row;
}

/* Returns an exit status after reporting an error, else GO_ON. */
static int summary_print(const struct model *model, const char *pattern,
			 const struct access_options *options, size_t *found)
{
	struct classes classes = { 0 };
	struct text error = { 0 };
	int result = report_conf(classes_read(&classes, &error), &error);

	if (result == GO_ON) {
		pager_begin();
		if (render_access(model, pattern, ACCESS_SUMMARY, &classes, stdout, found))
			result = report_no_memory();
		else if (*found && options->summary == SUMMARY_IF_LONG)
			fputs("\nTo print each access, add --full; ashiato about PROGRAM explains a program.\n",
			      stdout);
	}
	classes_free(&classes);
	return result;
}

static int access_print(const struct model *model, const char *pattern,
			char *const *sources, const struct access_options *options)
{
	size_t found = 0;
	int err = 0;

	if (may_sum_up(options) && (options->summary == SUMMARY_ALWAYS ||
				    is_longer_than_screen(model, pattern))) {
		int result = summary_print(model, pattern, options, &found);

		if (result != GO_ON)
			return result;
	} else if (options->is_json) {
		err = render_access_json(model, pattern, stdout, &found);
	} else {
		pager_begin();
		err = render_access(model, pattern, options->form, NULL, stdout, &found);
	}
	if (err)
		return report_no_memory();
	if (found)
		return EXIT_FOUND;
	if (pattern && !model->is_reduced)
		return report_unknown(pattern, sources);
	report_error(options->form == ACCESS_REFUSED
		     ? "access: no access%s%s was refused"
		     : "access: no such access%s%s", pattern ? " of " : "",
		     pattern ? pattern : "");
	return EXIT_NOTHING;
}

static const struct command_option access_options[] = {
	SELECT_OPTIONS,
	{
		.name = "times",
		.key = 't',
		.help = "also print the first and last time of each access (local time), and how often it was made (a count of opens, not of reads; see ashiato(8)); - if unknown",
	},
	{
		.name = "refused",
		.key = 'r',
		.help = "print only accesses that were refused, with the time of the last refusal, how often the access was tried, and how often it was refused",
	},
	{
		.name = "sort",
		.key = 's',
		.value = "ORDER",
		.help = "sort by first or last use, newest first, or by count, most used first; implies --times",
		.words = order_names,
		.is_strict = true,
	},
	{
		.name = "json",
		.key = 'j',
		.help = "print a JSON array with one object for each domain, with times",
	},
	{
		.name = "summary",
		.key = 'S',
		.help = "print the number of accesses of each class and directory; the default on a terminal if the list is longer than the screen",
	},
	{
		.name = "full",
		.key = 'f',
		.help = "print each access, however many there are",
	},
	{ 0 },
};

static int access_run(const struct command *self, int argc, char **argv)
{
	struct access_options chosen = {
		.order = ACCESS_BY_LINE,
		.filter = { .depth = DEPTH_ALL, .is_strict = true },
	};
	struct load load = { .command = self->name };
	const char *pattern = NULL;
	struct model model;
	int result;

	result = command_options(self, argc, argv, access_option,
				 &chosen);
	if (result == GO_ON)
		result = command_arguments(self, argc, 0, INT_MAX);
	if (result != GO_ON)
		return result;
	if (argc > optind && !chosen.filter.under && is_domain(argv[optind]))
		pattern = argv[optind++];
	if (pattern && !pattern[strspn(pattern, " ")])
		return command_usage_error(self, "the name of the domain is empty");
	if (chosen.summary == SUMMARY_ALWAYS && (chosen.is_json || chosen.form != ACCESS_LINES))
		return command_usage_error(self, "--summary has no times and no JSON: omit it, or the other option");
	load.names = argv + optind;
	load.flags = LOAD_TIMES;
	/* Lines have no times, but a mark behind those that were refused. */
	if (chosen.form == ACCESS_LINES)
		load.flags = LOAD_TIMES_IF_ANY | LOAD_ONLY_REFUSED;
	/* A summary has the number of uses */
	if (may_sum_up(&chosen))
		load.flags = LOAD_TIMES_IF_ANY;
	result = select_load(&load, &chosen.filter, &model, chosen.is_json);
	if (result == GO_ON) {
		model_sort_accesses(&model, chosen.order);
		result = access_print(&model, pattern, load.names, &chosen);
	} else if (result == EXIT_INPUT && pattern && !load.names[0]) {
		report_file(pattern);
	}
	model_free(&model);
	return result;
}

const struct command cmd_access = {
	.name = "access",
	.arguments = "[DOMAIN] [SOURCE]...",
	.summary = "Print accesses of domains: files, network, environment, capabilities",
	.options = access_options,
	.help =
	"DOMAIN is the whole name of a domain (\"<kernel> /sbin/init /bin/sh\"), or its\n"
	"last program or programs, with or without the directory (sshd, /usr/sbin/sshd,\n"
	"\"sshd bash\"). All matching domains are printed; without DOMAIN, all domains.\n"
	"The first argument is DOMAIN if it has no /, or is the absolute path of a\n"
	"program, or of a file that does not exist. Type ./FILE to read a file of the\n"
	"current directory. With --under, all arguments are SOURCEs.\n\n"
	HELP_SELECT
	HELP_SOURCE,
	.complete = completion_files,
	.run = access_run,
};
