// SPDX-License-Identifier: GPL-2.0-only
/* Who is inside a hook right now; lets go only when nobody is. */
#include <linux/cpumask.h>
#include <linux/delay.h>
#include <linux/rcupdate.h>

#include "drain.h"

DEFINE_PER_CPU(long, drain_inside);

static long drain_count(void)
{
	long inside = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		inside += READ_ONCE(per_cpu(drain_inside, cpu));
	return inside;
}

/**
 * drain_grace() - wait until what was running has gone on
 *
 * Whoever had loaded the address of a hook has called it, or is done, and
 * whoever had counted itself out has returned.
 *
 * Context: may sleep.
 */
void drain_grace(void)
{
	synchronize_rcu_tasks();
	synchronize_rcu();
}

/**
 * drain_wait() - wait until nobody is inside a hook
 *
 * Some may be about to return from one: see drain_grace().
 *
 * Context: may sleep; hooks that can still be entered prolong it.
 */
void drain_wait(void)
{
	drain_grace();
	/* A hook may sleep, and wake up on another CPU: count, do not guess. */
	while (drain_count())
		msleep(20);
}
