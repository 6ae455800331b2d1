/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_LOGIN_H
#define ASHIATO_LOGIN_H

#include "platform.h"
#include "logins.h"

extern u64 login_keys[2];

/**
 * login_current() - get the user whose login started the current task
 *
 * Context: any.
 * Return: the ID in the initial namespace, which audit calls auid; LOGIN_NONE if there is none.
 */
static __always_inline u32 login_current(void)
{
	return __kuid_val(audit_get_loginuid(current));
}

/**
 * login_seed() - get the part of the seeds of cache keys that depends on the login
 *
 * So the accesses by the logins of each user have different keys.
 *
 * Context: any.
 * Return: 0 for a task that no login started.
 */
static __always_inline u64 login_seed(void)
{
	u32 login = login_current();

	if (likely(login == LOGIN_NONE))
		return 0;
	/* Accesses that are reported each time while audit is on are cached while it is off. */
	return (u64)~login * READ_ONCE(login_keys[!!READ_ONCE(audit_enabled)]);
}

void login_renew(void);

#endif
