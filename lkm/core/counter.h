/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_COUNTER_H
#define ASHIATO_COUNTER_H

#include <linux/percpu.h>

/**
 * enum counter - the counters that the file "stat" shows
 * @COUNTER_SEEN: accesses, new or repeated
 * @COUNTER_NEW: accesses that were new to their domain
 * @COUNTER_LOST_MEMORY: accesses not recorded for lack of memory
 * @COUNTER_LOST_QUOTA: accesses not recorded because a limit was reached
 * @COUNTER_LOST_TASK: accesses by or to tasks without a history, and ends of such tasks
 * @COUNTER_LOST_HISTORY: programs whose history is incomplete, or that kept the history or
 *	the domain of the previous program: no memory, a limit, or a domain name that would be
 *	too long
 * @COUNTER_LOST_CGROUP: programs whose cgroup is unknown: no memory, or a limit
 * @COUNTER_LOST_HOST_NAME: searches for a mount among those of the host that ended early, so that
 *	its files have names such as overlay:/etc/passwd
 * @COUNTER_LOST_AUDIT: records, or fields of them, that audit did not accept or that could
 *	not be made
 * @COUNTER_SUPPRESSED: records that the rate limit of a user left out
 * @COUNTER_AUDIT_OFF: accesses, ends of processes and changes not reported because audit was
 *	disabled
 * @COUNTER_LOST_SUBJECT: texts for subj= that could not be made
 * @COUNTER_USERNS: uses of capabilities in other user namespaces, which were not recorded
 */
enum counter {
	COUNTER_SEEN,
	COUNTER_NEW,
	COUNTER_LOST_MEMORY,
	COUNTER_LOST_QUOTA,
	COUNTER_LOST_TASK,
	COUNTER_LOST_HISTORY,
	COUNTER_LOST_CGROUP,
	COUNTER_LOST_HOST_NAME,
	COUNTER_LOST_AUDIT,
	COUNTER_SUPPRESSED,
	COUNTER_AUDIT_OFF,
	COUNTER_LOST_SUBJECT,
	COUNTER_USERNS,
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
