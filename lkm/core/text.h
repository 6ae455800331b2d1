/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_TEXT_H
#define ASHIATO_TEXT_H

#include "set.h"

/**
 * struct text - an interned string: equal strings share one copy
 * @entry: entry in the set of all texts
 * @len: length of @data in bytes, without the NUL
 * @data: the string, followed by a NUL
 */
struct text {
	struct set_entry entry;
	u32 len;
	char data[];
};

int text_init(void);
void text_exit(void);
const struct text *text_find(const char *data, size_t len);
const struct text *text_intern(const char *data, size_t len, gfp_t gfp);
size_t text_bytes(void);

#endif
