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
/* Damage was reported. */
static bool is_damaged;
/* Command line, NULL after the last word; or NULL */
static char *const *typed;

/**
 * report_typed() - Set the command line that the user typed, for advice to repeat it
 * @argv: arguments of main()
 */
void report_typed(char *const argv[])
{
	typed = argv + 1;
}

/* The command line that the user typed, after "ashiato"; else the name of the command. */
static void typed_add(struct text *line, const char *command)
{
	char *const only[] = { (char *)command, NULL };

	text_add_words(line, typed ? typed : only);
}

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
 * report_see_tree() - Report that no domain was found, with the advice to print all
 * @command: name of the command
 * @error: what was not found
 * @sources: names of the sources, NULL after the last
 */
void report_see_tree(const char *command, const char *error, char *const sources[])
{
	struct text line = { 0 };

	text_add_words(&line, sources);
	report_error("%s: %s: type \"ashiato tree%s\" to print all", command, error,
		     text_str(&line));
	text_free(&line);
}

/**
 * report_no_domain() - Report that no domain has a name
 * @command: name of the command
 * @name: the name
 * @sources: names of the sources, NULL after the last
 */
void report_no_domain(const char *command, const char *name, char *const sources[])
{
	struct text error = { 0 };

	text_format(&error, "no domain is named %s", name);
	report_see_tree(command, text_str(&error), sources);
	text_free(&error);
}

/**
 * report_conf() - Report why a table of /etc/ashiato cannot be read
 * @err: 0 or -errno from conf_read()
 * @error: message from conf_read(); freed
 *
 * Return: GO_ON if @err is 0, otherwise EXIT_INPUT.
 */
int report_conf(int err, struct text *error)
{
	if (err && error->len)
		report_error("%s", error->data);
	else if (err)
		report_no_memory();
	text_free(error);
	return err ? EXIT_INPUT : GO_ON;
}

/**
 * report_open_error() - Report why a file cannot be opened or read
 * @name: name of the file
 * @err: -errno
 * @command: name of the command, for the advice to repeat it
 */
void report_open_error(const char *name, int err, const char *command)
{
	struct text line = { 0 };

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
		typed_add(&line, command);
		report_error("%s: permission denied: type \"sudo ashiato%s\"",
			     name, text_str(&line));
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
		if (!strcmp(name, AUDIT_LOG) || !strcmp(name, AUDIT_LOGS))
			report_error("%s: no such file: type \"apt-get install auditd\", or name a log",
				     name);
		else
			report_error("%s: no such file: name a log or a saved state",
				     name);
		break;
	case -EMFILE:
		report_error("%s: too many open files: name fewer logs, or type \"ulimit -Hn 65536\" as root",
			     name);
		break;
	default:
		report_error("%s: %s", name, strerror(-err));
	}
	text_free(&line);
}

/**
 * report_live_error() - Report why a file of the module cannot be opened, if old
 * modules lack the file or it is opened for writing
 * @name: name of the file
 * @err: -errno
 * @command: name of the command, for the advice to repeat it
 */
void report_live_error(const char *name, int err, const char *command)
{
	struct text line = { 0 };

	if (err == -ENOENT) {
		report_error("%s: the loaded module is too old for this command: type \"rmmod ashiato; modprobe ashiato\"",
			     name);
	} else if (err == -EPERM) {
		typed_add(&line, command);
		report_error("%s: not permitted: this needs CAP_MAC_ADMIN in the initial user namespace: type \"sudo ashiato%s\" outside of containers",
			     name, text_str(&line));
	} else {
		report_open_error(name, err, command);
	}
	text_free(&line);
}

/**
 * report_write_error() - Report why a file of the module cannot be written
 * @name: name of the file
 * @err: -errno
 * @command: name of the command
 */
void report_write_error(const char *name, int err, const char *command)
{
	if (err == -EPERM)
		report_error("%s: the module is locked: nothing can be changed until the next boot",
			     name);
	else
		report_open_error(name, err, command);
}

/**
 * report_set_damaged() - Let the program end with EXIT_INPUT, because a source is damaged
 */
void report_set_damaged(void)
{
	is_damaged = true;
}

/**
 * report_allow_damage() - Let the program end as if no damage had been reported
 */
void report_allow_damage(void)
{
	is_damaged = false;
}

/**
 * report_status() - Get the exit status of the program
 * @result: exit status of the command
 *
 * Return: @result; EXIT_INPUT if a source was damaged, so that scripts do not take a
 * part for the whole.
 */
int report_status(int result)
{
	return is_damaged && result != EXIT_USAGE ? EXIT_INPUT : result;
}

/**
 * report_damage() - Report how many lines of a file were skipped
 * @name: name of the file
 * @damage: lines skipped; nothing is reported when there are none
 */
void report_damage(const char *name, const struct damage *damage)
{
	if (!damage->count)
		return;
	report_error("%s: %lu damaged line%s skipped (first at line %lu)", name,
		     damage->count, damage->count == 1 ? "" : "s", damage->first);
	report_set_damaged();
}
