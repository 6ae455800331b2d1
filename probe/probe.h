/* SPDX-License-Identifier: GPL-2.0-only */
/* Finds the table of LSM hooks of the kernel and attaches hooks to it. */
#ifndef ASHIATO_PROBE_H
#define ASHIATO_PROBE_H

#include <linux/lsm_hooks.h>

#include "compat/features.h"
#include "drain.h"
#include "patch.h"
#include "symbol.h"

/* Where a hook is attached. */
enum probe_place {
	PROBE_LAST,	/* after all LSMs: called only for accesses that they allow */
	PROBE_WRAP,	/* in the place of the first LSM that is not idle; has to call it */
	PROBE_FIRST,	/* as PROBE_WRAP, idle or not: the kernel calls only the first LSM */
};

/* Maximum number of LSMs on a hook that probe_lsms() returns. */
#define PROBE_LSMS_MAX 16

/* The BPF LSM is idle: its hooks return the default until a BPF program is attached to them. */
#define PROBE_IDLE_LSM "bpf"

/**
 * struct probe_hook - a hook that can be attached
 * @name: name of the LSM hook
 * @loss: accesses that are not recorded without it
 * @place: where it is attached
 * @required: whether the module does not load without it
 * @wanted: whether it is to be attached
 * @missing: whether this kernel lacks the LSM hook
 * @offset: offset of the LSM hook in the table of the kernel, in bytes
 * @function: function to attach
 * @wrapped: function that @function has to call because it replaces it; else NULL
 * @attached: whether @entry is in the table
 * @entry: entry of @function in the list or slot of the LSM hook
 * @victim: entry of another LSM that @entry replaces; else NULL
 * @owner: module that has @victim, which cannot be unloaded meanwhile; else NULL
 * @link: pointer in the table to @entry
 * @back: pointer in the next entry back to @entry; lists only
 * @slot: slot that contains @entry; static calls only
 */
struct probe_hook {
	const char *name;
	const char *loss;
	enum probe_place place;
	bool required;
	bool wanted;
	bool missing;
	size_t offset;
	union security_list_options function;
	union security_list_options wrapped;
	bool attached;
	struct security_hook_list entry;
	struct security_hook_list *victim;
	struct module *owner;
	struct patch link;
	struct patch back;
	void *slot;
};

/**
 * struct probe_layout - description of the table of hooks of this kernel
 * @name: symbol of the table
 * @size: size of the table in bytes
 * @step: distance from one hook to the next in bytes
 * @prove: checks that the hook at an offset has the expected structure; returns 0, or
 *	-ENOEXEC with a message in the kernel log
 */
struct probe_layout {
	const char *name;
	size_t size;
	size_t step;
	int (*prove)(size_t offset);
};

extern const struct probe_layout probe_layout;

/* Address of the table; set by probe_find(). */
extern void *probe_base;

int probe_find(void);
int probe_attach(struct probe_hook *hook);
void probe_detach(struct probe_hook *hooks, size_t count);
bool probe_is_ours(const struct probe_hook *hook);
void probe_follow(struct probe_hook *hook);
int probe_hold(struct probe_hook *hook, struct security_hook_list *victim);
void probe_release(struct probe_hook *hooks, size_t count);
bool probe_is_full(size_t offset);
int probe_lsms(size_t offset, const struct security_hook_list *entries[PROBE_LSMS_MAX]);
unsigned long probe_table(unsigned long *found);

/* Offset of a hook in the table, in bytes. */
#ifdef HAVE_STATIC_CALLS_TABLE
#define PROBE_OFFSET(HOOK) offsetof(struct lsm_static_calls_table, HOOK)
#else
#define PROBE_OFFSET(HOOK) offsetof(struct security_hook_heads, HOOK)
#endif

/*
 * probe_call_others() calls all entries of a void hook except that of this module, including
 * the one that it replaces. probe_ask_others() calls them until one returns another value than
 * NONE, and evaluates to it. Only for hooks from which no other module detaches meanwhile.
 */
#ifdef HAVE_STATIC_CALLS_TABLE
#define probe_each_other(HOOK, OTHER, ...) do { \
	const struct lsm_static_call *first = (HOOK)->entry.scalls; \
	int i; \
	for (i = 0; i < MAX_LSM_COUNT; i++) { \
		const struct security_hook_list *OTHER = READ_ONCE(first[i].hl); \
		if (OTHER == &(HOOK)->entry) \
			OTHER = (HOOK)->victim; \
		if (OTHER) \
			__VA_ARGS__; \
	} \
} while (0)
#define probe_call_others(HOOK, NAME, ...) \
	probe_each_other(HOOK, other, other->hook.NAME(__VA_ARGS__))
#define probe_ask_others(HOOK, NAME, NONE, ...) ({ \
	int answer = NONE; \
	probe_each_other(HOOK, other, \
			 answer = answer == (NONE) ? other->hook.NAME(__VA_ARGS__) : answer); \
	answer; })
#else
#define probe_call_others(HOOK, NAME, ...) do { \
	const struct security_hook_list *other; \
	if ((HOOK)->victim) \
		(HOOK)->victim->hook.NAME(__VA_ARGS__); \
	hlist_for_each_entry(other, (HOOK)->entry.head, list) { \
		if (other != &(HOOK)->entry) \
			other->hook.NAME(__VA_ARGS__); \
	} \
} while (0)
#endif

static inline const char *probe_lsm_name(const struct security_hook_list *entry)
{
#ifdef HAVE_LSM_ID
	return entry->lsmid->name;
#else
	return entry->lsm;
#endif
}

static inline bool probe_lsm_is_idle(const struct security_hook_list *entry)
{
	return !strcmp(probe_lsm_name(entry), PROBE_IDLE_LSM);
}

#endif
