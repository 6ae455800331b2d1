/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_DRAIN_H
#define ASHIATO_DRAIN_H

#include <linux/percpu.h>
#include <asm/barrier.h>

/*
 * Number of tasks that entered a hook on this CPU, and that left one. Only the sums over all
 * CPUs are meaningful, because a task may leave on another CPU.
 */
DECLARE_PER_CPU(unsigned long, drain_entered);
DECLARE_PER_CPU(unsigned long, drain_left);

/* Each hook calls this first, and drain_leave() last. */
static inline void drain_enter(void)
{
	this_cpu_inc(drain_entered);
}

static inline void drain_leave(void)
{
	/* Pairs with is_drained(): if it counts that the task left, it counts that it entered. */
	smp_wmb();
	this_cpu_inc(drain_left);
}

void drain_grace(void);
void drain_wait(void);

#endif
