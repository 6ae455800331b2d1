/* SPDX-License-Identifier: GPL-2.0-only */
/* Finding the kernel's table of LSM hooks and chaining ours onto it. */
#ifndef ASHIATO_PROBE_H
#define ASHIATO_PROBE_H

#include <linux/lsm_hooks.h>

#include "compat/features.h"
#include "drain.h"
#include "patch.h"
#include "symbol.h"

/* Where a hook goes. */
enum probe_place {
	PROBE_LAST,	/* behind all others: it sees what they let pass */
	PROBE_WRAP,	/* in the place of the first LSM on it, which it calls itself */
	PROBE_FIRST,	/* the same, where the kernel asks the first entry only */
};

/* The most LSMs that sit on one hook. */
#define PROBE_LSMS_MAX 16

/* Who gives no answers of its own: its hooks are empty until a program is attached. */
#define PROBE_IDLE_LSM "bpf"

/**
 * struct probe_hook - one hook that we chain
 * @name: of the hook
 * @loss: what is not recorded without it
 * @place: where it goes
 * @required: whether we can do without
 * @wanted: whether it is to be attached
 * @missing: whether this kernel does not have it
 * @offset: of the hook in the kernel's table, in bytes
 * @function: ours
 * @wrapped: theirs, if ours sits in its place and has to call it
 * @attached: whether ours is in the table
 * @entry: ours, in the list or slot of the hook
 * @victim: theirs, that @entry stands for
 * @link: the pointer that leads to @entry
 * @back: the pointer that leads back to @entry; lists only
 * @slot: where @entry is; static calls only
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
	struct patch link;
	struct patch back;
	void *slot;
};

/**
 * struct probe_layout - what the table of hooks is on this kernel
 * @name: its symbol
 * @size: in bytes
 * @step: bytes from one hook to the next
 * @prove: is the hook at an offset as we think? 0, or -ENOEXEC after saying why
 * not in the kernel's log
 */
struct probe_layout {
	const char *name;
	size_t size;
	size_t step;
	int (*prove)(size_t offset);
};

extern const struct probe_layout probe_layout;

/* The table, found by probe_find(). */
extern void *probe_base;

int probe_find(void);
int probe_attach(struct probe_hook *hook);
void probe_detach(struct probe_hook *hooks, size_t count);
bool probe_is_ours(const struct probe_hook *hook);
bool probe_is_full(size_t offset);
int probe_lsms(size_t offset, const struct security_hook_list *entries[PROBE_LSMS_MAX]);
unsigned long probe_table(unsigned long *found);

/*
 * The offset of a hook in the table, and how the entries of a hook name their
 * LSM.
 */
#ifdef HAVE_STATIC_CALLS_TABLE
#define PROBE_OFFSET(HOOK) offsetof(struct lsm_static_calls_table, HOOK)
#else
#define PROBE_OFFSET(HOOK) offsetof(struct security_hook_heads, HOOK)
#endif

/*
 * Calls each entry of a void hook but ours. Only for hooks that no other module
 * takes out meanwhile.
 */
#ifdef HAVE_STATIC_CALLS_TABLE
#define probe_call_others(HOOK, NAME, ...) do { \
	const struct lsm_static_call *first = (HOOK)->entry.scalls; \
	int i; \
	for (i = 0; i < MAX_LSM_COUNT; i++) { \
		const struct security_hook_list *other = READ_ONCE(first[i].hl); \
		if (other == &(HOOK)->entry) \
			other = (HOOK)->victim; \
		if (other) \
			other->hook.NAME(__VA_ARGS__); \
	} \
} while (0)
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
