// SPDX-License-Identifier: GPL-2.0-only
/*
 * nomem.ko: ashiato's history_create() returns NULL to tasks named "forgets", and the kernel's
 * unregister_ftrace_function() returns -ENODEV to those named "busybox-unloads".
 */
#include <linux/errno.h>
#include <linux/kprobes.h>
#include <linux/module.h>
#include <linux/sched.h>
#include <linux/string.h>

static noinline notrace void *no_history(void)
{
	return NULL;
}

static noinline notrace int no_device(void)
{
	return -ENODEV;
}

static int history_before(struct kprobe *probe, struct pt_regs *regs)
{
	if (strcmp(current->comm, "forgets"))
		return 0;
	regs->ip = (unsigned long)no_history;
	return 1;
}

static int trace_before(struct kprobe *probe, struct pt_regs *regs)
{
	if (strcmp(current->comm, "busybox-unloads"))
		return 0;
	regs->ip = (unsigned long)no_device;
	return 1;
}

/* Only a probe with this function may change where the task continues. */
static void after(struct kprobe *probe, struct pt_regs *regs, unsigned long flags)
{
}

static struct kprobe history_probe = {
	.symbol_name = "ashiato:history_create",
	.pre_handler = history_before,
	.post_handler = after,
};

static struct kprobe trace_probe = {
	.symbol_name = "unregister_ftrace_function",
	.pre_handler = trace_before,
	.post_handler = after,
};

static struct kprobe *probes[] = { &history_probe, &trace_probe };

static int __init nomem_init(void)
{
	return register_kprobes(probes, ARRAY_SIZE(probes));
}

static void __exit nomem_exit(void)
{
	unregister_kprobes(probes, ARRAY_SIZE(probes));
}

module_init(nomem_init);
module_exit(nomem_exit);

MODULE_DESCRIPTION("Test module: makes functions fail for tasks with certain names");
MODULE_LICENSE("GPL");
