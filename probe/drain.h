/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_DRAIN_H
#define ASHIATO_DRAIN_H

#include <linux/percpu.h>

/*
 * Tasks that entered a hook on this CPU minus tasks that left one. Only the sum over all
 * CPUs is meaningful, because a task may leave on another CPU.
 */
DECLARE_PER_CPU(long, drain_inside);

/* Each hook calls this first, and drain_leave() last. */
static inline void drain_enter(void)
{
	this_cpu_inc(drain_inside);
}

static inline void drain_leave(void)
{
	this_cpu_dec(drain_inside);
}

void drain_grace(void);
void drain_wait(void);

#endif
