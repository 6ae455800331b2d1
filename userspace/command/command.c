// SPDX-License-Identifier: GPL-2.0-only
/* What the subcommands have in common. */
#include <cap-ng.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "source/checksum.h"
#include "command.h"
#include "model/live_times.h"
#include "source/progress.h"

/* Where what is wrong is said instead of on standard error. */
static struct text *kept;
static bool is_quiet;

/**
 * command_keep() - Keep what command_error() says, for who shows it himself
 * @text: gets it, escaped, appended; NULL: it goes to standard error again
 * @with_progress: standard error can still be told how much is read
 */
void command_keep(struct text *text, bool with_progress)
{
	kept = text;
	is_quiet = text && !with_progress;
}

static void say(const char *format, va_list args)
{
	char line[4096];
	struct text shown = { 0 };
	const char *text;

	vsnprintf(line, sizeof(line), format, args);
	text_add_line(&shown, line, strlen(line));
	text = shown.failed ? "out of memory" : text_str(&shown);
	if (!kept) {
		/* One write a line: lines of several commands do not mix */
		fprintf(stderr, "ashiato: %s\n", text);
	} else {
		if (kept->len)
			text_puts(kept, "; ");
		text_puts(kept, text);
	}
	text_free(&shown);
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
 * Return: COMMAND_GO_ON with optind at the first argument, or an exit code.
 */
int command_options(const struct command *self, int argc, char **argv,
		    const struct option *options, option_take take, void *ctx)
{
	int result = COMMAND_GO_ON;
	int c;

	opterr = 0;
	optind = 0;
	while (result == COMMAND_GO_ON &&
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
 * Return: COMMAND_GO_ON.
 */
int command_flag(const struct command *self, void *ctx, int option)
{
	bool *flag = ctx;

	(void)self;
	(void)option;
	*flag = true;
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
	bool may_bound;

	/* Where it may not, libcap-ng complains in the system's log */
	may_bound = !capng_get_caps_process() &&
		    capng_have_capability(CAPNG_EFFECTIVE, CAP_SETPCAP);
	capng_clear(CAPNG_SELECT_BOTH);
	if (keep_override)
		capng_update(CAPNG_ADD, CAPNG_EFFECTIVE | CAPNG_PERMITTED,
			     CAP_DAC_OVERRIDE);
	/* The bounding set may be refused where the rest is not */
	if (!may_bound || capng_apply(CAPNG_SELECT_BOTH) < 0)
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
	case -ESTALE:
		command_error("%s: all was forgotten while it was read: type the command again",
			      name);
		break;
	case -EISDIR:
		command_error("%s: no audit log is in this folder: name a log or a policy",
			      name);
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

/**
 * command_live_error() - Say why a file that newer modules have cannot be opened
 * @name: of the file
 * @err: -errno
 * @self: name of the command, to repeat it
 */
void command_live_error(const char *name, int err, const char *self)
{
	if (err == -ENOENT)
		command_error("%s: the loaded module is too old for this: type \"rmmod ashiato; modprobe ashiato\"",
			      name);
	else
		command_open_error(name, err, self);
}

static void command_read_error(const struct command *self,
			       const struct source *source, int err)
{
	const char *name = text_str(&source->name);

	if (err == -ESTATECHANGED)
		command_error("%s: line %lu: the part that ends here is not as it was saved: take another copy, or delete the lines that begin with # to read it unchecked",
			      name, source->lines);
	else if (err == -ESTATECUT)
		command_error("%s: line %lu: the rest is missing: take another copy, or delete the lines that begin with # to read it unchecked",
			      name, source->lines);
	else if (err == -ESTATENEWER)
		command_error("%s: line %lu: saved by a newer version of ashiato: install that",
			      name, source->lines);
	else if (err != -EMEDIUMTYPE)
		command_open_error(name, err, self->name);
	else if (source->kind == SOURCE_PACKED)
		command_error("%s: compressed: type \"zcat FILE | ashiato %s -\" (xzcat, zstdcat)",
			      name, self->name);
	else
		command_error("%s: line %lu: neither an audit log nor a policy: name another file",
			      name, source->damage.first);
}

/**
 * command_damage() - Say how much of a source was skipped
 * @name: of the file
 * @damage: lines skipped
 */
void command_damage(const char *name, const struct damage *damage)
{
	if (damage->count)
		command_error("%s: %lu damaged line%s skipped (first at line %lu)",
			      name, damage->count, damage->count == 1 ? "" : "s",
			      damage->first);
}

/* Say what of a source could not be read; what could stays. */
static int command_source_damage(const struct source *source)
{
	const char *name = text_str(&source->name);

	command_damage(name, &source->damage);
	if (source->error)
		command_error("%s: compressed data %s after line %lu, the rest is lost: copy the file again",
			      name, source->error == -ENODATA ? "end too early"
							      : "are damaged",
			      source->lines);
	return source->damage.count || source->error ? EXIT_NOTHING : EXIT_FOUND;
}

static int sources_begin(const struct command *self, struct sources *sources,
			 char *const names[], bool keep_override)
{
	int err;

	*sources = (struct sources){ 0 };
	err = sources_open(sources, names);
	command_drop(keep_override);
	if (!err)
		return COMMAND_GO_ON;
	command_open_error(sources->failed ? text_str(&sources->failed->name) :
			   "SOURCE", err, self->name);
	sources_close(sources);
	return EXIT_INPUT;
}

static int sources_finish(const struct command *self, struct sources *sources,
			  fact_sink sink, void *ctx)
{
	struct progress progress = { 0 };
	int result = EXIT_FOUND;
	int err;

	/* What is printed meanwhile would stand in the same line */
	if (!is_quiet && (sink == model_add || !isatty(STDOUT_FILENO)))
		progress_begin(&progress, sources);
	for (size_t i = 0; i < sources->count; i++)
		sources->source[i].without_process = sink == model_add;
	err = sources_read(sources, sink, ctx);
	progress_end(&progress);
	if (err) {
		command_read_error(self, sources->failed, err);
		result = EXIT_INPUT;
	}
	for (size_t i = 0; i < sources->count && !err; i++)
		if (command_source_damage(&sources->source[i]))
			result = EXIT_NOTHING;
	sources_close(sources);
	return result;
}

/**
 * command_read_all() - Open sources, drop capabilities, hand their facts over
 * @self: command
 * @names: of the sources, NULL after the last; none for the live kernel
 * @sink: gets the facts, in the order of time of logs
 * @ctx: for @sink
 * @keep_override: as for command_drop()
 *
 * Return: EXIT_FOUND when all were whole, EXIT_NOTHING when lines were damaged
 * and skipped, EXIT_INPUT when one could not be read.
 */
int command_read_all(const struct command *self, char *const names[],
		     fact_sink sink, void *ctx, bool keep_override)
{
	struct sources sources;
	int result;

	result = sources_begin(self, &sources, names, keep_override);
	if (result != COMMAND_GO_ON)
		return result;
	return sources_finish(self, &sources, sink, ctx);
}

/**
 * command_read() - The same for a single source
 * @self: command
 * @name: of the source, NULL for the live kernel
 * @sink: gets the facts
 * @ctx: for @sink
 * @keep_override: as for command_drop()
 *
 * Return: as command_read_all().
 */
int command_read(const struct command *self, const char *name, fact_sink sink,
		 void *ctx, bool keep_override)
{
	char *names[] = { (char *)name, NULL };

	return command_read_all(self, names, sink, ctx, keep_override);
}

static int model_end(const struct command *self, struct model *model,
		     int result)
{
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

/**
 * command_model_all() - Build a model of sources
 * @self: command
 * @names: of the sources, NULL after the last; none for the live kernel
 * @model: filled in and sorted; to be freed in any case
 * @keep_override: as for command_drop()
 *
 * Return: COMMAND_GO_ON, or an exit code after saying why.
 */
int command_model_all(const struct command *self, char *const names[],
		      struct model *model, bool keep_override)
{
	*model = (struct model){ 0 };
	return model_end(self, model, command_read_all(self, names, model_add,
						       model, keep_override));
}

/**
 * command_model() - The same of a single source
 * @self: command
 * @name: of the source, NULL for the live kernel
 * @model: filled in and sorted; to be freed in any case
 * @keep_override: as for command_drop()
 *
 * Return: as command_model_all().
 */
int command_model(const struct command *self, const char *name,
		  struct model *model, bool keep_override)
{
	char *names[] = { (char *)name, NULL };

	return command_model_all(self, names, model, keep_override);
}

/**
 * struct live - What is done with the files of the module
 * @is_save: what is read is saved, with the times that there are
 * @then: called between the files; NULL: nothing is. Returns COMMAND_GO_ON, or
 *	an exit code after saying why
 * @ctx: for @then
 */
struct live {
	bool is_save;
	int (*then)(void *ctx);
	void *ctx;
};

static int live_finish(const struct command *self, struct sources *sources,
		       struct model *model, const struct live_times *times)
{
	int result = sources_finish(self, sources, model_add, model);

	if (result != EXIT_INPUT && live_times_apply(times, model)) {
		command_error("out of memory");
		result = EXIT_INPUT;
	}
	return model_end(self, model, result);
}

/* Accesses may be added meanwhile: all of those that have times are read. */
static int live_files(const struct command *self, const struct live *live,
		      struct model *model, int fd, const char *path)
{
	char *const names[] = { NULL };
	struct live_times times = { 0 };
	struct sources sources;
	int result;
	int err;

	result = sources_begin(self, &sources, names, live->is_save);
	if (result != COMMAND_GO_ON)
		return result;
	err = fd < 0 ? 0 : live_times_read(&times, fd);
	if (err) {
		command_live_error(path, err, self->name);
		result = EXIT_INPUT;
	} else {
		command_damage(path, &times.damage);
		if (live->then)
			result = live->then(live->ctx);
	}
	if (result == COMMAND_GO_ON)
		result = live_finish(self, &sources, model, &times);
	else
		sources_close(&sources);
	live_times_free(&times);
	return result;
}

static int model_live(const struct command *self, const struct live *live,
		      struct model *model)
{
	struct text path = { 0 };
	int result;
	int fd;

	*model = (struct model){ 0 };
	fd = live_open("accesses", O_RDONLY, &path);
	/* A module of 0.1 counts nothing */
	if (fd < 0 && !(fd == -ENOENT && live->is_save)) {
		command_live_error(text_str(&path), fd, self->name);
		result = EXIT_INPUT;
	} else {
		result = live_files(self, live, model, fd, text_str(&path));
	}
	if (fd >= 0)
		close(fd);
	text_free(&path);
	return result;
}

/**
 * command_model_times() - Build a model that knows when accesses were made
 * @self: command
 * @names: of the sources, NULL after the last; none for the live kernel
 * @model: filled in and sorted; to be freed in any case
 *
 * Return: COMMAND_GO_ON, or an exit code after saying why.
 */
int command_model_times(const struct command *self, char *const names[],
			struct model *model)
{
	const struct live live = { 0 };

	if (names[0])
		return command_model_all(self, names, model, false);
	return model_live(self, &live, model);
}

/**
 * command_model_save() - The same, to be saved: with the times that there are
 * @self: command
 * @names: of the sources, NULL after the last; none for the live kernel
 * @model: filled in and sorted; to be freed in any case
 *
 * The file may lie in a folder of somebody else: CAP_DAC_OVERRIDE is kept.
 *
 * Return: as command_model_times().
 */
int command_model_save(const struct command *self, char *const names[],
		       struct model *model)
{
	const struct live live = { .is_save = true };

	if (names[0])
		return command_model_all(self, names, model, true);
	return model_live(self, &live, model);
}

/**
 * command_model_then() - The same of what the module had until something was done
 * @self: command
 * @model: filled in and sorted; to be freed in any case
 * @then: called when the module's files are open, and the times read; returns
 *	COMMAND_GO_ON, or an exit code after saying why
 * @ctx: for @then
 *
 * Return: as command_model_times().
 */
int command_model_then(const struct command *self, struct model *model,
		       int (*then)(void *ctx), void *ctx)
{
	const struct live live = { .is_save = true, .then = then, .ctx = ctx };

	return model_live(self, &live, model);
}

/**
 * command_processes() - Read the running processes, drop capabilities
 * @self: command
 * @list: filled in; to be freed in any case
 * @with_threads: also threads that differ in nothing from their process
 *
 * Return: COMMAND_GO_ON, or EXIT_INPUT after saying why.
 */
int command_processes(const struct command *self, struct process_list *list,
		      bool with_threads)
{
	struct text path = { 0 };
	int fd = live_open("process_status", O_RDONLY, &path);
	int err;

	*list = (struct process_list){ 0 };
	command_drop(false);
	err = fd < 0 ? fd : process_list_read(list, fd);
	if (fd >= 0)
		close(fd);
	if (err)
		command_open_error(text_str(&path), err, self->name);
	else
		command_damage(text_str(&path), &list->damage);
	if (!err && !with_threads)
		process_list_fold(list);
	text_free(&path);
	return err ? EXIT_INPUT : COMMAND_GO_ON;
}
