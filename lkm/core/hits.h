/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_HITS_H
#define ASHIATO_HITS_H

#include <linux/percpu.h>
#include <linux/timekeeping.h>

#include "access.h"
#include "mode.h"
#include "seen.h"

DECLARE_PER_CPU(struct seen_hits *, hits);

/**
 * hits_use_attempt() - count one use of an access if it is in the cache
 * @key: key as for seen_find()
 * @attempt: an attempt without an access, or NULL. The access is noted in it if it was counted
 *
 * Context: process context with preemption off. Interrupts do not use the table of the CPU.
 * Return: as seen_hit(); SEEN_KNOWN if the mode is trace, in which each use is reported.
 */
static inline enum seen_use hits_use_attempt(u64 key, struct attempt *attempt)
{
	struct seen_hits *table;
	struct seen_hit *hit;
	enum seen_use use;
	u32 now;

	if (READ_ONCE(mode_is_trace))
		return SEEN_KNOWN;
	now = ktime_get_real_seconds();
	table = __this_cpu_read(hits);
	hit = seen_hit_place(table, key);
	use = seen_hit_at(table, hit, key, now);
	/* The use of a refused access has no outcome. */
	if (attempt && use == SEEN_COUNTED && likely(hit->access != &access_refused))
		attempt_note(attempt, hit->access, 0, now);
	return use;
}

/* Likewise without an attempt. */
static inline enum seen_use hits_use(u64 key)
{
	return hits_use_attempt(key, NULL);
}

/* Likewise for a shared key, after hits_use() of the key of the object. */
static inline bool hits_use_shared(u64 key)
{
	return seen_hit_shared(__this_cpu_read(hits), key, ktime_get_real_seconds()) ==
	       SEEN_COUNTED;
}

/**
 * hits_find() - find an access that hits_use() has counted
 * @key: key as for seen_find()
 *
 * Context: process context with preemption off. The access is valid until preemption is on again.
 * Return: the access; NULL if the task has moved to another CPU and the cache lost the access.
 */
static inline struct access *hits_find(u64 key)
{
	const struct seen_hit *hit = seen_hit_place(__this_cpu_read(hits), key);

	return likely(seen_hit_is(hit, key)) ? hit->access : seen_find(key);
}

int hits_init(void);
void hits_exit(void);
void hits_flush(bool forget);
size_t hits_bytes(void);

#endif
