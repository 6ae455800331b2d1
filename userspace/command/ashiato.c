// SPDX-License-Identifier: GPL-2.0-only
/* The program: finds the subcommand and runs it. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/array.h"
#include "command.h"
#include "completion.h"
#include "help.h"
#include "pager.h"

static const struct command *const commands[] = {
	&cmd_tree, &cmd_access, &cmd_uses, &cmd_diff, &cmd_browse, &cmd_events,
	&cmd_ps, &cmd_status, &cmd_mode, &cmd_save, &cmd_merge, &cmd_load,
	&cmd_export, &cmd_reset, &cmd_hooks, &cmd_doctor,
};

#define COMMAND_COUNT	ARRAY_SIZE(commands)

static const struct command *command_find(const char *name)
{
	for (size_t i = 0; i < COMMAND_COUNT; i++)
		if (!strcmp(commands[i]->name, name))
			return commands[i];
	return NULL;
}

#define OPTION_INDENT	17

static void help(void)
{
	struct command_option option = option_help;

	option.help = "print this help; \"ashiato COMMAND --help\" describes COMMAND";
	fputs("Usage: ashiato COMMAND [ARGUMENT]...\n"
	      "Show which files, addresses, environment variables and capabilities each chain\n"
	      "of programs uses.\n\n"
	      "Commands:\n", stdout);
	for (size_t i = 0; i < COMMAND_COUNT; i++)
		printf("  %-8s %s\n", commands[i]->name, commands[i]->summary);
	fputs("\nOptions:\n", stdout);
	help_option(&option, OPTION_INDENT);
	help_option(&option_version, OPTION_INDENT);
	fputs("\nA domain is a chain of programs, each executed by the one before it; an access\n"
	      "is a line such as \"file read /etc/passwd\"; a history is the chain of one\n"
	      "process, with the time of each execution.\n\n"
	      "Exit status: 0 success, 1 nothing found, 2 wrong usage, 3 a source is\n"
	      "unreadable or damaged.\n\n"
	      "See ashiato(8).\n", stdout);
}

/* Handle a first argument that is not a subcommand. */
static int own_options(const char *option)
{
	if (!strcmp(option, "--help") || !strcmp(option, "-h")) {
		help();
		return EXIT_FOUND;
	}
	if (!strcmp(option, "--version") || !strcmp(option, "-V")) {
		puts("ashiato " ASHIATO_VERSION);
		return EXIT_FOUND;
	}
	return command_usage_error(NULL, "wrong %s %s",
				   option[0] == '-' ? "option" : "command",
				   option);
}

/* Replace @result by an error if not all output was written. */
static int output_end(int result)
{
	errno = 0;
	if (!fflush(stdout) && !ferror(stdout))
		return result;
	report_error("standard output: %s",
		      errno ? strerror(errno) : "output is incomplete");
	return EXIT_INPUT;
}

int main(int argc, char **argv)
{
	const struct command *command;
	int result;

	if (argc < 2)
		return command_usage_error(NULL, "the command is missing");
	command = command_find(argv[1]);
	if (!strcmp(argv[1], "--complete")) {
		completion_print(commands, COMMAND_COUNT, argv + 2);
		return output_end(EXIT_FOUND);
	}
	if (command)
		result = command->run(command, argc - 1, argv + 1);
	else
		result = own_options(argv[1]);
	pager_end();
	return output_end(result);
}
