/* SPDX-License-Identifier: GPL-2.0-only */
/* What kernels do in different ways, under one name each. */
#ifndef ASHIATO_COMPAT_H
#define ASHIATO_COMPAT_H

#include <linux/mm.h>

#include "features.h"

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

#endif
