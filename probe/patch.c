// SPDX-License-Identifier: GPL-2.0-only
/*
 * The only code that writes to memory of the kernel. The tables of LSM hooks are read-only
 * after boot: this file maps their pages a second time, writable. All pages are mapped when
 * the module is loaded, so that restoring the tables needs no memory and cannot fail.
 */
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include "patch.h"
#include "symbol.h"

/* A page of the kernel and its writable mapping. */
struct patch_page {
	struct list_head list;
	unsigned long address;
	struct page *page;
	void *alias;
};

static LIST_HEAD(patch_pages);

static struct page *patch_find_page(void *address)
{
	if (symbol_is_vmalloc(address))
		return vmalloc_to_page(address);
	return virt_to_page(lm_alias(address));
}

static struct patch_page *patch_map_page(unsigned long address)
{
	struct page *page = patch_find_page((void *)address);
	struct patch_page *mapped;

	/* After a module is unloaded, the same address may lead to other pages. */
	list_for_each_entry(mapped, &patch_pages, list) {
		if (mapped->address == address && mapped->page == page)
			return mapped;
	}
	mapped = kzalloc(sizeof(*mapped), GFP_KERNEL);
	if (!mapped)
		return NULL;
	mapped->address = address;
	mapped->page = page;
	mapped->alias = page ? vmap(&page, 1, VM_MAP, PAGE_KERNEL) : NULL;
	if (!mapped->alias) {
		kfree(mapped);
		return NULL;
	}
	list_add(&mapped->list, &patch_pages);
	return mapped;
}

/**
 * patch_map() - prepare to write a pointer in memory of the kernel
 * @patch: set up for patch_write()
 * @address: address of the pointer
 *
 * Context: may sleep; calls are serialised by the caller.
 * Return: 0, or -ENOMEM.
 */
int patch_map(struct patch *patch, void *address)
{
	struct patch_page *mapped = patch_map_page((unsigned long)address & PAGE_MASK);

	if (!mapped)
		return -ENOMEM;
	patch->address = address;
	patch->alias = mapped->alias + offset_in_page(address);
	return 0;
}

/**
 * patch_write() - write a pointer in memory of the kernel
 * @patch: pointer, prepared with patch_map()
 * @value: new value; a CPU that sees it also sees earlier writes to its target
 *
 * Context: any. Cannot fail.
 */
void patch_write(const struct patch *patch, void *value)
{
	smp_store_release(patch->alias, value);
}

/**
 * patch_exit() - remove all mappings
 *
 * Context: may sleep. patch_write() must not be called any more.
 */
void patch_exit(void)
{
	struct patch_page *mapped, *next;

	list_for_each_entry_safe(mapped, next, &patch_pages, list) {
		list_del(&mapped->list);
		vunmap(mapped->alias);
		kfree(mapped);
	}
}
