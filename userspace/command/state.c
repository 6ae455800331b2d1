// SPDX-License-Identifier: GPL-2.0-only
/* Saves to a file atomically: at any time, it has the complete old or new content. */
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "source/checksum.h"
#include "command.h"
#include "render/render.h"
#include "state.h"

/* Administrators edit rules: no checksum */
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

/* A rename is durable only after its directory is synced. */
static int directory_sync(const char *file)
{
	char *copy = strdup(file);
	int err = 0;
	int fd;

	if (!copy)
		return -ENOMEM;
	fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	/* Some file systems cannot sync a directory, and do not need to */
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

/* Whether the open file is a regular file of this user with @name as its only name. */
static bool is_own(int fd, const char *name)
{
	struct stat held;
	struct stat named;

	return !fstat(fd, &held) && S_ISREG(held.st_mode) &&
	       held.st_nlink == 1 && held.st_uid == geteuid() &&
	       !lstat(name, &named) && named.st_dev == held.st_dev &&
	       named.st_ino == held.st_ino;
}

/* Reuses the leftover of a killed save; -EEXIST if @name is any other file. */
static int state_take_over(const char *name)
{
	int fd = open(name, O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0)
		return -EEXIST;
	if (!flock(fd, LOCK_EX | LOCK_NB) && is_own(fd, name) &&
	    !fchmod(fd, 0600) && !ftruncate(fd, 0))
		return fd;
	close(fd);
	return -EEXIST;
}

/*
 * Creates a file beside @file: FILE.saving, the same name each time, so that
 * repeated saves cause no new accesses; or a random name if that is in use. The
 * writing process has the file locked until it is renamed.
 */
static int state_create(const char *file, struct text *name)
{
	int fd;

	text_puts(name, file);
	text_puts(name, ".saving");
	if (name->failed)
		return -ENOMEM;
	fd = open(name->data, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0 && errno != EEXIST)
		return -errno;
	if (fd < 0) {
		fd = state_take_over(name->data);
	} else if (flock(fd, LOCK_EX | LOCK_NB) && errno == EWOULDBLOCK) {
		/* Another save has just taken it over */
		close(fd);
		fd = -EEXIST;
	}
	if (fd >= 0)
		return fd;
	text_puts(name, ".XXXXXX");
	if (name->failed)
		return -ENOMEM;
	fd = mkostemp(name->data, O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

/* After an error before the rename, @file is unchanged. */
static int state_put(const struct state *state, const char *file)
{
	struct text name = { 0 };
	int fd = state_create(file, &name);
	int copy;
	int err;

	if (fd < 0) {
		err = fd;
		goto out_name;
	}
	/* The lock is held until both descriptors are closed */
	copy = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	err = copy < 0 ? -errno : state_write(state, copy);
	if (!err && rename(name.data, file))
		err = -errno;
	if (err)
		unlink(name.data);
	else
		err = directory_sync(file);
	close(fd);
out_name:
	text_free(&name);
	return err;
}

/* Defers signals until the file is complete. */
static int state_replace(const struct state *state, const char *file)
{
	sigset_t ends;
	sigset_t before;
	int err;

	sigemptyset(&ends);
	sigaddset(&ends, SIGHUP);
	sigaddset(&ends, SIGINT);
	sigaddset(&ends, SIGTERM);
	sigprocmask(SIG_BLOCK, &ends, &before);
	err = state_put(state, file);
	sigprocmask(SIG_SETMASK, &before, NULL);
	return err;
}

/* Replacing a device, a pipe or a link such as /dev/stdout would destroy it. */
static bool is_replaceable(const char *file)
{
	struct stat now;

	/* For a directory, rename() reports an error */
	return lstat(file, &now) || S_ISREG(now.st_mode) ||
	       S_ISDIR(now.st_mode);
}

/**
 * state_save() - Save domains or rules, or report an error
 * @state: domains or rules
 * @file: name of the file, replaced atomically; - for standard output
 *
 * Return: EXIT_FOUND or EXIT_INPUT.
 */
int state_save(const struct state *state, const char *file)
{
	int err;

	if (strcmp(file, "-") != 0 && !is_replaceable(file)) {
		report_error("%s: not saved: not a regular file: name another, or type - for standard output",
			     file);
		return EXIT_INPUT;
	}
	if (!strcmp(file, "-"))
		err = state_print(state, stdout);
	else
		err = state_replace(state, file);
	if (!err)
		return EXIT_FOUND;
	report_error("%s: not saved: %s", file, strerror(-err));
	return EXIT_INPUT;
}
