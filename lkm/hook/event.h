/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_EVENT_H
#define ASHIATO_EVENT_H

#include <linux/preempt.h>
#include <linux/sched.h>

#include "core/access.h"
#include "core/counter.h"
#include "core/domain.h"
#include "core/gfp.h"
#include "core/hits.h"
#include "core/mode.h"

/**
 * event_action() - encode an operation and a number that belongs to it
 * @op: operation
 * @number: user, command, device, port or the like; 0 for none
 *
 * The key of each access starts from this value, so that accesses of different kinds do
 * not share keys. Bit 0 is clear because a fingerprint overwrites it with 1: a root directory
 * has no names to hash, so its fingerprints for two actions differ only in the bits of this
 * value. The bits from 48 up are clear because hash_bytes() puts the length of a name there.
 *
 * Context: any.
 * Return: a value that differs for different arguments.
 */
static inline u64 event_action(enum access_op op, u32 number)
{
	BUILD_BUG_ON(ACCESS_OPS > 256);
	return (u64)op << 1 | (u64)number << 9;
}

/**
 * event_count_key() - count an access if it was recorded before
 * @key: key of the access
 *
 * Context: process context; takes no lock and allocates nothing.
 * Return: as event_count_repeat().
 */
static inline bool event_count_key(u64 key)
{
	bool counted;

	preempt_disable();
	counted = hits_use(key);
	preempt_enable();
	return counted;
}

/* Reports an access to audit. Set before the hooks are attached. */
extern void (*event_report)(const struct domain *domain, enum access_op op, const char *object,
			    const struct domain *next, gfp_t gfp);

struct domain *event_domain(u32 groups);
bool event_count_repeat(const struct domain *domain, u64 *key, u64 hash);
bool event_count_bundle(const struct domain *domain, u64 *key, u64 hash);
void event_record(struct domain *domain, enum access_op op, const char *object,
		  u64 key, gfp_t gfp);
void event_record_object(struct domain *domain, enum access_op op, char *object,
			 u64 key, gfp_t gfp);
u64 event_name(struct domain *domain, enum access_op op, const char *name, size_t len,
	       gfp_t gfp);
void event_record_exec(struct domain *domain, const char *object, u64 key,
		       const struct domain *next);
void event_lose(struct domain *domain, int err);
void event_lose_transition(struct domain *domain, int err);

#endif
