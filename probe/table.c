// SPDX-License-Identifier: GPL-2.0-only
/* Finds the table of hooks, lists or static calls, and checks its structure. */
#include <linux/module.h>
#include <linux/printk.h>
#include <linux/rcupdate.h>

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

/**
 * probe_hold() - note the entry that a hook replaces
 * @hook: hook
 * @victim: entry of another LSM
 *
 * An LSM can be a module. It must not be unloaded while the hook is attached: its exit function
 * would overwrite the hook's place in the table, and the hook calls its function. So this function
 * takes a reference to the module.
 *
 * Context: any.
 * Return: 0; or, with a message in the kernel log, -EBUSY if that module is being loaded or
 * unloaded.
 */
int probe_hold(struct probe_hook *hook, struct security_hook_list *victim)
{
	unsigned long function = *(unsigned long *)&victim->hook;
	struct module *owner;
	int err = 0;

	/* Under RCU, the module is not freed. One that is going may restore the table now. */
	rcu_read_lock_sched();
	owner = borrowed(__module_address)(function);
	if (owner && (owner->state != MODULE_STATE_LIVE || !try_module_get(owner))) {
		pr_err("the module %s is being loaded or unloaded: try again afterwards\n",
		       owner->name);
		err = -EBUSY;
	}
	rcu_read_unlock_sched();
	if (err)
		return err;
	hook->owner = owner;
	hook->victim = victim;
	hook->wrapped = victim->hook;
	return 0;
}

/**
 * probe_release() - allow to unload the modules whose entries were replaced
 * @hooks: hooks that are not attached any more and that no task is inside of
 * @count: number of hooks
 *
 * Context: any.
 */
void probe_release(struct probe_hook *hooks, size_t count)
{
	for (; count--; hooks++) {
		module_put(hooks->owner);
		hooks->owner = NULL;
	}
}
