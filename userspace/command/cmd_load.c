// SPDX-License-Identifier: GPL-2.0-only
/* ashiato load: load transition rules into the module. */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "completion.h"
#include "session/capabilities.h"
#include "source/rules.h"
#include "source/source.h"

/**
 * struct loader - Rules to load into the module
 * @self: command
 * @name: name of the file, for messages
 * @rules: rules of the file
 * @module: name of the module's file
 * @old: rules of the module, with --replace
 * @fd: module's file
 */
struct loader {
	const struct command *self;
	const char *name;
	struct rules rules;
	struct text module;
	struct rules old;
	int fd;
};

static int rule_write(const struct loader *load, const char *before,
		      const char *rule)
{
	struct text line = { 0 };
	ssize_t done;
	int err = 0;

	text_puts(&line, before);
	text_puts(&line, rule);
	text_puts(&line, "\n");
	if (line.failed) {
		text_free(&line);
		return -ENOMEM;
	}
	do {
		done = write(load->fd, line.data, line.len);
	} while (done < 0 && errno == EINTR);
	if (done < 0)
		err = -errno;
	else if ((size_t)done != line.len)
		err = -EIO;
	text_free(&line);
	return err;
}

static void rule_error(const struct loader *load, const struct rule *rule,
		       int err)
{
	const char *name = load->name;
	const char *form = rule_form(rule);

	if (err == -ENOENT)
		report_error("%s:%lu: the module has no such rule: type \"ashiato save --rules -\" to print all",
			      name, rule->number);
	else if (err == -EPERM)
		report_write_error(text_str(&load->module), err, load->self->name);
	else if (err != -EINVAL)
		report_error("%s:%lu: not loaded: %s", name, rule->number,
			      strerror(-err));
	else if (form)
		report_error("%s:%lu: refused by the module: the syntax is \"%s\": type \"ashiato load --help\"",
			      name, rule->number, form);
	else
		report_error("%s:%lu: refused by the module: unknown rule: type \"ashiato load --help\"",
			      name, rule->number);
}

/* Continues after a refused line. */
static int rules_load(const struct loader *load)
{
	int result = EXIT_FOUND;

	for (size_t i = 0; i < load->rules.count; i++) {
		const struct rule *rule = &load->rules.rule[i];
		int err = rule_write(load, "", rule->line);

		if (!err)
			continue;
		rule_error(load, rule, err);
		result = EXIT_INPUT;
		if (err != -EINVAL && err != -ENOENT)
			break;
	}
	return result;
}

static int rules_delete(const struct loader *load)
{
	for (size_t i = 0; i < load->old.count; i++) {
		const struct rule *rule = &load->old.rule[i];
		int err;

		if (rules_have(&load->rules, rule))
			continue;
		err = rule_write(load, "delete ", rule->line);
		/* Another process may have deleted it meanwhile */
		if (!err || err == -ENOENT)
			continue;
		if (err == -EPERM)
			report_write_error(text_str(&load->module), err,
					   load->self->name);
		else
			report_error("%s: cannot delete the rule %s: %s: nothing was loaded",
				     text_str(&load->module), rule->line,
				     strerror(-err));
		return EXIT_INPUT;
	}
	return EXIT_FOUND;
}

/* Checks that the file has rules, before anything is written to the module. */
static int rules_check(const struct loader *load, bool with_replace)
{
	const char *name = load->name;

	switch (load->rules.kind) {
	case SOURCE_POLICY:
		report_error("%s: is a saved state: name a file of transition rules",
			      name);
		return EXIT_INPUT;
	case SOURCE_AUDIT:
	case SOURCE_PACKED:
		report_error("%s: is %s: name a file of transition rules", name,
			      load->rules.kind == SOURCE_AUDIT ? "an audit log"
							       : "compressed");
		return EXIT_INPUT;
	default:
		break;
	}
	if (load->rules.damage.count) {
		report_error("%s:%lu: not printable text, nothing was loaded: correct the line",
			      name, load->rules.damage.first);
		return EXIT_INPUT;
	}
	if (load->rules.count || with_replace)
		return GO_ON;
	report_error("%s: no rule found: type \"ashiato load --help\" for a list of rules",
		      name);
	return EXIT_NOTHING;
}

static int file_open(struct loader *load, const char *file)
{
	int fd;

	if (!strcmp(file, "-")) {
		load->name = "standard input";
		fd = dup(STDIN_FILENO);
	} else {
		load->name = file;
		fd = open(file, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	}
	return fd < 0 ? -errno : fd;
}

static int file_read(struct loader *load, int fd)
{
	int err = rules_read(&load->rules, fd);

	if (!err)
		return GO_ON;
	report_error("%s: %s: name a file of transition rules",
		      load->name, strerror(-err));
	return EXIT_INPUT;
}

static int module_read(struct loader *load, int fd)
{
	int err = rules_read(&load->old, fd);

	if (!err)
		return GO_ON;
	report_open_error(text_str(&load->module), err, load->self->name);
	return EXIT_INPUT;
}

/* Called with all files open and capabilities dropped. */
static int load_all(struct loader *load, int file, int module, bool with_replace)
{
	int result;

	result = file_read(load, file);
	if (result == GO_ON)
		result = rules_check(load, with_replace);
	if (result == GO_ON && with_replace)
		result = module_read(load, module);
	if (result != GO_ON)
		return result;
	if (rules_delete(load) != EXIT_FOUND)
		return EXIT_INPUT;
	return rules_load(load);
}

static const struct command_option load_options[] = {
	{
		.name = "replace",
		.key = 'r',
		.help = "first delete the rules of the module that are not in FILE",
	},
	{ 0 },
};

static int load_run(const struct command *self, int argc, char **argv)
{
	struct loader load = { .self = self, .fd = -1 };
	struct text again = { 0 };
	bool with_replace = false;
	int module = -1;
	int file = -1;
	int result;

	result = command_options(self, argc, argv, command_flag,
				 &with_replace);
	if (result == GO_ON)
		result = command_arguments(self, argc, 1, 1);
	if (result != GO_ON)
		return result;
	result = EXIT_INPUT;
	file = file_open(&load, argv[optind]);
	if (file < 0) {
		report_error("%s: %s: name a file of transition rules",
			      load.name, strerror(-file));
		goto out;
	}
	load.fd = live_open("exception_policy", O_WRONLY | O_APPEND,
			    &load.module);
	if (load.fd >= 0 && with_replace)
		module = live_open("exception_policy", O_RDONLY, &again);
	capabilities_drop(KEEP_NONE);
	if (load.fd < 0 || (with_replace && module < 0))
		report_live_error(text_str(&load.module),
				   load.fd < 0 ? load.fd : module, self->name);
	else
		result = load_all(&load, file, module, with_replace);
out:
	if (file >= 0)
		close(file);
	if (module >= 0)
		close(module);
	if (load.fd >= 0)
		close(load.fd);
	rules_free(&load.rules);
	rules_free(&load.old);
	text_free(&load.module);
	text_free(&again);
	return result;
}

const struct command cmd_load = {
	.name = "load",
	.arguments = "FILE",
	.summary = "Load transition rules into the module",
	.options = load_options,
	.help =
	"FILE has one rule per line; - is standard input. Lines that begin with # are\n"
	"comments.\n\n"
	"  initialize_domain PROGRAM [from DOMAIN]    run PROGRAM in <kernel> PROGRAM\n"
	"  no_initialize_domain PROGRAM [from DOMAIN] exception from initialize_domain\n"
	"  keep_domain [PROGRAM from] DOMAIN          run PROGRAM in DOMAIN itself\n"
	"  no_keep_domain [PROGRAM from] DOMAIN       exception from keep_domain\n"
	"  reset_domain PROGRAM [from DOMAIN]         run PROGRAM in <PROGRAM>\n"
	"  no_reset_domain PROGRAM [from DOMAIN]      exception from reset_domain\n"
	"  aggregator PATTERN NAME                    record matching programs as NAME\n"
	"  path_group GROUP PATTERN                   add PATTERN to @GROUP\n"
	"  file_pattern PATTERN [NAME]                record matching files as NAME\n"
	"  cgroup_domain PATTERN [as NAME]            run programs of matching cgroups\n"
	"                                             below <kernel> NAME\n"
	"  delete RULE                                delete RULE from the module\n\n"
	"PROGRAM is a path, a pattern, @GROUP or any. DOMAIN is the whole name of a\n"
	"domain, or has one of these forms and stands for all domains whose last program\n"
	"matches.\n"
	"\"ashiato save --rules FILE\" writes such a file.\n",
	.complete = completion_files,
	.run = load_run,
};
