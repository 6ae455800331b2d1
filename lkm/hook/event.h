/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_EVENT_H
#define ASHIATO_EVENT_H

#include <linux/kconfig.h>
#include <linux/preempt.h>
#include <linux/sched.h>

#include "core/access.h"
#include "core/counter.h"
#include "core/domain.h"
#include "core/gfp.h"
#include "core/hits.h"
#include "core/login.h"
#include "core/mode.h"
#include "core/outcome.h"
#include "core/task.h"
#include "adopt.h"

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

/* Does the work of event_domain(). Sets @state if the access is recorded. */
static __always_inline struct domain *event_domain_state(u32 groups, struct task_state **state,
							 bool may_sleep)
{
	struct history *history;

	/* An access in a softirq does not belong to the interrupted task. */
	if (!mode_wants(groups) || !in_task())
		return NULL;
	counter_add(COUNTER_SEEN);
	*state = task_find_current();
	history = task_history(*state);
	if (unlikely(!history)) {
		*state = may_sleep ? adopt_task(current, false, GFP_HOOK) : NULL;
		history = task_history(*state);
	}
	if (unlikely(!history)) {
		counter_add(COUNTER_LOST_TASK);
		return NULL;
	}
	return history->domain;
}

/**
 * event_may_record() - check whether an access can be recorded or reported now
 *
 * On PREEMPT_RT, locks may sleep. ftrace disables preemption if others trace the same function.
 * Tracepoints disable it up to Linux 6.12.
 *
 * Context: any.
 * Return: false if locks cannot be taken.
 */
static inline bool event_may_record(void)
{
	return !IS_ENABLED(CONFIG_PREEMPT_RT) || preemptible();
}

/**
 * event_attempt() - get the domain to which an attempt belongs, and begin the attempt
 * @groups: as for event_domain()
 * @id: from attempt_id()
 * @attempt: set to the attempt; NULL if the task has none
 *
 * Context: may sleep.
 * Return: as event_domain().
 */
static __always_inline struct domain *event_attempt(u32 groups, u32 id,
						    struct attempt **attempt)
{
	struct task_state *state;
	struct domain *domain = event_domain_state(groups, &state, true);

	if (domain)
		*attempt = likely(state) ? attempt_begin(state, id) : NULL;
	return domain;
}

/**
 * event_count_key() - count an access if it was recorded before
 * @key: key of the access
 *
 * Context: process context; takes no lock and allocates nothing.
 * Return: what the cache knows about the use. Unless it is counted, the caller must record it, as
 * for event_count_repeat().
 */
static inline enum seen_use event_count_key(u64 key)
{
	enum seen_use use;

	preempt_disable();
	use = hits_use(key);
	preempt_enable();
	return use;
}

/**
 * event_count_shared() - count an access whose own key is not in the cache by its shared key
 * @key: shared key of the access
 *
 * Context: process context; takes no lock and allocates nothing.
 * Return: true if the access was counted for the pattern that stands for it.
 */
static inline bool event_count_shared(u64 key)
{
	bool counted;

	preempt_disable();
	counted = hits_use_shared(key);
	preempt_enable();
	return counted;
}

/**
 * event_seed() - get the seed of the cache keys of the current task in a domain
 * @domain: the domain
 *
 * Context: any.
 * Return: the seed, which each reset changes.
 */
static __always_inline u64 event_seed(const struct domain *domain)
{
	return READ_ONCE(domain->seed) ^ login_seed();
}

/*
 * Reports an access to audit. @done: whether it is known to be allowed. Returns false if the rate
 * limit of a user leaves out the record. Set before the hooks are attached.
 */
extern bool (*event_report)(const struct domain *domain, enum access_op op, const char *object,
			    const struct domain *next, bool done, enum access_report why,
			    gfp_t gfp);

/*
 * Reports to audit that a limit was reached. @limit: its parameter without "max_"; @full: "share",
 * "all" or "domain". The user @uid has no room in @domain. Set before the hooks are attached.
 */
extern void (*event_report_limit)(const char *limit, const char *full,
				  const struct domain *domain, u32 uid);

/* Returns whether accesses of an operation are reported. Set before the hooks are attached. */
extern bool (*event_is_reported)(enum access_op op);

struct domain *event_domain(u32 groups);
struct domain *event_domain_atomic(u32 groups);
u64 event_key(const struct domain *domain, u64 hash);
u64 event_shared_key(u64 hash);
bool event_count_repeat(const struct domain *domain, u64 *key, u64 hash);
bool event_count_bundle(const struct domain *domain, u64 *key, u64 hash);
void event_record(struct domain *domain, enum access_op op, const char *object,
		  u64 key, u64 shared, gfp_t gfp);
void event_record_object(struct domain *domain, enum access_op op, char *object,
			 u64 key, u64 shared, gfp_t gfp);
u64 event_name(struct domain *domain, enum access_op op, const char *name, size_t len,
	       gfp_t gfp);
void event_record_exec(struct domain *domain, const char *object, u64 key,
		       const struct domain *next, bool always);
void event_lose(struct domain *domain, int err);
void event_lose_transition(struct domain *domain, u32 uid, int err);
void event_check_depth(const struct domain *domain);
void event_check_history(const struct history *history);

#endif
