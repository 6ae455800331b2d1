// SPDX-License-Identifier: GPL-2.0-only
/* The securityfs files of the loaded module. */
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "source.h"

#define SECURITY_DIR	"/sys/kernel/security"
#define LIVE_DIR	SECURITY_DIR "/ashiato"

static bool is_mounted(void)
{
	struct statfs fs;

	return !statfs(SECURITY_DIR, &fs) && fs.f_type == SECURITYFS_MAGIC;
}

static const char *live_dir(void)
{
	const char *dir = getenv("ASHIATO_DIR");

	return dir && *dir ? dir : LIVE_DIR;
}

/**
 * live_is_copy() - Whether a copy of the module's files is read
 *
 * Return: true if ASHIATO_DIR names another directory.
 */
bool live_is_copy(void)
{
	return strcmp(live_dir(), LIVE_DIR) != 0;
}

/**
 * live_open() - Open a file of the module
 * @file: name of the file
 * @flags: flags of open(2)
 * @path: the path is appended, for messages
 *
 * The environment variable ASHIATO_DIR replaces the directory of the module, so
 * that the command can read a copy and be tested without the module.
 *
 * Return: file descriptor or -errno; -ENODEV when the module is not loaded,
 * -ENXIO when securityfs is not mounted.
 */
int live_open(const char *file, int flags, struct text *path)
{
	const char *dir = live_dir();
	int fd;

	text_puts(path, dir);
	text_puts(path, "/");
	text_puts(path, file);
	if (path->failed)
		return -ENOMEM;
	fd = open(path->data, flags | O_CLOEXEC);
	if (fd >= 0)
		return fd;
	fd = -errno;
	if (fd == -ENOENT && access(dir, F_OK) < 0)
		return live_is_copy() || is_mounted() ? -ENODEV : -ENXIO;
	return fd;
}
