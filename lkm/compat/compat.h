/* SPDX-License-Identifier: GPL-2.0-only */
/* What kernels do in different ways, under one name each. */
#ifndef ASHIATO_COMPAT_H
#define ASHIATO_COMPAT_H

#include <linux/mm.h>

#include "features.h"

/**
 * compat_copy_page() - copy a page of a program that is about to run
 * @mm: its memory
 * @address: of the page
 * @to: a page of ours
 *
 * Context: may sleep.
 * Return: 0, or -EFAULT.
 */
static inline int compat_copy_page(struct mm_struct *mm, unsigned long address, void *to)
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
	if (got != 1)
		return -EFAULT;
	/* There is no high memory where there is a 64-bit hash. */
	memcpy(to, page_address(page), PAGE_SIZE);
	put_page(page);
	return 0;
}

#endif
