// SPDX-License-Identifier: GPL-2.0-only
/*
 * behind.ko: attaches a hook after the last LSM on file_open; with alone=1 on inode_rmdir, on which
 * only the BPF LSM is. With wait=1, unloading it waits until that is 0.
 */
#include <linux/delay.h>
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

static bool alone;
module_param(alone, bool, 0444);

static bool wait;
module_param(wait, bool, 0644);

static int behind_inode_rmdir(struct inode *dir, struct dentry *dentry)
{
	return behind_file_open(NULL);
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

	if (alone) {
		hook.name = "inode_rmdir";
		hook.offset = PROBE_OFFSET(inode_rmdir);
		hook.function.inode_rmdir = behind_inode_rmdir;
	}
	if (!err)
		err = probe_find();
	if (!err)
		err = probe_attach(&hook);
	if (err)
		patch_exit();
	return err;
}

/* As security_delete_hooks() of older kernels: another module may be attached behind. */
static void unlink_hook(void)
{
#ifndef HAVE_STATIC_CALLS_TABLE
	struct hlist_node *next = hook.entry.list.next;

	if (next) {
		patch_write(&hook.link, next);
		WRITE_ONCE(next->pprev, (struct hlist_node **)hook.link.address);
		hook.attached = false;
	}
#endif
}

static void __exit behind_exit(void)
{
	while (READ_ONCE(wait))
		msleep(20);
	unlink_hook();
	probe_detach(&hook, 1);
	drain_grace();
	patch_exit();
}

module_init(behind_init);
module_exit(behind_exit);

MODULE_DESCRIPTION("Test module: attaches a hook after the last LSM on file_open");
MODULE_LICENSE("GPL");
