/* SPDX-License-Identifier: GPL-2.0-only */
/* Functions that hide differences between kernel versions. */
#ifndef ASHIATO_COMPAT_H
#define ASHIATO_COMPAT_H

#include <linux/fs.h>
#include <linux/magic.h>
#include <linux/mm.h>
#include <linux/mount.h>
#include <linux/rculist.h>
#include <linux/sched.h>
#include <linux/string.h>

#include "compat/features.h"

/* Before 5.11, ftrace passes registers as struct pt_regs. */
#ifndef HAVE_FTRACE_REGS
#define ftrace_regs pt_regs
#define ftrace_get_regs(regs) (regs)
#endif

/* Older headers do not have it. */
#ifndef FUSE_SUPER_MAGIC
#define FUSE_SUPER_MAGIC 0x65735546
#endif

/* Exported, but only newer headers declare it. */
int vfs_path_lookup(struct dentry *dir, struct vfsmount *mnt, const char *name, unsigned int flags,
		    struct path *path);

/* Kernels before 6.5 lack it. There, only overlayfs and cachefiles use FMODE_NOACCOUNT. */
#ifndef FMODE_BACKING
#define FMODE_BACKING FMODE_NOACCOUNT
#endif

static inline struct page *compat_get_page_locked(struct mm_struct *mm, unsigned long address,
						  unsigned int flags)
{
	struct page *page;
	long got;

#ifdef HAVE_GUP_VMAS
	got = get_user_pages_remote(mm, address, 1, flags, &page, NULL, NULL);
#else
	got = get_user_pages_remote(mm, address, 1, flags, &page, NULL);
#endif
	mmap_read_unlock(mm);
	return got == 1 ? page : NULL;
}

/**
 * compat_get_page() - get a page of a program that is about to run
 * @mm: memory of the program
 * @address: address of the page in @mm
 *
 * Context: may sleep; takes the mmap lock of @mm.
 * Return: the page, which the caller releases with put_page(); or NULL. It can be read
 * through page_address(): the module needs a 64-bit kernel (hash.h uses __int128), which has
 * no high memory.
 */
static inline struct page *compat_get_page(struct mm_struct *mm, unsigned long address)
{
	mmap_read_lock(mm);
	return compat_get_page_locked(mm, address, FOLL_FORCE);
}

/**
 * compat_try_page() - get a page of another process, if that does not have to wait
 * @mm: memory of the process, which may try to stall the caller
 * @address: as for compat_get_page()
 *
 * Context: may sleep; takes the mmap lock of @mm if it is free.
 * Return: as compat_get_page().
 */
static inline struct page *compat_try_page(struct mm_struct *mm, unsigned long address)
{
	return mmap_read_trylock(mm) ? compat_get_page_locked(mm, address, FOLL_NOWAIT) : NULL;
}

/**
 * compat_fs_flags() - get the flags of a file system type
 * @list: address of the kernel's list of types, the symbol file_systems
 * @name: name of the type, optionally followed by '.' and a subtype
 *
 * Context: any. A type that is registered meanwhile may be missed.
 * Return: the flags, or -ENODEV if the type is not registered.
 */
static inline int compat_fs_flags(const void *list, const char *name)
{
	size_t len = strcspn(name, ".");
	const struct file_system_type *type;
	int flags = -ENODEV;

	rcu_read_lock();
#ifdef HAVE_FS_TYPE_LIST
	hlist_for_each_entry_rcu(type, (struct hlist_head *)list, list) {
#else
	for (type = READ_ONCE(*(struct file_system_type **)list); type;
	     type = READ_ONCE(type->next)) {
#endif
		if (strncmp(type->name, name, len) || type->name[len])
			continue;
		if (!name[len] || type->fs_flags & FS_HAS_SUBTYPE)
			flags = type->fs_flags;
		break;
	}
	rcu_read_unlock();
	return flags;
}

/**
 * compat_permission() - check the mode and the access control list of a file
 * @path: the file
 * @mask: as for generic_permission(), which asks no LSM, except about capabilities
 *
 * Context: may sleep, unless @mask has MAY_NOT_BLOCK.
 * Return: as generic_permission().
 */
static inline int compat_permission(const struct path *path, int mask)
{
	struct inode *inode = d_backing_inode(path->dentry);

#if defined(HAVE_MNT_IDMAP)
	return generic_permission(mnt_idmap(path->mnt), inode, mask);
#elif defined(HAVE_MNT_USERNS)
	return generic_permission(mnt_user_ns(path->mnt), inode, mask);
#else
	return generic_permission(inode, mask);
#endif
}

/**
 * compat_owns_inode() - check whether the current task holds the lock of an inode for writing
 * @inode: inode
 *
 * Context: any.
 * Return: true only if it does. Always false with PREEMPT_RT, where the owner is not known.
 */
static inline bool compat_owns_inode(const struct inode *inode)
{
#ifdef CONFIG_PREEMPT_RT
	return false;
#else
	/* The low three bits of the owner are flags; bit 0 marks readers. */
	long owner = atomic_long_read(&inode->i_rwsem.owner);

	return !(owner & 1) && (owner & ~7L) == (long)current;
#endif
}

/**
 * compat_is_outside_call() - check whether the current task is certainly outside of system calls
 *
 * A task may have an audit context that is idle: a kernel thread, a program that the kernel
 * executes, a worker of io_uring, a task that a signal ends and that may write a core file.
 *
 * Context: process context.
 * Return: true if audit will make no SYSCALL record for what the task does now.
 */
static inline bool compat_is_outside_call(void)
{
	unsigned int flags = PF_KTHREAD | PF_IO_WORKER | PF_SIGNALED | PF_EXITING;

#ifdef PF_USER_WORKER
	flags |= PF_USER_WORKER;
#endif
	return !current->mm || current->flags & flags;
}

/**
 * compat_uses_io_uring() - check whether the current task may act for io_uring
 *
 * Context: process context.
 * Return: true if the task has a ring. It then does a part of the work of the ring on its
 * way out of a system call, where audit makes no SYSCALL record.
 */
static inline bool compat_uses_io_uring(void)
{
#ifdef CONFIG_IO_URING
	return current->io_uring;
#else
	return false;
#endif
}

#endif
