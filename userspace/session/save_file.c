// SPDX-License-Identifier: GPL-2.0-only
/*
 * Saves to a file. A regular file is replaced atomically: at any time, it has the
 * complete old or new content.
 */
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "save_file.h"

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

static int file_write(const struct content *content, int fd)
{
	FILE *out = fdopen(fd, "w");
	int err;

	if (!out) {
		err = -errno;
		close(fd);
		return err;
	}
	err = content->print(content->ctx, out);
	if (!err && (fflush(out) || ferror(out)))
		err = errno ? -errno : -EIO;
	/* Pipes and devices cannot be synced */
	if (!err && fsync(fd) && errno != EINVAL && errno != EROFS)
		err = -errno;
	if (fclose(out) && !err)
		err = -errno;
	return err;
}

static bool is_same(const struct stat *one, const struct stat *two)
{
	return one->st_dev == two->st_dev && one->st_ino == two->st_ino;
}

/* Whether the open file is a regular file of this user with @name as its only name. */
static bool is_own(int fd, const char *name)
{
	struct stat held;
	struct stat named;

	return !fstat(fd, &held) && S_ISREG(held.st_mode) &&
	       held.st_nlink == 1 && held.st_uid == geteuid() &&
	       !lstat(name, &named) && is_same(&named, &held);
}

/* Reuses the leftover of a killed save; -EEXIST if @name is any other file. */
static int file_take_over(const char *name)
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
static int file_create(const char *file, struct text *name)
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
		fd = file_take_over(name->data);
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

/*
 * Gives the new file the mode and the owner of the old one, if there is one. The mode
 * comes first: only the owner may change it.
 */
static int file_own(int fd, const struct stat *old)
{
	struct stat now;

	if (!old)
		return 0;
	if (fstat(fd, &now) || fchmod(fd, old->st_mode & 0777))
		return -errno;
	if (now.st_uid == old->st_uid && now.st_gid == old->st_gid)
		return 0;
	return fchown(fd, old->st_uid, old->st_gid) ? -errno : 0;
}

/* Some file systems cannot refuse to replace a file that was created in the meantime. */
static int file_rename(const struct content *content, const char *from, const char *to)
{
	if (content->is_new && !renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE))
		return 0;
	if (content->is_new && errno != EINVAL && errno != ENOSYS)
		return -errno;
	return rename(from, to) ? -errno : 0;
}

/*
 * @old: the file now; NULL if there is none. After an error before the rename, @file is
 * unchanged.
 */
static int file_put(const struct content *content, const char *file, const struct stat *old)
{
	struct text name = { 0 };
	int fd = file_create(file, &name);
	int copy;
	int err;

	if (fd < 0) {
		err = fd;
		goto out_name;
	}
	/* The lock is held until both descriptors are closed */
	copy = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	err = copy < 0 ? -errno : file_write(content, copy);
	if (!err)
		err = file_own(fd, old);
	if (!err)
		err = file_rename(content, name.data, file);
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
static int file_replace(const struct content *content, const char *file, const struct stat *old)
{
	sigset_t ends;
	sigset_t before;
	int err;

	sigemptyset(&ends);
	sigaddset(&ends, SIGHUP);
	sigaddset(&ends, SIGINT);
	sigaddset(&ends, SIGTERM);
	sigprocmask(SIG_BLOCK, &ends, &before);
	err = file_put(content, file, old);
	sigprocmask(SIG_SETMASK, &before, NULL);
	return err;
}

/*
 * @path: resolved name of the file @fd. The owner of the folder may move it, and put a
 * link in its place: the folder is entered first, so that the file that gets the owner of
 * the old one is never in another folder.
 */
static int file_replace_in(const struct content *content, char *path, int fd)
{
	char *name = strrchr(path, '/') + 1;
	int before = open(".", O_PATH | O_CLOEXEC);
	struct stat held;
	struct stat named;
	int err = -EAGAIN;

	/* EACCES: this user may not look up names here, so the path is not relative */
	if (before < 0 && errno != EACCES)
		return -errno;
	name[-1] = '\0';
	if (chdir(*path ? path : "/") || fstat(fd, &held) || lstat(name, &named))
		err = -errno;
	else if (S_ISREG(held.st_mode) && is_same(&held, &named))
		err = file_replace(content, name, &held);
	if (before >= 0 && fchdir(before) && !err)
		err = -errno;
	if (before >= 0)
		close(before);
	return err;
}

/*
 * Replaces the file that @file leads to, so that links stay. O_CREAT, though the file
 * exists, makes the kernel refuse what it refuses for "> FILE": in a sticky directory,
 * files and links of other users.
 */
static int file_replace_old(const struct content *content, const char *file)
{
	int fd = open(file, O_WRONLY | O_CREAT | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, 0600);
	char *path;
	int err;

	if (fd < 0)
		return -errno;
	path = realpath(file, NULL);
	err = path ? file_replace_in(content, path, fd) : -errno;
	close(fd);
	free(path);
	return err;
}

/*
 * Writes to a device or a pipe, which cannot be replaced. O_CREAT is as above: the kernel
 * may refuse a pipe of another user.
 */
static int file_pour(const struct content *content, const char *file)
{
	int fd = open(file, O_WRONLY | O_CREAT | O_NOCTTY | O_CLOEXEC, 0600);

	return fd < 0 ? -errno : file_write(content, fd);
}

static bool is_output(const char *file, const struct stat *found)
{
	struct stat output;

	return !strcmp(file, "-") ||
	       (!fstat(STDOUT_FILENO, &output) && is_same(&output, found));
}

/**
 * file_replaces() - Check whether saving creates or replaces a regular file
 * @file: name of the file; - for standard output
 *
 * Return: false for standard output, and for a device or a pipe, to which the content
 * is written directly.
 */
bool file_replaces(const char *file)
{
	struct stat found = { 0 };

	if (stat(file, &found))
		return strcmp(file, "-");
	return S_ISREG(found.st_mode) && !is_output(file, &found);
}

/**
 * file_save() - Save to a file
 * @content: content of the file
 * @file: name of the file; a regular file is replaced atomically, and keeps its owner
 *	and mode; - for standard output
 *
 * Return: 0; -EEXIST if the file shall be new, but exists; or another -errno.
 */
int file_save(const struct content *content, const char *file)
{
	struct stat found = { 0 };
	bool is_there = !stat(file, &found);

	if (!is_there && errno != ENOENT)
		return -errno;
	if (is_there && content->is_new)
		return -EEXIST;
	if (is_output(file, &found))
		return content->print(content->ctx, stdout);
	if (!is_there)
		/* Refuse a dangling link as the name of a new file */
		return lstat(file, &found) ? file_replace(content, file, NULL) : -ENOENT;
	if (S_ISREG(found.st_mode))
		return file_replace_old(content, file);
	return file_pour(content, file);
}

