// SPDX-License-Identifier: GPL-2.0-only
/* The cache keys of accesses in logins. */
#include <linux/random.h>

#include "login.h"

/* Secret factors, while audit is off and on. */
u64 login_keys[2];

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
	u64 keys[2];

	get_random_bytes(keys, sizeof(keys));
	smp_store_release(&login_keys[0], keys[0] | 1);
	smp_store_release(&login_keys[1], keys[1] | 1);
}
