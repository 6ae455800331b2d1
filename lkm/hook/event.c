// SPDX-License-Identifier: GPL-2.0-only
/* Called by hooks: counts a repeated access; records a new one and reports it to audit. */
#include <linux/audit.h>
#include <linux/cache.h>
#include <linux/cred.h>
#include <linux/jiffies.h>
#include <linux/printk.h>
#include <linux/slab.h>
#include <linux/timekeeping.h>
#include <linux/uidgid.h>

#include "core/bundle.h"
#include "core/hash.h"
#include "core/history.h"
#include "core/owner.h"
#include "core/seen.h"
#include "core/task.h"
#include "path/pathname.h"
#include "policy/fold.h"
#include "event.h"

void (*event_report)(const struct domain *domain, enum access_op op, const char *object,
		     const struct domain *next, gfp_t gfp) __ro_after_init;

static u32 event_now(void)
{
	return ktime_get_real_seconds();
}

/**
 * event_domain() - get the domain to which an access belongs
 * @groups: groups of the access: bits of &enum mode_group
 *
 * Context: any.
 * Return: the domain of the current task; NULL if the access is not recorded. An access
 * of a task without a history is counted as lost.
 */
struct domain *event_domain(u32 groups)
{
	struct history *history;

	/* An access in a softirq does not belong to the interrupted task. */
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

/* Never returns 0, which marks empty cache entries and accesses that must not be cached. */
static u64 event_key(const struct domain *domain, u64 hash)
{
	return hash_mix(READ_ONCE(domain->seed), hash) | 1;
}

/**
 * event_count_repeat() - count an access if it was recorded before
 * @domain: domain of the access
 * @key: set to the key of the access, for event_record()
 * @hash: event_action() of the access, or a keyed hash of that and the object
 *
 * Context: process context; takes no lock and allocates nothing.
 * Return: true if the access was counted. False if the caller must record it: it is not in
 * the cache, or the mode is trace, in which each access is reported.
 */
bool event_count_repeat(const struct domain *domain, u64 *key, u64 hash)
{
	*key = event_key(domain, hash);
	return event_count_key(*key);
}

/**
 * event_count_bundle() - count a bundle of accesses if all were recorded before
 * @domain: domain of the accesses
 * @key: set to the key of the bundle, for bundle_add(); 0 if it must not be cached
 * @hash: keyed hash of the actions and objects of all accesses
 *
 * Context: process context; takes no lock and allocates nothing.
 * Return: true if the accesses were counted, else false, as event_count_repeat().
 */
bool event_count_bundle(const struct domain *domain, u64 *key, u64 hash)
{
	u32 count;

	*key = 0;
	if (READ_ONCE(mode_is_trace))
		return false;
	*key = event_key(domain, hash);
	count = bundle_use(*key, event_now());
	counters_add(COUNTER_SEEN, count);
	return count;
}

/* Whether a limit was reached: that of one user, or that of all. */
static bool is_limit(int err)
{
	return err == -EDQUOT || err == -ENOSPC;
}

/* Returns true once a minute. */
static bool may_log_limit(void)
{
	static unsigned long last;
	unsigned long before = READ_ONCE(last), now = jiffies | 1;

	if (before && time_before(now, before + 60 * HZ))
		return false;
	return cmpxchg(&last, before, now) == before;
}

/* Notes in the domain, and once a minute in the kernel log, that a limit was reached. */
static void limit_reached(struct domain *domain, int err)
{
	if (!test_bit(DOMAIN_QUOTA_EXCEEDED, &domain->flags))
		set_bit(DOMAIN_QUOTA_EXCEEDED, &domain->flags);
	if (!may_log_limit())
		return;
	pr_warn("max_accesses, max_domains or max_bytes is reached%s: what is new to %s of user %u is not recorded. Type: ashiato status\n",
		err == -EDQUOT ? " by the share of a user" : "", domain->name,
		owner_current());
}

/* Notes the same for the limit of the domain, from which on each word becomes a pattern. */
static void domain_is_full(struct domain *domain)
{
	if (!test_bit(DOMAIN_QUOTA_EXCEEDED, &domain->flags) &&
	    !test_and_set_bit(DOMAIN_QUOTA_EXCEEDED, &domain->flags) && may_log_limit())
		pr_warn("max_domain_accesses is reached by %s: what is new to it is recorded as patterns. Type: ashiato status\n",
			domain->name);
}

/**
 * event_lose() - count an access that was not recorded
 * @domain: domain of the access
 * @err: -EDQUOT or -ENOSPC if a limit was reached; any other error counts as lack of memory
 *
 * Context: any.
 */
void event_lose(struct domain *domain, int err)
{
	counter_add(is_limit(err) ? COUNTER_LOST_QUOTA : COUNTER_LOST_MEMORY);
	if (is_limit(err))
		limit_reached(domain, err);
}

/**
 * event_lose_transition() - count a program that stays in the domain that executes it
 * @domain: domain that executes the program
 * @err: why the program has no domain of its own: -EDQUOT or -ENOSPC if a limit was reached,
 *	-ENAMETOOLONG, -ENOMEM
 *
 * Context: any.
 */
void event_lose_transition(struct domain *domain, int err)
{
	counter_add(COUNTER_LOST_HISTORY);
	set_bit(DOMAIN_TRANSITION_FAILED, &domain->flags);
	if (is_limit(err))
		limit_reached(domain, err);
}

/* Records an access that is not known by the name of its object, within the bounds. */
static int record_within_bounds(struct access_use *use, gfp_t gfp, char **folded)
{
	*folded = fold_object(use->domain, use->op, use->object, use->uid, gfp);
	if (IS_ERR(*folded)) {
		int err = PTR_ERR(*folded);

		*folded = NULL;
		return err;
	}
	if (*folded) {
		use->object = *folded;
		use->len = strlen(*folded);
		use->is_pattern = true;
		if (fold_is_full(use->domain, use->uid))
			domain_is_full(use->domain);
	}
	return access_record(use, gfp);
}

/*
 * Returns the key under which the cache has a refusal by the share of a user. The domain may have
 * other users, to whom it must not apply.
 */
static u64 refusal_key(const struct access_use *use)
{
	return hash_mix(use->key, use->uid) | 1;
}

/* Caches a refusal: the limit stays reached, so that the access is counted as lost only once. */
static void refusal_add(const struct access_use *use, int err)
{
	if (use->key && is_limit(err))
		seen_add(err == -EDQUOT ? refusal_key(use) : use->key, &access_refused);
}

/*
 * Records an access and reports it to audit if it is new, with the pattern under which it was
 * recorded, if any; in trace mode reports each access.
 */
static void record_and_report(struct domain *domain, enum access_op op, const char *object,
			      u64 key, const struct domain *next, gfp_t gfp)
{
	struct access_use use = {
		.domain = domain,
		.op = op,
		.object = object,
		.len = strlen(object),
		.uid = owner_current(),
		.key = key,
		.now = event_now(),
	};
	char *folded = NULL;
	int ret = 0;

	if (!access_repeat(&use)) {
		if (key && seen_find(refusal_key(&use)))
			return;
		ret = record_within_bounds(&use, gfp, &folded);
	}
	if (ret < 0) {
		event_lose(domain, ret);
		refusal_add(&use, ret);
	}
	if (ret > 0) {
		counter_add(COUNTER_NEW);
		event_report(domain, op, use.object, next, gfp);
	} else if (!ret && READ_ONCE(mode_is_trace)) {
		event_report(domain, op, object, next, gfp);
	}
	kfree(folded);
}

/**
 * event_record() - record an access and report it to audit
 * @domain: domain of the access
 * @op: operation
 * @object: object of the access, as in &struct access_use
 * @key: key from event_count_repeat(); 0 if it may no longer identify @object
 * @gfp: allocation flags
 *
 * Context: any that @gfp allows.
 */
void event_record(struct domain *domain, enum access_op op, const char *object,
		  u64 key, gfp_t gfp)
{
	record_and_report(domain, op, object, key, NULL, gfp);
}

/**
 * event_record_object() - record an access whose object was allocated, and free the object
 * @domain: domain of the access
 * @op: operation
 * @object: as for event_record(); NULL counts the access as lost for lack of memory
 * @key: as for event_record()
 * @gfp: allocation flags
 *
 * Context: any that @gfp allows.
 */
void event_record_object(struct domain *domain, enum access_op op, char *object,
			 u64 key, gfp_t gfp)
{
	if (object)
		event_record(domain, op, object, key, gfp);
	else
		event_lose(domain, -ENOMEM);
	kfree(object);
}

/**
 * event_name() - count or record an access whose object is a name
 * @domain: domain of the access
 * @op: operation
 * @name: the name, not encoded
 * @len: length of @name in bytes
 * @gfp: allocation flags
 *
 * Context: process context, as @gfp allows. Allocates nothing for a repeated access.
 * Return: the key of the access.
 */
u64 event_name(struct domain *domain, enum access_op op, const char *name, size_t len,
	       gfp_t gfp)
{
	u64 key;

	if (!event_count_repeat(domain, &key, hash_bytes(event_action(op, 0), name, len)))
		event_record_object(domain, op, pathname_encode(name, len, gfp), key, gfp);
	return key;
}

/**
 * event_record_exec() - record the execution of a program
 * @domain: domain that executes the program
 * @object: object of the access, as in &struct access_use
 * @key: as for event_record()
 * @next: domain of the program; NULL if it stays in @domain because of an error
 *
 * Context: may sleep.
 */
void event_record_exec(struct domain *domain, const char *object, u64 key,
		       const struct domain *next)
{
	record_and_report(domain, ACCESS_FILE_EXECUTE, object, key, next, GFP_HOOK);
}
