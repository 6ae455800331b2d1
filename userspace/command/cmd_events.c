// SPDX-License-Identifier: GPL-2.0-only
/* ashiato events: accesses in order of time. */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <libaudit.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "command.h"
#include "completion.h"
#include "event_order.h"
#include "pager.h"
#include "render/render.h"
#include "session/capabilities.h"
#include "select.h"
#include "source/container.h"
#include "source/follow.h"

struct events {
	bool is_json;
	bool is_follow;
	struct filter filter;
	bool is_reduced;
	unsigned long printed;
	unsigned long timeless;
	uint64_t left_out;
	struct text messages;
	struct event_order order;
	FILE *line;
	char *line_text;
	size_t line_size;
};

static void left_out_report(struct events *events)
{
	if (events->left_out)
		report_error("events: %" PRIu64 " records were left out, because a user caused too many at once: type \"ashiato access\" to print all accesses",
			     events->left_out);
	events->left_out = 0;
}

static bool event_render(const struct events *events, const struct fact *fact, FILE *out)
{
	return events->is_json ? !render_event_json(fact, out) : !render_event(fact, out);
}

/* Let the line of an event wait for earlier ones. Returns 0, -ERANGE or -ENOMEM. */
static int event_wait(struct events *events, const struct fact *fact)
{
	rewind(events->line);
	if (!event_render(events, fact, events->line))
		return -ERANGE;
	if (fflush(events->line))
		return -ENOMEM;
	return event_order_add(&events->order, fact->time_ms, events->line_text,
			       (size_t)ftell(events->line));
}

static int event_print(void *ctx, const struct fact *fact)
{
	int err = -ERANGE;
	struct events *events = ctx;

	if (fact->kind == FACT_LEFT_OUT) {
		events->left_out += fact->left_out;
		if (events->is_follow)
			left_out_report(events);
	}
	if (fact->kind != FACT_ACCESS && fact->kind != FACT_EXIT && fact->kind != FACT_LIMIT)
		return 0;
	if (fact->time_ms && !filter_has_fact(&events->filter, fact)) {
		events->is_reduced = true;
		return 0;
	}
	/* Only now: the sources are open, and capabilities dropped */
	if (fact->time_ms && !events->printed && !events->is_follow &&
	    !events->is_json && pager_begin())
		/* The pager would hide messages */
		report_keep(&events->messages, true);
	if (fact->time_ms && events->line)
		err = event_wait(events, fact);
	else if (fact->time_ms && event_render(events, fact, stdout))
		err = 0;
	if (err == -ENOMEM)
		return err;
	if (err)
		events->timeless++;
	else
		events->printed++;
	return 0;
}

/*
 * Without a path, opens the kernel's audit socket. Where that is not permitted,
 * sets @path to the audit log and opens that.
 */
static int follow_open(struct source *source, const char **path)
{
	struct stat st;

	if (!*path) {
		*source = (struct source){ .fd = follow_kernel_open() };
		text_puts(&source->name, "audit");
		if (source->fd != -EPERM)
			return source->fd < 0 ? source->fd : 0;
		source_close(source);
		*path = AUDIT_LOG;
	}
	/* Opening a pipe would wait for a writer, and ignore signals */
	if (!stat(*path, &st) && !S_ISREG(st.st_mode)) {
		*source = (struct source){ .fd = -1 };
		text_add_name(&source->name, *path, strlen(*path));
		return S_ISDIR(st.st_mode) ? -EISDIR : -ESPIPE;
	}
	return source_open(source, *path);
}

static void follow_error(const struct command *self,
			 const struct source *source, int err)
{
	const char *name = text_str(&source->name);

	if (err == -EISDIR)
		report_error("%s: a directory cannot be followed: name a log in it",
			      name);
	else if (err == -ESPIPE)
		report_error("%s: not a regular file: type \"ashiato events --follow - <FILE\"",
			      name);
	else
		report_open_error(name, err, self->name);
}

/* No record arrives while audit is off; it may be enabled later. */
static void follow_hint(void)
{
	int fd = audit_open();

	if (fd < 0)
		return;
	if (!audit_is_enabled(fd))
		report_error("events: audit is off: type \"auditctl -e 1\"");
	close(fd);
}

/* @path: path of the log; NULL when @source is the kernel */
static int follow(struct source *source, const char *path,
		  struct events *events)
{
	struct audit_reader *reader = audit_reader_new(event_print, events,
						       events->filter.login ? AUDIT_LOGINS :
						       events->is_json ? AUDIT_PROCESSES
								       : AUDIT_ACCESSES);
	int err_free;
	int err;

	if (!reader)
		return -ENOMEM;
	if (path)
		err = follow_file(source, path, reader);
	else
		err = follow_kernel(source->fd, reader, &source->damage);
	err_free = audit_reader_free(reader);
	return err ? err : err_free;
}

static int events_follow(const struct command *self, const char *path,
			 struct events *events)
{
	struct source source;
	int err;

	err = follow_open(&source, &path);
	if (!err && !path)
		follow_hint();
	capabilities_drop(KEEP_NONE);
	/* Print each line at once, also to a pipe */
	setvbuf(stdout, NULL, _IOLBF, 0);
	if (!err)
		err = follow(&source, path, events);
	if (err)
		follow_error(self, &source, err);
	else
		report_damage(text_str(&source.name), &source.damage);
	source_close(&source);
	if (err)
		return EXIT_INPUT;
	return events->printed ? EXIT_FOUND : EXIT_NOTHING;
}

static int events_option(const struct command *self, void *ctx, int key)
{
	struct events *events = ctx;

	if (key >= SELECT_UNDER)
		return select_option(self, &events->filter, key);
	switch (key) {
	case 'j':
		return command_flag(self, &events->is_json, key);
	case 'r':
		return command_flag(self, &events->filter.only_refused, key);
	default:
		return command_flag(self, &events->is_follow, key);
	}
}

static const struct command_option events_options[] = {
	SELECT_OPTIONS,
	{
		.name = "follow",
		.key = 'f',
		.help = "print new accesses as they happen, until Ctrl-C; a log may be rotated meanwhile",
	},
	{
		.name = "refused",
		.key = 'r',
		.help = "print only accesses that were refused",
	},
	{
		.name = "json",
		.key = 'j',
		.help = "print one JSON object per line",
	},
	{ 0 },
};

static int events_run(const struct command *self, int argc, char **argv)
{
	char *const log[] = { (char *)AUDIT_LOG, NULL };
	struct load load = { .command = self->name, .names = log };
	struct events events = { 0 };
	int result;

	result = command_options(self, argc, argv, events_option,
				 &events);
	if (result == GO_ON)
		result = command_arguments(self, argc, 0,
					   events.is_follow ? 1 : INT_MAX);
	if (result != GO_ON)
		return result;
	containers_open();
	if (events.is_follow && (!argv[optind] || strcmp(argv[optind], "-")))
		return events_follow(self, argv[optind], &events);
	if (events.is_follow)
		setvbuf(stdout, NULL, _IOLBF, 0);
	if (argv[optind])
		load.names = argv + optind;
	if (events.filter.login)
		load.flags = LOAD_LOGINS;
	if (!events.is_follow)
		events.line = open_memstream(&events.line_text, &events.line_size);
	if (!events.is_follow && !events.line)
		return report_no_memory();
	event_order_begin(&events.order);
	result = facts_load(&load, event_print, &events);
	event_order_end(&events.order);
	if (events.line)
		fclose(events.line);
	free(events.line_text);
	left_out_report(&events);
	report_keep(NULL, true);
	pager_end();
	if (events.messages.len)
		report_error("%s", text_str(&events.messages));
	text_free(&events.messages);
	if (result == EXIT_INPUT)
		return EXIT_INPUT;
	if (events.printed)
		return EXIT_FOUND;
	if (result == EXIT_NOTHING)
		return EXIT_INPUT;
	if (events.is_reduced)
		select_nothing(&load, &events.filter, true);
	else
		report_error("events: %s", events.timeless ?
			     "a saved state has no events: name an audit log" :
			     "no access found: the module was not loaded, or loaded with record=off");
	return EXIT_NOTHING;
}

const struct command cmd_events = {
	.name = "events",
	.arguments = "[SOURCE]...",
	.summary = "Print accesses in order of time, one per line",
	.options = events_options,
	.help =
	"An access is logged once, when it is new to its domain. Executions and changes\n"
	"by logins, and all accesses in trace mode, are logged each time.\n"
	"Some groups of accesses, such as reads, are not logged: see \"ashiato mode\".\n"
	"A line has the time (local time zone), the process, its user, its container, the\n"
	"access, and after <- the programs in its domain. Refused accesses are marked\n"
	"(refused). \"exit\" is the end of a process: the signal that ended it, or its exit\n"
	"status, and how long it ran (see \"ashiato mode\" for the processes with records).\n"
	"\"limit\" is a limit of the module that was reached: by the share of a user, by all\n"
	"users, or by a domain. The user ID that follows has no room for new entries.\n\n"
	"SOURCE is an audit log, a directory with audit logs, or - for standard input;\n"
	"compressed files (gzip, xz, zstd) are read, too. Saved states have no events.\n"
	"Several sources are read together, in order of time; --follow takes one.\n"
	"Events that a log has out of order are sorted, 4096 lines at a time; not with\n"
	"--follow.\n"
	"Without SOURCE, " AUDIT_LOG " is read; with --follow, records are\n"
	"received from the kernel instead, or that log is followed if receiving is not\n"
	"permitted.\n\n"
	HELP_SELECT_TIME,
	.complete = completion_files,
	.run = events_run,
};
