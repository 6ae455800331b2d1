// SPDX-License-Identifier: GPL-2.0-only
/* Finds the table of hooks, lists or static calls, and checks its structure. */
#include <linux/printk.h>

#include "probe.h"

void *probe_base;

/**
 * probe_table() - look up the table of hooks
 * @found: set to the size that the kernel reports, in bytes; 0 if there is no table
 *
 * Context: may sleep; after symbol_init().
 * Return: the address of the table, or 0 if there is none of the size that this module was
 * built for.
 */
unsigned long probe_table(unsigned long *found)
{
	unsigned long address = symbol_find(probe_layout.name);

	*found = 0;
	if (address && !symbol_has_size(address, probe_layout.size, found))
		return 0;
	return address;
}

/**
 * probe_find() - look up the table of hooks and check its structure
 *
 * Context: may sleep; after symbol_init().
 * Return: 0; or, with a message in the kernel log, -ENOENT if there is no table, or
 * -ENOEXEC if it is not the one that this module was built for.
 */
int probe_find(void)
{
	unsigned long found;
	size_t offset;
	int err;

	probe_base = (void *)probe_table(&found);
	if (!probe_base) {
		pr_err("%s is not what this module was built for: it has %lu bytes, not %zu\n",
		       probe_layout.name, found, probe_layout.size);
		return found ? -ENOEXEC : -ENOENT;
	}
	for (offset = 0; offset < probe_layout.size; offset += probe_layout.step) {
		err = probe_layout.prove(offset);
		if (err)
			return err;
	}
	return 0;
}
