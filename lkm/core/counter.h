/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_COUNTER_H
#define ASHIATO_COUNTER_H

#include <linux/percpu.h>

/**
 * enum counter - what is counted
 * @COUNTER_SEEN: accesses, new or not
 * @COUNTER_NEW: those that were new to their domain
 * @COUNTER_LOST_MEMORY: those that were not recorded: no memory
 * @COUNTER_LOST_QUOTA: those that were not recorded: a limit is reached
 * @COUNTER_LOST_TASK: those of tasks whose history is unknown: no memory at fork
 * @COUNTER_LOST_HISTORY: programs that ran on under the history of the program
 * before them: no memory, a limit, or a name of a domain that is too long
 * @COUNTER_LOST_AUDIT: records that the audit subsystem did not take
 * @COUNTER_AUDIT_OFF: accesses that audit was not told of: it was switched off
 * @COUNTER_LOST_SUBJECT: texts for subj= that could not be made
 */
enum counter {
	COUNTER_SEEN,
	COUNTER_NEW,
	COUNTER_LOST_MEMORY,
	COUNTER_LOST_QUOTA,
	COUNTER_LOST_TASK,
	COUNTER_LOST_HISTORY,
	COUNTER_LOST_AUDIT,
	COUNTER_AUDIT_OFF,
	COUNTER_LOST_SUBJECT,
	COUNTERS
};

DECLARE_PER_CPU(u64 [COUNTERS], counters);

static inline void counters_add(enum counter counter, u32 times)
{
	this_cpu_add(counters[counter], times);
}

static inline void counter_add(enum counter counter)
{
	counters_add(counter, 1);
}

u64 counter_sum(enum counter counter);

#endif
