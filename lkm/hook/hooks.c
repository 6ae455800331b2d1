// SPDX-License-Identifier: GPL-2.0-only
/* The table of our hooks, and chaining them all. */
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

static_assert(HOOKS_SUBJECT >= 2);

static void (*contexts_drain)(void);

/**
 * hooks_attach() - chain all hooks
 * @subject: those for subj= as well
 * @wrap: each in the place of the first LSM on it, even where there is room
 * @drain: waits until every security context that the hooks for subj= gave out is
 *	freed; hooks_detach() calls it before the hook that frees contexts goes
 *
 * Context: may sleep; all that the hooks use is ready.
 * Return: 0, or -errno with none of them chained; says why in the kernel's log,
 * but for -ENOMEM.
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
		if (hooks[i].required || i < HOOKS_SUBJECT) {
			/* Want of memory is told of by whoever loads us. */
			if (err != -ENOMEM)
				pr_err("cannot attach to the hook %s (error %d)\n",
				       hooks[i].name, err);
			hooks_detach();
			return err;
		}
		pr_warn("cannot attach to the hook %s (error %d): not recorded: %s\n",
			hooks[i].name, err, hooks[i].loss);
	}
	return 0;
}

/**
 * hooks_are_ours() - could the hooks be taken out now?
 *
 * Context: any.
 * Return: false when another module sits behind one of them; says which in the
 * kernel's log.
 */
bool hooks_are_ours(void)
{
	size_t i;

	for (i = 0; i < HOOKS; i++) {
		if (hooks[i].attached && !probe_is_ours(&hooks[i])) {
			pr_warn("another module has chained itself behind the hook %s: unload that one first\n",
				hooks[i].name);
			return false;
		}
	}
	return true;
}

/**
 * hooks_detach() - take all hooks out and wait until nobody is in them
 *
 * Context: may sleep. Allocates nothing and cannot fail.
 */
void hooks_detach(void)
{
	/* Whoever chained himself behind us and did not keep us: nothing else is safe. */
	while (!hooks_are_ours())
		msleep(1000);
	/*
	 * First nobody gets a number of ours any more, then nobody a text for
	 * one, and last nobody needs us to free it.
	 */
	probe_detach(&hooks[HOOK_SUBJECT_LAST], HOOKS - HOOK_SUBJECT_LAST);
	if (hooks[0].attached) {
		probe_detach(&hooks[1], HOOK_SUBJECT_LAST - 1);
		contexts_drain();
		probe_detach(hooks, 1);
	}
	drain_grace();
}
