/* SPDX-License-Identifier: GPL-2.0-only */
/* Traces functions of the kernel that are not LSM hooks, with ftrace. */
#ifndef ASHIATO_TRACE_H
#define ASHIATO_TRACE_H

#include <linux/ftrace.h>
#include <linux/types.h>

#include "compat/compat.h"

struct ftrace_ops;
struct ftrace_regs;

/**
 * struct probe_trace - a function of the kernel that the module traces
 * @name: name of the function
 * @loss: accesses that are not recorded without it
 * @attached: whether ftrace calls @ops.func
 * @ops: for ftrace; func and flags are set. The kernel calls func at the start of the
 *	function, in the same context, perhaps with preemption disabled
 */
struct probe_trace {
	const char *name;
	const char *loss;
	bool attached;
#ifdef CONFIG_DYNAMIC_FTRACE_WITH_REGS
	struct ftrace_ops ops;
#endif
};

#ifdef CONFIG_DYNAMIC_FTRACE_WITH_REGS
/*
 * Before 5.11, ftrace disables preemption unless @ops has this flag; with preemption disabled,
 * the locks of PREEMPT_RT cannot be taken. Later kernels do not disable it by default. The flag is
 * allowed because no function of a trace calls the traced function.
 */
#ifdef HAVE_FTRACE_RECURSION_SAFE
#define PROBE_TRACE_DIRECT FTRACE_OPS_FL_RECURSION_SAFE
#else
#define PROBE_TRACE_DIRECT 0
#endif

/*
 * SAVE_REGS: @ops.func reads the arguments of the traced function. PERMANENT: while the module is
 * loaded, the sysctl kernel.ftrace_enabled cannot be set to 0, which would silently stop the calls.
 */
#define PROBE_TRACE_OPS(FUNCTION) \
	.ops = { .func = FUNCTION, .flags = FTRACE_OPS_FL_SAVE_REGS | \
					    FTRACE_OPS_FL_PERMANENT | PROBE_TRACE_DIRECT },
#else
#define PROBE_TRACE_OPS(FUNCTION)
#endif

int probe_trace_attach(struct probe_trace *trace);
int probe_trace_detach(struct probe_trace *trace);

#endif
