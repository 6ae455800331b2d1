// SPDX-License-Identifier: GPL-2.0-only
/* Audit records of processes that have ended. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/array.h"
#include "exit.h"

const char *const exit_names[EXIT_NUMBERS] = {
	[EXIT_SIGNAL] = "sig",
	[EXIT_STATUS] = "exit",
	[EXIT_RUN_MS] = "run_ms",
	[EXIT_MAX_RSS_KB] = "max_rss_kb",
	[EXIT_RCHAR] = "rchar",
	[EXIT_WCHAR] = "wchar",
	[EXIT_READ_BYTES] = "read_bytes",
	[EXIT_WRITE_BYTES] = "write_bytes",
};

/* Signals of the processors that the module supports; the names of libc are not portable. */
static const char *const signals[] = {
	[1] = "SIGHUP", "SIGINT", "SIGQUIT", "SIGILL", "SIGTRAP", "SIGABRT", "SIGBUS", "SIGFPE",
	"SIGKILL", "SIGUSR1", "SIGSEGV", "SIGUSR2", "SIGPIPE", "SIGALRM", "SIGTERM", "SIGSTKFLT",
	"SIGCHLD", "SIGCONT", "SIGSTOP", "SIGTSTP", "SIGTTIN", "SIGTTOU", "SIGURG", "SIGXCPU",
	"SIGXFSZ", "SIGVTALRM", "SIGPROF", "SIGWINCH", "SIGIO", "SIGPWR", "SIGSYS",
};

/**
 * record_is_exit() - Whether a record reports the end of a process
 * @record: record
 *
 * Return: true if it does.
 */
bool record_is_exit(const struct record *record)
{
	return !strcmp(record->op->keyword, "exit");
}

/**
 * exit_read() - Read the record of the end of a process
 * @ended: filled in
 * @record: record
 * @line: "exit SIGSEGV core", "exit 1" or the like is appended
 *
 * Return: 0; -EBADMSG when a field is missing or damaged; -ENOMEM.
 */
int exit_read(struct process_exit *ended, const struct record *record, struct text *line)
{
	char number[32];

	*ended = (struct process_exit){ .has_core = span_is(record_field(record, "core"), "yes") };
	for (size_t i = 0; i < EXIT_NUMBERS; i++) {
		struct span value = record_field(record, exit_names[i]);
		uint64_t read;

		ended->number[i] = -1;
		if (!value.len)
			continue;
		if (span_number(value, &read) || read > INT64_MAX)
			return -EBADMSG;
		ended->number[i] = (int64_t)read;
	}
	/* The module names the process in each of these records. */
	if (!record_field(record, "pid").len ||
	    (ended->number[EXIT_SIGNAL] < 1) == (ended->number[EXIT_STATUS] < 0))
		return -EBADMSG;
	text_puts(line, "exit ");
	if (ended->number[EXIT_STATUS] >= 0) {
		snprintf(number, sizeof(number), "%" PRId64, ended->number[EXIT_STATUS]);
		text_puts(line, number);
	} else if (ended->number[EXIT_SIGNAL] < (int64_t)ARRAY_SIZE(signals)) {
		ended->signal = signals[ended->number[EXIT_SIGNAL]];
		text_puts(line, ended->signal);
	} else {
		snprintf(number, sizeof(number), "signal %" PRId64, ended->number[EXIT_SIGNAL]);
		text_puts(line, number);
	}
	text_puts(line, ended->has_core ? " core" : "");
	return line->failed ? -ENOMEM : 0;
}
