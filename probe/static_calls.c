// SPDX-License-Identifier: GPL-2.0-only
/*
 * The table of hooks as static calls: static_calls_table (6.12 -). A hook has a fixed
 * number of slots, which are filled from the first on. Each slot has a call that is patched
 * into the code of the kernel, and a static key that enables the call.
 */
#include <linux/jump_label.h>
#include <linux/printk.h>

#include "probe.h"

#ifdef HAVE_STATIC_CALLS_TABLE

/* Identifies the module as an LSM. The kernel assigns only small numbers to LSMs. */
static const struct lsm_id ashiato_id = { .name = "ashiato", .id = 0x617368 };

static struct lsm_static_call *slots_at(size_t offset)
{
	return probe_base + offset;
}

/* Checks that each slot has a call and a key, and that each entry points to its hook. */
static int slots_prove(size_t offset)
{
	struct lsm_static_call *slots = slots_at(offset);
	const char *wrong = NULL;
	int i;

	for (i = 0; i < MAX_LSM_COUNT && !wrong; i++) {
		struct security_hook_list *entry = slots[i].hl;

		if (!symbol_is_memory(slots[i].key) || !symbol_is_memory(slots[i].active))
			wrong = "has a key outside of the kernel";
		else if (!symbol_is_text(slots[i].trampoline))
			wrong = "has no call";
		else if (!entry)
			continue;
		else if (!symbol_is_memory(entry))
			wrong = "has an entry outside of the kernel";
		else if (entry->scalls != slots)
			wrong = "has an entry of another hook";
		else if (!symbol_is_code(entry->hook.lsm_func_addr))
			wrong = "points to no function";
		else if (!static_key_enabled(slots[i].active))
			wrong = "has an entry but is disabled";
	}
	if (!wrong)
		return 0;
	pr_err("static_calls_table is not what this module was built for: slot %d of the hook at offset %zu %s\n",
	       i - 1, offset, wrong);
	return -ENOEXEC;
}

const struct probe_layout probe_layout = {
	.name = "static_calls_table",
	.size = sizeof(struct lsm_static_calls_table),
	.step = MAX_LSM_COUNT * sizeof(struct lsm_static_call),
	.prove = slots_prove,
};

/**
 * probe_lsms() - get the entries of the LSMs that are attached to a hook
 * @offset: offset of the hook in the table, in bytes
 * @entries: filled with the entries, in the order in which the kernel calls them
 *
 * Context: any.
 * Return: the number of entries.
 */
int probe_lsms(size_t offset, const struct security_hook_list *entries[PROBE_LSMS_MAX])
{
	struct lsm_static_call *slots = slots_at(offset);
	int i, count = 0;

	for (i = 0; i < MAX_LSM_COUNT && count < PROBE_LSMS_MAX; i++) {
		if (slots[i].hl)
			entries[count++] = slots[i].hl;
	}
	return count;
}

/**
 * probe_is_full() - check whether a hook has no room for another entry
 * @offset: offset of the hook in the table, in bytes
 *
 * Context: any.
 * Return: true if all slots are used.
 */
bool probe_is_full(size_t offset)
{
	return slots_at(offset)[MAX_LSM_COUNT - 1].hl;
}

static void slot_call(struct lsm_static_call *slot, void *function)
{
	__static_call_update(slot->key, slot->trampoline, function);
}

/* Replaces the entry in @slot; keeps the name of its LSM. */
static int slot_replace(struct probe_hook *hook, struct lsm_static_call *slot)
{
	int err = patch_map(&hook->link, &slot->hl);

	if (!err)
		err = probe_hold(hook, slot->hl);
	if (err)
		return err;
	hook->slot = slot;
	hook->entry.lsmid = slot->hl->lsmid;
	patch_write(&hook->link, &hook->entry);
	slot_call(slot, hook->entry.hook.lsm_func_addr);
	return 0;
}

static int slot_fill(struct probe_hook *hook, struct lsm_static_call *slot)
{
	int err = patch_map(&hook->link, &slot->hl);

	if (err)
		return err;
	hook->slot = slot;
	hook->entry.lsmid = &ashiato_id;
	slot_call(slot, hook->entry.hook.lsm_func_addr);
	patch_write(&hook->link, &hook->entry);
	/* A CPU that sees the key enabled also sees the call and the entry. */
	smp_wmb();
	static_branch_enable(slot->active);
	return 0;
}

/**
 * probe_attach() - attach a hook
 * @hook: hook; the caller has set @place, @offset and @function
 *
 * If no slot is free, the hook replaces the last entry and has to call it: @hook->wrapped.
 * The kernel may call the hook before this function returns.
 *
 * Context: may sleep; after probe_find().
 * Return: 0; -ENOMEM; or -EBUSY, see probe_hold().
 */
int probe_attach(struct probe_hook *hook)
{
	struct lsm_static_call *slots = slots_at(hook->offset);
	struct lsm_static_call *victim = NULL, *end = slots + MAX_LSM_COUNT, *slot;
	int err;

	for (slot = slots; slot < end && slot->hl; slot++) {
		if (!victim && !probe_lsm_is_idle(slot->hl))
			victim = slot;
	}
	hook->entry.scalls = slots;
	hook->entry.hook = hook->function;
	if (hook->place == PROBE_FIRST && slots->hl)
		err = slot_replace(hook, slots);
	else if (hook->place == PROBE_WRAP && victim)
		err = slot_replace(hook, victim);
	else if (slot == end)
		err = slot_replace(hook, end - 1);
	else
		err = slot_fill(hook, slot);
	hook->attached = !err;
	return err;
}

/**
 * probe_follow() - do nothing: slots do not depend on each other
 * @hook: attached hook
 *
 * Context: any.
 */
void probe_follow(struct probe_hook *hook)
{
}

/**
 * probe_is_ours() - check that the table around a hook is unchanged since it was attached
 * @hook: attached hook
 *
 * Context: any.
 * Return: false if another module has attached itself behind the hook.
 */
bool probe_is_ours(const struct probe_hook *hook)
{
	const struct lsm_static_call *slot = hook->slot;
	const struct lsm_static_call *end = slots_at(hook->offset) + MAX_LSM_COUNT;

	if (slot->hl != &hook->entry)
		return false;
	return hook->victim || slot + 1 == end || !slot[1].hl;
}

/**
 * probe_detach() - detach hooks and wait until no task is inside them
 * @hooks: hooks; hooks that are not attached are ignored
 * @count: number of hooks
 *
 * The caller calls drain_grace() before the code of the hooks is freed.
 *
 * Context: may sleep; probe_is_ours() is true for each attached hook. Allocates nothing and
 * cannot fail.
 */
void probe_detach(struct probe_hook *hooks, size_t count)
{
	struct lsm_static_call *slot;
	size_t i;

	for (i = count; i--;) {
		slot = hooks[i].slot;
		if (hooks[i].attached && !hooks[i].victim)
			static_branch_disable(slot->active);
	}
	/*
	 * A task that has found the key enabled will make the call. Wait for it: without the
	 * call, it would use the old contents of a register as the verdict.
	 */
	drain_grace();
	for (i = count; i--;) {
		struct security_hook_list *victim = hooks[i].victim;

		if (!hooks[i].attached)
			continue;
		slot_call(hooks[i].slot, victim ? victim->hook.lsm_func_addr : NULL);
		patch_write(&hooks[i].link, victim);
		hooks[i].attached = false;
	}
	drain_wait();
	probe_release(hooks, count);
}

#endif
