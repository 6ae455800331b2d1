// SPDX-License-Identifier: GPL-2.0-only
/* Resets: forget all domains and accesses, but keep the histories. */
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/rwsem.h>

#include "core/access.h"
#include "core/bundle.h"
#include "core/domain.h"
#include "core/hits.h"
#include "core/outcome.h"
#include "core/seen.h"
#include "core/share.h"
#include "core/task.h"
#include "policy/fold.h"
#include "policy/transition.h"
#include "reset.h"

static DEFINE_MUTEX(lock);	/* serialises resets; protects the numbers of readers */
static time64_t last;

/* Number of readers that began in the current generation, and in the one before. */
static unsigned int readers, readers_before;

/* Held by a reader while it walks the lists of domains and accesses. */
static DECLARE_RWSEM(lists);

/*
 * Frees the accesses of earlier generations, and forgotten domains, while no reader walks the
 * lists.
 */
static void free_forgotten(void)
{
	access_free_forgotten();
	fold_free_forgotten();
	domain_free_forgotten();
}

static void free_forgotten_locked(void)
{
	down_write(&lists);
	free_forgotten();
	up_write(&lists);
}

/**
 * reset_all() - forget all accesses, and all domains in which no program runs
 * @domains: set to the number of domains that were forgotten
 * @accesses: set to the number of accesses that were forgotten
 *
 * After this function has returned, the first use of an access is new, unless the access was
 * recorded in the new generation before. An access that a hook, on any CPU and in any context,
 * records while this function runs belongs to one of the two generations. Either it is known in the
 * old one, and readers of that generation see it; or access_record() adds it to the new one and
 * returns that it is new.
 *
 * Old cache entries cannot make a later access look known, because their keys belong to the
 * old generation: see domain_renew(). The caches are emptied because their accesses are freed:
 *
 * - After the first grace period, no task adds accesses of the old generation to the caches: a
 *   task finds an access in the set of its generation and caches it in one RCU section.
 * - After the second one, no task uses accesses that it found in the shared cache.
 * - After the third one, no task can find any in the table of its CPU and note it in an attempt.
 * - After the last one, no task uses accesses that it took out of an attempt.
 *
 * The memory of the old generation is freed here, or when its last reader ends.
 *
 * Context: may sleep.
 * Return: 0, or -EINTR with nothing done.
 */
int reset_all(u32 *domains, u32 *accesses)
{
	int err = mutex_lock_interruptible(&lock);

	if (err)
		return err;
	WRITE_ONCE(last, ktime_get_real_seconds());
	/* Add the uses so far to the accesses of the old generation. */
	hits_flush(false);
	outcome_flush();
	/* When readers of the generation before get the lock again, reset_reader_resume() fails. */
	down_write(&lists);
	free_forgotten();
	*domains = domain_count();
	*accesses = access_forget();
	up_write(&lists);
	readers_before = readers;
	readers = 0;
	share_forget();
	task_enter_domains();
	*domains -= min(*domains, domain_count());
	synchronize_rcu();
	bundle_forget();
	seen_forget();
	transition_cache_forget();
	synchronize_rcu();
	/* Flush the rest now: a later flush could add it to accesses that are freed. */
	hits_flush(true);
	synchronize_rcu();
	outcome_forget();
	synchronize_rcu();
	if (!readers_before)
		free_forgotten_locked();
	mutex_unlock(&lock);
	return 0;
}

/**
 * reset_reader_begin() - begin to read the accesses of the current generation
 *
 * Context: may sleep.
 * Return: the generation. Its accesses and domains stay in memory until reset_reader_end(), or
 * until the second reset from now on if that is earlier.
 */
u32 reset_reader_begin(void)
{
	u32 number;

	mutex_lock(&lock);
	number = generation_now();
	readers++;
	mutex_unlock(&lock);
	return number;
}

/**
 * reset_reader_end() - stop reading the accesses of a generation
 * @number: the generation that reset_reader_begin() returned
 *
 * Context: may sleep.
 */
void reset_reader_end(u32 number)
{
	mutex_lock(&lock);
	if (number == generation_now())
		readers--;
	else if (number == generation_now() - 1 && !--readers_before)
		free_forgotten_locked();
	mutex_unlock(&lock);
}

/**
 * reset_reader_resume() - begin to walk the lists of domains and accesses
 * @number: the generation that reset_reader_begin() returned
 *
 * Context: may sleep. The caller calls reset_reader_pause() in any case.
 * Return: true; false if there were two resets, so that the accesses may be freed.
 */
bool reset_reader_resume(u32 number)
{
	down_read(&lists);
	return generation_now() - number <= 1;
}

/**
 * reset_reader_pause() - stop walking the lists
 *
 * Context: may sleep.
 */
void reset_reader_pause(void)
{
	up_read(&lists);
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
