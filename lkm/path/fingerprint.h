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
bool fingerprint_take(const struct path *path, u64 seed, struct fingerprint *print);
bool fingerprint_is_known(const struct path *path, u64 seed);
void fingerprint_learn(const struct path *path);
bool fingerprint_holds(const struct fingerprint *print);
bool fingerprint_is_plain(const char *text, const struct path *path,
			  const struct fingerprint *print);

/**
 * fingerprint_get() - the fingerprint of a path, whatever it takes
 * @path: which; it need not exist
 * @seed: what else it is to stand for
 * @print: filled in
 *
 * Context: may sleep; the caller holds a reference to @path.
 * Return: false when there is none: as for fingerprint_take().
 */
static inline bool fingerprint_get(const struct path *path, u64 seed,
				   struct fingerprint *print)
{
	if (fingerprint_take(path, seed, print))
		return true;
	fingerprint_learn(path);
	return fingerprint_take(path, seed, print);
}

#endif
