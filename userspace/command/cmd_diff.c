// SPDX-License-Identifier: GPL-2.0-only
/* ashiato diff: what changed. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "model/patternize.h"
#include "model/self.h"
#include "pager.h"
#include "render/render_diff.h"
#include "session/load.h"

/* As diff(1) ends; what is wrong ends as everywhere. */
enum { EXIT_SAME = 0, EXIT_DIFFERENT = 1 };

struct diff_options {
	struct match_list ignore;
	bool with_patterns;
	bool is_json;
};

/* Takes lines until the first that is wrong. */
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
		report_error("%s:%lu: not a pattern: write a path, an access or a domain as \"ashiato diff --help\" shows",
			      file, reader.number);
	else if (err)
		report_error("%s: %s: name a file of patterns", file,
			      strerror(-err));
	if (fd >= 0)
		close(fd);
	return err ? EXIT_INPUT : GO_ON;
}

static int diff_option(const struct command *self, void *ctx, int option)
{
	struct diff_options *options = ctx;

	(void)self;
	switch (option) {
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

/* Nothing in it is no answer: only a difference ends as one. */
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

static int diff_run(const struct command *self, int argc, char **argv)
{
	static const struct option options[] = {
		{ "help", no_argument, NULL, 'h' },
		{ "ignore", required_argument, NULL, 'i' },
		{ "patterns", no_argument, NULL, 'p' },
		{ "json", no_argument, NULL, 'j' },
		{ 0 },
	};
	struct diff_options chosen = { 0 };
	struct model old = { 0 };
	struct model new = { 0 };
	int result;

	result = command_options(self, argc, argv, options, diff_option,
				 &chosen);
	if (result == GO_ON)
		result = command_arguments(self, argc, 1, 2);
	/* NEW may be somebody else's file, too */
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
	.usage = "OLD [NEW]",
	.summary = "Print which domains and accesses came and went",
	.help =
	"OLD and NEW are SOURCEs; without NEW the running kernel is asked. + is before\n"
	"what is only in NEW, - before what is only in OLD; nothing before the domains\n"
	"above, which say where it is.\n\n"
	"  --ignore FILE  pass over what a line of FILE means: a path, address or other\n"
	"                 name (/var/cache/\\*), an access or its beginning (file read\n"
	"                 /run/\\*, misc env), or a domain with all below it (<kernel>\n"
	"                 /usr/sbin/cron). Words are patterns, see ashiato(8); # begins\n"
	"                 a comment\n"
	"  --patterns     take for the same what differs in numbers and names that are\n"
	"                 new each time: processes, pipes, temporary files, dates\n"
	"  --json         one object for each difference, in an array\n\n"
	HELP_SOURCE
	"\nExit status: 0 no difference, 1 differences, 2 wrong usage, 3 a source\n"
	"unreadable, damaged or empty.\n",
	.run = diff_run,
};
