/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_BACKING_H
#define ASHIATO_BACKING_H

#include <linux/err.h>
#include <linux/fs.h>
#include <linux/mount.h>

#include "compat/compat.h"

/* Bytes to search from a struct vfsmount on: modules do not know the rest of struct mount. */
#define BACKING_BYTES 256

/* Offset from a struct vfsmount to the pointer to its mount namespace; 0 if not found. */
extern size_t backing_namespace_offset;

/* Returns the mount namespace of a mount; if its offset is unknown, some valid pointer. */
static inline void *backing_namespace(const struct vfsmount *mnt)
{
	return READ_ONCE(*(void **)((char *)mnt + backing_namespace_offset));
}

/**
 * backing_is_path() - check whether a path is in a layer of an overlay, as overlayfs sees it
 * @path: the path
 *
 * Overlayfs has its own copy of the mount of each layer, which is in no mount namespace: no
 * task can name a path in it. The mounts that the kernel makes for pipes and the like are in
 * no mount namespace either, but are marked as internal.
 *
 * Context: any.
 * Return: true if overlayfs itself makes the access.
 */
static inline bool backing_is_path(const struct path *path)
{
	return unlikely(backing_namespace(path->mnt) == ERR_PTR(-EINVAL)) &&
	       !(path->mnt->mnt_flags & MNT_INTERNAL);
}

/**
 * backing_is_file() - check whether a file is the one behind another file
 * @file: the file
 *
 * Context: any.
 * Return: true if overlayfs opens the file of a layer for a file that a task has opened, or if
 * FUSE opens the file behind a passthrough file.
 */
static inline bool backing_is_file(const struct file *file)
{
	return unlikely(file->f_mode & FMODE_BACKING) || backing_is_path(&file->f_path);
}

int backing_init(void);

#endif
