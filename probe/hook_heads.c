// SPDX-License-Identifier: GPL-2.0-only
/*
 * The table of hooks as lists: security_hook_heads (5.10 - 6.11). A hook is a
 * list of entries, which the kernel walks from the first to the last.
 */
#include <linux/printk.h>

#include "probe.h"

#ifndef HAVE_STATIC_CALLS_TABLE

/* A list that is longer than this is no list of hooks. */
#define LIST_MAX 64

static struct hlist_head *head_at(size_t offset)
{
	return probe_base + offset;
}

static void *function_of(const union security_list_options *hook)
{
	return *(void **)hook;
}

/* Every entry says in which list it is, and where it leads: compare. */
static int head_prove(size_t offset)
{
	struct hlist_head *head = head_at(offset);
	struct hlist_node *node, **link = &head->first;
	struct security_hook_list *entry;
	const char *wrong = NULL;
	int length = 0;

	for (node = head->first; node && !wrong; node = node->next) {
		entry = hlist_entry(node, struct security_hook_list, list);
		if (!symbol_is_memory(entry))
			wrong = "leads out of the kernel";
		else if (entry->head != head)
			wrong = "belongs to another list";
		else if (node->pprev != link)
			wrong = "does not lead back";
		else if (!symbol_is_code(function_of(&entry->hook)))
			wrong = "calls no function";
		else if (++length > LIST_MAX)
			wrong = "has no end";
		link = &node->next;
	}
	if (!wrong)
		return 0;
	pr_err("security_hook_heads is not what this module was built for: an entry of the hook at offset %zu %s\n",
	       offset, wrong);
	return -ENOEXEC;
}

const struct probe_layout probe_layout = {
	.name = "security_hook_heads",
	.size = sizeof(struct security_hook_heads),
	.step = sizeof(struct hlist_head),
	.prove = head_prove,
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
	struct security_hook_list *entry;
	int count = 0;

	hlist_for_each_entry(entry, head_at(offset), list) {
		if (count < PROBE_LSMS_MAX)
			entries[count++] = entry;
	}
	return count;
}

/**
 * probe_is_full() - is there no room left on a hook?
 * @offset: of the hook in the table
 *
 * Context: any.
 * Return: false: lists have no end.
 */
bool probe_is_full(size_t offset)
{
	return false;
}

/* Takes the place of @victim; its own pointers stay as they are. */
static int entry_replace(struct probe_hook *hook, struct security_hook_list *victim)
{
	struct hlist_node *entry = &hook->entry.list;
	int err;

	*entry = victim->list;
	err = patch_map(&hook->link, victim->list.pprev);
	if (!err && entry->next)
		err = patch_map(&hook->back, &entry->next->pprev);
	if (err)
		return err;
	hook->victim = victim;
	hook->wrapped = victim->hook;
	patch_write(&hook->link, entry);
	if (entry->next)
		patch_write(&hook->back, &entry->next);
	return 0;
}

static int entry_append(struct probe_hook *hook, struct hlist_node **link)
{
	int err = patch_map(&hook->link, link);

	if (err)
		return err;
	hook->entry.list.pprev = link;
	patch_write(&hook->link, &hook->entry.list);
	return 0;
}

/**
 * probe_attach() - chain a hook
 * @hook: which; its first members say what and where
 *
 * Context: may sleep; after probe_find(). The hook is called at once.
 * Return: 0, or -ENOMEM.
 */
int probe_attach(struct probe_hook *hook)
{
	struct hlist_head *head = head_at(hook->offset);
	struct hlist_node **link = &head->first;
	struct security_hook_list *entry, *victim = NULL;
	int err;

	hlist_for_each_entry(entry, head, list) {
		if (!victim && !probe_lsm_is_idle(entry))
			victim = entry;
		link = &entry->list.next;
	}
	hook->entry.head = head;
	hook->entry.hook = hook->function;
	hook->entry.lsm = "ashiato";
	if (hook->place != PROBE_LAST && victim)
		err = entry_replace(hook, victim);
	else
		err = entry_append(hook, link);
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
	const struct hlist_node *entry = &hook->entry.list;
	const struct hlist_node *next = hook->victim ? hook->victim->list.next : NULL;

	/* Whoever was in front of us may be gone, and its memory with it. */
	return entry->pprev == (void *)hook->link.address &&
	       *hook->link.address == entry && entry->next == next;
}

static void entry_detach(struct probe_hook *hook)
{
	struct security_hook_list *victim = hook->victim;

	patch_write(&hook->link, victim ? &victim->list : NULL);
	if (victim && victim->list.next)
		patch_write(&hook->back, &victim->list.next);
	hook->attached = false;
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
	while (count--) {
		if (hooks[count].attached)
			entry_detach(&hooks[count]);
	}
	drain_wait();
}

#endif
