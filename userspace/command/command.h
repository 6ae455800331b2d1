/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_COMMAND_H
#define ASHIATO_COMMAND_H

#include <getopt.h>
#include <stdbool.h>

#include "session/report.h"

/**
 * struct command - A subcommand
 * @name: what users type
 * @usage: its options and arguments
 * @summary: what it does, in one line
 * @help: the rest of --help
 * @run: gets the arguments from its own name on, returns enum exit_status
 */
struct command {
	const char *name;
	const char *usage;
	const char *summary;
	const char *help;
	int (*run)(const struct command *self, int argc, char **argv);
};

extern const struct command cmd_access;
extern const struct command cmd_browse;
extern const struct command cmd_diff;
extern const struct command cmd_doctor;
extern const struct command cmd_events;
extern const struct command cmd_export;
extern const struct command cmd_hooks;
extern const struct command cmd_load;
extern const struct command cmd_merge;
extern const struct command cmd_mode;
extern const struct command cmd_ps;
extern const struct command cmd_reset;
extern const struct command cmd_save;
extern const struct command cmd_status;
extern const struct command cmd_tree;
extern const struct command cmd_uses;

#define HELP_SOURCE \
	"SOURCE is an audit log, a folder with audit logs, a saved policy, or - for\n" \
	"standard input, also compressed (gzip, xz, zstd); what it is shows in its\n" \
	"content. Several are read together, logs in the order of time. Without\n" \
	"SOURCE the running kernel is asked.\n"

/**
 * typedef option_take - Takes an option of a command
 * @self: command
 * @ctx: what command_options() was given
 * @option: val of its struct option; its value is optarg
 *
 * Return: GO_ON, or an exit code after saying why.
 */
typedef int (*option_take)(const struct command *self, void *ctx, int option);

int command_options(const struct command *self, int argc, char **argv,
		    const struct option *options, option_take take, void *ctx);
int command_flag(const struct command *self, void *ctx, int option);
int command_wrong(const struct command *self, const char *what,
		  const char *typed);
int command_arguments(const struct command *self, int argc, int least,
		      int most);
int command_usage_error(const struct command *self, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif
