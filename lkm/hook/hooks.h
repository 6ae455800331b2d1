/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_HOOKS_H
#define ASHIATO_HOOKS_H

#include "probe/probe.h"

/* The prototype of every hook, as this kernel has it. */
#define LSM_HOOK(TYPE, DEFAULT, NAME, ...) TYPE hook_##NAME(__VA_ARGS__);
#include <linux/lsm_hook_defs.h>
#undef LSM_HOOK

enum hook_number {
#define HOOK(NAME, NEED, PLACE, LOSS) HOOK_##NAME,
#define MISSING(NAME, LOSS) HOOK_##NAME,
#include "subject.def"
	HOOKS_SUBJECT,		/* those up to here serve subj= */
	HOOK_SUBJECT_LAST = HOOKS_SUBJECT - 1,
#include "hooks.def"
#undef HOOK
#undef MISSING
	HOOKS
};

extern struct probe_hook hooks[HOOKS];

/*
 * Defines hook_<NAME>(): does RECORD when nobody objects to the access, and
 * never changes the verdict.
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
 * Calls the hook that ours sits in the place of, if there is one. To be the
 * first thing that a hook does: what an LSM denies is no access.
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
bool hooks_are_ours(void);

#endif
