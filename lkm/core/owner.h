/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_OWNER_H
#define ASHIATO_OWNER_H

#include <linux/cred.h>
#include <linux/sched.h>
#include <linux/user_namespace.h>

/**
 * owner_uid() - get the user who is accountable for what a task does
 * @cred: credentials of the task
 *
 * A user who maps many IDs into a user namespace of their own remains one user. A namespace that
 * root made for a container also counts as one user: the user who is root in it. A namespace in
 * which root remains root, such as that of a service with PrivateUsers=yes, changes nothing.
 *
 * Context: any.
 * Return: in the initial namespace, the real user ID. In another one, the owner of its outermost
 * ancestor below the initial one; if that is root, the user that is root in this ancestor; if that
 * is root, too, the real user ID. All IDs are those in the initial namespace.
 */
static inline uid_t owner_uid(const struct cred *cred)
{
	struct user_namespace *ns = cred->user_ns;
	kuid_t uid;

	if (ns == &init_user_ns)
		return __kuid_val(cred->uid);
	while (ns->parent != &init_user_ns)
		ns = ns->parent;
	if (__kuid_val(ns->owner))
		return __kuid_val(ns->owner);
	uid = make_kuid(ns, 0);
	return __kuid_val(uid_valid(uid) && __kuid_val(uid) ? uid : cred->uid);
}

/**
 * owner_current() - get the user who is accountable for what the current task does
 *
 * The kernel may lend a task other credentials for a while: while a program opens a file on an
 * overlay, it has those of the user who mounted the overlay. Ignore these. A kernel thread works
 * for the user whose credentials it has taken, such as a client of the NFS server.
 *
 * Context: process context.
 * Return: as owner_uid().
 */
static inline uid_t owner_current(void)
{
	return owner_uid(current->flags & PF_KTHREAD ? current_cred() : current_real_cred());
}

/**
 * owner_of() - get the user who is accountable for what a task does
 * @task: task
 *
 * Context: any.
 * Return: as owner_uid().
 */
static inline uid_t owner_of(struct task_struct *task)
{
	uid_t uid;

	rcu_read_lock();
	uid = owner_uid(__task_cred(task));
	rcu_read_unlock();
	return uid;
}

#endif
