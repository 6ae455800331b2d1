/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_COMMAND_H
#define ASHIATO_COMMAND_H

#include <getopt.h>
#include <stdbool.h>

#include "model/model.h"
#include "source/process.h"
#include "source/source.h"

/**
 * enum command_exit - How the command ends; ashiato(8) tells users
 * @EXIT_FOUND: something was found and printed
 * @EXIT_NOTHING: nothing was found
 * @EXIT_USAGE: wrong options or arguments
 * @EXIT_INPUT: the source could not be read, or the result not be written
 */
enum command_exit {
	EXIT_FOUND = 0,
	EXIT_NOTHING = 1,
	EXIT_USAGE = 2,
	EXIT_INPUT = 3,
};

/**
 * struct command - A subcommand
 * @name: what users type
 * @usage: its options and arguments
 * @summary: what it does, in one line
 * @help: the rest of --help
 * @run: gets the arguments from its own name on, returns enum command_exit
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

/* What command_options() returns when the command is to go on. */
#define COMMAND_GO_ON	(-1)

/**
 * typedef option_take - Takes an option of a command
 * @self: command
 * @ctx: what command_options() was given
 * @option: val of its struct option; its value is optarg
 *
 * Return: COMMAND_GO_ON, or an exit code after saying why.
 */
typedef int (*option_take)(const struct command *self, void *ctx, int option);

int command_options(const struct command *self, int argc, char **argv,
		    const struct option *options, option_take take, void *ctx);
int command_flag(const struct command *self, void *ctx, int option);
int command_wrong(const struct command *self, const char *what,
		  const char *typed);
int command_arguments(const struct command *self, int argc, int least,
		      int most);
void command_keep(struct text *text, bool with_progress);
void command_error(const char *format, ...)
	__attribute__((format(printf, 1, 2)));
int command_usage_error(const struct command *self, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void command_open_error(const char *name, int err, const char *self);
void command_live_error(const char *name, int err, const char *self);
void command_damage(const char *name, const struct damage *damage);
void command_drop(bool keep_override);
int command_read_all(const struct command *self, char *const names[],
		     fact_sink sink, void *ctx, bool keep_override);
int command_read(const struct command *self, const char *name, fact_sink sink,
		 void *ctx, bool keep_override);
int command_model_all(const struct command *self, char *const names[],
		      struct model *model, bool keep_override);
int command_model(const struct command *self, const char *name,
		  struct model *model, bool keep_override);
int command_processes(const struct command *self, struct process_list *list,
		      bool with_threads);
int command_model_times(const struct command *self, char *const names[],
			struct model *model);
int command_model_save(const struct command *self, char *const names[],
		       struct model *model);
int command_model_then(const struct command *self, struct model *model,
		       int (*then)(void *ctx), void *ctx);

#endif
