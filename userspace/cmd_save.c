// SPDX-License-Identifier: GPL-2.0-only
/* ashiato save: keep a state as policy text. */
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "command.h"
#include "render.h"
#include "rules.h"

/**
 * struct state - What is saved
 * @what: "policy" or "rules"
 * @model: the domains, or NULL
 * @rules: the rules, or NULL
 */
struct state {
	const char *what;
	const struct model *model;
	const struct rules *rules;
};

static void state_head(const struct state *state, FILE *out)
{
	time_t now = time(NULL);
	struct utsname uts;
	char when[32] = "";
	struct tm tm;

	if (gmtime_r(&now, &tm))
		strftime(when, sizeof(when), "%Y-%m-%dT%H:%M:%SZ", &tm);
	if (uname(&uts))
		memset(&uts, 0, sizeof(uts));
	fprintf(out, "# ashiato %s 1, saved %s, %s, kernel %s\n\n", state->what,
		when, uts.nodename, uts.release);
}

static int state_print(const struct state *state, FILE *out)
{
	state_head(state, out);
	if (state->model)
		return render_policy(state->model, out);
	for (size_t i = 0; i < state->rules->count; i++)
		fprintf(out, "%s\n", state->rules->rule[i].line);
	return 0;
}

/* A rename is safe on disk when its folder is. */
static int folder_sync(const char *file)
{
	char *copy = strdup(file);
	int err = 0;
	int fd;

	if (!copy)
		return -ENOMEM;
	fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	/* Some file systems cannot sync a folder, and need not */
	if (fd >= 0 && fsync(fd) && errno != EINVAL && errno != EROFS)
		err = -errno;
	if (fd >= 0)
		close(fd);
	free(copy);
	return err;
}

static int state_write(const struct state *state, int fd)
{
	FILE *out = fdopen(fd, "w");
	int err;

	if (!out) {
		err = -errno;
		close(fd);
		return err;
	}
	err = state_print(state, out);
	if (!err && (fflush(out) || ferror(out)))
		err = errno ? -errno : -EIO;
	if (!err && fsync(fd))
		err = -errno;
	if (fclose(out) && !err)
		err = -errno;
	return err;
}

/* The file is the old one or the new one, whatever happens on the way. */
static int state_replace(const struct state *state, const char *file)
{
	struct text name = { 0 };
	int err;
	int fd;

	text_puts(&name, file);
	text_puts(&name, ".XXXXXX");
	if (name.failed) {
		err = -ENOMEM;
		goto out_name;
	}
	fd = mkostemp(name.data, O_CLOEXEC);
	if (fd < 0) {
		err = -errno;
		goto out_name;
	}
	err = state_write(state, fd);
	if (!err && rename(name.data, file))
		err = -errno;
	if (err)
		unlink(name.data);
	else
		err = folder_sync(file);
out_name:
	text_free(&name);
	return err;
}

static int state_save(const struct state *state, const char *file)
{
	struct text shown = { 0 };
	int err;

	if (!strcmp(file, "-"))
		err = state_print(state, stdout);
	else
		err = state_replace(state, file);
	if (!err)
		return EXIT_FOUND;
	text_add_line(&shown, file, strlen(file));
	command_error("%s: not saved: %s", text_str(&shown), strerror(-err));
	text_free(&shown);
	return EXIT_INPUT;
}

static int save_policy(const struct command *self, const char *file,
		       char *const sources[])
{
	struct model model;
	const struct state state = { .what = "policy", .model = &model };
	int result;

	/* The new file may lie in a folder of somebody else */
	result = command_model_all(self, sources, &model, true);
	if (result == COMMAND_GO_ON)
		result = state_save(&state, file);
	model_free(&model);
	return result;
}

static int save_rules(const struct command *self, const char *file)
{
	struct rules rules = { 0 };
	const struct state state = { .what = "rules", .rules = &rules };
	struct text path = { 0 };
	int result = EXIT_INPUT;
	int err;
	int fd;

	fd = live_open("exception_policy", O_RDONLY, &path);
	command_drop(true);
	if (fd < 0) {
		command_live_error(text_str(&path), fd, self->name);
		goto out;
	}
	err = rules_read(&rules, fd);
	close(fd);
	if (err) {
		command_open_error(text_str(&path), err, self->name);
		goto out;
	}
	command_damage(text_str(&path), &rules.damage);
	result = state_save(&state, file);
out:
	rules_free(&rules);
	text_free(&path);
	return result;
}

static int save_run(const struct command *self, int argc, char **argv)
{
	static const struct option options[] = {
		{ "help", no_argument, NULL, 'h' },
		{ "rules", no_argument, NULL, 'r' },
		{ 0 },
	};
	bool is_rules = false;
	int result;

	result = command_options(self, argc, argv, options, command_flag,
				 &is_rules);
	if (result == COMMAND_GO_ON)
		result = command_arguments(self, argc, 1, is_rules ? 1 : INT_MAX);
	if (result != COMMAND_GO_ON)
		return result;
	if (is_rules)
		return save_rules(self, argv[optind]);
	return save_policy(self, argv[optind], argv + optind + 1);
}

const struct command cmd_save = {
	.name = "save",
	.usage = "FILE [SOURCE]...",
	.summary = "Save all domains and their accesses as policy text",
	.help =
	"FILE is replaced as a whole or not at all; - is standard output.\n\n"
	"  --rules  save the module's transition rules instead, as \"ashiato load\"\n"
	"           takes them; without SOURCE\n\n"
	HELP_SOURCE,
	.run = save_run,
};
