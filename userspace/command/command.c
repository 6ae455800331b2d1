// SPDX-License-Identifier: GPL-2.0-only
/* What the subcommands have in common. */
#include <stdarg.h>
#include <stdio.h>

#include "command.h"

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
		report_error("%s: %s: type \"ashiato %s --help\"", self->name,
			      what, self->name);
	else
		report_error("%s: type \"ashiato --help\"", what);
	return EXIT_USAGE;
}

static void command_help(const struct command *self)
{
	printf("Usage: ashiato %s%s%s\n%s.\n\n%s", self->name,
	       *self->usage ? " " : "", self->usage, self->summary, self->help);
}

/**
 * command_wrong() - Say that something was typed that is not known
 * @self: command
 * @what: what it should have been: "option", "word"
 * @typed: what was typed
 *
 * Return: EXIT_USAGE.
 */
int command_wrong(const struct command *self, const char *what,
		  const char *typed)
{
	return command_usage_error(self, "wrong %s %s", what, typed);
}

/* The option that getopt_long() did not know: -xyz stands behind what it has read. */
static int option_wrong(const struct command *self, char *const argv[])
{
	const char *next = argv[optind];
	char letter[] = { '-', (char)optopt, '\0' };

	if (optopt && next && next[0] == '-' && next[1] == letter[1])
		return command_wrong(self, "option", letter);
	return command_wrong(self, "option", argv[optind - 1]);
}

/**
 * command_options() - Read the options of a command
 * @self: command
 * @argc: from run()
 * @argv: from run()
 * @options: its options; 'h' is --help
 * @take: gets every other option, or NULL when there is none
 * @ctx: for @take
 *
 * Return: GO_ON with optind at the first argument, or an exit code.
 */
int command_options(const struct command *self, int argc, char **argv,
		    const struct option *options, option_take take, void *ctx)
{
	int result = GO_ON;
	int c;

	opterr = 0;
	optind = 0;
	while (result == GO_ON &&
	       (c = getopt_long(argc, argv, ":h", options, NULL)) != -1) {
		switch (c) {
		case 'h':
			command_help(self);
			return EXIT_FOUND;
		case '?':
			return option_wrong(self, argv);
		case ':':
			return command_usage_error(self, "%s needs a value",
						   argv[optind - 1]);
		default:
			result = take(self, ctx, c);
		}
	}
	return result;
}

/**
 * command_flag() - Take the only option of a command; an option_take
 * @self: command
 * @ctx: bool that the option sets
 * @option: which
 *
 * Return: GO_ON.
 */
int command_flag(const struct command *self, void *ctx, int option)
{
	bool *flag = ctx;

	(void)self;
	(void)option;
	*flag = true;
	return GO_ON;
}

/**
 * command_arguments() - Check how many arguments there are
 * @self: command
 * @argc: from run(), after command_options()
 * @least: fewer are wrong
 * @most: more are wrong
 *
 * Return: GO_ON or EXIT_USAGE.
 */
int command_arguments(const struct command *self, int argc, int least,
		      int most)
{
	if (argc - optind < least)
		return command_usage_error(self, "an argument is missing");
	if (argc - optind > most)
		return command_usage_error(self, "too many arguments");
	return GO_ON;
}
