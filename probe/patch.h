/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_PATCH_H
#define ASHIATO_PATCH_H

#include <linux/types.h>

/**
 * struct patch - a pointer in memory of the kernel that can be written
 * @address: its address
 * @alias: its address in the writable mapping
 */
struct patch {
	void **address;
	void **alias;
};

int patch_map(struct patch *patch, void *address);
void patch_write(const struct patch *patch, void *value);
void patch_exit(void);

#endif
