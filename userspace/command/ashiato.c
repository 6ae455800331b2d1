// SPDX-License-Identifier: GPL-2.0-only
/* The program: finds the subcommand and runs it. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "base/array.h"
#include "base/nearest.h"
#include "command.h"
#include "completion.h"
#include "help.h"
#include "pager.h"

static const struct command cmd_help;

/* In the order of --help */
static const struct command *const commands[] = {
	&cmd_about, &cmd_tree, &cmd_access, &cmd_uses, &cmd_diff, &cmd_new, &cmd_browse,
	&cmd_events, &cmd_session, &cmd_ps, &cmd_status, &cmd_doctor, &cmd_hooks,
	&cmd_save, &cmd_merge, &cmd_export, &cmd_reset,
	&cmd_mode, &cmd_load, &cmd_help,
};

#define COMMAND_COUNT	ARRAY_SIZE(commands)

/* Title of a group of commands, above its first command */
static const struct {
	const struct command *first;
	const char *title;
} groups[] = {
	{ &cmd_about, "Look at what was recorded:" },
	{ &cmd_events, "Watch the system:" },
	{ &cmd_save, "Keep and pass on:" },
	{ &cmd_mode, "Configure:" },
};

static const struct command *command_find(const char *name)
{
	for (size_t i = 0; i < COMMAND_COUNT; i++)
		if (!strcmp(commands[i]->name, name))
			return commands[i];
	return NULL;
}

#define OPTION_INDENT	18

static void commands_print(void)
{
	for (size_t i = 0; i < COMMAND_COUNT; i++) {
		for (size_t j = 0; j < ARRAY_SIZE(groups); j++)
			if (groups[j].first == commands[i])
				printf("\n%s\n", groups[j].title);
		if (commands[i] != &cmd_help)
			printf("  %-8s %s\n", commands[i]->name,
			       commands[i]->summary);
	}
}

static void help(void)
{
	struct command_option option = option_help;

	option.help = "print this help; \"ashiato help COMMAND\" describes COMMAND";
	fputs("Usage: ashiato COMMAND [ARGUMENT]...\n"
	      "Show which files, addresses, environment variables and capabilities each chain\n"
	      "of programs uses.\n", stdout);
	commands_print();
	fputs("\nOptions:\n", stdout);
	help_option(&option, OPTION_INDENT);
	help_option(&option_version, OPTION_INDENT);
	help_option(&option_no_pager, OPTION_INDENT);
	fputs("\nA domain is a chain of programs, each executed by the one before it; an access\n"
	      "is a line such as \"file read /etc/passwd\"; a history is the chain of one\n"
	      "process, with the time of each execution.\n\n"
	      "Exit status: 0 success, 1 nothing found, 2 wrong usage, 3 a source is\n"
	      "unreadable or damaged.\n\n"
	      "See ashiato(8).\n", stdout);
}

static int command_unknown(const char *typed)
{
	struct nearest nearest = { .typed = typed };

	for (size_t i = 0; i < COMMAND_COUNT; i++)
		nearest_try(&nearest, commands[i]->name);
	if (!nearest.word)
		return command_usage_error(NULL, "wrong command %s", typed);
	report_error("wrong command %s: type \"ashiato %s\", or \"ashiato --help\"",
		     typed, nearest.word);
	return EXIT_USAGE;
}

static int help_run(const struct command *self, int argc, char **argv)
{
	const struct command *command;
	int result;

	result = command_options(self, argc, argv, NULL, NULL);
	if (result == GO_ON)
		result = command_arguments(self, argc, 0, 1);
	if (result != GO_ON)
		return result;
	if (!argv[optind]) {
		help();
		return EXIT_FOUND;
	}
	command = command_find(argv[optind]);
	if (!command)
		return command_unknown(argv[optind]);
	help_print(command);
	return EXIT_FOUND;
}

static void help_complete(const char *typed)
{
	(void)typed;
	for (size_t i = 0; i < COMMAND_COUNT; i++)
		completion_offer(commands[i]->name, commands[i]->summary);
}

static const struct command cmd_help = {
	.name = "help",
	.arguments = "[COMMAND]",
	.summary = "Print the options of a command, or all commands",
	.help = "",
	.complete = help_complete,
	.run = help_run,
};

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
	if (option[0] == '-')
		return command_usage_error(NULL, "wrong option %s", option);
	return command_unknown(option);
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

	report_typed(argv);
	if (argc < 2) {
		help();
		return output_end(EXIT_FOUND);
	}
	if (!strcmp(argv[1], "--no-pager") && argc > 2) {
		pager_forbid();
		argv++;
		argc--;
	}
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
	return output_end(report_status(result));
}
