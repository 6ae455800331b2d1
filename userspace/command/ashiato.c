// SPDX-License-Identifier: GPL-2.0-only
/* The command: finds the subcommand, knows nothing else. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/array.h"
#include "command.h"
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

static void help(void)
{
	fputs("Usage: ashiato COMMAND [ARGUMENT]...\n"
	      "Show which program, started by whom, uses what.\n\n", stdout);
	for (size_t i = 0; i < COMMAND_COUNT; i++) {
		int used = printf("  %s %s", commands[i]->name,
				  commands[i]->usage);

		printf("%*s%s\n", used < 37 ? 37 - used : 1, "",
		       commands[i]->summary);
	}
	fputs("\n  --help, --version\n\n" HELP_SOURCE
	      "\"ashiato COMMAND --help\" tells more; so does ashiato(8).\n\n"
	      "Exit status: 0 found, 1 nothing found, 2 wrong usage,\n"
	      "3 source unreadable or damaged.\n", stdout);
}

/* --help and --version, before the name of a command. */
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

/* What did not reach the file or pipe was not told. */
static int output_end(int result)
{
	errno = 0;
	if (!fflush(stdout) && !ferror(stdout))
		return result;
	report_error("standard output: %s",
		      errno ? strerror(errno) : "not all could be written");
	return EXIT_INPUT;
}

int main(int argc, char **argv)
{
	const struct command *command;
	int result;

	if (argc < 2)
		return command_usage_error(NULL, "the command is missing");
	command = command_find(argv[1]);
	if (command)
		result = command->run(command, argc - 1, argv + 1);
	else
		result = own_options(argv[1]);
	pager_end();
	return output_end(result);
}
