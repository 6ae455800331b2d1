// SPDX-License-Identifier: GPL-2.0-only
/* Options that select domains and accesses, the same for all commands. */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/nearest.h"
#include "base/passwd.h"
#include "base/time_parse.h"
#include "model/self.h"
#include "select.h"
#include "source/container.h"
#include "source/op.h"

/* Examples for completion */
const char *const select_times[] = {
	"now", "today", "yesterday", "-1h", "-1d", NULL
};

const char *const select_ops[] = {
	"file", "execute", "read", "write", "create", "unlink", "network",
	"connect", "accept", "listen", "env", "capability", "ipc", NULL
};

/*
 * Select the domain that the shipped cgroup_domain rules give to a service. All instances of a
 * template share it.
 */
static int unit_option(const struct command *self, struct filter *filter)
{
	static const char suffix[] = ".service";
	/* Not freed: the filter uses it until the program ends */
	static struct text name;
	size_t len = strlen(optarg);
	const char *at = memchr(optarg, '@', len);

	if (len > strlen(suffix) && !strcmp(optarg + len - strlen(suffix), suffix))
		len -= strlen(suffix);
	if (!len || memchr(optarg, '/', len))
		return command_wrong(self, "unit", optarg);
	text_clear(&name);
	text_puts(&name, "<kernel> /unit/");
	text_add_name(&name, optarg, at ? (size_t)(at + 1 - optarg) : len);
	text_puts(&name, at ? "\\*" : "");
	text_puts(&name, suffix);
	filter->under = name.data;
	return name.failed ? report_no_memory() : GO_ON;
}

static int time_option(const struct command *self, int64_t *time_ms, bool is_end)
{
	if (time_parse(optarg, time(NULL), is_end, time_ms))
		return command_wrong(self, "time", optarg);
	return GO_ON;
}

/* Report an unknown word of a list, and one of @words, or of the operations, that is like it. */
static int word_wrong(const struct command *self, const char *what, struct span word,
		      const char *option, const char *const *words, bool is_op)
{
	struct text typed = { 0 }, right = { 0 };
	struct nearest nearest;

	text_add(&typed, word.ptr, word.len);
	nearest = (struct nearest){ .typed = text_str(&typed) };
	for (; *words; words++)
		nearest_try(&nearest, *words);
	if (is_op)
		ops_nearest(&nearest);
	if (nearest.word)
		text_add_shell(&right, nearest.word);
	command_wrong_near(self, what, nearest.typed, option, right.data);
	text_free(&right);
	text_free(&typed);
	return EXIT_USAGE;
}

static int op_option(const struct command *self, struct filter *filter)
{
	struct span wrong = ops_unknown(optarg);

	filter->ops = optarg;
	return wrong.ptr ? word_wrong(self, "operation", wrong, "--op ", select_ops, true) : GO_ON;
}

static int class_option(const struct command *self, struct filter *filter)
{
	/* Not freed: the filter uses it until the program ends */
	static struct classes classes;
	struct text error = { 0 };
	struct span wrong;

	wrong = class_list_parse(optarg, &filter->class_set);
	if (wrong.ptr)
		return word_wrong(self, "class", wrong, "--class ", class_names, false);
	filter->classes = &classes;
	if (classes.count)
		return GO_ON;
	return report_conf(classes_read(&classes, &error), &error);
}

static int user_option(const struct command *self, struct filter *filter)
{
	/* The filter uses it until the program ends */
	static int64_t uid;

	uid = passwd_uid(optarg);
	filter->login = &uid;
	return uid < 0 ? command_usage_error(self, "no user %s on this machine", optarg) : GO_ON;
}

/**
 * select_option() - Take one of SELECT_OPTIONS
 * @self: command
 * @filter: gets the value of the option
 * @key: enum select_key
 *
 * Return: GO_ON, or an exit status after reporting an error.
 */
int select_option(const struct command *self, struct filter *filter, int key)
{
	switch (key) {
	case SELECT_UNDER:
		if (!optarg[strspn(optarg, " ")])
			return command_usage_error(self, "the name of the domain is empty");
		filter->under = optarg;
		return GO_ON;
	case SELECT_UNIT:
		return unit_option(self, filter);
	case SELECT_CONTAINER:
		if (!*optarg)
			return command_wrong(self, "container", optarg);
		filter->container = optarg;
		containers_open();
		return GO_ON;
	case SELECT_SINCE:
		return time_option(self, &filter->since_ms, false);
	case SELECT_UNTIL:
		return time_option(self, &filter->until_ms, true);
	case SELECT_CLASS:
		return class_option(self, filter);
	case SELECT_USER:
		return user_option(self, filter);
	default:
		return op_option(self, filter);
	}
}

/* Why nothing is selected. NULL: no domain has the name, or there is none. */
static const char *nothing_reason(const struct filter *filter, bool has_times)
{
	if (filter_has_time(filter))
		return has_times ? "no access at that time"
				 : "the SOURCE has no times: omit --since and --until";
	if (filter->container)
		return "no domain has programs of that container: type \"ashiato ps\" to list running containers";
	if (filter->login)
		return "no access by a login of that user";
	if (filter->only_refused)
		return "no access was refused";
	if (filter->class_set)
		return "no access of that class";
	if (filter->ops)
		return "no access with that operation";
	return NULL;
}

/**
 * select_nothing() - Report why nothing is selected
 * @load: the sources
 * @filter: filter
 * @has_times: the time of at least one access is known
 */
void select_nothing(const struct load *load, const struct filter *filter, bool has_times)
{
	const char *reason = nothing_reason(filter, has_times);

	if (reason)
		report_error("%s: %s", load->command, reason);
	else
		report_see_tree(load->command, filter->under ? "no domain has that name or unit"
							     : "no domain found", load->names);
}

/**
 * select_load() - Build a model of the sources, and reduce it to what is selected
 * @load: the sources
 * @filter: filter
 * @model: filled and sorted; the caller frees it in any case
 * @is_json: print an empty JSON array if there is nothing
 *
 * Return: GO_ON, or an exit status after reporting an error.
 */
int select_load(const struct load *load, const struct filter *filter,
		struct model *model, bool is_json)
{
	struct load all = *load;
	bool has_times, has_logins;
	int result;

	if (filter_has_time(filter) || filter->login)
		all.flags = (load->flags | LOAD_TIMES) & ~LOAD_ONLY_REFUSED;
	if (filter->login)
		all.flags |= LOAD_LOGINS;
	/* JSON has the names of containers */
	if (is_json)
		containers_open();
	result = model_load(&all, model);
	if (result == GO_ON) {
		has_times = model_has_times(model);
		has_logins = model_has_logins(model);
		model_filter(model, filter);
		if (model_first(model))
			return GO_ON;
		if (filter->login && !has_logins)
			report_error("%s: the SOURCE has no users: no login made an access, or the state is of an older version",
				     load->command);
		else
			select_nothing(load, filter, has_times);
		result = EXIT_NOTHING;
	}
	if (result == EXIT_NOTHING && is_json)
		puts("[]");
	return result;
}

static int side_load(const struct command *self, char *const *names, const struct filter *filter,
		     bool allow_damaged, enum kept_capabilities keep, struct model *model)
{
	const struct load load = {
		.command = self->name,
		.names = names,
		.flags = LOAD_TIMES_IF_ANY | (filter->login ? LOAD_LOGINS : 0),
		.whole = allow_damaged ? NULL : ADVICE_DAMAGED,
		.keep = keep,
	};

	if (model_load(&load, model) != GO_ON)
		return EXIT_INPUT;
	if (!names[0])
		self_mark(model);
	if (filter->login)
		model_filter(model, &(struct filter){ .depth = DEPTH_ALL,
						      .login = filter->login });
	return GO_ON;
}

/**
 * select_compared() - Build models of the sources on both sides of a comparison
 * @self: command
 * @old: names of the old sources, as in &struct load; NULL: leave the old model empty
 * @new: names of the new sources
 * @filter: its user applies to each side of the comparison
 * @allow_damaged: use the rest of damaged sources
 * @compared: empty; filled with the old and the new model, sorted; the caller frees both in any
 *	case
 *
 * Return: GO_ON, or EXIT_INPUT after reporting an error. A source without domains is an error, too:
 * EXIT_NOTHING would mean a difference.
 */
int select_compared(const struct command *self, char *const *old, char *const *new,
		    const struct filter *filter, bool allow_damaged, struct model compared[2])
{
	/* The sources may be readable with CAP_DAC_OVERRIDE only */
	int result = old ? side_load(self, old, filter, allow_damaged, KEEP_OVERRIDE,
				     &compared[0]) : GO_ON;

	return result != GO_ON ? result :
	       side_load(self, new, filter, allow_damaged, KEEP_NONE, &compared[1]);
}

/* @number: number of the last line read; after an error, of the wrong line. */
struct ignore_reader {
	struct match_list *list;
	unsigned long number;
};

static int ignore_line(void *ctx, const struct line *line)
{
	struct ignore_reader *reader = ctx;

	reader->number = line->number;
	return match_list_line(reader->list, line);
}

/**
 * select_ignore() - Read a file of patterns to ignore
 * @self: command
 * @list: the patterns are added
 * @file: name of the file
 *
 * Return: GO_ON, or EXIT_INPUT after reporting an error.
 */
int select_ignore(const struct command *self, struct match_list *list, const char *file)
{
	struct ignore_reader reader = { .list = list };
	int fd = open(file, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	int err = fd < 0 ? -errno : lines_each(fd, ignore_line, &reader, NULL);

	if (err == -EINVAL)
		report_error("%s:%lu: not a pattern: write a path, an access or a domain: type \"ashiato %s --help\"",
			     file, reader.number, self->name);
	else if (err)
		report_error("%s: %s: name a file of patterns", file,
			     strerror(-err));
	if (fd >= 0)
		close(fd);
	return err ? EXIT_INPUT : GO_ON;
}
