// SPDX-License-Identifier: GPL-2.0-only
/* Resets: forget all domains and accesses, but keep the histories. */
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/mutex.h>

#include "access.h"
#include "bundle.h"
#include "domain.h"
#include "hits.h"
#include "reset.h"
#include "seen.h"
#include "task.h"

static DEFINE_MUTEX(lock);	/* serialises resets */
static time64_t last;

/**
 * reset_all() - forget all accesses, and all domains in which no program runs
 * @domains: set to the number of domains that were forgotten
 * @accesses: set to the number of accesses that were forgotten
 *
 * An access that a hook records after this function has returned is new. An access that a
 * hook, on any CPU and in any context, records while this function runs belongs to one of
 * the two generations. Either it is known in the old one, and readers of that generation see
 * it; or access_intern() adds it to the new one and returns that it is new.
 *
 * Old cache entries cannot make a later access look known, because their keys belong to the
 * old generation: see domain_renew(). The caches are emptied only to make room.
 *
 * Context: may sleep. Allocates nothing.
 * Return: 0, or -EINTR with nothing done.
 */
int reset_all(u32 *domains, u32 *accesses)
{
	int err = mutex_lock_interruptible(&lock);

	if (err)
		return err;
	WRITE_ONCE(last, ktime_get_real_seconds());
	/* Add the uses so far to the accesses of the old generation. */
	hits_flush();
	*domains = domain_count();
	*accesses = access_forget();
	task_enter_domains();
	*domains -= min(*domains, domain_count());
	bundle_forget();
	seen_forget();
	/* Flush the rest now: a later flush could add it to accesses that are known again. */
	hits_flush();
	mutex_unlock(&lock);
	return 0;
}

/**
 * reset_count() - get the number of resets since the module was loaded
 *
 * Context: any.
 * Return: the number.
 */
u32 reset_count(void)
{
	return generation_now() - 1;
}

/**
 * reset_time() - get the time of the last reset
 *
 * Context: any.
 * Return: the time in seconds since 1970; 0 if there was none.
 */
time64_t reset_time(void)
{
	return READ_ONCE(last);
}
