/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_TEXT_H
#define ASHIATO_TEXT_H

#include "set.h"

/**
 * struct text - a string that is kept once, whoever uses it
 * @entry: in the set of all texts
 * @len: bytes of @data without its NUL
 * @data: the string
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
