/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_HITS_H
#define ASHIATO_HITS_H

#include <linux/percpu.h>
#include <linux/timekeeping.h>

#include "mode.h"
#include "seen.h"

DECLARE_PER_CPU(struct seen_hit *, hits);

/**
 * hits_use() - count one use of an access if it is in the cache
 * @key: key as for seen_find()
 *
 * Context: process context with preemption off. Interrupts do not use the table of the CPU.
 * Return: true if the access is counted and needs no further work; false if it is not in the
 * cache, or if the mode is trace, in which each use is reported.
 */
static inline bool hits_use(u64 key)
{
	return !READ_ONCE(mode_is_trace) &&
	       seen_hit(__this_cpu_read(hits), key, ktime_get_real_seconds());
}

int hits_init(void);
void hits_exit(void);
void hits_flush(bool forget);
size_t hits_bytes(void);

#endif
