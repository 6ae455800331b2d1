// SPDX-License-Identifier: GPL-2.0-only
/* Traces functions of the kernel that are not LSM hooks, with ftrace. */
#include <linux/errno.h>

#include "symbol.h"
#include "trace.h"

#ifdef CONFIG_DYNAMIC_FTRACE_WITH_REGS

/**
 * probe_trace_attach() - begin to trace a function of the kernel
 * @trace: describes the function
 *
 * Context: may sleep; after symbol_init().
 * Return: 0, or -errno: -ENOENT if the kernel has no such function, -EINVAL if ftrace
 * cannot trace it, -EBUSY if ftrace is disabled.
 */
int probe_trace_attach(struct probe_trace *trace)
{
	unsigned long address = symbol_find(trace->name);
	int err;

	if (!address)
		return -ENOENT;
	/* Without a filter, ftrace would call the function of @trace for all of the kernel. */
	err = ftrace_set_filter_ip(&trace->ops, address, 0, 0);
	if (err)
		return err;
	err = register_ftrace_function(&trace->ops);
	if (err)
		borrowed(ftrace_free_filter)(&trace->ops);
	trace->attached = !err;
	return err;
}

/**
 * probe_trace_detach() - stop tracing, and wait until the last call has returned
 * @trace: describes the function; may be not attached
 *
 * Context: may sleep; allocates nothing.
 * Return: 0; -errno if ftrace may still call the function, as after a fault in ftrace, which
 * then no longer changes the kernel's code.
 */
int probe_trace_detach(struct probe_trace *trace)
{
	int err;

	if (!trace->attached)
		return 0;
	/* Waits for a grace period of RCU tasks. This suffices: @ops.func does not sleep. */
	err = unregister_ftrace_function(&trace->ops);
	if (err)
		return err;
	borrowed(ftrace_free_filter)(&trace->ops);
	trace->attached = false;
	return 0;
}

#else

int probe_trace_attach(struct probe_trace *trace)
{
	return -EOPNOTSUPP;
}

int probe_trace_detach(struct probe_trace *trace)
{
	return 0;
}

#endif
