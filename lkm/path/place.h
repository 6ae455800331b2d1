/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_PLACE_H
#define ASHIATO_PLACE_H

#include <linux/err.h>
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
 * place_init() proves that the running kernel has this layout.
 */
struct place_mount {
	struct hlist_node hash;
	struct place_mount *parent;
	struct dentry *mountpoint;
	struct vfsmount mnt;
};

/**
 * struct place_found - where a mount is mounted. Fits into the registers that return a value
 * @parent: as for place_find()
 * @mountpoint: as for place_find(); an ERR_PTR if the place is unknown
 */
struct place_found {
	struct vfsmount *parent;
	struct dentry *mountpoint;
};

/* The kernel's mount_lock; NULL if not found. */
extern seqlock_t *place_lock;

/* Whether the layout of struct place_mount and backing_namespace_offset are proven. */
extern bool place_is_proven;

void place_init(void);
void place_learn(const struct path *path);
struct place_found place_find_cached(struct vfsmount *mnt, unsigned int mounts);

static inline struct place_mount *place_mount_of(struct vfsmount *mnt)
{
	return container_of(mnt, struct place_mount, mnt);
}

/*
 * Reads the place of a mount from the mount itself. Returns false if the layout is not proven, or
 * if @mnt is a root, but not in the current task's namespace: it may be in no namespace.
 */
static __always_inline bool place_read(struct vfsmount *mnt, struct vfsmount **parent,
				       struct dentry **mountpoint)
{
	const struct place_mount *mount = place_mount_of(mnt);
	struct place_mount *above;

	if (unlikely(!place_is_proven))
		return false;
	above = READ_ONCE(mount->parent);
	if (above != mount) {
		*parent = &above->mnt;
		*mountpoint = READ_ONCE(mount->mountpoint);
		return true;
	}
	*parent = NULL;
	return current->nsproxy && backing_namespace(mnt) == current->nsproxy->mnt_ns;
}

/**
 * place_find() - look up where a mount is mounted
 * @mnt: the mount
 * @mounts: sequence of mount_lock; even
 * @parent: set to the mount on which it is mounted; to NULL if it is the root of a mount
 *	namespace, to @mnt if it is in no mount namespace
 * @mountpoint: set to the dentry of @parent on which it is mounted
 *
 * Context: any, under RCU since before @mounts was read. The result is valid only if the sequence
 * is still @mounts.
 * Return: false if the place is unknown until place_learn().
 */
static __always_inline bool place_find(struct vfsmount *mnt, unsigned int mounts,
				       struct vfsmount **parent, struct dentry **mountpoint)
{
	struct place_found found;

	if (likely(place_read(mnt, parent, mountpoint)))
		return true;
	found = place_find_cached(mnt, mounts);
	*parent = found.parent;
	*mountpoint = found.mountpoint;
	return !IS_ERR(found.mountpoint);
}

#endif
