// SPDX-License-Identifier: GPL-2.0-only
/* ashiato session: what each login did. */
#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "completion.h"
#include "pager.h"
#include "render/render_session.h"
#include "select.h"
#include "source/container.h"

struct session_options {
	bool is_list;
	bool is_json;
	bool with_all;
	struct filter filter;
};

static int session_option(const struct command *self, void *ctx, int key)
{
	struct session_options *options = ctx;

	switch (key) {
	case 'l':
		return command_flag(self, &options->is_list, key);
	case 'a':
		return command_flag(self, &options->with_all, key);
	case 'j':
		return command_flag(self, &options->is_json, key);
	default:
		return select_option(self, &options->filter, key);
	}
}

static const struct command_option session_options[] = {
	{
		.name = "list",
		.key = 'l',
		.help = "print a table of the sessions instead of their trees",
	},
	SELECT_OPTIONS_TIME,
	{
		.name = "all",
		.key = 'a',
		.help = "also print other accesses, such as reads of files and environment variables",
	},
	{
		.name = "json",
		.key = 'j',
		.help = "print a JSON array with one object for each session",
	},
	{ 0 },
};

static int session_print(const struct sessions *sessions, const struct session_options *options)
{
	int err;

	if (options->is_json) {
		err = render_sessions_json(sessions, !options->is_list, options->with_all, stdout);
	} else {
		const struct colours *colours = colours_wanted();

		pager_begin();
		err = options->is_list ? render_sessions_list(sessions, stdout)
				       : render_sessions(sessions, options->with_all, colours,
							 stdout);
	}
	return err ? report_no_memory() : EXIT_FOUND;
}

/* Report why nothing is printed. */
static int session_nothing(const struct session_options *options, const char *who, size_t all)
{
	if (options->is_json)
		puts("[]");
	if (!all)
		report_error("session: no login found: name an audit log with records of logins");
	else if (filter_has_time(&options->filter))
		report_error("session: no such session at that time: type \"ashiato session --list\"");
	else
		report_error("session: no session, process or user %s: type \"ashiato session --list\"",
			     who ? who : "");
	return EXIT_NOTHING;
}

/* Perhaps a file was meant. */
static void report_file(const char *who)
{
	if (who && !access(who, F_OK))
		report_error("session: to read the file %s, type \"./%s\"", who, who);
}

static int session_run(const struct command *self, int argc, char **argv)
{
	/* Rotated logs, too: a session can be longer than a log */
	char *const logs[] = { (char *)AUDIT_LOGS, NULL };
	struct load load = { .command = self->name, .names = logs, .flags = LOAD_LOGINS };
	struct session_options options = { 0 };
	struct sessions sessions = { 0 };
	const char *who = NULL;
	size_t all;
	int result;

	result = command_options(self, argc, argv, session_option, &options);
	if (result == GO_ON)
		result = command_arguments(self, argc, 0, INT_MAX);
	if (result != GO_ON)
		return result;
	/* As with other commands, a word without / is never a file */
	if (argv[optind] && strcmp(argv[optind], "-") != 0 && !strchr(argv[optind], '/'))
		who = argv[optind++];
	if (who && !*who)
		return command_usage_error(self, "the name of the user is empty");
	if (argv[optind])
		load.names = argv + optind;
	containers_open();
	sessions.since_ms = options.filter.since_ms;
	sessions.until_ms = options.filter.until_ms;
	result = facts_load(&load, sessions_add, &sessions);
	if (result != EXIT_INPUT) {
		sessions_sort(&sessions);
		all = sessions.count;
		sessions_select(&sessions, who);
		result = sessions.count ? session_print(&sessions, &options)
					: session_nothing(&options, who, all);
	}
	pager_end();
	if (result != EXIT_FOUND && load.names == logs)
		report_file(who);
	sessions_free(&sessions);
	return result;
}

const struct command cmd_session = {
	.name = "session",
	.arguments = "[USER|SESSION|PID] [SOURCE]...",
	.summary = "Print what a login did: commands, changes, connections, refusals",
	.options = session_options,
	.help =
	"A session is one login: with ssh, on a console, or of a service such as cron.\n"
	"All programs that it starts belong to it, also programs that run as another user\n"
	"(sudo, su), and programs that continue after the logout.\n\n"
	"The first argument selects all sessions of USER, the session with the number\n"
	"SESSION, or, if no session has that number, the latest session of the process\n"
	"PID. Without this argument, all sessions are printed. Session numbers start\n"
	"again with each boot: SESSION selects the sessions with this number in all boots\n"
	"of the log; add --since to select one.\n\n"
	"A command is printed with its arguments if the log has an EXECVE record for it.\n"
	"* marks an access of the program above. A program without a PID is known only\n"
	"from histories: the log lacks its execution. (refused) marks an access that the\n"
	"kernel refused, or a login or command that a program such as su refused.\n"
	"(in podman:web) marks a command that was executed in another unit or container\n"
	"than the program above.\n\n"
	"SOURCE is an audit log, a directory with audit logs, or - for standard input;\n"
	"compressed files (gzip, xz, zstd) are read, too. A SOURCE must contain a /, as in\n"
	"./FILE. Several sources are read together, in order of time. Without SOURCE,\n"
	"all logs in " AUDIT_LOGS " are read.\n\n"
	HELP_SELECT_TIME,
	.complete = completion_files,
	.run = session_run,
};
