// SPDX-License-Identifier: GPL-2.0-only
/*
 * Provides the text of subj= to audit.
 *
 * Audit first asks for a security ID of the current task and later, maybe in another task,
 * for the text that belongs to the ID. The module answers with the ID of a history. Up to
 * Linux 6.12 this ID replaces that of another LSM; requests for the text of an ID of another
 * LSM are passed on to that LSM, and audit rules are still matched against the ID of that
 * LSM. From 6.13 on the ID is stored beside the labels of other LSMs.
 */
#include <linux/bitops.h>
#include <linux/delay.h>
#include <linux/module.h>
#include <linux/printk.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "core/counter.h"
#include "core/task.h"
#include "hook/hooks.h"
#include "backlog.h"
#include "record.h"
#include "subject.h"

/* Number of texts that are in use and that this module has to free afterwards. */
static atomic_t contexts = ATOMIC_INIT(0);

/* Maximum time for subject_drain() to wait, in milliseconds. */
#define DRAIN_MAX 5000

/**
 * subject_drain() - wait until all texts that this module has to free are freed
 *
 * Gives up after DRAIN_MAX with a message in the kernel log.
 *
 * Context: may sleep; after the hooks that hand out texts are detached.
 */
void subject_drain(void)
{
	int waited;

	for (waited = 0; atomic_read(&contexts); waited += 20) {
		if (waited > DRAIN_MAX) {
			pr_warn("%d texts of subj= were never released: their memory is lost\n",
				atomic_read(&contexts));
			return;
		}
		msleep(20);
	}
}

/* Returns the ID of the history of the current task, or 0 if it has none. */
static u32 subject_id(void)
{
	struct task_state *state;
	struct history *history;

	if (!in_task())
		return 0;
	state = task_find_current();
	history = task_history(state);
	if (!history)
		return 0;
	if (!READ_ONCE(history->id_used))
		WRITE_ONCE(history->id_used, true);
	return history->id | (state && state->is_unknown ? HISTORY_ID_UNKNOWN : 0);
}

/*
 * Allocates the text of a history, unless @text is NULL. Returns its length, or -EINVAL,
 * which audit ignores silently.
 */
static int subject_text(u32 id, char **text)
{
	bool is_unknown = id & HISTORY_ID_UNKNOWN;
	struct history *history;
	int len = -EINVAL;

	rcu_read_lock();
	history = history_find_rcu(id);
	if (history) {
		len = history_text(history, is_unknown, NULL, 0);
		if (text) {
			*text = kmalloc(len + 1, GFP_ATOMIC | __GFP_NOWARN);
			if (*text)
				history_text(history, is_unknown, *text, len + 1);
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

/* Marks a context that this module has allocated. */
#define SUBJECT_CONTEXT_ID 0x617368

/* Whether audit would get no labels without this module: it would ask the BPF LSM only. */
static bool others_are_hidden;

/* Bit 0: whether the module holds a reference to itself, see subject_hold(). */
static unsigned long is_held;

/**
 * subject_init() - find out whether the kernel needs this module to get labels
 *
 * Each context contains the ID of its LSM: this module frees its own contexts only.
 *
 * Context: may sleep; before hooks_attach().
 * Return: 0.
 */
int subject_init(void)
{
	const struct security_hook_list *lsms[PROBE_LSMS_MAX];
	int count = probe_lsms(PROBE_OFFSET(lsmprop_to_secctx), lsms);

	others_are_hidden = count > 1 && probe_lsm_is_idle(lsms[0]);
	return 0;
}

/*
 * After auditctl -f 2, the kernel panics if audit does not get a label. So keeps the module loaded
 * if audit gets labels only through it. Called for each record, because either may change.
 */
static void subject_hold(void)
{
	bool must_hold = others_are_hidden && backlog_loss_is_panic();

	if (likely(must_hold == test_bit(0, &is_held)))
		return;
	if (!must_hold) {
		if (test_and_clear_bit(0, &is_held))
			module_put(THIS_MODULE);
		return;
	}
	/* First the reference, then the bit: another task may clear it at once. */
	if (!try_module_get(THIS_MODULE))
		return;
	if (test_and_set_bit(0, &is_held))
		module_put(THIS_MODULE);
	else
		pr_warn("auditctl -f 2: the module stays loaded, because the kernel alone would panic with the next audit record (lsm= has bpf before AppArmor or SELinux). To unload it, type: auditctl -f 1\n");
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

/*
 * Audit asks only the first LSM for a text. That may be the BPF LSM, which has none: the others
 * are asked then. If none has one, returns -EINVAL, because any other error is a message in the
 * kernel log, or a panic after auditctl -f 2.
 */
int hook_lsmprop_to_secctx(struct lsm_prop *prop, struct lsm_context *cp)
{
	int ret;

	drain_enter();
	subject_hold();
	if (history_owns_id(prop->bpf.secid))
		ret = subject_context(prop->bpf.secid, cp);
	else
		ret = probe_ask_others(&hooks[HOOK_lsmprop_to_secctx], lsmprop_to_secctx,
				       -EOPNOTSUPP, prop, cp);
	drain_leave();
	return ret == -EOPNOTSUPP ? -EINVAL : ret;
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

/* Whether this module frees its texts in release_secctx; else another LSM does. */
static bool must_free;

/* Whether an LSM other than the idle BPF LSM is attached to the hook at @offset. */
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
 * subject_init() - find out which texts this module has to free
 *
 * Context: may sleep; before hooks_attach().
 * Return: 0, or -EOPNOTSUPP with a message in the kernel log.
 */
int subject_init(void)
{
	/*
	 * AppArmor and SELinux free any context in release_secctx, that of another LSM too.
	 * Without them, this module has to free its contexts itself. It could not distinguish
	 * these from the contexts of Smack, which Smack owns and which must not be freed.
	 */
	must_free = !hook_is_used(PROBE_OFFSET(release_secctx));
	if (!must_free || !record_has_subject || !hook_is_used(PROBE_OFFSET(secid_to_secctx)))
		return 0;
	pr_err("an LSM of this kernel keeps ownership of its security contexts: load with subj=off\n");
	return -EOPNOTSUPP;
}

int hook_secid_to_secctx(u32 secid, char **secdata, u32 *seclen)
{
	typeof(((union security_list_options *)0)->secid_to_secctx) wrapped;
	int ret;

	drain_enter();
	wrapped = READ_ONCE(hooks[HOOK_secid_to_secctx].wrapped.secid_to_secctx);
	if (history_owns_id(secid)) {
		ret = subject_text(secid, secdata);
		if (ret >= 0) {
			if (secdata && must_free)
				atomic_inc(&contexts);
			*seclen = ret;
			ret = 0;
		}
	} else {
		ret = wrapped ? wrapped(secid, secdata, seclen) : -EOPNOTSUPP;
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

static void subject_set(u32 *secid)
{
	u32 id = subject_id();

	if (id)
		*secid = id;
}

#ifdef HAVE_HOOK_current_getsecid_subj
DEFINE_HOOK_VOID(current_getsecid_subj, subject_set(secid))
#else
/* Also called for other tasks, as objects of an operation: does not change their IDs. */
static void subject_set_for(const struct task_struct *task, u32 *secid)
{
	if (task == current)
		subject_set(secid);
}

DEFINE_HOOK_VOID(task_getsecid, subject_set_for(p, secid))
#endif

#ifdef HAVE_HOOK_audit_rule_match
/* Returns the security ID of the current task according to other LSMs. */
static u32 subject_of_others(void)
{
	u32 secid = 0;

#ifdef HAVE_HOOK_current_getsecid_subj
	probe_call_others(&hooks[HOOK_current_getsecid_subj], current_getsecid_subj, &secid);
#else
	probe_call_others(&hooks[HOOK_task_getsecid], task_getsecid, current, &secid);
#endif
	return secid;
}

/* Audit rules with a label are matched against the label of the other LSM. */
int hook_audit_rule_match(u32 secid, u32 field, u32 op, void *lsmrule)
{
	int ret;

	drain_enter();
	if (history_owns_id(secid))
		secid = subject_of_others();
	ret = hook_wrapped(audit_rule_match, secid, field, op, lsmrule);
	drain_leave();
	return ret;
}
#endif

#endif
