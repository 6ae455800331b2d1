// SPDX-License-Identifier: GPL-2.0-only
/* Error messages, on standard error or kept for the full screen. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "report.h"
#include "source/source.h"

/* Collects messages; NULL: they are printed on standard error. */
static struct text *kept;
static bool is_quiet;

/**
 * report_keep() - Collect messages instead of printing them
 * @text: messages are appended here, escaped; NULL: print on standard error again
 * @with_progress: the progress of reading is still shown on standard error
 */
void report_keep(struct text *text, bool with_progress)
{
	kept = text;
	is_quiet = text && !with_progress;
}

/**
 * report_has_progress() - Check whether progress may be shown on standard error
 *
 * Return: false while the full screen is drawn.
 */
bool report_has_progress(void)
{
	return !is_quiet;
}

/**
 * report_error() - Report an error on standard error
 * @format: one line without the newline: what failed, on what, what to type
 */
void report_error(const char *format, ...)
{
	struct text shown = { 0 };
	const char *text;
	char line[4096];
	va_list args;

	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	text_add_line(&shown, line, strlen(line));
	text = shown.failed ? "out of memory" : text_str(&shown);
	if (!kept) {
		/* One write per line: lines of parallel commands do not mix */
		fprintf(stderr, "ashiato: %s\n", text);
	} else {
		if (kept->len)
			text_puts(kept, "; ");
		text_puts(kept, text);
	}
	text_free(&shown);
}

/**
 * report_no_memory() - Report that memory is exhausted
 *
 * Return: EXIT_INPUT.
 */
int report_no_memory(void)
{
	report_error("out of memory");
	return EXIT_INPUT;
}

/**
 * report_open_error() - Report why a file cannot be opened or read
 * @name: name of the file
 * @err: -errno
 * @command: name of the command, for the advice to repeat it
 */
void report_open_error(const char *name, int err, const char *command)
{
	switch (err) {
	case -ENODEV:
		report_error("%s: the module is not loaded: type \"modprobe ashiato\"",
			     name);
		break;
	case -ENXIO:
		report_error("%s: securityfs is not mounted: type \"mount -t securityfs securityfs /sys/kernel/security\"",
			     name);
		break;
	case -EACCES:
	case -EPERM:
		report_error("%s: permission denied: type \"sudo ashiato %s\"",
			     name, command);
		break;
	case -ESTALE:
		report_error("%s: the module was reset while the file was read: type the command again",
			     name);
		break;
	case -EISDIR:
		report_error("%s: no audit log in this directory: name a log or a saved state",
			     name);
		break;
	case -ENOENT:
		if (!strcmp(name, AUDIT_LOG))
			report_error("%s: no such file: type \"apt-get install auditd\", or name a log",
				     name);
		else
			report_error("%s: no such file: name a log or a saved state",
				     name);
		break;
	default:
		report_error("%s: %s", name, strerror(-err));
	}
}

/**
 * report_live_error() - Report why a file that old modules lack cannot be opened
 * @name: name of the file
 * @err: -errno
 * @command: name of the command, for the advice to repeat it
 */
void report_live_error(const char *name, int err, const char *command)
{
	if (err == -ENOENT)
		report_error("%s: the loaded module is too old for this command: type \"rmmod ashiato; modprobe ashiato\"",
			     name);
	else
		report_open_error(name, err, command);
}

/**
 * report_damage() - Report how many lines of a file were skipped
 * @name: name of the file
 * @damage: lines skipped; nothing is reported when there are none
 */
void report_damage(const char *name, const struct damage *damage)
{
	if (damage->count)
		report_error("%s: %lu damaged line%s skipped (first at line %lu)",
			     name, damage->count, damage->count == 1 ? "" : "s",
			     damage->first);
}
