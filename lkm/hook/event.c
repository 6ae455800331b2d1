// SPDX-License-Identifier: GPL-2.0-only
/* From a hook to the sets: is it known? if not, record it and tell audit. */
#include <linux/audit.h>
#include <linux/cred.h>
#include <linux/slab.h>
#include <linux/timekeeping.h>
#include <linux/uidgid.h>

#include "core/bundle.h"
#include "event.h"
#include "core/hash.h"
#include "core/history.h"
#include "path/pathname.h"
#include "core/seen.h"
#include "core/task.h"

void (*event_report)(const struct actor *who, const struct domain *domain, enum access_op op,
		     const char *object, const struct domain *next, gfp_t gfp);

/**
 * actor_from_current() - describe the current process
 * @actor: filled in, except for the history
 *
 * Context: any.
 */
void actor_from_current(struct actor *actor)
{
	actor->pid = task_tgid_nr(current);
	actor->uid = from_kuid(&init_user_ns, current_uid());
	actor->auid = from_kuid(&init_user_ns, audit_get_loginuid(current));
	actor->ses = audit_get_sessionid(current);
	task_comm_current(actor->comm);
}

static u32 event_now(void)
{
	return ktime_get_real_seconds();
}

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

/* 0 is an empty cell, and says that a key is not to be remembered. */
static u64 event_key(const struct domain *domain, u64 what)
{
	return hash_mix(READ_ONCE(domain->seed), what) | 1;
}

/**
 * event_is_known() - was this access recorded before? If so, count it
 * @domain: whose
 * @key: filled in, for event_record()
 * @what: 64 keyed bits that stand for what was done to what
 *
 * Context: task; takes no lock and allocates nothing.
 * Return: true only if it was, and nobody wants to be told again.
 */
bool event_is_known(const struct domain *domain, u64 *key, u64 what)
{
	bool known;

	*key = event_key(domain, what);
	preempt_disable();
	known = hits_use(*key);
	preempt_enable();
	return known;
}

/**
 * event_are_known() - were all these accesses recorded before? If so, count them
 * @domain: whose
 * @key: filled in, for bundle_add(); 0 when they are not to be remembered
 * @what: 64 keyed bits that stand for what was done to what, for all of them
 *
 * Context: task; takes no lock and allocates nothing.
 * Return: true only if they were, and nobody wants to be told again.
 */
bool event_are_known(const struct domain *domain, u64 *key, u64 what)
{
	u32 count;

	*key = 0;
	if (READ_ONCE(mode_is_trace))
		return false;
	*key = event_key(domain, what);
	count = bundle_use(*key, event_now());
	counters_add(COUNTER_SEEN, count);
	return count;
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

/**
 * event_lose_transition() - count a program that goes on in the domain before it
 * @domain: that one
 * @err: why: -ENOSPC for a limit, -ENAMETOOLONG, -ENOMEM
 *
 * Context: any.
 */
void event_lose_transition(struct domain *domain, int err)
{
	counter_add(COUNTER_LOST_HISTORY);
	set_bit(DOMAIN_TRANSITION_FAILED, &domain->flags);
	if (err == -ENOSPC)
		set_bit(DOMAIN_QUOTA_EXCEEDED, &domain->flags);
}

/* Returns whether audit is to be told. */
static bool event_intern(struct domain *domain, enum access_op op, const char *object,
			 u64 key, gfp_t gfp)
{
	struct access *access = &access_refused;
	u32 now = event_now();
	int ret = access_intern(domain, op, object, strlen(object), gfp, now, &access);

	if (ret < 0)
		event_lose(domain, ret);
	else
		access_use(access, 1, now);
	/* A limit stays reached: lost once is enough. */
	if (key && ret != -ENOMEM)
		seen_add(key, access);
	if (ret > 0)
		counter_add(COUNTER_NEW);
	return ret > 0 || (!ret && READ_ONCE(mode_is_trace));
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
 */
void event_record(struct domain *domain, enum access_op op, const char *object,
		  u64 key, gfp_t gfp)
{
	if (event_intern(domain, op, object, key, gfp))
		event_report(NULL, domain, op, object, NULL, gfp);
}

/**
 * event_name() - an access whose object is a name: count it, or record it
 * @domain: whose
 * @op: what was done
 * @name: to what, in bytes as they are
 * @len: how many
 * @gfp: how to allocate
 *
 * Context: task; as @gfp allows. Allocates nothing when it is known.
 * Return: the key that stands for it.
 */
u64 event_name(struct domain *domain, enum access_op op, const char *name, size_t len,
	       gfp_t gfp)
{
	char *object;
	u64 key;

	if (event_is_known(domain, &key, hash_bytes(event_action(op, 0), name, len)))
		return key;
	object = pathname_encode(name, len, gfp);
	if (object)
		event_record(domain, op, object, key, gfp);
	else
		event_lose(domain, -ENOMEM);
	kfree(object);
	return key;
}

/**
 * event_record_exec() - record the execution of a program
 * @domain: who executes
 * @object: what, as access_intern() wants it
 * @key: as event_record() wants it
 * @next: the domain of the program; NULL when there is none
 *
 * Context: may sleep.
 */
void event_record_exec(struct domain *domain, const char *object, u64 key,
		       const struct domain *next)
{
	if (event_intern(domain, ACCESS_FILE_EXECUTE, object, key, GFP_HOOK))
		event_report(NULL, domain, ACCESS_FILE_EXECUTE, object, next, GFP_HOOK);
}

/**
 * event_is_known_from() - as event_is_known(), for who is not current
 * @who: whose access it is
 * @what: 64 keyed bits that stand for what was done to what
 *
 * Context: any; takes no lock and allocates nothing.
 * Return: true only if it was recorded, and nobody wants to be told again.
 */
bool event_is_known_from(const struct actor *who, u64 what)
{
	struct access *access = seen_find(event_key(who->history->domain, what));

	counter_add(COUNTER_SEEN);
	if (!access || READ_ONCE(mode_is_trace))
		return false;
	access_use(access, 1, event_now());
	return true;
}

/**
 * event_record_from() - as event_record(), for who is not current
 * @who: whose access it is
 * @op: what was done
 * @object: to what, as access_intern() wants it
 * @what: as event_is_known_from() had it
 *
 * Context: any.
 */
void event_record_from(const struct actor *who, enum access_op op, const char *object,
		       u64 what)
{
	struct domain *domain = who->history->domain;

	if (event_intern(domain, op, object, event_key(domain, what), GFP_HOOK_ATOMIC))
		event_report(who, domain, op, object, NULL, GFP_HOOK_ATOMIC);
}
