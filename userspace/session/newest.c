// SPDX-License-Identifier: GPL-2.0-only
/* The states that are saved each day. */
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <string.h>
#include <time.h>

#include "base/machine.h"
#include "newest.h"

/* ashiato-save.service writes a state into it each day. */
#define STATES	"var/lib/ashiato"

/* Whether @name is a date that is not after @today. */
static bool is_state(const char *name, const char *today)
{
	static const char form[] = "dddd-dd-dd";
	size_t i = 0;

	while (form[i] && (form[i] == 'd' ? name[i] >= '0' && name[i] <= '9' : name[i] == '-'))
		i++;
	return !form[i] && !name[i] && strcmp(name, today) <= 0;
}

/**
 * newest_state() - Find the newest of the states that ashiato-save.service wrote
 * @path: empty; set to the path of the state, or of the directory on errors
 *
 * Return: 0; -ENOENT if there is none; another -errno.
 */
int newest_state(struct text *path)
{
	time_t now = time(NULL);
	char newest[NAME_MAX + 1] = "";
	struct dirent *entry;
	char today[16] = "";
	struct tm tm;
	DIR *dir;

	if (localtime_r(&now, &tm))
		strftime(today, sizeof(today), "%F", &tm);
	machine_path(STATES, path);
	dir = opendir(text_str(path));
	if (!dir)
		return -errno;
	while ((entry = readdir(dir)))
		if (is_state(entry->d_name, today) && strcmp(entry->d_name, newest) > 0)
			strcpy(newest, entry->d_name);
	closedir(dir);
	if (!*newest)
		return -ENOENT;
	text_format(path, "/%s", newest);
	return path->failed ? -ENOMEM : 0;
}
