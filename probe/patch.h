/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_PATCH_H
#define ASHIATO_PATCH_H

#include <linux/types.h>

/**
 * struct patch - a pointer in the kernel's memory that we may write
 * @address: where it is
 * @alias: the same memory, writable
 */
struct patch {
	void **address;
	void **alias;
};

int patch_map(struct patch *patch, void *address);
void patch_write(const struct patch *patch, void *value);
void patch_exit(void);

#endif
