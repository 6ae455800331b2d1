/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_FINGERPRINT_H
#define ASHIATO_FINGERPRINT_H

#include <linux/path.h>
#include <linux/types.h>

/**
 * struct fingerprint - what stands for the name of a path, without its text
 * @hash: of all that the name is made of
 * @renames: when it was taken: of rename_lock
 * @mounts: when it was taken: of the kernel's lock of mounts
 */
struct fingerprint {
	u64 hash;
	unsigned int renames;
	unsigned int mounts;
};

int fingerprint_init(void);
bool fingerprint_take(const struct path *path, struct fingerprint *print);
void fingerprint_learn(const struct path *path);
bool fingerprint_get(const struct path *path, struct fingerprint *print);
bool fingerprint_holds(const struct fingerprint *print);

#endif
