// SPDX-License-Identifier: GPL-2.0-only
/*
 * empty.ko: attaches empty functions to the hooks that ashiato uses, to measure the cost of
 * the calls alone. It cannot be unloaded.
 */
#include <linux/module.h>

#include "probe/symbol.c"
#include "probe/patch.c"
#include "probe/drain.c"
#include "probe/table.c"
#include "probe/hook_heads.c"
#include "probe/static_calls.c"

static unsigned int attached;
module_param(attached, uint, 0444);

/* An empty function for each hook of the kernel. */
#define LSM_RET_VOID
#define LSM_HOOK(TYPE, DEFAULT, NAME, ...) \
	static TYPE __maybe_unused empty_##NAME(__VA_ARGS__) { return DEFAULT; }
#include <linux/lsm_hook_defs.h>
#undef LSM_HOOK

static struct probe_hook hooks[] = {
#define HOOK(NAME, NEED, PLACE, LOSS) \
	{ \
		.name = #NAME, .place = PLACE, .offset = PROBE_OFFSET(NAME), \
		.function = { .NAME = empty_##NAME }, \
	},
#define MISSING(NAME, LOSS)
#include "lkm/hook/hooks.def"
#undef HOOK
#undef MISSING
};

static int __init empty_init(void)
{
	int err = symbol_init();

	if (!err)
		err = probe_find();
	if (err)
		return err;
	for (; attached < ARRAY_SIZE(hooks); attached++) {
		err = probe_attach(&hooks[attached]);
		if (err)
			goto err_attach;
	}
	return 0;

err_attach:
	probe_detach(hooks, attached);
	drain_grace();
	patch_exit();
	return err;
}

module_init(empty_init);

MODULE_DESCRIPTION("Empty hooks, to measure the cost of calling them");
MODULE_LICENSE("GPL");
