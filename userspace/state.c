// SPDX-License-Identifier: GPL-2.0-only
/* What is kept in a file: the file is the old one or the new one, and whole. */
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "checksum.h"
#include "command.h"
#include "render.h"
#include "state.h"

/* Rules are for an administrator to edit: no checksum */
#define RULES_HEAD	"# ashiato rules 1, "

static void state_head(const struct state *state, struct text *head)
{
	time_t now = time(NULL);
	struct utsname uts;
	char about[256];
	char when[32] = "";
	struct tm tm;

	if (gmtime_r(&now, &tm))
		strftime(when, sizeof(when), "%Y-%m-%dT%H:%M:%SZ", &tm);
	if (uname(&uts))
		memset(&uts, 0, sizeof(uts));
	snprintf(about, sizeof(about), "saved %s, %s, kernel %s", when,
		 uts.nodename, uts.release);
	if (state->model) {
		checksum_head(head, about);
		return;
	}
	text_puts(head, RULES_HEAD);
	text_add_line(head, about, strlen(about));
}

static int state_print(const struct state *state, FILE *out)
{
	struct text head = { 0 };
	int err = 0;

	state_head(state, &head);
	if (head.failed) {
		err = -ENOMEM;
	} else if (state->model) {
		err = render_policy(state->model, head.data, out);
	} else {
		fprintf(out, "%s\n\n", head.data);
		for (size_t i = 0; i < state->rules->count; i++)
			fprintf(out, "%s\n", state->rules->rule[i].line);
	}
	text_free(&head);
	return err;
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

/*
 * A new file beside @file: FILE.new, so that saving leaves the same accesses
 * each time; or one with another name, when somebody has that.
 */
static int state_create(const char *file, struct text *name)
{
	int fd;

	text_puts(name, file);
	text_puts(name, ".new");
	if (name->failed)
		return -ENOMEM;
	fd = open(name->data, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0 && errno == EEXIST) {
		text_puts(name, ".XXXXXX");
		if (name->failed)
			return -ENOMEM;
		fd = mkostemp(name->data, O_CLOEXEC);
	}
	return fd < 0 ? -errno : fd;
}

/* The file is the old one or the new one, whatever happens on the way. */
static int state_replace(const struct state *state, const char *file)
{
	struct text name = { 0 };
	int fd = state_create(file, &name);
	int err;

	if (fd < 0) {
		err = fd;
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

/**
 * state_save() - Save domains or rules, or say why not
 * @state: what to save
 * @file: replaced as a whole or not at all; - for standard output
 *
 * Return: EXIT_FOUND or EXIT_INPUT.
 */
int state_save(const struct state *state, const char *file)
{
	int err;

	if (!strcmp(file, "-"))
		err = state_print(state, stdout);
	else
		err = state_replace(state, file);
	if (!err)
		return EXIT_FOUND;
	command_error("%s: not saved: %s", file, strerror(-err));
	return EXIT_INPUT;
}
