// SPDX-License-Identifier: GPL-2.0-only
/*
 * Finds symbols that the kernel does not export. A kprobe can be registered for a function
 * by its name and then contains the address: this finds kallsyms_lookup_name(), which
 * finds all other symbols.
 */
#include <linux/err.h>
#include <linux/kprobes.h>
#include <linux/mm.h>
#include <linux/printk.h>

#include "symbol.h"

/* The size that the kernel reports includes padding up to the next symbol. */
#define SYMBOL_SLACK 64

#define BORROW(TYPE, FAILURE, NAME, ARGUMENTS) \
	TYPE borrowed_##NAME##_missing ARGUMENTS { return FAILURE; } \
	DEFINE_STATIC_CALL(borrowed_##NAME, borrowed_##NAME##_missing);
#include "borrowed.def"
#undef BORROW

static unsigned long text_start, text_end, image_end;

static void borrow_kallsyms(unsigned long address)
{
	static_call_update(borrowed_kallsyms_lookup_name,
			   (typeof(&borrowed_kallsyms_lookup_name_missing))address);
}

static int symbol_find_kallsyms(void)
{
	/* Disabled: the kernel finds the address, and changes no code for the kprobe. */
	struct kprobe probe = {
		.symbol_name = "kallsyms_lookup_name",
		.flags = KPROBE_FLAG_DISABLED,
	};
	unsigned long address;
	int err = register_kprobe(&probe);

	if (err) {
		pr_err("cannot register a kprobe for %s (error %d): does lockdown=confidentiality forbid it?\n",
		       probe.symbol_name, err);
		return err;
	}
	address = (unsigned long)probe.addr;
	unregister_kprobe(&probe);

	/* The kprobe may be after the first instruction: look up the exact address. */
	borrow_kallsyms(address);
	address = borrowed(kallsyms_lookup_name)(probe.symbol_name);
	if (!address) {
		pr_err("cannot find the address of %s()\n", probe.symbol_name);
		return -ENOENT;
	}
	borrow_kallsyms(address);
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
 * symbol_find() - look up a symbol of the kernel
 * @name: name of the symbol
 *
 * Context: may sleep; after symbol_init().
 * Return: its address, or 0 if there is none of that name.
 */
unsigned long symbol_find(const char *name)
{
	return borrowed(kallsyms_lookup_name)(name);
}

/**
 * symbol_has_size() - check the size of a symbol
 * @address: address of the symbol
 * @size: expected size in bytes
 * @found: set to the size that the kernel reports, in bytes
 *
 * Context: may sleep; after symbol_init().
 * Return: true if a symbol of that size begins at @address.
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
 * symbol_is_text() - check whether an address is in the code of the kernel image
 * @address: any address
 *
 * Context: any; after symbol_init().
 * Return: true if it is; false for the code of modules.
 */
bool symbol_is_text(const void *address)
{
	return (unsigned long)address >= text_start &&
	       (unsigned long)address < text_end;
}

/**
 * symbol_is_code() - check whether an address may be that of a function
 * @address: any address
 *
 * Context: any; after symbol_init().
 * Return: true if it is in the code of the kernel image or where modules are mapped.
 */
bool symbol_is_code(const void *address)
{
	return symbol_is_text(address) || symbol_is_vmalloc(address);
}

/**
 * symbol_is_memory() - check whether an address may be that of a hook entry
 * @address: any address
 *
 * Context: any; after symbol_init().
 * Return: true if it is in the kernel image or where modules are mapped.
 */
bool symbol_is_memory(const void *address)
{
	return ((unsigned long)address >= text_start &&
		(unsigned long)address < image_end) ||
	       symbol_is_vmalloc(address);
}

/**
 * symbol_is_vmalloc() - check whether an address is in the vmalloc or module area
 * @address: any address
 *
 * Context: any.
 * Return: true if it is.
 */
bool symbol_is_vmalloc(const void *address)
{
	return is_vmalloc_addr(address) ||
	       ((unsigned long)address >= MODULES_VADDR &&
		(unsigned long)address < MODULES_END);
}

/**
 * symbol_init() - look up the functions of borrowed.def and the bounds of the kernel image
 *
 * Context: may sleep.
 * Return: 0, or -errno with a message in the kernel log.
 */
int symbol_init(void)
{
	int err = symbol_find_kallsyms();

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
