/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_HITS_H
#define ASHIATO_HITS_H

#include <linux/percpu.h>
#include <linux/timekeeping.h>

#include "mode.h"
#include "seen.h"

DECLARE_PER_CPU(struct seen_hit *, hits);

/**
 * hits_use() - was the access that has this key recorded before? If so, count it
 * @key: 64 keyed bits that stand for whose it is, and for what was done to what
 *
 * Context: task, preemption off: what interrupts one does not use its CPU's table.
 * Return: true only if it was, and nobody wants to be told again.
 */
static inline bool hits_use(u64 key)
{
	return !READ_ONCE(mode_is_trace) &&
	       seen_hit(__this_cpu_read(hits), key, ktime_get_real_seconds());
}

int hits_init(void);
void hits_exit(void);
void hits_flush(void);
size_t hits_bytes(void);

#endif
