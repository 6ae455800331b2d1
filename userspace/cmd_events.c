// SPDX-License-Identifier: GPL-2.0-only
/* ashiato events: accesses in the order of time. */
#include <limits.h>
#include <stdio.h>

#include "command.h"
#include "render.h"

struct events {
	bool is_json;
	unsigned long printed;
	unsigned long timeless;
};

static int event_print(void *ctx, const struct fact *fact)
{
	struct events *events = ctx;

	if (fact->kind != FACT_ACCESS)
		return 0;
	if (!fact->time_ms ||
	    (events->is_json ? render_event_json(fact, stdout)
			     : render_event(fact, stdout))) {
		events->timeless++;
		return 0;
	}
	events->printed++;
	return 0;
}

static int events_run(const struct command *self, int argc, char **argv)
{
	static const struct option options[] = {
		{ "help", no_argument, NULL, 'h' },
		{ "json", no_argument, NULL, 'j' },
		{ 0 },
	};
	struct events events = { 0 };
	int result;

	result = command_options(self, argc, argv, options, command_flag,
				 &events.is_json);
	if (result == COMMAND_GO_ON)
		result = command_arguments(self, argc, 0, INT_MAX);
	if (result != COMMAND_GO_ON)
		return result;
	if (argv[optind])
		result = command_read_all(self, argv + optind, event_print,
					  &events, false);
	else
		result = command_read(self, AUDIT_LOG, event_print, &events,
				      false);
	if (result == EXIT_INPUT)
		return EXIT_INPUT;
	if (events.printed)
		return EXIT_FOUND;
	if (result == EXIT_NOTHING)
		return EXIT_INPUT;
	command_error(events.timeless
		      ? "events: a policy has no times: name an audit log"
		      : "events: no access found: ashiato was not loaded, or with record=off");
	return EXIT_NOTHING;
}

const struct command cmd_events = {
	.name = "events",
	.usage = "[SOURCE]...",
	.summary = "Print accesses with their times, one line each",
	.help =
	"An access is told once, when it is new to its domain; in trace mode every\n"
	"time. Times are in the local time zone.\n\n"
	"  --json  one object a line\n\n"
	"SOURCE is an audit log, or - for standard input. Without SOURCE it is\n"
	AUDIT_LOG ": the kernel keeps no times.\n",
	.run = events_run,
};
