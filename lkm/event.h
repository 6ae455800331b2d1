/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_EVENT_H
#define ASHIATO_EVENT_H

#include <linux/timekeeping.h>

#include "access.h"
#include "domain.h"
#include "counter.h"
#include "mode.h"
#include "seen.h"

/*
 * How hooks allocate. Those that may sleep may hold locks of a file system, and
 * nobody is killed for us.
 */
#define GFP_HOOK (GFP_NOFS | __GFP_NOWARN | __GFP_RETRY_MAYFAIL)
#define GFP_HOOK_ATOMIC (GFP_NOWAIT | __GFP_NOWARN)

DECLARE_PER_CPU(struct seen_hit *, event_hits);

/**
 * event_hit() - was the access that has this key recorded before? If so, count it
 * @key: 64 keyed bits that stand for whose it is, and for what was done to what
 *
 * Context: task, preemption off: what interrupts one does not use its CPU's table.
 * Return: true only if it was, and nobody wants to be told again.
 */
static inline bool event_hit(u64 key)
{
	return !READ_ONCE(mode_is_trace) &&
	       seen_hit(__this_cpu_read(event_hits), key, ktime_get_real_seconds());
}

struct domain *event_domain(u32 groups);
bool event_is_known(const struct domain *domain, u64 *key, u64 what);
bool event_are_known(const struct domain *domain, u64 *key, u64 what);
void event_record(struct domain *domain, enum access_op op, const char *object,
		  u64 key, gfp_t gfp);
u64 event_name(struct domain *domain, enum access_op op, const char *name, size_t len,
	       gfp_t gfp);
void event_record_exec(struct domain *domain, const char *object, u64 key,
		       const struct domain *next);
struct record_who;
bool event_is_known_from(const struct record_who *who, u64 what);
void event_record_from(const struct record_who *who, enum access_op op, const char *object,
		       u64 what);
int event_init(void);
void event_exit(void);
void event_flush(void);
size_t event_bytes(void);
void event_lose(struct domain *domain, int err);
void event_lose_transition(struct domain *domain, int err);

#endif
