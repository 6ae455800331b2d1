// SPDX-License-Identifier: GPL-2.0-only
/* Repeated accesses, counted by each CPU in a table of its own. */
#include <linux/cpu.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

#include "bundle.h"
#include "hits.h"

DEFINE_PER_CPU(struct seen_hit *, hits);

static long flush_cpu(void *unused)
{
	seen_flush(get_cpu_var(hits));
	put_cpu_var(hits);
	return 0;
}

/**
 * hits_flush() - make the counts of all accesses true
 *
 * Context: may sleep.
 */
void hits_flush(void)
{
	/* Two at once would both count what an offline CPU has. */
	static DEFINE_MUTEX(flush_lock);
	int cpu;

	bundle_flush();
	mutex_lock(&flush_lock);
	cpus_read_lock();
	for_each_possible_cpu(cpu) {
		/* One that is offline uses nothing. */
		if (cpu_online(cpu))
			work_on_cpu(cpu, flush_cpu, NULL);
		else
			seen_flush(per_cpu(hits, cpu));
	}
	cpus_read_unlock();
	mutex_unlock(&flush_lock);
}

/**
 * hits_bytes() - memory that counting takes
 *
 * Context: any.
 * Return: bytes.
 */
size_t hits_bytes(void)
{
	return num_possible_cpus() * SEEN_HITS * sizeof(struct seen_hit) + bundle_bytes();
}

/**
 * hits_exit() - free what counting takes
 *
 * Context: may sleep; no hook is called any more.
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
 * hits_init() - make a table of counts for each CPU
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
