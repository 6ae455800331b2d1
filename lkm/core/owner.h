/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_OWNER_H
#define ASHIATO_OWNER_H

#include <linux/cred.h>
#include <linux/user_namespace.h>

/**
 * owner_uid() - get the user who is accountable for what a task does
 * @cred: credentials of the task
 *
 * A user who maps many IDs into a user namespace of his own remains one user.
 *
 * Context: any.
 * Return: the real user ID; in a user namespace, the owner of the outermost namespace below
 * the initial one. Both as seen from the initial namespace.
 */
static inline uid_t owner_uid(const struct cred *cred)
{
	const struct user_namespace *ns = cred->user_ns;

	if (ns == &init_user_ns)
		return __kuid_val(cred->uid);
	while (ns->parent != &init_user_ns)
		ns = ns->parent;
	return __kuid_val(ns->owner);
}

#endif
