// SPDX-License-Identifier: GPL-2.0-only
/* Counts of repeated accesses; each CPU has its own table. */
#include <linux/percpu.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include "bundle.h"
#include "hits.h"

DEFINE_PER_CPU(struct seen_hits *, hits);

/**
 * hits_flush() - add the counts of all CPUs and bundles to the accesses
 * @forget: whether to empty the tables of the CPUs, because their accesses are about to be
 *	freed
 *
 * Does not wait for other CPUs, which a real-time task may occupy.
 *
 * Context: may sleep.
 */
void hits_flush(bool forget)
{
	int cpu;

	bundle_flush();
	/* Bundles that were replaced still refer to accesses. */
	if (forget)
		rcu_barrier();
	for_each_possible_cpu(cpu) {
		seen_flush(per_cpu(hits, cpu), forget);
		cond_resched();
	}
}

/**
 * hits_bytes() - get the memory that the tables of all CPUs and all bundles use
 *
 * Context: any.
 * Return: the number of bytes.
 */
size_t hits_bytes(void)
{
	return num_possible_cpus() * sizeof(struct seen_hits) + bundle_bytes();
}

/**
 * hits_exit() - free the tables of all CPUs and all bundles
 *
 * Context: may sleep; after hooks_detach().
 */
void hits_exit(void)
{
	int cpu;

	bundle_exit();
	for_each_possible_cpu(cpu) {
		kvfree(per_cpu(hits, cpu));
		per_cpu(hits, cpu) = NULL;
	}
}

/**
 * hits_init() - allocate a table of counts for each CPU
 *
 * Context: may sleep.
 * Return: 0, or -ENOMEM.
 */
int hits_init(void)
{
	int cpu;

	for_each_possible_cpu(cpu) {
		per_cpu(hits, cpu) = seen_hits_create();
		if (!per_cpu(hits, cpu)) {
			hits_exit();
			return -ENOMEM;
		}
	}
	return 0;
}
