// SPDX-License-Identifier: GPL-2.0-only
/*
 * Files behind other files: when a task opens a file of an overlay, overlayfs opens the file
 * of the layer that has it. That is no access of the task.
 */
#include <linux/cache.h>
#include <linux/fs_struct.h>
#include <linux/nsproxy.h>
#include <linux/printk.h>
#include <linux/sched.h>

#include "backing.h"

size_t backing_namespace_offset __ro_after_init;

static void *pointer_at(const struct vfsmount *mnt, size_t offset)
{
	return READ_ONCE(*(void **)((char *)mnt + offset));
}

/* Returns the offset at which an internal mount has MNT_NS_INTERNAL of the kernel; else 0. */
static size_t offset_find(const struct vfsmount *mnt)
{
	size_t offset;

	for (offset = sizeof(*mnt); offset < BACKING_BYTES; offset += sizeof(void *)) {
		if (pointer_at(mnt, offset) == ERR_PTR(-EINVAL))
			return offset;
	}
	return 0;
}

/* Whether the root of the current task is in the mount namespace of the task, at @offset. */
static bool offset_is_right(size_t offset)
{
	struct path root;
	bool is;

	get_fs_root(current->fs, &root);
	is = pointer_at(root.mnt, offset) == current->nsproxy->mnt_ns;
	path_put(&root);
	return is;
}

/**
 * backing_init() - find out where a mount has its mount namespace
 *
 * Without it, the accesses of overlayfs to its layers may be recorded.
 *
 * Context: may sleep.
 * Return: 0, or -errno.
 */
int __init backing_init(void)
{
	struct file_system_type *type = get_fs_type("ramfs");
	struct vfsmount *mnt = type ? kern_mount(type) : ERR_PTR(-ENODEV);
	size_t offset;

	if (IS_ERR(mnt))
		return PTR_ERR(mnt);
	offset = offset_find(mnt);
	kern_unmount(mnt);
	if (offset && offset_is_right(offset))
		backing_namespace_offset = offset;
	else
		pr_warn("mount namespaces not found: accesses of overlayfs to its layers are recorded\n");
	return 0;
}
