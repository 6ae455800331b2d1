/* SPDX-License-Identifier: GPL-2.0-only */
/* What kernels do in different ways, under one name each. */
#ifndef ASHIATO_COMPAT_H
#define ASHIATO_COMPAT_H

#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/rculist.h>
#include <linux/string.h>

#include "compat/features.h"

/**
 * compat_get_page() - a page of a program that is about to run
 * @mm: its memory
 * @address: of the page
 *
 * Context: may sleep.
 * Return: the page, to be given back with put_page(); or NULL. There is no high
 * memory where there is a 64-bit hash: page_address() is where it can be read.
 */
static inline struct page *compat_get_page(struct mm_struct *mm, unsigned long address)
{
	struct page *page;
	long got;

	mmap_read_lock(mm);
#ifdef HAVE_GUP_VMAS
	got = get_user_pages_remote(mm, address, 1, FOLL_FORCE, &page, NULL, NULL);
#else
	got = get_user_pages_remote(mm, address, 1, FOLL_FORCE, &page, NULL);
#endif
	mmap_read_unlock(mm);
	return got == 1 ? page : NULL;
}

/**
 * compat_fs_flags() - the flags of a type of file system, if the kernel has it
 * @list: the kernel's list of them, file_systems
 * @name: of the type; behind a '.' may be a subtype
 *
 * Context: any. One that is registered meanwhile may be missed.
 * Return: the flags, or -ENODEV.
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
 * compat_owns_inode() - does current hold the lock of an inode for writing?
 * @inode: which
 *
 * Context: any.
 * Return: true only if it does; always false where the lock does not tell.
 */
static inline bool compat_owns_inode(const struct inode *inode)
{
#ifdef CONFIG_PREEMPT_RT
	return false;
#else
	/* Flags are below the address; readers have the lowest one. */
	long owner = atomic_long_read(&inode->i_rwsem.owner);

	return !(owner & 1) && (owner & ~7L) == (long)current;
#endif
}

#endif
