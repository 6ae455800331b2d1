// SPDX-License-Identifier: GPL-2.0-only
/* Creation and end of tasks; capabilities. */
#include <linux/capability.h>
#include <linux/cred.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/user_namespace.h>

#include "core/hash.h"
#include "core/task.h"
#include "adopt.h"
#include "capability.h"
#include "event.h"
#include "hooks.h"

/* capabilities(7), in the order of their numbers. */
static const char *const capability_names[] = {
	"CHOWN", "DAC_OVERRIDE", "DAC_READ_SEARCH", "FOWNER", "FSETID", "KILL", "SETGID",
	"SETUID", "SETPCAP", "LINUX_IMMUTABLE", "NET_BIND_SERVICE", "NET_BROADCAST",
	"NET_ADMIN", "NET_RAW", "IPC_LOCK", "IPC_OWNER", "SYS_MODULE", "SYS_RAWIO",
	"SYS_CHROOT", "SYS_PTRACE", "SYS_PACCT", "SYS_ADMIN", "SYS_BOOT", "SYS_NICE",
	"SYS_RESOURCE", "SYS_TIME", "SYS_TTY_CONFIG", "MKNOD", "LEASE", "AUDIT_WRITE",
	"AUDIT_CONTROL", "SETFCAP", "MAC_OVERRIDE", "MAC_ADMIN", "SYSLOG", "WAKE_ALARM",
	"BLOCK_SUSPEND", "AUDIT_READ", "PERFMON", "BPF", "CHECKPOINT_RESTORE",
};

/**
 * capability_number() - look up the number of a capability
 * @name: name in the form of capability_name()
 *
 * Context: any.
 * Return: the number, or -EINVAL if the kernel has no capability of this name.
 */
int capability_number(const char *name)
{
	return match_string(capability_names, ARRAY_SIZE(capability_names), name);
}

/**
 * capability_name() - get the name of a capability, without CAP_
 * @number: number of the capability
 * @name: buffer for the name; a capability without a known name gets its number
 * @size: size of @name in bytes
 *
 * Context: any.
 */
void capability_name(int number, char *name, size_t size)
{
	if (number >= 0 && number < ARRAY_SIZE(capability_names))
		strscpy(name, capability_names[number], size);
	else
		snprintf(name, size, "%d", number);
}

/**
 * capability_domain() - get the domain to which the use of a capability belongs
 * @ns: user namespace in which the capability is used
 * @op: set to the operation
 *
 * Any user has all capabilities in a user namespace of their own: such a use is an access of
 * another kind, and recorded only in the mode userns=on.
 *
 * Context: any.
 * Return: as event_domain(). A use that is not recorded because of the mode is counted.
 */
struct domain *capability_domain(const struct user_namespace *ns, enum access_op *op)
{
	if (likely(ns == &init_user_ns)) {
		*op = ACCESS_CAPABILITY;
		return event_domain_atomic(MODE_CAPABILITY);
	}
	*op = ACCESS_CAPABILITY_USERNS;
	if (mode_wants(MODE_USERNS))
		return event_domain_atomic(MODE_CAPABILITY);
	if (mode_wants(MODE_CAPABILITY) && in_task())
		counter_add(COUNTER_USERNS);
	return NULL;
}

static void capability_event(struct domain *domain, enum access_op op, u32 number,
			     const char *name)
{
	u64 key;

	if (!event_count_repeat(domain, &key, event_action(op, number)))
		event_record(domain, op, name, key, 0, GFP_HOOK_ATOMIC);
}

static void capable_event(const struct cred *cred, const struct user_namespace *ns, int number,
			  unsigned int opts)
{
	struct domain *domain;
	enum access_op op;
	char name[24];

	/* A query uses no capability, nor does a check of credentials other than the task's own. */
	if (opts & CAP_OPT_NOAUDIT || cred != current_real_cred())
		return;
	domain = capability_domain(ns, &op);
	if (!domain)
		return;
	capability_name(number, name, sizeof(name));
	capability_event(domain, op, number, name);
	/* AKARI records this access under a name of its own. */
	if (number == CAP_SYS_MODULE && op == ACCESS_CAPABILITY)
		capability_event(domain, op, CAPABILITY_USE_KERNEL_MODULE, "use_kernel_module");
}

/* Gives a new task the history of the task that forks it. */
static void fork_event(struct task_struct *task)
{
	struct task_state *from = task_find_current(), *state;
	struct history *history = task_history(from);

	/* Kernel threads need no entry: they belong to <kernel>. */
	if (task->flags & PF_KTHREAD)
		return;
	if (!history && !adopt_has_begun())
		return;
	if (!history) {
		from = adopt_task(current, true, GFP_HOOK);
		history = task_history(from);
	}
	state = history ? task_create(task, history_get(history), GFP_HOOK) : NULL;
	/* It is adopted later. If its parent has ended by then, it gets a wrong history. */
	if (!state)
		counter_add(COUNTER_LOST_HISTORY);
	else if (from)
		WRITE_ONCE(state->is_unknown, from->is_unknown);
}

DEFINE_HOOK(task_alloc, fork_event(task))
DEFINE_HOOK_VOID(task_free, task_delete(task))
DEFINE_HOOK(capable, capable_event(cred, ns, cap, opts))
