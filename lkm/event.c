// SPDX-License-Identifier: GPL-2.0-only
/* From a hook to the sets: is it known? if not, record it and tell audit. */
#include "event.h"
#include "hash.h"
#include "record.h"
#include "seen.h"
#include "task.h"

DEFINE_PER_CPU(u64 [COUNTERS], counters);

/**
 * event_domain() - whose access is this?
 * @groups: to which groups the access belongs: bits of &enum mode_group
 *
 * Context: any.
 * Return: the domain of the current task, or NULL when nothing is to be
 * recorded. What cannot be is counted.
 */
struct domain *event_domain(u32 groups)
{
	struct history *history;

	/* What a softirq does is not done by the task that it interrupts. */
	if (!mode_wants(groups) || !in_task())
		return NULL;
	counter_add(COUNTER_SEEN);
	history = task_history_current();
	if (unlikely(!history)) {
		counter_add(COUNTER_LOST_TASK);
		return NULL;
	}
	return history->domain;
}

/**
 * event_is_known() - was this access recorded before?
 * @domain: whose
 * @key: filled in, for event_record()
 * @what: 64 keyed bits that stand for what was done to what
 *
 * Context: any; takes no lock and allocates nothing.
 * Return: true only if it was, and nobody wants to be told again.
 */
bool event_is_known(const struct domain *domain, u64 *key, u64 what)
{
	/* 0 is an empty cell, and says that a key is not to be remembered. */
	*key = hash_mix(domain->seed, what) | 1;
	return seen_test(*key) && !READ_ONCE(mode_is_trace);
}

/**
 * event_lose() - count an access that was not recorded
 * @domain: whose
 * @err: why: -ENOSPC for a limit, else memory
 *
 * Context: any.
 */
void event_lose(struct domain *domain, int err)
{
	counter_add(err == -ENOSPC ? COUNTER_LOST_QUOTA : COUNTER_LOST_MEMORY);
	if (err == -ENOSPC && !test_bit(DOMAIN_QUOTA_EXCEEDED, &domain->flags))
		set_bit(DOMAIN_QUOTA_EXCEEDED, &domain->flags);
}

/* Sets @tell when audit is to be told. */
static bool event_intern(struct domain *domain, enum access_op op, const char *object,
			 u64 key, gfp_t gfp, bool *tell)
{
	int ret = access_intern(domain, op, object, strlen(object), gfp);

	if (ret < 0)
		event_lose(domain, ret);
	/* A limit stays reached: lost once is enough. */
	if (key && ret != -ENOMEM)
		seen_add(key);
	if (ret > 0)
		counter_add(COUNTER_NEW);
	*tell = ret > 0 || (!ret && READ_ONCE(mode_is_trace));
	return ret >= 0;
}

/**
 * event_record() - record an access that is not known
 * @domain: whose
 * @op: what was done
 * @object: to what, as access_intern() wants it
 * @key: from event_is_known(), or 0 when it does not stand for @object
 * @gfp: how to allocate
 *
 * Context: any that @gfp allows.
 * Return: true when it is recorded now.
 */
bool event_record(struct domain *domain, enum access_op op, const char *object,
		  u64 key, gfp_t gfp)
{
	bool tell, recorded = event_intern(domain, op, object, key, gfp, &tell);

	if (tell)
		record_access(domain, op, object, NULL, gfp);
	return recorded;
}

/**
 * event_record_exec() - record the execution of a program
 * @domain: who executes
 * @object: what, as access_intern() wants it
 * @next: the domain of the program; NULL when there is none
 *
 * Context: may sleep.
 */
void event_record_exec(struct domain *domain, const char *object,
		       const struct domain *next)
{
	bool tell;

	event_intern(domain, ACCESS_FILE_EXECUTE, object, 0, GFP_HOOK, &tell);
	if (tell)
		record_access(domain, ACCESS_FILE_EXECUTE, object, next, GFP_HOOK);
}
