/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_SAVE_FILE_H
#define ASHIATO_SAVE_FILE_H

#include <stdbool.h>
#include <stdio.h>

/**
 * struct content - Content to save to a file
 * @print: prints it; returns 0 or -errno
 * @ctx: argument of @print
 * @is_new: create a new file, and replace none
 */
struct content {
	int (*print)(const void *ctx, FILE *out);
	const void *ctx;
	bool is_new;
};

bool file_replaces(const char *file);
int file_save(const struct content *content, const char *file);

#endif
