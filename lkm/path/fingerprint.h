/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_FINGERPRINT_H
#define ASHIATO_FINGERPRINT_H

#include <linux/path.h>
#include <linux/types.h>

/**
 * struct fingerprint - identifies the pathname of a path
 * @hash: keyed hash of the seed and all parts of the pathname
 * @renames: sequence of rename_lock when the fingerprint was taken
 * @mounts: sequence of mount_lock when the fingerprint was taken
 */
struct fingerprint {
	u64 hash;
	unsigned int renames;
	unsigned int mounts;
};

int fingerprint_init(void);
bool fingerprint_take(const struct path *path, u64 seed, struct fingerprint *print);
bool fingerprint_count_repeat(const struct path *path, u64 seed);
void fingerprint_learn(const struct path *path);
bool fingerprint_holds(const struct fingerprint *print);
bool fingerprint_is_plain(const char *text, const struct path *path,
			  const struct fingerprint *print);

/**
 * fingerprint_get() - take the fingerprint of a path, learning the places of its mounts
 * @path: the path; it need not exist; the caller holds a reference
 * @seed: as for fingerprint_take()
 * @print: filled in
 *
 * Context: may sleep.
 * Return: true; or false if the path has no fingerprint or changed meanwhile.
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
