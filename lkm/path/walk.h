/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_WALK_H
#define ASHIATO_WALK_H

#include <linux/path.h>

struct cred;
struct super_block;

int walk_to(const char *text, const struct path *root, const struct path *start,
	    const struct path *file, struct path *given);
int walk_checked(const char *text, const struct path *root, const struct cred *cred,
		 struct path *given, struct path *file);
int walk_now(const char *text, struct path *file);
bool walk_may_execute(const struct path *path, const struct cred *cred);
bool walk_is_local(const struct super_block *sb);

#endif
