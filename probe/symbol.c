// SPDX-License-Identifier: GPL-2.0-only
/*
 * Finds what the kernel does not export. A kprobe can be put on any function
 * by its name; where it lands is the address of kallsyms_lookup_name(), which
 * knows all the others.
 */
#include <linux/err.h>
#include <linux/kprobes.h>
#include <linux/mm.h>
#include <linux/printk.h>

#include "symbol.h"

/* The kernel tells the distance to the next symbol, which may be aligned. */
#define SYMBOL_SLACK 64

#define BORROW(TYPE, FAILURE, NAME, ARGUMENTS) \
	TYPE borrowed_##NAME##_missing ARGUMENTS { return FAILURE; } \
	DEFINE_STATIC_CALL(borrowed_##NAME, borrowed_##NAME##_missing);
#include "borrowed.def"
#undef BORROW

static unsigned long text_start, text_end, image_end;

static void borrow_finder(unsigned long address)
{
	static_call_update(borrowed_kallsyms_lookup_name,
			   (typeof(&borrowed_kallsyms_lookup_name_missing))address);
}

static int symbol_find_finder(void)
{
	struct kprobe probe = { .symbol_name = "kallsyms_lookup_name" };
	unsigned long address;
	int err = register_kprobe(&probe);

	if (err) {
		pr_err("cannot put a kprobe on %s (error %d): are kprobes forbidden by lockdown=confidentiality?\n",
		       probe.symbol_name, err);
		return err;
	}
	address = (unsigned long)probe.addr;
	unregister_kprobe(&probe);

	/* A probe may land behind the function's first instruction. */
	borrow_finder(address);
	address = borrowed(kallsyms_lookup_name)(probe.symbol_name);
	if (!address) {
		pr_err("%s() does not find itself\n", probe.symbol_name);
		return -ENOENT;
	}
	borrow_finder(address);
	return 0;
}

static int symbol_borrow_all(void)
{
	unsigned long address;

#define BORROW(TYPE, FAILURE, NAME, ARGUMENTS) \
	address = symbol_find(#NAME); \
	if (!address) { \
		pr_err("this kernel has no function %s()\n", #NAME); \
		return -ENOENT; \
	} \
	static_call_update(borrowed_##NAME, (typeof(&borrowed_##NAME##_missing))address);
#include "borrowed.def"
#undef BORROW
	return 0;
}

/**
 * symbol_find() - the address of a symbol of the kernel
 * @name: the symbol
 *
 * Context: may sleep; after symbol_init().
 * Return: its address, or 0.
 */
unsigned long symbol_find(const char *name)
{
	return borrowed(kallsyms_lookup_name)(name);
}

/**
 * symbol_has_size() - is a symbol as large as we think it is?
 * @address: of the symbol
 * @size: that it should have, in bytes
 * @found: the size that the kernel reports, in bytes
 *
 * Context: may sleep; after symbol_init().
 * Return: true when @address is the beginning of a symbol of that size.
 */
bool symbol_has_size(unsigned long address, size_t size, unsigned long *found)
{
	unsigned long offset = 0;

	*found = 0;
	if (!borrowed(kallsyms_lookup_size_offset)(address, found, &offset))
		return false;
	return !offset && *found >= size && *found < size + SYMBOL_SLACK;
}

/**
 * symbol_is_text() - does an address lie in the code of the kernel itself?
 * @address: any
 *
 * Context: any; after symbol_init().
 * Return: true when it does; false for the code of modules, too.
 */
bool symbol_is_text(const void *address)
{
	return (unsigned long)address >= text_start &&
	       (unsigned long)address < text_end;
}

/**
 * symbol_is_code() - can an address be a function's?
 * @address: any
 *
 * Context: any; after symbol_init().
 * Return: true when it lies in the code of the kernel or in a module.
 */
bool symbol_is_code(const void *address)
{
	return symbol_is_text(address) || symbol_is_vmalloc(address);
}

/**
 * symbol_is_memory() - may we look at what an address points to?
 * @address: any
 *
 * Context: any; after symbol_init().
 * Return: true when it lies in the image of the kernel or of a module.
 */
bool symbol_is_memory(const void *address)
{
	return ((unsigned long)address >= text_start &&
		(unsigned long)address < image_end) ||
	       symbol_is_vmalloc(address);
}

/**
 * symbol_is_vmalloc() - is an address mapped page by page, as modules are?
 * @address: any
 *
 * Context: any.
 * Return: true when it is.
 */
bool symbol_is_vmalloc(const void *address)
{
	return is_vmalloc_addr(address) ||
	       ((unsigned long)address >= MODULES_VADDR &&
		(unsigned long)address < MODULES_END);
}

/**
 * symbol_init() - find the finder, and all that is in borrowed.def
 *
 * Context: may sleep.
 * Return: 0, or -errno; says why in the kernel's log.
 */
int symbol_init(void)
{
	int err = symbol_find_finder();

	if (err)
		return err;
	err = symbol_borrow_all();
	if (err)
		return err;
	text_start = symbol_find("_stext");
	text_end = symbol_find("_etext");
	image_end = symbol_find("_end");
	if (!text_start || text_end <= text_start || image_end <= text_end) {
		pr_err("cannot find the kernel's code (_stext, _etext, _end)\n");
		return -ENOENT;
	}
	return 0;
}
