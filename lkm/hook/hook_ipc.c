// SPDX-License-Identifier: GPL-2.0-only
/* Accesses to other processes: signals and ptrace. */
#include <linux/kernel.h>
#include <linux/ptrace.h>
#include <linux/rcupdate.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>

#include "core/hash.h"
#include "core/task.h"
#include "event.h"
#include "hooks.h"

/* Returns the domain of another task, or NULL if it has no history. */
static struct domain *domain_of_rcu(const struct task_struct *task)
{
	struct task_state *state = task_find_rcu(task);
	struct domain *domain = NULL;

	if (state)
		domain = rcu_dereference(state->history)->domain;
	if (!domain && task->flags & PF_KTHREAD)
		domain = domain_kernel;
	return domain;
}

static void target_event_rcu(struct domain *domain, enum access_op op, const char *how,
			     u32 number, const struct task_struct *task)
{
	struct domain *target = domain_of_rcu(task);
	size_t size;
	char *object;
	u64 key;

	if (!target) {
		counter_add(COUNTER_LOST_TASK);
		return;
	}
	if (event_count_repeat(domain, &key, hash_mix(event_action(op, number), target->id)))
		return;
	size = strlen(how) + 1 + target->length + 1;
	object = kmalloc(size, GFP_HOOK_ATOMIC);
	if (object) {
		int used = snprintf(object, size, "%s ", how);

		domain_name(target, " ", NULL, object + used, size - used);
	}
	event_record_object(domain, op, object, key, 0, GFP_HOOK_ATOMIC);
}

/* Records an access to another process. Does not sleep: callers may hold locks. */
static void target_event(enum access_op op, const char *how, u32 number,
			 const struct task_struct *task)
{
	struct domain *domain;

	if (same_thread_group(current, (struct task_struct *)task))
		return;
	domain = event_domain_atomic(MODE_IPC);
	if (!domain)
		return;
	/* RCU keeps the history of the other task, and so its domain, in memory. */
	rcu_read_lock();
	target_event_rcu(domain, op, how, number, task);
	rcu_read_unlock();
}

static void signal_event(const struct task_struct *task, int number, const struct cred *cred)
{
	char how[12];

	/* Signal 0 only checks permission. With @cred, current is not the sender. */
	if (!number || cred)
		return;
	snprintf(how, sizeof(how), "%d", number);
	target_event(ACCESS_IPC_SIGNAL, how, number, task);
}

static void access_check_event(const struct task_struct *task, unsigned int mode)
{
	bool attach = mode & PTRACE_MODE_ATTACH;

	if (!(mode & PTRACE_MODE_NOAUDIT))
		target_event(ACCESS_IPC_PTRACE, attach ? "attach" : "read", attach, task);
}

DEFINE_HOOK(task_kill, signal_event(p, sig, cred))
DEFINE_HOOK(ptrace_access_check, access_check_event(child, mode))
DEFINE_HOOK(ptrace_traceme, target_event(ACCESS_IPC_PTRACE, "traceme", 2, parent))
