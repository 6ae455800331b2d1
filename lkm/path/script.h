/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_SCRIPT_H
#define ASHIATO_SCRIPT_H

#include <linux/types.h>

struct cred;
struct path;

bool script_find(char *text, const struct path *root, const struct cred *cred,
		 const struct path *interpreter, struct path *given, unsigned long until);

#endif
