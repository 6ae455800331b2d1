// SPDX-License-Identifier: GPL-2.0-only
/* Names of users, from the machine's /etc/passwd. */
#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "array.h"
#include "machine.h"
#include "text.h"
#include "passwd.h"

/**
 * struct user - A user of the machine
 * @uid: number
 * @name: name, as one printable word
 * @home: home directory
 */
struct user {
	int64_t uid;
	struct text name;
	struct text home;
};

static struct user *users;
static size_t user_count;

/*
 * Other sources of users than this file are not asked: they would load libraries and ask
 * daemons on behalf of a log that any user may have caused.
 */
static void users_read(void)
{
	static bool is_read;
	int fd = is_read ? -1 : machine_open("etc/passwd");
	FILE *file = fd < 0 ? NULL : fdopen(fd, "r");
	struct passwd *entry;

	is_read = true;
	while (file && (entry = fgetpwent(file))) {
		struct user *added;

		if (array_grow(users, user_count))
			break;
		added = &users[user_count++];
		*added = (struct user){ .uid = entry->pw_uid };
		text_add_name(&added->name, entry->pw_name, strlen(entry->pw_name));
		text_puts(&added->home, entry->pw_dir);
	}
	if (file)
		fclose(file);
	else if (fd >= 0)
		close(fd);
}

/**
 * passwd_find() - Look up the name of a user
 * @uid: number of the user
 *
 * Return: the name as one printable word, or NULL if there is none.
 */
const char *passwd_find(int64_t uid)
{
	users_read();
	for (size_t i = 0; i < user_count; i++)
		if (users[i].uid == uid && users[i].name.len)
			return users[i].name.data;
	return NULL;
}

/**
 * passwd_name() - Get the name of a user, for a column
 * @uid: number of the user; negative: unknown
 *
 * Return: the name as one printable word, the number if it has no name, or "-". It is
 * valid until the next call.
 */
const char *passwd_name(int64_t uid)
{
	static char number[24];
	const char *name;

	if (uid < 0)
		return "-";
	name = passwd_find(uid);
	if (name)
		return name;
	snprintf(number, sizeof(number), "%lld", (long long)uid);
	return number;
}

/**
 * passwd_each() - Call a function for each user
 * @take: gets @ctx, the number of the user, and the home directory
 * @ctx: argument of @take
 */
void passwd_each(void (*take)(void *ctx, int64_t uid, const char *home), void *ctx)
{
	users_read();
	for (size_t i = 0; i < user_count; i++)
		take(ctx, users[i].uid, text_str(&users[i].home));
}

/**
 * passwd_uid() - Look up the number of a user
 * @name: name, or number, of the user
 *
 * Return: the number, or -1 if there is no such user.
 */
int64_t passwd_uid(const char *name)
{
	uint64_t number;

	users_read();
	for (size_t i = 0; i < user_count; i++)
		if (!strcmp(text_str(&users[i].name), name))
			return users[i].uid;
	if (span_number((struct span){ name, strlen(name) }, &number) || number >= UINT32_MAX)
		return -1;
	return (int64_t)number;
}
