// SPDX-License-Identifier: GPL-2.0-only
/* ashiato new: new domains and accesses, the most important first. */
#include <dirent.h>
#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/machine.h"
#include "base/time_parse.h"
#include "command.h"
#include "completion.h"
#include "pager.h"
#include "render/render_new.h"
#include "select.h"
#include "session/newest.h"

/* As for diff: an error is EXIT_INPUT. */
enum { EXIT_SAME = 0, EXIT_NEW = 1 };

#define IGNORE	"etc/ashiato/ignore"

/**
 * struct new_options - Options of the command, and tables
 * @ignore: patterns of differences to skip
 * @has_ignore: --ignore was used
 * @filter: accesses to print
 * @since: state to compare with; empty: the newest saved state
 * @since_ms: time instead of a state; 0: none
 * @allow_damaged: use the rest of damaged sources
 * @is_json: print JSON
 * @ranking: table of ranks
 */
struct new_options {
	struct match_list ignore;
	bool has_ignore;
	struct filter filter;
	struct text since;
	int64_t since_ms;
	bool allow_damaged;
	bool is_json;
	struct ranking ranking;
};

static int new_option(const struct command *self, void *ctx, int key)
{
	struct new_options *options = ctx;

	if (key >= SELECT_UNDER && key != SELECT_SINCE)
		return select_option(self, &options->filter, key);
	switch (key) {
	case SELECT_SINCE:
		text_clear(&options->since);
		options->since_ms = 0;
		if (time_parse(optarg, time(NULL), false, &options->since_ms))
			text_puts(&options->since, optarg);
		break;
	case 'i':
		options->has_ignore = true;
		return select_ignore(self, &options->ignore, optarg);
	case 'D':
		options->allow_damaged = true;
		break;
	case 'j':
		options->is_json = true;
		break;
	}
	return GO_ON;
}

/* Find the newest of the states that ashiato-save.service wrote. */
static int state_find(const struct command *self, struct text *path)
{
	int err = newest_state(path);

	if (err == -ENOENT)
		report_error("%s: no saved state: type \"systemctl enable --now ashiato-save.timer\", or name a state or a time: --since yesterday",
			     text_str(path));
	else if (err)
		report_open_error(text_str(path), err, self->name);
	return err ? EXIT_INPUT : GO_ON;
}

/* Report a SOURCE that is missing before a state that is: the user typed it. */
static int names_check(const struct command *self, char *const *names)
{
	for (; *names; names++) {
		if (strcmp(*names, "-") != 0 && access(*names, F_OK) && errno == ENOENT) {
			report_open_error(*names, -ENOENT, self->name);
			return EXIT_INPUT;
		}
	}
	return GO_ON;
}

static int tables_read(const struct command *self, struct new_options *options)
{
	struct text error = { 0 };
	struct text path = { 0 };
	int result = report_conf(ranking_read(&options->ranking, &error), &error);

	if (result == GO_ON && !options->has_ignore && machine_has(IGNORE)) {
		machine_path(IGNORE, &path);
		result = select_ignore(self, &options->ignore, text_str(&path));
		text_free(&path);
	}
	return result;
}

/* Copy a domain, and its accesses that were first made before a time. */
static int domain_before(const struct domain *domain, const char *name, int64_t time_ms,
			 struct model *result)
{
	struct fact fact = { .domain = name, .kind = FACT_ACCESS };
	bool is_old = !domain->access_count && !domain->child_count;
	int err = 0;

	for (size_t i = 0; i < domain->access_count && !err; i++) {
		const struct access *access = domain->access[i];

		/* Accesses of unknown time are old, too */
		if (access->seen.first_ms >= time_ms)
			continue;
		is_old = true;
		fact.access = access->line->text;
		fact.outcome = access_outcome(access);
		err = model_add(result, &fact);
	}
	fact.kind = domain->is_kept ? FACT_DOMAIN : FACT_HISTORY;
	fact.flags = domain->flags;
	return err || !is_old ? err : model_add(result, &fact);
}

static int model_before(const struct model *model, int64_t time_ms, struct model *result)
{
	struct text name = { 0 };
	int err = 0;

	for (const struct domain *domain = model_first(model); domain && !err;
	     domain = model_next(model, domain)) {
		text_clear(&name);
		err = domain_name(domain, &name);
		if (!err)
			err = domain_before(domain, text_str(&name), time_ms, result);
	}
	text_free(&name);
	model_sort(result);
	return err;
}

static int models_load(const struct command *self, struct new_options *options,
		       char *const *names, struct model exact[2])
{
	char *since[] = { options->since.data, NULL };
	int result = select_compared(self, options->since_ms ? NULL : since, names,
				     &options->filter, options->allow_damaged, exact);

	if (result != GO_ON || !options->since_ms)
		return result;
	if (!model_has_times(&exact[1])) {
		report_error("new: the SOURCE has no times: name a state: --since STATE");
		return EXIT_INPUT;
	}
	return model_before(&exact[1], options->since_ms, &exact[0]) ? report_no_memory() : GO_ON;
}

static int new_print(struct new_options *options, const struct model exact[2])
{
	struct model patterned[2] = { 0 };
	const struct novelty novelty = {
		.ranking = &options->ranking,
		.ignore = &options->ignore,
		.filter = &options->filter,
		.old = &patterned[0],
		.new = &patterned[1],
	};
	size_t found = 0;
	int result = models_patternize(&exact[0], &exact[1], patterned);

	if (!options->is_json)
		pager_begin();
	if (result == GO_ON && render_new(&novelty, options->is_json ? NULL : colours_wanted(),
					  stdout, &found))
		result = report_no_memory();
	model_free(&patterned[0]);
	model_free(&patterned[1]);
	if (result != GO_ON)
		return result;
	return found ? EXIT_NEW : EXIT_SAME;
}

static const struct command_option new_options[] = {
	{
		.name = "since",
		.key = SELECT_SINCE,
		.value = "STATE|TIME",
		.help = "only accesses that are not in STATE, a saved state or an audit log, or that were made for the first time at TIME or later; default: the newest state in /var/lib/ashiato; type ./yesterday for a file with the name yesterday",
		.words = select_times,
		.is_file = true,
	},
	{
		.name = "ignore",
		.key = 'i',
		.value = "FILE",
		.help = "ignore accesses and domains that match a pattern in FILE; default: /etc/ashiato/ignore, if it exists",
		.is_file = true,
	},
	SELECT_OPTION_UNDER,
	SELECT_OPTION_UNIT,
	SELECT_OPTION_CONTAINER,
	SELECT_OPTION_OP,
	SELECT_OPTION_CLASS,
	SELECT_OPTION_USER,
	{
		.name = "json",
		.key = 'j',
		.help = "print a JSON array with one object for each line",
	},
	OPTION_ALLOW_DAMAGED,
	{ 0 },
};

static int new_run(const struct command *self, int argc, char **argv)
{
	struct new_options chosen = {
		.filter = { .depth = DEPTH_ALL, .is_strict = true },
	};
	struct model exact[2] = { 0 };
	int result;

	result = command_options(self, argc, argv, new_option, &chosen);
	if (result == GO_ON)
		result = names_check(self, argv + optind);
	if (result == GO_ON)
		result = tables_read(self, &chosen);
	if (result == GO_ON && !chosen.since_ms && !chosen.since.len)
		result = state_find(self, &chosen.since);
	if (result == GO_ON)
		result = models_load(self, &chosen, argv + optind, exact);
	if (result == GO_ON)
		result = new_print(&chosen, exact);
	match_list_free(&chosen.ignore);
	ranking_free(&chosen.ranking);
	text_free(&chosen.since);
	model_free(&exact[0]);
	model_free(&exact[1]);
	return result;
}

const struct command cmd_new = {
	.name = "new",
	.arguments = "[SOURCE]...",
	.summary = "Print new domains and accesses, the most important first",
	.options = new_options,
	.help =
	"Each heading gives the reason why the lines below it are important. A table of\n"
	"ranks defines the order of the headings, see ashiato-policy(5). Each line has the\n"
	"last program of a domain, the number of new accesses, their operations and\n"
	"objects, and after <- the programs that precede it in the domain. Names that are\n"
	"new each time are replaced before comparing, see \"ashiato diff --patterns\".\n\n"
	HELP_SELECT
	HELP_SOURCE
	"\nExit status: 0 nothing is new, 1 something is new, 2 wrong usage, 3 a source is\n"
	"unreadable, damaged or empty.\n",
	.complete = completion_files,
	.run = new_run,
};
