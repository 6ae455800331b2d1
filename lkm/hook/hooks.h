/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_HOOKS_H
#define ASHIATO_HOOKS_H

#include "probe/probe.h"
#include "probe/trace.h"

/* The prototypes of all hooks, from the headers of this kernel. */
#define LSM_HOOK(TYPE, DEFAULT, NAME, ...) TYPE hook_##NAME(__VA_ARGS__);
#include <linux/lsm_hook_defs.h>
#undef LSM_HOOK

enum hook_number {
#define HOOK(NAME, NEED, PLACE, LOSS) HOOK_##NAME,
#define MISSING(NAME, LOSS) HOOK_##NAME,
#include "subject.def"
	HOOKS_SUBJECT,		/* number of hooks for subj= */
	HOOK_SUBJECT_LAST = HOOKS_SUBJECT - 1,
#include "hooks.def"
#undef HOOK
#undef MISSING
	HOOKS
};

extern struct probe_hook hooks[HOOKS];

enum trace_number {
#define TRACE(NAME, FUNCTION, LOSS) TRACE_##NAME,
#include "traces.def"
#undef TRACE
	TRACES
};

extern struct probe_trace traces[TRACES];

void trace_changed(unsigned long ip, unsigned long parent, struct ftrace_ops *ops,
		   struct ftrace_regs *fregs);
void trace_removed(unsigned long ip, unsigned long parent, struct ftrace_ops *ops,
		   struct ftrace_regs *fregs);
void trace_received(unsigned long ip, unsigned long parent, struct ftrace_ops *ops,
		    struct ftrace_regs *fregs);

/*
 * Defines hook_<NAME>(): evaluates RECORD if the wrapped hook, if any, allows the access,
 * and returns its verdict unchanged.
 */
#define DEFINE_HOOK(NAME, RECORD) \
int hook_##NAME(HOOK_ARGS_##NAME) \
{ \
	int verdict; \
	\
	drain_enter(); \
	verdict = hook_wrapped(NAME, HOOK_CALL_##NAME); \
	if (!verdict) \
		RECORD; \
	drain_leave(); \
	return verdict; \
}

#define DEFINE_HOOK_VOID(NAME, RECORD) \
void hook_##NAME(HOOK_ARGS_##NAME) \
{ \
	drain_enter(); \
	hook_wrapped_void(NAME, HOOK_CALL_##NAME); \
	RECORD; \
	drain_leave(); \
}

/*
 * Calls the hook of another LSM that this hook replaces, if any. Each hook does so first,
 * because a denied access is not recorded.
 */
#define hook_wrapped(NAME, ...) ({ \
	typeof(((union security_list_options *)0)->NAME) wrapped = \
		READ_ONCE(hooks[HOOK_##NAME].wrapped.NAME); \
	wrapped ? wrapped(__VA_ARGS__) : 0; })

#define hook_wrapped_void(NAME, ...) do { \
	typeof(((union security_list_options *)0)->NAME) wrapped = \
		READ_ONCE(hooks[HOOK_##NAME].wrapped.NAME); \
	if (wrapped) \
		wrapped(__VA_ARGS__); \
} while (0)

int hooks_attach(bool subject, bool wrap, void (*drain)(void));
void hooks_detach(void);
bool hooks_can_detach(void);

#endif
