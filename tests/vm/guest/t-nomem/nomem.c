// SPDX-License-Identifier: GPL-2.0-only
/* nomem.ko: ashiato's history_create() returns NULL to tasks named "forgets". */
#include <linux/kprobes.h>
#include <linux/module.h>
#include <linux/sched.h>
#include <linux/string.h>

static noinline notrace void *fail(void)
{
	return NULL;
}

static int before(struct kprobe *probe, struct pt_regs *regs)
{
	if (strcmp(current->comm, "forgets"))
		return 0;
	regs->ip = (unsigned long)fail;
	return 1;
}

/* Only a probe with this function may change where the task continues. */
static void after(struct kprobe *probe, struct pt_regs *regs, unsigned long flags)
{
}

static struct kprobe probe = {
	.symbol_name = "ashiato:history_create",
	.pre_handler = before,
	.post_handler = after,
};

static int __init nomem_init(void)
{
	return register_kprobe(&probe);
}

static void __exit nomem_exit(void)
{
	unregister_kprobe(&probe);
}

module_init(nomem_init);
module_exit(nomem_exit);

MODULE_DESCRIPTION("Test module: there is no memory for histories");
MODULE_LICENSE("GPL");
