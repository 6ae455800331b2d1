/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_LOGIN_H
#define ASHIATO_LOGIN_H

#include "hash.h"
#include "logins.h"

/*
 * The turn is a part of the cache keys of accesses in logins. A new turn begins when audit is
 * switched on or off, and when the mode changes. Bit 0: whether audit is on.
 */
extern atomic_t login_turn;

u32 login_follow_audit(bool is_on);
void login_renew(void);

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
 * login_turn_now() - get the current turn
 *
 * Accesses that are reported each time while audit is on are cached while it is off. Audit may be
 * switched off after a task got the key of an access, and before the task caches the access. Then
 * the key belongs to a turn that is over, and the next use while audit is on is reported.
 *
 * Context: any.
 * Return: the turn. Bit 0: whether audit is on.
 */
static inline u32 login_turn_now(void)
{
	u32 turn = atomic_read(&login_turn);
	bool is_on = READ_ONCE(audit_enabled);

	return likely((turn & 1) == is_on) ? turn : login_follow_audit(is_on);
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
	return hash_mix(login, login_turn_now());
}

#endif
