// SPDX-License-Identifier: GPL-2.0-only
/* Called by hooks: counts a repeated access; records a new one and reports it to audit. */
#include <linux/audit.h>
#include <linux/cache.h>
#include <linux/cred.h>
#include <linux/jiffies.h>
#include <linux/printk.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/timekeeping.h>
#include <linux/uidgid.h>

#include "core/bundle.h"
#include "core/hash.h"
#include "core/history.h"
#include "core/outcome.h"
#include "core/owner.h"
#include "core/seen.h"
#include "core/share.h"
#include "core/task.h"
#include "path/pathname.h"
#include "policy/fold.h"
#include "policy/transition.h"
#include "adopt.h"
#include "event.h"
#include "hook_outcome.h"

bool (*event_report)(const struct domain *domain, enum access_op op, const char *object,
		     const struct domain *next, bool done, enum access_report why,
		     gfp_t gfp) __ro_after_init;
bool (*event_is_reported)(enum access_op op) __ro_after_init;
void (*event_report_limit)(const char *limit, const char *full, const struct domain *domain,
			   u32 uid) __ro_after_init;

static u32 event_now(void)
{
	return ktime_get_real_seconds();
}

/**
 * event_domain() - get the domain to which an access belongs
 * @groups: groups of the access: bits of &enum mode_group
 *
 * A task without a history gets one: see adopt.c.
 *
 * Context: may sleep, unless the task is a kernel thread.
 * Return: the domain of the current task; NULL if the access is not recorded.
 */
struct domain *event_domain(u32 groups)
{
	struct task_state *state;

	return event_domain_state(groups, &state, true);
}

/**
 * event_domain_atomic() - get the domain to which an access belongs, without sleeping
 * @groups: as for event_domain()
 *
 * Context: any.
 * Return: as event_domain(). An access of a task without a history is counted as lost.
 */
struct domain *event_domain_atomic(u32 groups)
{
	struct task_state *state;

	return event_domain_state(groups, &state, false);
}

/**
 * event_key() - get the key of an access
 * @domain: domain of the access
 * @hash: as for event_count_repeat()
 *
 * Context: any.
 * Return: the key; never 0, which marks accesses that must not be cached.
 */
u64 event_key(const struct domain *domain, u64 hash)
{
	return hash_mix(event_seed(domain), hash) | 1;
}

/**
 * event_shared_key() - get the key shared by all objects for which one pattern stands
 * @hash: keyed hash of the domain, the operation and what these objects have in common: the
 *	address of all ports, or the directory of all names
 *
 * The key depends on the version of the rules and bounds, so that each change of them makes older
 * keys useless. Get the key before the rules and bounds are applied to the object. It also depends
 * on whether root or another user pays, because their bounds are separate.
 *
 * Context: process context.
 * Return: the key; never 0.
 */
u64 event_shared_key(u64 hash)
{
	u64 versions = (u64)smp_load_acquire(&fold_version) << 32 | transition_version();

	return hash_mix(hash_mix(hash, versions), domain_payer(owner_current())) | 1;
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
	return event_count_key(*key) == SEEN_COUNTED;
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

/* Names of the limits; those of &struct share_user first. */
static const char *const limits[] = {
	"accesses", "domains", "bytes", "histories", "domain_accesses", "depth",
};

/*
 * Returns true once a minute for each limit, so that one that is reached all day hides no other.
 * Limits that ordinary users reach do not hide those that root and the system's daemons reach.
 */
static bool may_note_limit(const char *name, bool of_user, u32 uid)
{
	static unsigned long times[ARRAY_SIZE(limits)][2][2];
	int limit = match_string(limits, ARRAY_SIZE(limits), name);
	unsigned long *last, before, now = jiffies | 1;

	if (limit < 0)
		return false;
	last = &times[limit][of_user][uid < READ_ONCE(share_system_uids)];
	before = READ_ONCE(*last);
	if (before && time_before(now, before + 60 * HZ))
		return false;
	return cmpxchg(last, before, now) == before;
}

/* Notes once a minute, in the kernel log and for audit, that a limit of all domains was reached. */
static void limit_note(const char *name, const struct domain *domain, int err, u32 uid)
{
	bool of_user = err == -EDQUOT;

	if (!may_note_limit(name, of_user, uid))
		return;
	pr_warn("%smax_%s is reached: no room for new entries of user %u in %s. Type: ashiato doctor\n",
		of_user ? "a share of " : "", name, uid, domain->name);
	event_report_limit(name, of_user ? "share" : "all", domain, uid);
}

/* As limit_note(), for a limit of one domain. The log says that @what of the user @effect. */
static void domain_limit_note(const char *name, const struct domain *domain, u32 uid,
			      const char *what, const char *effect)
{
	if (!may_note_limit(name, false, uid))
		return;
	pr_warn("max_%s is reached: %s of user %u in %s %s. Type: ashiato doctor\n",
		name, what, uid, domain->name, effect);
	event_report_limit(name, "domain", domain, uid);
}

/* Notes that a limit was reached, also in the domain. */
static void limit_reached(struct domain *domain, int err, u32 uid)
{
	const char *name = share_full_of(uid);

	if (!test_bit(DOMAIN_QUOTA_EXCEEDED, &domain->flags))
		set_bit(DOMAIN_QUOTA_EXCEEDED, &domain->flags);
	/* No name: a reset has just forgotten it. */
	if (name)
		limit_note(name, domain, err, uid);
}

/* As limit_reached(), for max_domain_accesses: beyond it, each word becomes a pattern. */
static void domain_is_full(struct domain *domain, u32 uid)
{
	if (!test_bit(DOMAIN_QUOTA_EXCEEDED, &domain->flags) &&
	    !test_and_set_bit(DOMAIN_QUOTA_EXCEEDED, &domain->flags))
		domain_limit_note("domain_accesses", domain, uid, "new accesses",
				  "are recorded as patterns");
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
		limit_reached(domain, err, owner_current());
}

/**
 * event_lose_transition() - count a program that stays in the domain that executes it
 * @domain: domain that executes the program
 * @uid: user who would pay for the domain of the program
 * @err: why the program has no domain of its own: -EDQUOT or -ENOSPC if a limit was reached,
 *	-ENAMETOOLONG, -ENOMEM
 *
 * Context: any.
 */
void event_lose_transition(struct domain *domain, u32 uid, int err)
{
	counter_add(COUNTER_LOST_HISTORY);
	set_bit(DOMAIN_TRANSITION_FAILED, &domain->flags);
	if (is_limit(err))
		limit_reached(domain, err, uid);
}

/**
 * event_check_depth() - note if max_depth keeps a program in the domain that executes it
 * @domain: domain in which a program that the current task executes will run
 *
 * Context: any.
 */
void event_check_depth(const struct domain *domain)
{
	u32 bound = READ_ONCE(fold_bounds.depth);

	if (bound && domain->depth >= bound &&
	    test_bit(DOMAIN_TRANSITION_FAILED, &domain->flags))
		domain_limit_note("depth", domain, owner_current(), "programs",
				  "stay in this domain");
}

/**
 * event_check_history() - note if a limit leaves out older entries of a history
 * @history: history that was charged to the current user
 *
 * Context: any.
 */
void event_check_history(const struct history *history)
{
	if (history->owner < 0)
		limit_note("histories", history->domain, history->owner, owner_current());
}

/*
 * Applies the bounds to an access whose object is not recorded yet, and records it. If a pattern
 * stands for all objects with the same shared key, that key takes the place of their own keys.
 */
static int record_within_bounds(struct access_use *use, u64 shared, gfp_t gfp, char **folded)
{
	u64 key = use->key;
	bool is_shared;
	int ret;

	*folded = fold_object(use->domain, use->op, use->object, use->uid, &is_shared, gfp);
	if (IS_ERR(*folded)) {
		int err = PTR_ERR(*folded);

		*folded = NULL;
		return err;
	}
	if (*folded) {
		use->object = *folded;
		use->len = strlen(*folded);
		use->is_pattern = true;
		/* A name that is used often gets a key of its own in the end, see SEEN_SHARED. */
		if (is_shared && shared && !seen_find(shared))
			use->key = shared;
		if (is_shared)
			set_bit(DOMAIN_SHARES_KEYS, &use->domain->flags);
		if (fold_is_full(use->domain, use->uid))
			domain_is_full(use->domain, use->uid);
	}
	ret = access_record(use, gfp);
	/* A refusal is cached, and counted, for each object. */
	if (ret < 0)
		use->key = key;
	return ret;
}

/*
 * Returns the key under which a refusal is cached if the share of a user is full. It must not match
 * for other users, who may run programs in the same domain.
 */
static u64 refusal_key(const struct access_use *use)
{
	return hash_mix(use->key, use->uid) | 1;
}

/*
 * Caches a refusal, because the limit stays reached: the access is then counted as lost only once.
 * Does nothing while a reset is about to free memory.
 */
static void refusal_add(const struct access_use *use, int err, bool is_reset)
{
	if (use->key && is_limit(err) && !is_reset)
		seen_add(err == -EDQUOT ? refusal_key(use) : use->key, &access_refused);
}

/*
 * Whether an access is reported later, with its outcome. In the mode trace, each attempt is
 * reported at once. So is the attempt of a TCP connection, whose outcome may take minutes.
 */
static bool waits_for_outcome(const struct access_use *use)
{
	return use->attempt && use->op != ACCESS_INET_STREAM_CONNECT &&
	       !READ_ONCE(mode_is_trace) && outcome_kind(use->op) == OUTCOME_FOLLOWED;
}

/*
 * Reports an access. If the rate limit of the user leaves out the record, the next use of the
 * access tries again: it may be by another user.
 */
static void report(const struct access_use *use, const struct domain *next, gfp_t gfp)
{
	access_reported(use, event_report(use->domain, use->op, use->object, next,
					  outcome_kind(use->op) == OUTCOME_ALLOWED,
					  use->again && !use->repeats ? REPORT_AGAIN : REPORT_NEW,
					  gfp));
}

/* Whether an access changes nothing, although its operation is one of ACCESSES_OF_LOGINS. */
static bool changes_nothing(enum access_op op, const char *object)
{
	if (op == ACCESS_IPC_PTRACE)
		return str_has_prefix(object, "read ");
	return (op == ACCESS_FILE_WRITE || op == ACCESS_FILE_APPEND) &&
	       (!strcmp(object, "/dev/null") || !strcmp(object, "/dev/tty"));
}

/*
 * Whether each use of an access by the current task is reported: a login started the task, and the
 * access executes or changes something. The keys of such uses are not cached: see login_renew().
 */
static bool is_reported_each_time(enum access_op op, const char *object)
{
	return ACCESSES_OF_LOGINS >> op & 1 && login_current() != LOGIN_NONE &&
	       mode_wants(MODE_LOGINS) && !READ_ONCE(mode_is_trace) &&
	       login_turn_now() & 1 && event_is_reported(op) &&
	       !changes_nothing(op, object);
}

/*
 * Records an access, and reports it to audit if it is new. The report has the pattern under which
 * the access was recorded, if any. In trace mode, for a login, or if @always, also reports an
 * access that is not new.
 */
static void record_and_report(struct domain *domain, enum access_op op, const char *object,
			      u64 key, u64 shared, const struct domain *next, bool always,
			      gfp_t gfp)
{
	bool repeats = is_reported_each_time(op, object);
	struct access_use use = {
		.domain = domain,
		.op = op,
		.object = object,
		.len = strlen(object),
		.uid = owner_current(),
		.key = repeats ? 0 : key,
		.attempt = attempt_now(op),
		.repeats = repeats,
		.now = event_now(),
	};
	/* Ask before recording: a reset may free the memory after the access was refused. */
	bool is_reset = access_forgotten();
	char *folded = NULL;
	int ret = 0, login_ret = 0;

	use.reports = !waits_for_outcome(&use);
	if (!access_repeat(&use)) {
		if (use.key && seen_find(refusal_key(&use)))
			return;
		/* Names that share the key may differ in whether each use is reported. */
		if (repeats || changes_nothing(op, object))
			shared = 0;
		ret = record_within_bounds(&use, shared, gfp, &folded);
	}
	if (ret < 0) {
		event_lose(domain, ret);
		refusal_add(&use, ret, is_reset);
	}
	if (ret > 0)
		counter_add(COUNTER_NEW);
	if (use.lacks_login)
		login_ret = access_login(&use, gfp);
	if (login_ret)
		event_lose(domain, login_ret);
	if (use.reports && (ret > 0 || use.again))
		report(&use, next, gfp);
	/* If the access could not be recorded, report it now: there is no later report. */
	else if (ret < 0 ? repeats : use.reports &&
		 (always || repeats || READ_ONCE(mode_is_trace)))
		event_report(domain, op, object, next, outcome_kind(op) == OUTCOME_ALLOWED,
			     repeats && !always ? REPORT_REPEAT : REPORT_NEW, gfp);
	kfree(folded);
}

/**
 * event_record() - record an access and report it to audit
 * @domain: domain of the access
 * @op: operation
 * @object: object of the access, as in &struct access_use
 * @key: key from event_count_repeat(); 0 if it may no longer identify @object
 * @shared: key from event_shared_key(); 0 if there is none
 * @gfp: allocation flags
 *
 * Context: any that @gfp allows.
 */
void event_record(struct domain *domain, enum access_op op, const char *object,
		  u64 key, u64 shared, gfp_t gfp)
{
	record_and_report(domain, op, object, key, shared, NULL, false, gfp);
}

/**
 * event_record_object() - record an access whose object was allocated, and free the object
 * @domain: domain of the access
 * @op: operation
 * @object: as for event_record(); NULL counts the access as lost for lack of memory
 * @key: as for event_record()
 * @shared: as for event_record()
 * @gfp: allocation flags
 *
 * Context: any that @gfp allows.
 */
void event_record_object(struct domain *domain, enum access_op op, char *object,
			 u64 key, u64 shared, gfp_t gfp)
{
	if (object)
		event_record(domain, op, object, key, shared, gfp);
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
		event_record_object(domain, op, pathname_encode(name, len, gfp), key, 0, gfp);
	return key;
}

/**
 * event_record_exec() - record the execution of a program
 * @domain: domain that executes the program
 * @object: object of the access, as in &struct access_use
 * @key: as for event_record()
 * @next: domain of the program; NULL if it stays in @domain because of an error
 * @always: whether to report it even if it is not new
 *
 * Context: may sleep.
 */
void event_record_exec(struct domain *domain, const char *object, u64 key,
		       const struct domain *next, bool always)
{
	record_and_report(domain, ACCESS_FILE_EXECUTE, object, key, 0, next, always, GFP_HOOK);
}
