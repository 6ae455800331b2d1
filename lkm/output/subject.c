// SPDX-License-Identifier: GPL-2.0-only
/*
 * What audit asks: the text of subj=.
 *
 * Audit first asks who the current task is, then for the text of the answer,
 * maybe much later and in another task. The answer is a number that stands for
 * one history. Until 6.12 it takes the place of the LSM's own number; whoever
 * asks for the text of that one, or matches a rule against it, is served by
 * the LSM as before. From 6.13 on it stands beside the LSM's own label.
 */
#include <linux/delay.h>
#include <linux/printk.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "hook/hooks.h"
#include "core/counter.h"
#include "record.h"
#include "subject.h"
#include "core/task.h"

/* Texts given away that are ours to free, and are not freed yet. */
static atomic_t contexts = ATOMIC_INIT(0);

/* How long to wait for them, in milliseconds. */
#define DRAIN_MAX 5000

/**
 * subject_drain() - wait until nobody has a text that is ours to free
 *
 * Context: may sleep; nobody can ask for one any more.
 */
void subject_drain(void)
{
	int waited;

	for (waited = 0; atomic_read(&contexts); waited += 20) {
		if (waited > DRAIN_MAX) {
			pr_warn("%d texts of subj= were never given back: their memory is lost\n",
				atomic_read(&contexts));
			return;
		}
		msleep(20);
	}
}

/* The number of the current task, or 0 when its history is unknown. */
static u32 subject_id(void)
{
	struct history *history = in_task() ? task_history_current() : NULL;

	if (!history)
		return 0;
	if (!READ_ONCE(history->asked))
		WRITE_ONCE(history->asked, true);
	return history->id;
}

/*
 * The text of a number of ours, allocated if @text is not NULL. Returns its
 * length, or -EINVAL, which audit passes over without a word.
 */
static int subject_text(u32 id, char **text)
{
	struct history *history;
	int len = -EINVAL;

	rcu_read_lock();
	history = history_find_rcu(id);
	if (history) {
		len = history_text(history, NULL, 0);
		if (text) {
			*text = kmalloc(len + 1, GFP_ATOMIC | __GFP_NOWARN);
			if (*text)
				history_text(history, *text, len + 1);
			else
				len = -EINVAL;
		}
	}
	rcu_read_unlock();
	if (len < 0)
		counter_add(COUNTER_LOST_SUBJECT);
	return len;
}

#if defined(HAVE_HOOK_lsmprop_to_secctx)

/* How a context says that it is ours. */
#define SUBJECT_CONTEXT_ID 0x617368

/**
 * subject_init() - see who else makes contexts
 *
 * Each context says whose it is: ours are always ours to free.
 *
 * Context: may sleep; before the hooks are attached.
 * Return: 0.
 */
int subject_init(void)
{
	return 0;
}

static int subject_context(u32 id, struct lsm_context *context)
{
	int len = subject_text(id, context ? &context->context : NULL);

	if (context && len >= 0) {
		context->len = len;
		context->id = SUBJECT_CONTEXT_ID;
		atomic_inc(&contexts);
	}
	return len;
}

/* The LSM in whose place ours is must not be asked about a number of ours. */
int hook_lsmprop_to_secctx(struct lsm_prop *prop, struct lsm_context *cp)
{
	typeof(((union security_list_options *)0)->lsmprop_to_secctx) theirs;
	int ret;

	drain_enter();
	theirs = READ_ONCE(hooks[HOOK_lsmprop_to_secctx].wrapped.lsmprop_to_secctx);
	if (history_owns_id(prop->bpf.secid))
		ret = subject_context(prop->bpf.secid, cp);
	else
		ret = theirs ? theirs(prop, cp) : -EOPNOTSUPP;
	drain_leave();
	return ret;
}

static void subject_free(struct lsm_context *context)
{
	if (context->id != SUBJECT_CONTEXT_ID)
		return;
	kfree(context->context);
	atomic_dec(&contexts);
	context->context = NULL;
	context->id = 0;
}

DEFINE_HOOK_VOID(release_secctx, subject_free(cp))
DEFINE_HOOK_VOID(current_getlsmprop_subj, prop->bpf.secid = subject_id())

#else

static bool must_free;

/* Does somebody else do something there? */
static bool hook_is_used(size_t offset)
{
	const struct security_hook_list *lsms[PROBE_LSMS_MAX];
	int i, count = probe_lsms(offset, lsms);

	for (i = 0; i < count; i++) {
		if (!probe_lsm_is_idle(lsms[i]))
			return true;
	}
	return false;
}

/**
 * subject_init() - see who else makes contexts
 *
 * Context: may sleep; before the hooks are attached.
 * Return: 0, or -EOPNOTSUPP; says why in the kernel's log.
 */
int subject_init(void)
{
	/*
	 * AppArmor and SELinux free whatever context they are shown. Without them it is
	 * ours to free; but Smack lends its own ones, which nobody may free.
	 */
	must_free = !hook_is_used(PROBE_OFFSET(release_secctx));
	if (!must_free || !record_has_subject || !hook_is_used(PROBE_OFFSET(secid_to_secctx)))
		return 0;
	pr_err("a security module here lends its contexts: load with subj=off\n");
	return -EOPNOTSUPP;
}

int hook_secid_to_secctx(u32 secid, char **secdata, u32 *seclen)
{
	typeof(((union security_list_options *)0)->secid_to_secctx) theirs;
	int ret;

	drain_enter();
	theirs = READ_ONCE(hooks[HOOK_secid_to_secctx].wrapped.secid_to_secctx);
	if (history_owns_id(secid)) {
		ret = subject_text(secid, secdata);
		if (ret >= 0) {
			if (secdata && must_free)
				atomic_inc(&contexts);
			*seclen = ret;
			ret = 0;
		}
	} else {
		ret = theirs ? theirs(secid, secdata, seclen) : -EOPNOTSUPP;
	}
	drain_leave();
	return ret;
}

static void subject_free(char *text)
{
	if (!must_free || !text)
		return;
	kfree(text);
	atomic_dec(&contexts);
}

DEFINE_HOOK_VOID(release_secctx, subject_free(secdata))

static void subject_tell(u32 *secid)
{
	u32 id = subject_id();

	if (id)
		*secid = id;
}

#ifdef HAVE_HOOK_current_getsecid_subj
DEFINE_HOOK_VOID(current_getsecid_subj, subject_tell(secid))
#else
/* Asked about others too: they are objects, and stay what they are. */
static void subject_tell_of(const struct task_struct *task, u32 *secid)
{
	if (task == current)
		subject_tell(secid);
}

DEFINE_HOOK_VOID(task_getsecid, subject_tell_of(p, secid))
#endif

#ifdef HAVE_HOOK_audit_rule_match
/* The number that stands for the current task where ours is not asked. */
static u32 subject_theirs(void)
{
	u32 secid = 0;

#ifdef HAVE_HOOK_current_getsecid_subj
	probe_call_others(&hooks[HOOK_current_getsecid_subj], current_getsecid_subj, &secid);
#else
	probe_call_others(&hooks[HOOK_task_getsecid], task_getsecid, current, &secid);
#endif
	return secid;
}

/* Rules that name a label are matched against the label. */
int hook_audit_rule_match(u32 secid, u32 field, u32 op, void *lsmrule)
{
	int ret;

	drain_enter();
	if (history_owns_id(secid))
		secid = subject_theirs();
	ret = hook_wrapped(audit_rule_match, secid, field, op, lsmrule);
	drain_leave();
	return ret;
}
#endif

#endif
