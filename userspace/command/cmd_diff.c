// SPDX-License-Identifier: GPL-2.0-only
/* ashiato diff: differences between two sources. */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "completion.h"
#include "model/patternize.h"
#include "model/self.h"
#include "pager.h"
#include "render/render_diff.h"
#include "session/load.h"

/* As for diff(1), except that the exit status of an error is EXIT_INPUT. */
enum { EXIT_SAME = 0, EXIT_DIFFERENT = 1 };

struct diff_options {
	struct match_list ignore;
	bool with_patterns;
	bool is_json;
};

/* @number: number of the last line read; after an error, of the wrong line. */
struct ignore_reader {
	struct match_list *list;
	unsigned long number;
};

static int ignore_line(void *ctx, const struct line *line)
{
	struct ignore_reader *reader = ctx;

	reader->number = line->number;
	return match_list_line(reader->list, line);
}

static int ignore_read(struct match_list *list, const char *file)
{
	struct ignore_reader reader = { .list = list };
	int fd = open(file, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	int err = fd < 0 ? -errno : lines_each(fd, ignore_line, &reader, NULL);

	if (err == -EINVAL)
		report_error("%s:%lu: not a pattern: write a path, an access or a domain: type \"ashiato diff --help\"",
			      file, reader.number);
	else if (err)
		report_error("%s: %s: name a file of patterns", file,
			      strerror(-err));
	if (fd >= 0)
		close(fd);
	return err ? EXIT_INPUT : GO_ON;
}

static int diff_option(const struct command *self, void *ctx, int key)
{
	struct diff_options *options = ctx;

	(void)self;
	switch (key) {
	case 'i':
		return ignore_read(&options->ignore, optarg);
	case 'p':
		options->with_patterns = true;
		break;
	case 'j':
		options->is_json = true;
		break;
	}
	return GO_ON;
}

/* A source without domains is an error: EXIT_NOTHING would mean a difference. */
static int diff_model(const struct command *self, char *name,
		      const struct diff_options *options, struct model *model,
		      bool keep_override)
{
	char *const names[] = { name, NULL };
	const struct load load = {
		.command = self->name,
		.names = names,
		.flags = keep_override ? LOAD_KEEP_OVERRIDE : 0,
	};
	struct model exact;
	int result = model_load(&load, &exact);

	if (result == GO_ON && !name)
		self_mark(&exact);
	if (result != GO_ON || !options->with_patterns) {
		*model = exact;
		return result == GO_ON ? result : EXIT_INPUT;
	}
	if (patternize_model(&exact, model))
		result = report_no_memory();
	model_free(&exact);
	return result;
}

static int diff_print(const struct diff_options *options,
		      const struct model *old, const struct model *new)
{
	const struct colours *colours = colours_wanted();
	size_t found;
	int err;

	if (options->is_json) {
		err = render_diff_json(&options->ignore, old, new, stdout,
				       &found);
	} else {
		pager_begin();
		err = render_diff(&options->ignore, old, new, colours, stdout,
				  &found);
	}
	if (!err)
		return found ? EXIT_DIFFERENT : EXIT_SAME;
	return report_no_memory();
}

static const struct command_option diff_options[] = {
	{
		.name = "ignore",
		.key = 'i',
		.value = "FILE",
		.help = "ignore accesses and domains that match a pattern in FILE",
		.is_file = true,
	},
	{
		.name = "patterns",
		.key = 'p',
		.help = "replace numbers and names that are new each time (processes, pipes, temporary files, dates) by patterns before comparing",
	},
	{
		.name = "json",
		.key = 'j',
		.help = "print a JSON array with one object for each difference",
	},
	{ 0 },
};

static int diff_run(const struct command *self, int argc, char **argv)
{
	struct diff_options chosen = { 0 };
	struct model old = { 0 };
	struct model new = { 0 };
	int result;

	result = command_options(self, argc, argv, diff_option,
				 &chosen);
	if (result == GO_ON)
		result = command_arguments(self, argc, 1, 2);
	/* NEW may be readable with CAP_DAC_OVERRIDE only: keep it until NEW is open */
	if (result == GO_ON)
		result = diff_model(self, argv[optind], &chosen, &old, true);
	if (result == GO_ON)
		result = diff_model(self, argv[optind + 1], &chosen, &new,
				    false);
	if (result == GO_ON)
		result = diff_print(&chosen, &old, &new);
	match_list_free(&chosen.ignore);
	model_free(&old);
	model_free(&new);
	return result;
}

const struct command cmd_diff = {
	.name = "diff",
	.arguments = "OLD [NEW]",
	.summary = "Print which domains and accesses were added or removed",
	.options = diff_options,
	.help =
	"OLD and NEW are SOURCEs; without NEW, OLD is compared with the running kernel.\n"
	"Lines that begin with + are only in NEW, lines that begin with - only in OLD.\n"
	"Lines without a sign are their parent domains.\n\n"
	"FILE has one pattern per line; lines that begin with # are comments:\n\n"
	"  /var/cache/\\*              a path, an address or another name\n"
	"  file read /run/\\*          an access, or the beginning of one\n"
	"  <kernel> /usr/sbin/cron    a domain and all domains below it\n\n"
	"Words may contain the patterns of \"ashiato uses\".\n\n"
	HELP_SOURCE_IS
	"\nExit status: 0 no difference, 1 differences, 2 wrong usage, 3 a source is\n"
	"unreadable, damaged or empty.\n",
	.complete = completion_files,
	.run = diff_run,
};
