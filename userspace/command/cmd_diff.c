// SPDX-License-Identifier: GPL-2.0-only
/* ashiato diff: differences between two sources. */
#include <getopt.h>
#include <stdio.h>

#include "base/array.h"
#include "command.h"
#include "completion.h"
#include "pager.h"
#include "render/render_diff.h"
#include "select.h"

/* As for diff(1), except that the exit status of an error is EXIT_INPUT. */
enum { EXIT_SAME = 0, EXIT_DIFFERENT = 1 };

struct diff_options {
	struct match_list ignore;
	struct filter filter;
	bool with_patterns;
	bool allow_damaged;
	bool is_json;
	bool is_summary;
};

static int diff_option(const struct command *self, void *ctx, int key)
{
	struct diff_options *options = ctx;

	if (key >= SELECT_UNDER)
		return select_option(self, &options->filter, key);
	switch (key) {
	case 'i':
		return select_ignore(self, &options->ignore, optarg);
	case 'p':
		options->with_patterns = true;
		break;
	case 'D':
		options->allow_damaged = true;
		break;
	case 'j':
		options->is_json = true;
		break;
	case 's':
		options->is_summary = true;
		break;
	}
	return GO_ON;
}

static bool has_under(const struct model *model, const char *name)
{
	for (const struct domain *domain = model_first(model); domain;
	     domain = model_next(model, domain))
		if (domain_matches(domain, name))
			return true;
	return false;
}

/* A name that neither source has is a mistake, not a lack of differences. */
static int diff_check(const struct command *self, const struct diff_options *options,
		      char *const *sources, const struct model *old, const struct model *new)
{
	const char *under = options->filter.under;

	if (!under || has_under(old, under) || has_under(new, under))
		return GO_ON;
	report_no_domain(self->name, under, sources);
	if (options->is_json)
		puts("[]");
	return EXIT_INPUT;
}

static int diff_print(const struct diff_options *options,
		      const struct model *old, const struct model *new)
{
	const struct comparison comparison = {
		.ignore = &options->ignore, .filter = &options->filter,
	};
	const struct colours *colours = colours_wanted();
	size_t found;
	int err;

	if (!options->is_json)
		pager_begin();
	if (options->is_summary)
		err = render_diff_summary(&comparison, old, new,
					  options->is_json ? NULL : colours, stdout, &found);
	else if (options->is_json)
		err = render_diff_json(&options->ignore, &options->filter, old,
				       new, stdout, &found);
	else
		err = render_diff(&options->ignore, &options->filter, old, new,
				  colours, stdout, &found);
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
		.name = "summary",
		.key = 's',
		.help = "print one line for each domain and folder, with counts: programs first, then changes, then reads",
	},
	{
		.name = "json",
		.key = 'j',
		.help = "print a JSON array with one object for each difference, or for each line of the summary",
	},
	SELECT_OPTIONS,
	OPTION_ALLOW_DAMAGED,
	{ 0 },
};

static int diff_run(const struct command *self, int argc, char **argv)
{
	struct diff_options chosen = {
		.filter = { .depth = DEPTH_ALL, .is_strict = true },
	};
	struct model exact[2] = { 0 };
	struct model patterned[2] = { 0 };
	const struct model *compared = exact;
	char *old[] = { NULL, NULL };
	int result;

	result = command_options(self, argc, argv, diff_option,
				 &chosen);
	if (result == GO_ON)
		result = command_arguments(self, argc, 1, 2);
	if (result == GO_ON) {
		old[0] = argv[optind];
		result = select_compared(self, old, argv + optind + 1, &chosen.filter,
					 chosen.allow_damaged, exact);
	}
	if (result == GO_ON && chosen.with_patterns) {
		compared = patterned;
		result = models_patternize(&exact[0], &exact[1], patterned);
	}
	if (result == GO_ON)
		result = diff_check(self, &chosen, argv + optind, &compared[0], &compared[1]);
	if (result == GO_ON)
		result = diff_print(&chosen, &compared[0], &compared[1]);
	match_list_free(&chosen.ignore);
	for (size_t i = 0; i < ARRAY_SIZE(exact); i++) {
		model_free(&exact[i]);
		model_free(&patterned[i]);
	}
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
	"  (refused)         the access was never done\n"
	"  (refused before)  it was never done in OLD, and is done in NEW\n"
	"  (refused now)     it was done in OLD, and is only refused in NEW\n\n"
	"FILE has one pattern per line; lines that begin with # are comments:\n\n"
	"  /var/cache/\\*              a path, an address or another name\n"
	"  file read /run/\\*          an access, or the beginning of one\n"
	"  <kernel> /usr/sbin/cron    a domain and all domains below it\n\n"
	"Words may contain the patterns of \"ashiato uses\".\n\n"
	HELP_SELECT
	HELP_SOURCE_IS
	"\nExit status: 0 no difference, 1 differences, 2 wrong usage, 3 a source is\n"
	"unreadable, damaged or empty, or neither has the domain that --under names.\n",
	.complete = completion_files,
	.run = diff_run,
};
