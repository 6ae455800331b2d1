// SPDX-License-Identifier: GPL-2.0-only
/* The counters that the file "stat" shows; each CPU has its own copy. */
#include <linux/cpumask.h>

#include "counter.h"

DEFINE_PER_CPU(u64 [COUNTERS], counters);

/**
 * counter_sum() - sum up a counter over all CPUs
 * @counter: counter
 *
 * Context: any.
 * Return: the sum.
 */
u64 counter_sum(enum counter counter)
{
	u64 sum = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		sum += per_cpu(counters[counter], cpu);
	return sum;
}
