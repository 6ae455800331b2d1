// SPDX-License-Identifier: GPL-2.0-only
/* ashiato save: keep a state as policy text. */
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "command.h"
#include "render.h"

static void policy_head(FILE *out)
{
	time_t now = time(NULL);
	struct utsname uts;
	char when[32] = "";
	struct tm tm;

	if (gmtime_r(&now, &tm))
		strftime(when, sizeof(when), "%Y-%m-%dT%H:%M:%SZ", &tm);
	if (uname(&uts))
		memset(&uts, 0, sizeof(uts));
	fprintf(out, "# ashiato policy 1, saved %s, %s, kernel %s\n\n", when,
		uts.nodename, uts.release);
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

static int policy_write(const struct model *model, int fd)
{
	FILE *out = fdopen(fd, "w");
	int err;

	if (!out) {
		err = -errno;
		close(fd);
		return err;
	}
	policy_head(out);
	err = render_policy(model, out);
	if (!err && (fflush(out) || ferror(out)))
		err = errno ? -errno : -EIO;
	if (!err && fsync(fd))
		err = -errno;
	if (fclose(out) && !err)
		err = -errno;
	return err;
}

/* The file is the old one or the new one, whatever happens on the way. */
static int policy_replace(const struct model *model, const char *file)
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
	err = policy_write(model, fd);
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

static int save_run(const struct command *self, int argc, char **argv)
{
	static const struct option options[] = {
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	struct text shown = { 0 };
	struct model model;
	const char *file;
	int result;
	int err;

	result = command_options(self, argc, argv, options, NULL);
	if (result == COMMAND_GO_ON)
		result = command_arguments(self, argc, 1, 2);
	if (result != COMMAND_GO_ON)
		return result;
	file = argv[optind];
	/* The new file may lie in a folder of somebody else */
	result = command_model(self, argv[optind + 1], &model, true);
	if (result != COMMAND_GO_ON)
		goto out_model;
	result = EXIT_FOUND;
	if (!strcmp(file, "-")) {
		policy_head(stdout);
		err = render_policy(&model, stdout);
	} else {
		err = policy_replace(&model, file);
	}
	if (err) {
		text_add_line(&shown, file, strlen(file));
		command_error("%s: not saved: %s",
			      text_str(&shown), strerror(-err));
		text_free(&shown);
		result = EXIT_INPUT;
	}
out_model:
	model_free(&model);
	return result;
}

const struct command cmd_save = {
	.name = "save",
	.usage = "FILE [SOURCE]",
	.summary = "Save all domains and their accesses as policy text",
	.help =
	"FILE is replaced as a whole or not at all; - is standard output.\n\n"
	HELP_SOURCE,
	.run = save_run,
};
