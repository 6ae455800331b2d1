// SPDX-License-Identifier: GPL-2.0-only
/* ashiato doctor: problems, and commands that fix them. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "doctor.h"
#include "help.h"

/**
 * doctor_note_error() - Remember a read error, to report it after the findings
 * @doctor: doctor
 * @what: name of the file or service
 * @err: -errno; only the first error is kept
 */
void doctor_note_error(struct doctor *doctor, const char *what, int err)
{
	if (doctor->err)
		return;
	doctor->unread = what;
	doctor->err = err;
}

/* One line, without control characters. */
static char *format_line(struct doctor *doctor, const char *format,
			 va_list args)
{
	struct text line = { 0 };
	char *raw = NULL;

	if (vasprintf(&raw, format, args) < 0)
		raw = NULL;
	for (char *newline = raw; raw && (newline = strchr(newline, '\n'));)
		*newline = ' ';
	if (raw)
		text_add_line(&line, raw, strlen(raw));
	free(raw);
	if (!line.data || line.failed)
		doctor_note_error(doctor, "findings", -ENOMEM);
	return line.data;
}

static void finding_print(struct doctor *doctor, const char *id, const char *kind,
			  const char *format, va_list args)
{
	char *line = format_line(doctor, format, args);

	if (!line)
		return;
	if (doctor->findings) {
		json_array_append_new(doctor->findings,
				      json_pack("{s:s, s:s, s:[]}", "id", id,
						kind, line, "type"));
	} else {
		fputs(doctor->count ? "\n" : "", stdout);
		help_wrap(line, 0, 0);
	}
	doctor->count++;
	free(line);
}

/**
 * doctor_finding() - Report a problem
 * @doctor: doctor
 * @id: name of the problem in JSON
 * @format: one or more sentences
 */
void doctor_finding(struct doctor *doctor, const char *id, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	finding_print(doctor, id, "problem", format, args);
	va_end(args);
}

/**
 * doctor_note() - Report something that is no problem
 * @doctor: doctor
 * @id: name of the note in JSON
 * @format: one or more sentences
 */
void doctor_note(struct doctor *doctor, const char *id, const char *format, ...)
{
	size_t before = doctor->count;
	va_list args;

	va_start(args, format);
	finding_print(doctor, id, "note", format, args);
	va_end(args);
	doctor->notes += doctor->count - before;
}

/**
 * doctor_advise() - Add a command that helps with the last problem or note
 * @doctor: doctor
 * @format: the command
 */
void doctor_advise(struct doctor *doctor, const char *format, ...)
{
	va_list args;
	char *line;

	va_start(args, format);
	line = format_line(doctor, format, args);
	va_end(args);
	if (!line)
		return;
	if (doctor->findings) {
		json_t *last = json_array_get(doctor->findings,
					      doctor->count - 1);

		json_array_append_new(json_object_get(last, "type"),
				      json_string(line));
	} else {
		printf("    # %s\n", line);
	}
	free(line);
}

static const struct command_option doctor_options[] = {
	{
		.name = "json",
		.key = 'j',
		.help = "print a JSON array of { id, problem, type }; a note has note in place of problem",
	},
	{ 0 },
};

static int doctor_run(const struct command *self, int argc, char **argv)
{
	struct doctor doctor = { 0 };
	bool is_json = false;
	int result;

	result = command_options(self, argc, argv, command_flag, &is_json);
	if (result == GO_ON)
		result = command_arguments(self, argc, 0, 0);
	if (result != GO_ON)
		return result;
	if (is_json)
		doctor.findings = json_array();
	doctor_check(&doctor);
	/* The exit status is 1 if there are problems, as that of diff(1) for differences */
	result = doctor.count > doctor.notes ? EXIT_NOTHING : EXIT_FOUND;
	if (is_json) {
		json_dumpf(doctor.findings, stdout, JSON_INDENT(2));
		putchar('\n');
	} else if (!doctor.count && !doctor.err) {
		puts("No problem found.");
	}
	if (doctor.err) {
		if (doctor.err == -EPERM || doctor.err == -EACCES)
			report_open_error(doctor.unread, doctor.err,
					  self->name);
		else
			report_error("%s: cannot be checked: %s",
				     doctor.unread, strerror(-doctor.err));
		result = EXIT_INPUT;
	}
	json_decref(doctor.findings);
	machine_module_free(&doctor.module);
	text_free(&doctor.stat);
	text_free(&doctor.release);
	return result;
}

const struct command cmd_doctor = {
	.name = "doctor",
	.arguments = "",
	.summary = "Diagnose problems and suggest fixes",
	.options = doctor_options,
	.help =
	"Checks the module, the kernel, Secure Boot, audit, and the module's limits and\n"
	"counters of lost accesses; changes nothing. Lines that begin with # are\n"
	"commands to type.\n\n"
	"Exit status: 0 no problem, 1 problems found, 2 wrong usage, 3 a check could\n"
	"not be made.\n",
	.run = doctor_run,
};
