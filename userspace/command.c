// SPDX-License-Identifier: GPL-2.0-only
/* What the subcommands have in common. */
#include <cap-ng.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "command.h"

static void say(const char *format, va_list args)
{
	/* One write a line: lines of several commands do not mix */
	char line[4096];

	vsnprintf(line, sizeof(line), format, args);
	fprintf(stderr, "ashiato: %s\n", line);
}

/**
 * command_error() - Say on standard error what is wrong and what to do
 * @format: one line without the newline
 */
void command_error(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say(format, args);
	va_end(args);
}

/**
 * command_usage_error() - Say what is wrong with how a command was typed
 * @self: command, NULL for ashiato itself
 * @format: what is wrong
 *
 * Return: EXIT_USAGE.
 */
int command_usage_error(const struct command *self, const char *format, ...)
{
	char what[2048];
	va_list args;

	va_start(args, format);
	vsnprintf(what, sizeof(what), format, args);
	va_end(args);
	if (self)
		command_error("%s: %s: type \"ashiato %s --help\"", self->name,
			      what, self->name);
	else
		command_error("%s: type \"ashiato --help\"", what);
	return EXIT_USAGE;
}

static void command_help(const struct command *self)
{
	printf("Usage: ashiato %s%s%s\n%s.\n\n%s", self->name,
	       *self->usage ? " " : "", self->usage, self->summary, self->help);
}

/**
 * command_options() - Read the options of a command
 * @self: command
 * @argc: from run()
 * @argv: from run()
 * @options: its options; 'h' is --help, every other sets @flag
 * @flag: set when the other option was given, or NULL
 *
 * Return: COMMAND_GO_ON with optind at the first argument, or an exit code.
 */
int command_options(const struct command *self, int argc, char **argv,
		    const struct option *options, bool *flag)
{
	int c;

	opterr = 0;
	optind = 0;
	while ((c = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		struct text option = { 0 };
		const char *typed = argv[optind - 1];

		switch (c) {
		case 'h':
			command_help(self);
			return EXIT_FOUND;
		case '?':
			text_add_line(&option, typed, strlen(typed));
			command_usage_error(self, "wrong option %s",
					    text_str(&option));
			text_free(&option);
			return EXIT_USAGE;
		default:
			*flag = true;
		}
	}
	return COMMAND_GO_ON;
}

/**
 * command_arguments() - Check how many arguments there are
 * @self: command
 * @argc: from run(), after command_options()
 * @least: fewer are wrong
 * @most: more are wrong
 *
 * Return: COMMAND_GO_ON or EXIT_USAGE.
 */
int command_arguments(const struct command *self, int argc, int least,
		      int most)
{
	if (argc - optind < least)
		return command_usage_error(self, "an argument is missing");
	if (argc - optind > most)
		return command_usage_error(self, "too many arguments");
	return COMMAND_GO_ON;
}

/**
 * command_drop() - Drop the capabilities that are not needed any more
 * @keep_override: keep CAP_DAC_OVERRIDE, to rename a file into its place
 *
 * It cannot always be done (not root, in some containers), and then there is
 * nothing to drop.
 */
void command_drop(bool keep_override)
{
	capng_clear(CAPNG_SELECT_BOTH);
	if (keep_override)
		capng_update(CAPNG_ADD, CAPNG_EFFECTIVE | CAPNG_PERMITTED,
			     CAP_DAC_OVERRIDE);
	/* The bounding set may be refused where the rest is not */
	if (capng_apply(CAPNG_SELECT_BOTH) < 0)
		(void)!capng_apply(CAPNG_SELECT_CAPS);
}

/**
 * command_open_error() - Say why a source cannot be read
 * @name: of the file
 * @err: -errno
 * @self: name of the command, to repeat it
 */
void command_open_error(const char *name, int err, const char *self)
{
	switch (err) {
	case -ENODEV:
		command_error("%s: the module is not loaded: type \"modprobe ashiato\"",
			      name);
		break;
	case -ENXIO:
		command_error("%s: securityfs is not mounted: type \"mount -t securityfs securityfs /sys/kernel/security\"",
			      name);
		break;
	case -EACCES:
	case -EPERM:
		command_error("%s: permission denied: type \"sudo ashiato %s\"",
			      name, self);
		break;
	case -EISDIR:
		command_error("%s: is a folder: name a log or a policy", name);
		break;
	case -ENOENT:
		if (!strcmp(name, AUDIT_LOG))
			command_error("%s: no such file: type \"apt-get install auditd\", or name a log",
				      name);
		else
			command_error("%s: no such file: name a log or a policy",
				      name);
		break;
	default:
		command_error("%s: %s", name, strerror(-err));
	}
}

static void command_read_error(const struct command *self,
			       const struct source *source, int err)
{
	const char *name = text_str(&source->name);

	if (err != -EMEDIUMTYPE)
		command_open_error(name, err, self->name);
	else if (source->kind == SOURCE_PACKED)
		command_error("%s: compressed: type \"zcat FILE | ashiato %s -\" (xzcat, zstdcat)",
			      name, self->name);
	else
		command_error("%s: line %lu: neither an audit log nor a policy: name another file",
			      name, source->damaged_first);
}

/**
 * command_damage() - Say how much of a source was skipped
 * @name: of the file
 * @damaged: lines skipped
 * @first: number of the first of them
 */
void command_damage(const char *name, unsigned long damaged,
		    unsigned long first)
{
	if (damaged)
		command_error("%s: %lu damaged line%s skipped (first at line %lu)",
			      name, damaged, damaged == 1 ? "" : "s", first);
}

/**
 * command_read() - Open a source, drop capabilities, hand its facts over
 * @self: command
 * @name: of the source, NULL for the live kernel
 * @sink: gets the facts
 * @ctx: for @sink
 * @keep_override: as for command_drop()
 *
 * Return: EXIT_FOUND when it was whole, EXIT_NOTHING when lines were damaged
 * and skipped, EXIT_INPUT when it could not be read.
 */
int command_read(const struct command *self, const char *name, fact_sink sink,
		 void *ctx, bool keep_override)
{
	int result = EXIT_FOUND;
	struct source source;
	int err;

	err = source_open(&source, name);
	command_drop(keep_override);
	if (err) {
		command_open_error(text_str(&source.name), err, self->name);
		result = EXIT_INPUT;
		goto out_close;
	}
	err = source_read(&source, sink, ctx);
	if (err) {
		command_read_error(self, &source, err);
		result = EXIT_INPUT;
		goto out_close;
	}
	command_damage(text_str(&source.name), source.damaged, source.damaged_first);
	if (source.damaged)
		result = EXIT_NOTHING;
out_close:
	source_close(&source);
	return result;
}

/**
 * command_model() - Build a model of a source
 * @self: command
 * @name: of the source, NULL for the live kernel
 * @model: filled in and sorted; to be freed in any case
 * @keep_override: as for command_drop()
 *
 * Return: COMMAND_GO_ON, or an exit code after saying why.
 */
int command_model(const struct command *self, const char *name,
		  struct model *model, bool keep_override)
{
	int result;

	*model = (struct model){ 0 };
	result = command_read(self, name, model_add, model, keep_override);
	if (result == EXIT_INPUT)
		return EXIT_INPUT;
	model_sort(model);
	if (model_first(model))
		return COMMAND_GO_ON;
	if (result == EXIT_NOTHING)
		return EXIT_INPUT;
	command_error("%s: no domain found: ashiato was not loaded when this was written",
		      self->name);
	return EXIT_NOTHING;
}
