/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_COMMAND_H
#define ASHIATO_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

#include "session/report.h"

/**
 * struct command_option - An option of a subcommand
 * @name: long name, without the dashes
 * @key: passed to the subcommand; unique among its options
 * @is_short: @key is the letter of a short option, too
 * @value: placeholder of the value in --help; NULL: the option has no value
 * @help: what the option does; one line, which --help wraps
 * @words: values that completion offers, NULL after the last; may be NULL
 * @is_strict: no other value than @words is accepted
 * @is_file: the value is the name of a file
 */
struct command_option {
	const char *name;
	int key;
	bool is_short;
	const char *value;
	const char *help;
	const char *const *words;
	bool is_strict;
	bool is_file;
};

/**
 * struct command - A subcommand
 * @name: first argument of the program
 * @arguments: its arguments, for the usage line
 * @summary: one line for "ashiato --help", without the period
 * @options: ends with an option without a name; NULL: only --help
 * @help: --help after the options
 * @complete: offers arguments with completion_offer(); NULL: there are none to offer
 * @run: gets the arguments from its own name on, returns enum exit_status
 */
struct command {
	const char *name;
	const char *arguments;
	const char *summary;
	const struct command_option *options;
	const char *help;
	void (*complete)(const char *typed);
	int (*run)(const struct command *self, int argc, char **argv);
};

extern const struct command cmd_about;
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
extern const struct command cmd_new;
extern const struct command cmd_ps;
extern const struct command cmd_reset;
extern const struct command cmd_save;
extern const struct command cmd_session;
extern const struct command cmd_status;
extern const struct command cmd_tree;
extern const struct command cmd_uses;

#define HELP_SOURCE_IS \
	"SOURCE is an audit log, a directory with audit logs, a saved state, or - for\n" \
	"standard input; compressed files (gzip, xz, zstd) are read, too.\n"
#define HELP_SOURCE \
	HELP_SOURCE_IS \
	"Several sources are read together, logs in order of time. Without SOURCE, the\n" \
	"running kernel is read.\n"

/**
 * typedef option_take - Takes an option of a subcommand
 * @self: command
 * @ctx: argument of command_options()
 * @key: key of the option; its value is optarg
 *
 * Return: GO_ON, or an exit status after reporting an error.
 */
typedef int (*option_take)(const struct command *self, void *ctx, int key);

/* Option of commands that refuse damaged sources, and the advice to use it */
#define OPTION_ALLOW_DAMAGED {						\
	.name = "allow-damaged",					\
	.key = 'D',							\
	.help = "use the undamaged part of a source; exit with 3",	\
}
#define ADVICE_DAMAGED	"use another copy, or add --allow-damaged"

extern const struct command_option option_help;
/* Of ashiato itself; the subcommands take it, too, but do not list it. */
extern const struct command_option option_no_pager;
/* Option of ashiato itself; the subcommands do not have it. */
extern const struct command_option option_version;

int command_options(const struct command *self, int argc, char **argv,
		    option_take take, void *ctx);
int command_flag(const struct command *self, void *ctx, int key);
size_t command_word(const char *const *words, const char *typed);
int command_wrong(const struct command *self, const char *what,
		  const char *typed);
int command_wrong_near(const struct command *self, const char *what, const char *typed,
		       const char *prefix, const char *word);
int command_arguments(const struct command *self, int argc, int least,
		      int most);
int command_usage_error(const struct command *self, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif
