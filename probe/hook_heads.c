// SPDX-License-Identifier: GPL-2.0-only
/*
 * The table of hooks as lists: security_hook_heads (5.10 - 6.11). A hook is a list of
 * entries, which the kernel calls from the first to the last.
 */
#include <linux/printk.h>

#include "probe.h"

#ifndef HAVE_STATIC_CALLS_TABLE

/* A longer list cannot be a list of hooks. */
#define LIST_MAX 64

static struct hlist_head *head_at(size_t offset)
{
	return probe_base + offset;
}

static void *function_of(const union security_list_options *hook)
{
	return *(void **)hook;
}

/* Checks that each entry points to its list, to its predecessor and to a function. */
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
			wrong = "is outside of the kernel";
		else if (entry->head != head)
			wrong = "belongs to another list";
		else if (node->pprev != link)
			wrong = "does not point back to its predecessor";
		else if (!symbol_is_code(function_of(&entry->hook)))
			wrong = "points to no function";
		else if (++length > LIST_MAX)
			wrong = "is beyond the maximum length of a list";
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
 * probe_lsms() - get the entries of the LSMs that are attached to a hook
 * @offset: offset of the hook in the table, in bytes
 * @entries: filled with the entries, in the order in which the kernel calls them
 *
 * Context: any.
 * Return: the number of entries.
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
 * probe_is_full() - check whether a hook has no room for another entry
 * @offset: offset of the hook in the table, in bytes
 *
 * Context: any.
 * Return: false, because lists are not limited.
 */
bool probe_is_full(size_t offset)
{
	return false;
}

/* Puts the entry of a hook in the place of @victim, whose own pointers stay unchanged. */
static int entry_replace(struct probe_hook *hook, struct security_hook_list *victim)
{
	struct hlist_node *entry = &hook->entry.list;
	int err;

	*entry = victim->list;
	err = patch_map(&hook->link, victim->list.pprev);
	if (!err && entry->next)
		err = patch_map(&hook->back, &entry->next->pprev);
	if (!err)
		err = probe_hold(hook, victim);
	if (err)
		return err;
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
 * probe_attach() - attach a hook
 * @hook: hook; the caller has set @place, @offset and @function
 *
 * The kernel may call the hook before this function returns.
 *
 * Context: may sleep; after probe_find().
 * Return: 0; -ENOMEM; or -EBUSY, see probe_hold().
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
 * probe_follow() - note that the entry before a hook was removed, or that there is a new one
 * @hook: attached hook
 *
 * A module that was attached before may be unloaded. Does nothing for a hook that replaces another
 * entry: to restore that entry would restore a pointer to the removed one.
 *
 * Context: may sleep; before the memory of the removed entry is freed.
 */
void probe_follow(struct probe_hook *hook)
{
	struct hlist_node **link = hook->entry.list.pprev;

	/* If there is no memory, probe_is_ours() returns false until the next call. */
	if (!hook->victim && (void **)link != hook->link.address && *link == &hook->entry.list)
		patch_map(&hook->link, link);
}

/**
 * probe_is_ours() - check that the table around a hook is unchanged since it was attached
 * @hook: attached hook
 *
 * Context: any.
 * Return: false if another module has attached itself behind the hook, or if the entry before the
 * hook was removed and probe_follow() could not note that.
 */
bool probe_is_ours(const struct probe_hook *hook)
{
	const struct hlist_node *entry = &hook->entry.list;
	const struct hlist_node *next = hook->victim ? hook->victim->list.next : NULL;

	/*
	 * Compare @pprev first: if it has changed, the entry that @link is in was removed, and
	 * may have been freed.
	 */
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
	size_t i;

	for (i = count; i--;) {
		if (hooks[i].attached)
			entry_detach(&hooks[i]);
	}
	drain_wait();
	probe_release(hooks, count);
}

#endif
