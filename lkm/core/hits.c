// SPDX-License-Identifier: GPL-2.0-only
/* Counts of repeated accesses; each CPU has its own table. */
#include <linux/cpu.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

#include "bundle.h"
#include "hits.h"

DEFINE_PER_CPU(struct seen_hit *, hits);

static long flush_cpu(void *forget)
{
	seen_flush(get_cpu_var(hits), forget);
	put_cpu_var(hits);
	return 0;
}

/**
 * hits_flush() - add the counts of all CPUs and bundles to the accesses
 * @forget: whether to empty the tables of the CPUs, because their accesses are about to be
 *	freed
 *
 * Context: may sleep.
 */
void hits_flush(bool forget)
{
	/* Two flushes at once would add the counts of an offline CPU twice. */
	static DEFINE_MUTEX(flush_lock);
	int cpu;

	bundle_flush();
	mutex_lock(&flush_lock);
	cpus_read_lock();
	for_each_possible_cpu(cpu) {
		/* The table of an offline CPU is not in use. */
		if (cpu_online(cpu))
			work_on_cpu(cpu, flush_cpu, forget ? &flush_lock : NULL);
		else
			seen_flush(per_cpu(hits, cpu), forget);
	}
	cpus_read_unlock();
	mutex_unlock(&flush_lock);
}

/**
 * hits_bytes() - get the memory that the tables of all CPUs and all bundles use
 *
 * Context: any.
 * Return: the number of bytes.
 */
size_t hits_bytes(void)
{
	return num_possible_cpus() * SEEN_HITS * sizeof(struct seen_hit) + bundle_bytes();
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
		per_cpu(hits, cpu) = kvcalloc(SEEN_HITS, sizeof(struct seen_hit), GFP_KERNEL);
		if (!per_cpu(hits, cpu)) {
			hits_exit();
			return -ENOMEM;
		}
	}
	return 0;
}
