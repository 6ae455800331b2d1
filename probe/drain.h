/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_DRAIN_H
#define ASHIATO_DRAIN_H

#include <linux/percpu.h>

/* Entered minus left, per CPU: a task may leave on another one. */
DECLARE_PER_CPU(long, drain_inside);

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
