// SPDX-License-Identifier: GPL-2.0-only
/* Learning anew: all domains and accesses are forgotten, histories stay. */
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

static DEFINE_MUTEX(lock);	/* one reset at a time */
static time64_t last;

/**
 * reset_all() - forget all accesses, and all domains in which no program runs
 *
 * What a hook records that began after this has returned is new. One that is in
 * the middle of its work, on any CPU, in any context, belongs to before or after:
 * what it records now is either known in the generation that ends, and was seen
 * by whoever read that; or access_intern() has it back in the one that begins,
 * and says that it is new. Nothing that is remembered makes a later use look
 * known, for it is remembered under a key of the old generation: see
 * domain_renew(). Tables that nobody will ask again need not be emptied for
 * that; they are, to have room.
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
	/* What was counted until now is counted in the old generation... */
	hits_flush();
	*domains = domain_count();
	*accesses = access_forget();
	task_enter_domains();
	*domains -= min(*domains, domain_count());
	bundle_forget();
	seen_forget();
	/* ... and nothing of it later on, when an access is back. */
	hits_flush();
	mutex_unlock(&lock);
	return 0;
}

/**
 * reset_count() - how many resets there were since the module was loaded
 *
 * Context: any.
 * Return: their number.
 */
u32 reset_count(void)
{
	return generation_now() - 1;
}

/**
 * reset_time() - when the last reset was
 *
 * Context: any.
 * Return: seconds since 1970; 0 for never.
 */
time64_t reset_time(void)
{
	return READ_ONCE(last);
}
