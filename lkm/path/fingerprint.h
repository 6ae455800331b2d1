/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_FINGERPRINT_H
#define ASHIATO_FINGERPRINT_H

#include <linux/path.h>
#include <linux/types.h>

struct attempt;

/**
 * struct fingerprint - identifies the pathname of a path
 * @hash: keyed hash of the seed and all parts of the pathname; an odd number
 * @folder: likewise without the last name, so that it is the same for all names in the directory;
 *	an even number. 0 for a made-up name, for a name in proc, and for the root of a mount
 * @renames: sequence of rename_lock when the fingerprint was taken
 * @mounts: sequence of mount_lock when the fingerprint was taken
 * @turn: place_turn when the fingerprint was taken; 0 for a path of the host
 */
struct fingerprint {
	u64 hash;
	u64 folder;
	unsigned int renames;
	unsigned int mounts;
	unsigned int turn;
};

/*
 * Flag in a seed, which is no part of the hash: whether fingerprint_count_repeat() returns the
 * fingerprint of the folder.
 */
#define FINGERPRINT_FOLDER 1ULL

bool fingerprint_take(const struct path *path, u64 seed, struct fingerprint *print);
u64 fingerprint_count_repeat(const struct path *path, u64 seed);
u64 fingerprint_count_attempt(struct vfsmount *mnt, struct dentry *dentry, u64 seed,
			      struct attempt *attempt);
u64 fingerprint_folder(const struct path *path, const struct fingerprint *print);
void fingerprint_learn(const struct path *path);
bool fingerprint_holds(const struct fingerprint *print);
bool fingerprint_is_plain(const char *text, const struct path *path,
			  const struct fingerprint *print);

/**
 * fingerprint_get() - take the fingerprint of a path, learning about its mount if needed
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
