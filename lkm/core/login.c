// SPDX-License-Identifier: GPL-2.0-only
/* The cache keys of accesses in logins. Pure C: see platform.h. */
#include "login.h"

atomic_t login_turn;

/**
 * login_follow_audit() - begin a new turn, because audit was switched on or off
 * @is_on: whether audit is on
 *
 * Context: any.
 * Return: a turn for that state of audit: the new one, or one that another task has begun.
 */
u32 login_follow_audit(bool is_on)
{
	u32 turn = atomic_read(&login_turn), found;

	for (; (turn & 1) != is_on; turn = found) {
		found = atomic_cmpxchg(&login_turn, turn, turn + 1);
		if (found == turn)
			return turn + 1;
	}
	return turn;
}

/**
 * login_renew() - invalidate the cache keys of accesses in logins
 *
 * Call this after changing which accesses are reported each time. A task that gets a key from now
 * on also sees the change.
 *
 * Context: any.
 */
void login_renew(void)
{
	atomic_add_return(2, &login_turn);
}
