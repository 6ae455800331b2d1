// SPDX-License-Identifier: GPL-2.0-only
/*
 * The table of hooks as static calls: static_calls_table (6.12 -). A hook has
 * a fixed number of slots, used from the first on; each is a call that is
 * patched into the kernel's code, and a key that switches it on.
 */
#include <linux/jump_label.h>
#include <linux/printk.h>

#include "probe.h"

#ifdef HAVE_STATIC_CALLS_TABLE

/* Who we are to the kernel. The number is nobody's: assigned ones are small. */
static const struct lsm_id ashiato_id = { .name = "ashiato", .id = 0x617368 };

static struct lsm_static_call *slots_at(size_t offset)
{
	return probe_base + offset;
}

/* Every slot has its call and its key; every entry says whose slot it is in. */
static int slots_prove(size_t offset)
{
	struct lsm_static_call *slots = slots_at(offset);
	const char *wrong = NULL;
	int i;

	for (i = 0; i < MAX_LSM_COUNT && !wrong; i++) {
		struct security_hook_list *entry = slots[i].hl;

		if (!symbol_is_memory(slots[i].key) || !symbol_is_memory(slots[i].active))
			wrong = "leads out of the kernel";
		else if (!symbol_is_text(slots[i].trampoline))
			wrong = "has no call";
		else if (!entry)
			continue;
		else if (!symbol_is_memory(entry))
			wrong = "leads out of the kernel";
		else if (entry->scalls != slots)
			wrong = "belongs to another hook";
		else if (!symbol_is_code(entry->hook.lsm_func_addr))
			wrong = "calls no function";
		else if (!static_key_enabled(slots[i].active))
			wrong = "is filled but switched off";
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
 * probe_lsms() - who sits on a hook
 * @offset: of the hook in the table
 * @entries: filled with what the LSMs have there, in the order in which it is called
 *
 * Context: may sleep.
 * Return: how many.
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
 * probe_is_full() - is there no room left on a hook?
 * @offset: of the hook in the table
 *
 * Context: any.
 * Return: true when every slot is used.
 */
bool probe_is_full(size_t offset)
{
	return slots_at(offset)[MAX_LSM_COUNT - 1].hl;
}

static void slot_call(struct lsm_static_call *slot, void *function)
{
	__static_call_update(slot->key, slot->trampoline, function);
}

/* Takes the place of the entry in @slot, under that LSM's own name. */
static int slot_replace(struct probe_hook *hook, struct lsm_static_call *slot)
{
	int err = patch_map(&hook->link, &slot->hl);

	if (err)
		return err;
	hook->slot = slot;
	hook->victim = slot->hl;
	hook->wrapped = slot->hl->hook;
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
	/* Whoever sees the key sees the call and the entry. */
	smp_wmb();
	static_branch_enable(slot->active);
	return 0;
}

/**
 * probe_attach() - chain a hook
 * @hook: which; its first members say what and where
 *
 * Where no slot is free, ours takes the place of the last one and calls it.
 *
 * Context: may sleep; after probe_find(). The hook is called at once.
 * Return: 0, or -ENOMEM.
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
 * probe_is_ours() - is the table around a hook as we left it?
 * @hook: one that is attached
 *
 * Context: any.
 * Return: false when another module has chained itself there since.
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
 * probe_detach() - take hooks out again and wait until nobody is in them
 * @hooks: the hooks; those that are not attached are passed over
 * @count: how many
 *
 * Before the code of the hooks may go, drain_grace() is needed.
 *
 * Context: may sleep; probe_is_ours() is true for each of them. Allocates
 * nothing and cannot fail.
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
	 * A caller that is past the key makes the call: were the call gone, it
	 * would take what is left in the register for our verdict.
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
}

#endif
