/* SPDX-License-Identifier: GPL-2.0-only */
/* Last names of paths that no rule can change. */
#ifndef ASHIATO_LEAF_H
#define ASHIATO_LEAF_H

#include "platform.h"

/*
 * The index is the first character of a name. The value is the length in bytes of the shortest such
 * name that a file_pattern of a component may match; 255 if none may. policy/transition.c may
 * change it at any time.
 */
extern u8 leaf_least[128];

/**
 * leaf_is_plain() - check whether a name is recorded as it is
 * @name: the name, not encoded
 * @len: its length in bytes, at least 1
 *
 * Context: any.
 * Return: true if each byte stands for itself, and no file_pattern of a component matches the name;
 * false if unknown.
 */
static inline bool leaf_is_plain(const unsigned char *name, u32 len)
{
	u32 i;

	for (i = 0; i < len; i++) {
		if (name[i] <= ' ' || name[i] == '\\' || name[i] > '~')
			return false;
	}
	/* Mask it: a rename may have changed the byte since the check above. */
	return len < READ_ONCE(leaf_least[name[0] & 127]);
}

#endif
