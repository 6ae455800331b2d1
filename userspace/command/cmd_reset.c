// SPDX-License-Identifier: GPL-2.0-only
/* ashiato reset: make the module discard all accesses. */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "session/capabilities.h"
#include "session/load.h"
#include "session/save_file.h"
#include "state.h"

/**
 * struct reset - A reset of the module
 * @self: command
 * @file: file to save to before the reset; NULL: do not save
 * @is_forced: do not ask
 * @is_done: the module was reset
 * @path: name of the module's file
 * @fd: the module's file
 */
struct reset {
	const struct command *self;
	const char *file;
	bool is_forced;
	bool is_done;
	struct text path;
	int fd;
};

static int reset_option(const struct command *self, void *ctx, int key)
{
	struct reset *reset = ctx;

	if (key == 'f') {
		reset->is_forced = true;
	} else if (!file_replaces(optarg)) {
		/* The accesses must be on disk before the reset discards them */
		return command_usage_error(self, "--save needs the name of a regular file");
	} else {
		reset->file = optarg;
	}
	return GO_ON;
}

static int reset_write(void *ctx)
{
	struct reset *reset = ctx;

	reset->is_done = write(reset->fd, "1\n", 2) == 2;
	if (reset->is_done)
		return GO_ON;
	report_write_error(text_str(&reset->path), -errno, reset->self->name);
	return EXIT_INPUT;
}

/*
 * Saves twice. The first state is complete on disk before the reset. The second
 * adds the accesses made until the reset: the module's file was opened before,
 * and keeps its content. Times are read before the reset, which discards them.
 */
static int reset_save(struct reset *reset)
{
	char *const live[] = { NULL };
	struct load load = {
		.command = reset->self->name,
		.names = live,
		.flags = LOAD_TIMES_IF_ANY,
		.whole = "type \"ashiato save --allow-damaged FILE\" and \"ashiato reset --force\"",
		.keep = KEEP_CHOWN,
		.ctx = reset,
	};
	struct model model;
	const struct state state = { .model = &model };
	int result;

	result = model_load(&load, &model);
	if (result == GO_ON)
		result = state_save(&state, reset->file);
	model_free(&model);
	if (result != EXIT_FOUND)
		return result;
	load.between = reset_write;
	result = model_load(&load, &model);
	if (result == GO_ON)
		result = state_save(&state, reset->file);
	model_free(&model);
	if (reset->is_done && result != EXIT_FOUND)
		report_error("%s: the module was reset, but %s lacks the last accesses before the reset",
			     reset->self->name, reset->file);
	return result;
}

/* Asks before a reset without saving: GO_ON, or an exit status. */
static int reset_ask(const struct reset *reset)
{
	char *answer = NULL;
	size_t size = 0;
	bool is_yes;

	if (reset->is_forced)
		return GO_ON;
	if (!isatty(STDIN_FILENO) || !isatty(STDERR_FILENO)) {
		report_error("%s: there is no terminal to ask on: type \"ashiato %s --save FILE\", or add --force",
			      reset->self->name, reset->self->name);
		return EXIT_USAGE;
	}
	fputs("This discards all recorded accesses, and all domains without a running process.\n"
	      "Nothing is saved first. Continue? [y/N] ", stderr);
	is_yes = getline(&answer, &size, stdin) > 0 && rpmatch(answer) > 0;
	free(answer);
	if (is_yes)
		return GO_ON;
	report_error("%s: nothing was discarded", reset->self->name);
	return EXIT_NOTHING;
}

static const struct command_option reset_options[] = {
	{
		.name = "save",
		.key = 's',
		.value = "FILE",
		.help = "first save all accesses, as \"ashiato save\" does, including those made until the reset",
		.is_file = true,
	},
	{
		.name = "force",
		.key = 'f',
		.help = "do not ask and do not save",
	},
	{ 0 },
};

static int reset_run(const struct command *self, int argc, char **argv)
{
	struct reset reset = { .self = self };
	int result;

	result = command_options(self, argc, argv, reset_option, &reset);
	if (result == GO_ON)
		result = command_arguments(self, argc, 0, 0);
	if (result != GO_ON)
		return result;
	reset.fd = live_open("reset", O_WRONLY | O_APPEND, &reset.path);
	if (reset.fd < 0) {
		capabilities_drop(KEEP_NONE);
		report_live_error(text_str(&reset.path), reset.fd, self->name);
		result = EXIT_INPUT;
	} else if (reset.file) {
		result = reset_save(&reset);
	} else {
		capabilities_drop(KEEP_NONE);
		result = reset_ask(&reset);
		if (result == GO_ON)
			result = reset_write(&reset);
		if (result == GO_ON)
			result = EXIT_FOUND;
	}
	if (reset.fd >= 0)
		close(reset.fd);
	text_free(&reset.path);
	return result;
}

const struct command cmd_reset = {
	.name = "reset",
	.arguments = "",
	.summary = "Make the module discard all recorded accesses",
	.options = reset_options,
	.help =
	"Discards all accesses, and all domains except those of running processes; later\n"
	"accesses are new again. Histories and transition rules stay.\n"
	"Without an option, the command asks first.\n",
	.run = reset_run,
};
