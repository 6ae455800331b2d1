// SPDX-License-Identifier: GPL-2.0-only
/* Counts the tasks that are inside a hook, and waits until there are none. */
#include <linux/cpumask.h>
#include <linux/delay.h>
#include <linux/rcupdate.h>

#include "drain.h"

DEFINE_PER_CPU(unsigned long, drain_entered);
DEFINE_PER_CPU(unsigned long, drain_left);

/*
 * Whether all tasks that had entered a hook before the call have left it. Tasks that enter and
 * leave other hooks meanwhile, also on different CPUs, cannot hide a task that is inside: it adds
 * one to @entered only, and each task in @left is in @entered, too.
 */
static bool is_drained(void)
{
	unsigned long entered = 0, left = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		left += READ_ONCE(per_cpu(drain_left, cpu));
	smp_rmb();
	for_each_possible_cpu(cpu)
		entered += READ_ONCE(per_cpu(drain_entered, cpu));
	return entered == left;
}

/**
 * drain_grace() - wait for tasks that are about to enter a hook or to return from it
 *
 * Afterwards, each task that had loaded the address of a hook has called the hook or will
 * not call it, and each task that had called drain_leave() has returned from the hook.
 *
 * Context: may sleep.
 */
void drain_grace(void)
{
	synchronize_rcu_tasks();
	synchronize_rcu();
}

/**
 * drain_wait() - wait until no task is inside a hook
 *
 * Tasks may still be about to return from a hook: see drain_grace().
 *
 * Context: may sleep. Hooks that are still attached prolong the wait.
 */
void drain_wait(void)
{
	drain_grace();
	/* A hook may sleep longer than any grace period: wait for the count. */
	while (!is_drained())
		msleep(20);
}
