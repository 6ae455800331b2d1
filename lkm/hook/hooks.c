// SPDX-License-Identifier: GPL-2.0-only
/* The tables of the hooks and traces of the module; attaches and detaches them. */
#include <linux/cache.h>
#include <linux/delay.h>
#include <linux/printk.h>

#include "hooks.h"

#define REQUIRED true
#define OPTIONAL false

struct probe_hook hooks[HOOKS] = {
#define HOOK(NAME, NEED, PLACE, LOSS) \
	[HOOK_##NAME] = { \
		.name = #NAME, .required = NEED, .place = PLACE, .loss = LOSS, \
		.offset = PROBE_OFFSET(NAME), .function = { .NAME = hook_##NAME }, \
	},
#define MISSING(NAME, LOSS) \
	[HOOK_##NAME] = { .name = #NAME, .loss = LOSS, .missing = true },
#include "subject.def"
#include "hooks.def"
#undef HOOK
#undef MISSING
};

struct probe_trace traces[TRACES] = {
#define TRACE(NAME, FUNCTION, LOSS) \
	[TRACE_##NAME] = { .name = #NAME, .loss = LOSS, PROBE_TRACE_OPS(FUNCTION) },
#include "traces.def"
#undef TRACE
};

/* hooks_detach() needs a first and a last hook for subj=, which must not be the same one. */
static_assert(HOOKS_SUBJECT >= 2);

static void (*contexts_drain)(void) __ro_after_init;

/**
 * hooks_attach() - attach all hooks and traces
 * @subject: whether to attach the hooks for subj=
 * @wrap: whether each hook replaces the first LSM on it, even where a slot is free
 * @drain: waits until all security contexts that the hooks for subj= allocated are
 *	freed; hooks_detach() calls it before it detaches the hook that frees them
 *
 * Context: may sleep. Everything that the hooks use must be initialised.
 * Return: 0; or -errno with no hook attached and, except for -ENOMEM, the reason logged.
 */
int hooks_attach(bool subject, bool wrap, void (*drain)(void))
{
	size_t i;
	int err;

	contexts_drain = drain;
	for (i = 0; i < HOOKS; i++) {
		hooks[i].wanted = subject || i >= HOOKS_SUBJECT;
		if (!hooks[i].wanted || hooks[i].missing)
			continue;
		if (wrap && hooks[i].place == PROBE_LAST)
			hooks[i].place = PROBE_WRAP;
		err = probe_attach(&hooks[i]);
		if (!err)
			continue;
		/* -EBUSY: another module is being loaded or unloaded. Later, this may succeed. */
		if (hooks[i].required || i < HOOKS_SUBJECT || err == -EBUSY) {
			/* The caller reports -ENOMEM. */
			if (err != -ENOMEM)
				pr_err("cannot attach to the hook %s (error %d)\n",
				       hooks[i].name, err);
			hooks_detach();
			return err;
		}
		pr_warn("cannot attach to the hook %s (error %d): not recorded: %s\n",
			hooks[i].name, err, hooks[i].loss);
	}
	for (i = 0; i < TRACES; i++) {
		err = probe_trace_attach(&traces[i]);
		if (err)
			pr_warn("cannot see calls of %s() (error %d): not recorded: %s\n",
				traces[i].name, err, traces[i].loss);
	}
	return 0;
}

/**
 * hooks_can_detach() - check whether the hooks can be detached now
 *
 * Context: may sleep; calls are serialised by the caller.
 * Return: true, or false with a message in the log if another module is chained behind one
 * of the hooks.
 */
bool hooks_can_detach(void)
{
	size_t i;

	for (i = 0; i < HOOKS; i++) {
		if (!hooks[i].attached)
			continue;
		probe_follow(&hooks[i]);
		if (!probe_is_ours(&hooks[i])) {
			pr_warn("another module is attached behind ashiato on the hook %s: unload that module first\n",
				hooks[i].name);
			return false;
		}
	}
	return true;
}

/* Detaches a trace. Tries until that succeeds, because ftrace would call unloaded code. */
static void trace_detach(struct probe_trace *trace)
{
	int err = probe_trace_detach(trace);

	if (err)
		pr_err("cannot detach from %s() (error %d): unloading waits until this succeeds, perhaps until the next boot\n",
		       trace->name, err);
	while (err) {
		msleep(1000);
		err = probe_trace_detach(trace);
	}
}

/*
 * Detaches hooks as soon as they can be detached. Checks that for each call, because a module that
 * was attached before these hooks may be unloaded meanwhile.
 */
static void detach(struct probe_hook *first, size_t count)
{
	/* The other module's chain points to these hooks: waiting is the only safe way. */
	while (!hooks_can_detach())
		msleep(1000);
	probe_detach(first, count);
}

/**
 * hooks_detach() - detach all hooks and traces, and wait until no task is inside them
 *
 * Context: may sleep; waits as long as another module is chained behind a hook, or a trace
 * cannot be detached. Allocates nothing and cannot fail.
 */
void hooks_detach(void)
{
	size_t i;

	for (i = 0; i < TRACES; i++)
		trace_detach(&traces[i]);
	/*
	 * The last hook for subj= gives out IDs of histories, those in between turn IDs into
	 * contexts and match audit rules, and the first one frees contexts. Detach them in this
	 * order, and the first one only after all contexts are freed.
	 */
	detach(&hooks[HOOK_SUBJECT_LAST], HOOKS - HOOK_SUBJECT_LAST);
	if (hooks[0].attached) {
		detach(&hooks[1], HOOK_SUBJECT_LAST - 1);
		contexts_drain();
		detach(hooks, 1);
	}
	drain_grace();
}
