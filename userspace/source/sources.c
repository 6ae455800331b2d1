// SPDX-License-Identifier: GPL-2.0-only
/* Several sources, including all logs of a directory, sorted by time. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/array.h"
#include "source.h"

/* Raise the limit of open files as far as the process may. */
static bool files_raise(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) || limit.rlim_cur == limit.rlim_max)
		return false;
	limit.rlim_cur = limit.rlim_max;
	return !setrlimit(RLIMIT_NOFILE, &limit);
}

static int sources_add(struct sources *sources, const char *name)
{
	struct source *added;
	int err;

	if (array_grow(sources->source, sources->count))
		return -ENOMEM;
	added = &sources->source[sources->count++];
	err = source_open(added, name);
	/* All logs are open before the first is read: capabilities are dropped in between */
	if (err == -EMFILE && files_raise()) {
		source_close(added);
		err = source_open(added, name);
	}
	if (!err && name)
		source_look(added->fd, &added->time_ms);
	return err;
}

static bool is_kind(const char *name, mode_t kind)
{
	struct stat st;

	return !stat(name, &st) && (st.st_mode & S_IFMT) == kind;
}

/* Skip a file that is no log, or that was rotated away after the directory was read. */
static int sources_add_log(struct sources *sources, const char *path)
{
	struct source *added;
	int err;

	if (!is_kind(path, S_IFREG))
		return 0;
	err = sources_add(sources, path);
	if (err == -ENOMEM)
		return err;
	added = &sources->source[sources->count - 1];
	if (err == -ENOENT || (!err && !added->time_ms)) {
		source_close(added);
		sources->count--;
		err = 0;
	}
	return err;
}

/* audit.log.2 before audit.log.1: sources_sort() keeps this order for equal times. */
static int entry_compare(const struct dirent **a, const struct dirent **b)
{
	return versionsort(b, a);
}

/* Add the logs in a directory; -EISDIR when there is none. */
static int sources_add_directory(struct sources *sources, const char *directory)
{
	size_t before = sources->count;
	struct text path = { 0 };
	struct dirent **entry;
	int count = scandir(directory, &entry, NULL, entry_compare);
	int err = 0;

	if (count < 0)
		return -errno;
	for (int i = 0; i < count; i++) {
		text_clear(&path);
		text_puts(&path, directory);
		text_puts(&path, "/");
		text_puts(&path, entry[i]->d_name);
		if (!err)
			err = path.failed ? -ENOMEM :
			      sources_add_log(sources, path.data);
		free(entry[i]);
	}
	free(entry);
	text_free(&path);
	return !err && sources->count == before ? -EISDIR : err;
}

static int sources_add_name(struct sources *sources, const char *name)
{
	size_t before = sources->count;
	int err;

	if (!strcmp(name, "-") || !is_kind(name, S_IFDIR))
		return sources_add(sources, name);
	err = sources_add_directory(sources, name);
	/* sources_open() sets @failed to the last source: that must be the directory. */
	if (err && sources->count == before)
		sources_add(sources, name);
	return err;
}

/* Insertion sort, which is stable: equal times keep the order of the names. */
static void sources_sort(struct sources *sources)
{
	for (size_t i = 1; i < sources->count; i++) {
		struct source moved = sources->source[i];
		size_t place = i;

		while (place && sources->source[place - 1].time_ms > moved.time_ms) {
			sources->source[place] = sources->source[place - 1];
			place--;
		}
		sources->source[place] = moved;
	}
}

/**
 * sources_open() - Open several sources
 * @sources: zeroed; close them with sources_close() even on error
 * @names: names as for source_open(), or directories with audit logs; NULL after the
 *	last name; without any name, the running kernel
 *
 * Return: 0; -EISDIR for a directory without audit logs; another -errno. On error,
 * @sources->failed is the source that failed, or NULL.
 */
int sources_open(struct sources *sources, char *const names[])
{
	int err = names[0] ? 0 : sources_add(sources, NULL);

	for (; *names && !err; names++)
		err = sources_add_name(sources, *names);
	if (!err)
		sources_sort(sources);
	else if (sources->count)
		sources->failed = &sources->source[sources->count - 1];
	return err;
}

/**
 * sources_close() - Close several sources
 * @sources: sources for which sources_open() was called
 */
void sources_close(struct sources *sources)
{
	for (size_t i = 0; i < sources->count; i++)
		source_close(&sources->source[i]);
	free(sources->source);
	*sources = (struct sources){ 0 };
}

/**
 * source_peek() - Find out whether a name is that of a source, without blocking
 * @name: name of a source, or any other text
 *
 * Return: the kind that the first lines of a regular file show; SOURCE_AUDIT for
 * "-" and for a directory with audit logs; SOURCE_UNKNOWN for anything else.
 */
enum source_kind source_peek(const char *name)
{
	enum source_kind kind = SOURCE_UNKNOWN;
	struct sources logs = { 0 };
	int64_t time_ms;
	int fd;

	if (!strcmp(name, "-"))
		return SOURCE_AUDIT;
	if (is_kind(name, S_IFDIR)) {
		if (!sources_add_directory(&logs, name))
			kind = SOURCE_AUDIT;
		sources_close(&logs);
		return kind;
	}
	fd = open(name, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (fd < 0)
		return SOURCE_UNKNOWN;
	kind = source_look(fd, &time_ms);
	close(fd);
	return kind;
}
