// SPDX-License-Identifier: GPL-2.0-only
/* behind.ko: attaches a hook after the last LSM on file_open. */
#include <linux/module.h>

#include "probe/symbol.c"
#include "probe/patch.c"
#include "probe/drain.c"
#include "probe/table.c"
#include "probe/hook_heads.c"
#include "probe/static_calls.c"

static unsigned int calls;
module_param(calls, uint, 0444);

static int behind_file_open(struct file *file)
{
	drain_enter();
	calls++;
	drain_leave();
	return 0;
}

static struct probe_hook hook = {
	.name = "file_open",
	.place = PROBE_LAST,
	.offset = PROBE_OFFSET(file_open),
	.function = { .file_open = behind_file_open },
};

static int __init behind_init(void)
{
	int err = symbol_init();

	if (!err)
		err = probe_find();
	if (!err)
		err = probe_attach(&hook);
	if (err)
		patch_exit();
	return err;
}

static void __exit behind_exit(void)
{
	probe_detach(&hook, 1);
	drain_grace();
	patch_exit();
}

module_init(behind_init);
module_exit(behind_exit);

MODULE_DESCRIPTION("Test module: attaches a hook after the last LSM on file_open");
MODULE_LICENSE("GPL");
