/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_PLACE_H
#define ASHIATO_PLACE_H

#include <linux/mount.h>
#include <linux/nsproxy.h>
#include <linux/path.h>
#include <linux/sched.h>
#include <linux/seqlock.h>
#include <linux/types.h>

#include "backing.h"

/**
 * struct place_mount - beginning of the kernel's struct mount, whose definition modules cannot see
 * @hash: entry in a hash table
 * @parent: the mount on which it is mounted; itself if it is the root of a tree of mounts
 * @mountpoint: dentry of @parent on which it is mounted
 * @mnt: the part that modules see
 *
 * place_init() checks that the running kernel has this layout.
 */
struct place_mount {
	struct hlist_node hash;
	struct place_mount *parent;
	struct dentry *mountpoint;
	struct vfsmount mnt;
};

/* The kernel's mount_lock; NULL if it was not found, or the layout of mounts is not as expected. */
extern seqlock_t *place_lock;

/* The mount namespace of init, called the host. The pointer is compared only. */
extern const void *place_host;

/* Changes with each search for the host's mount of a mount of another namespace; odd. */
extern unsigned int place_turn;

int place_init(void);
void place_exit(void);
void place_learn(struct vfsmount *mnt);
bool place_find(const struct vfsmount *mnt, unsigned int mounts, struct vfsmount **host);
bool place_is_visible(const struct path *path, unsigned int mounts, unsigned int levels);
char *place_name(const struct path *path, char *buffer, size_t size);

static inline struct place_mount *place_mount_of(const struct vfsmount *mnt)
{
	return container_of(mnt, struct place_mount, mnt);
}

/**
 * place_is_foreign() - check whether a mount is outside of the host's mount namespace
 * @mnt: the mount
 *
 * Context: any.
 * Return: true if it is in another mount namespace or in none.
 */
static inline bool place_is_foreign(const struct vfsmount *mnt)
{
	if (likely(backing_namespace(mnt) == place_host))
		return false;
	return backing_namespace_offset || !current->nsproxy ||
	       current->nsproxy->mnt_ns != place_host;
}

/**
 * place_above() - get the place of a mount
 * @mnt: the mount
 * @mountpoint: set to the dentry on which it is mounted
 *
 * Context: any, under RCU, if place_lock is not NULL. The result is valid only if the sequence of
 * mount_lock has not changed since before @mnt was found.
 * Return: the mount on which it is mounted; NULL if it is the root of a tree of mounts.
 */
static __always_inline struct vfsmount *place_above(const struct vfsmount *mnt,
						    struct dentry **mountpoint)
{
	const struct place_mount *mount = place_mount_of(mnt);
	struct place_mount *above = READ_ONCE(mount->parent);

	*mountpoint = READ_ONCE(mount->mountpoint);
	return above == mount ? NULL : &above->mnt;
}

#endif
