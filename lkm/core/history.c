// SPDX-License-Identifier: GPL-2.0-only
/* Histories: one node for each executed program image, linked to its parent. */
#include <linux/list.h>
#include <linux/random.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/xarray.h>

#include "counter.h"
#include "domain.h"
#include "encode.h"
#include "gfp.h"
#include "hash.h"
#include "history.h"
#include "owner.h"
#include "share.h"

/*
 * When a task sends a signal to the audit daemon, the audit subsystem stores the ID of the
 * task's history and asks for the text later. A history whose ID was given to audit is
 * therefore kept without users, as a zombie, until this many newer zombies exist.
 */
#define ZOMBIES_MAX 1024

/* Replaces the oldest entries if they do not fit. */
#define ELLIPSIS "..."
#define ARROW "=>"
/* The entry of programs for whose history there was no memory. */
#define UNKNOWN "?"

/*
 * An ID consists of HISTORY_ID_BASE, a round and a place in the table of IDs. A place is used
 * again when all others were used, in the next round. The table has no more places than it
 * needs: users who choose which histories live cannot spread them over more of its memory.
 */
#define PLACE_BITS 22
#define PLACE_MAX (BIT(PLACE_BITS) - 1)
#define ROUND_BITS 8

struct history *history_kernel;

/* Maximum number of histories, see history_is_beyond(); 0: no maximum. A module parameter. */
unsigned int history_max = 1000000;

/*
 * Numbers of histories: of users below share_system_uids, of all others, and of each of these.
 * Users with the same hash share their share; nobody can choose a UID that has the hash of
 * another.
 */
#define SHARES 1024
static atomic_t of_system = ATOMIC_INIT(0);
static atomic_t of_users = ATOMIC_INIT(0);
static atomic_t of_user[SHARES];

static struct kmem_cache *cache;

/* The table of IDs, and where the next ID is looked for, under its lock. */
static DEFINE_XARRAY_FLAGS(places, XA_FLAGS_ALLOC | XA_FLAGS_LOCK_IRQ | XA_FLAGS_ACCOUNT);
static u32 next_place;
static u32 place_round;

/* Protects the variables below. Interrupts off: softirqs may drop the last reference. */
static DEFINE_SPINLOCK(lock);
static LIST_HEAD(zombies);
static unsigned int zombie_count;

/* Returns the number of histories of the user who pays for what the current task does. */
static atomic_t *history_share(void)
{
	uid_t uid = owner_current();

	return uid < READ_ONCE(share_system_uids) ? &of_system :
		&of_user[hash_mix(0, uid) % SHARES];
}

/*
 * Whether a new history has no room for its older entries. One user has an eighth of
 * history_max, all users have three quarters, system users have the rest and what the users do
 * not use. A history without older entries keeps no other in memory: beyond its limits, there
 * is at most one more history for each task.
 */
static bool history_is_beyond(const atomic_t *share)
{
	int max = min_t(unsigned int, READ_ONCE(history_max) ?: INT_MAX, INT_MAX);
	int users = min(atomic_read(&of_users), max - max / 4);

	if (share == &of_system)
		return atomic_read(share) >= max - users;
	return atomic_read(share) >= max / 8 || users == max - max / 4;
}

static void history_charge(struct history *history, int number)
{
	atomic_add(number, history->share);
	if (history->share != &of_system)
		atomic_add(number, &of_users);
}

static void history_free_rcu(struct rcu_head *rcu)
{
	struct history *history = container_of(rcu, struct history, rcu);

	domain_put(history->domain);
	history_charge(history, -1);
	kmem_cache_free(cache, history);
}

/* Removes a history from the table of IDs and frees it after a grace period. */
static void history_free(struct history *history)
{
	unsigned long flags;

	xa_lock_irqsave(&places, flags);
	__xa_erase(&places, history->id & PLACE_MAX);
	xa_unlock_irqrestore(&places, flags);
	call_rcu(&history->rcu, history_free_rcu);
}

/* Gives a history its ID. Returns 0, or -errno. */
static int history_add(struct history *history, gfp_t gfp)
{
	u32 place;
	int ret;

	xa_lock_irq(&places);
	ret = __xa_alloc_cyclic(&places, &place, history, XA_LIMIT(0, PLACE_MAX), &next_place,
				gfp);
	if (ret >= 0) {
		place_round += ret;
		WRITE_ONCE(history->id, HISTORY_ID_BASE | place |
			   (place_round % BIT(ROUND_BITS)) << PLACE_BITS);
	}
	xa_unlock_irq(&places);
	return min(ret, 0);
}

/**
 * history_find_rcu() - look up a history by its ID
 * @id: ID of the history
 *
 * Context: any, under RCU.
 * Return: the history, or NULL. It may have no users left; its parents are valid, too.
 */
struct history *history_find_rcu(u32 id)
{
	struct history *history = xa_load(&places, id & PLACE_MAX);

	return history && READ_ONCE(history->id) == (id & ~HISTORY_ID_UNKNOWN) ? history : NULL;
}

/**
 * history_create() - create the history of a program that is being executed
 * @parent: history of the program that executes it
 * @domain: domain of its accesses; the history takes a reference
 * @gfp: allocation flags
 *
 * The current task pays for it. The caller sets @comm and @time before other tasks can see the
 * history. If it is beyond its limits, its older entries are left out, and that is counted.
 *
 * Context: process context, as @gfp allows.
 * Return: the history with one reference, or NULL if no memory is available.
 */
struct history *history_create(struct history *parent, struct domain *domain, gfp_t gfp)
{
	struct history *history = slab_zalloc(cache, gfp);

	if (!history)
		return NULL;
	history->share = history_share();
	if (parent && parent != history_kernel &&
	    (parent->depth >= HISTORY_DEPTH_MAX || history_is_beyond(history->share))) {
		parent = history_kernel;
		history->is_cut = true;
	}
	refcount_set(&history->users, 1);
	history->parent = parent ? history_get(parent) : NULL;
	history->depth = parent ? parent->depth + 1 : 0;
	history->domain = domain_get(domain);
	history_charge(history, 1);
	if (history_add(history, gfp) && history_add(history, GFP_ATOMIC | __GFP_NOWARN)) {
		history_charge(history, -1);
		history_put(parent);
		domain_put(domain);
		kmem_cache_free(cache, history);
		return NULL;
	}
	if (history->is_cut)
		counter_add(COUNTER_LOST_HISTORY);
	return history;
}

/**
 * history_get() - take a reference
 * @history: history that has users
 *
 * Context: any.
 * Return: @history.
 */
struct history *history_get(struct history *history)
{
	refcount_inc(&history->users);
	return history;
}

/**
 * history_get_live() - take a reference if the history still has users
 * @history: history found under RCU, or NULL
 *
 * Context: any, under RCU.
 * Return: @history, or NULL if it has no users any more.
 */
struct history *history_get_live(struct history *history)
{
	if (history && refcount_inc_not_zero(&history->users))
		return history;
	return NULL;
}

/* Removes the oldest zombie if there are more than @max. Returns it, or NULL. */
static struct history *zombie_take_locked(unsigned int max)
{
	struct history *history;

	if (zombie_count <= max)
		return NULL;
	history = list_first_entry(&zombies, struct history, zombie);
	list_del(&history->zombie);
	zombie_count--;
	return history;
}

/* Keeps a history without users. Returns the zombie that makes room for it, or NULL. */
static struct history *zombie_add(struct history *history)
{
	unsigned long flags;

	spin_lock_irqsave(&lock, flags);
	list_add_tail(&history->zombie, &zombies);
	zombie_count++;
	history = zombie_take_locked(ZOMBIES_MAX);
	spin_unlock_irqrestore(&lock, flags);
	return history;
}

/*
 * Frees a zombie and its parents without other users. These do not become zombies in their
 * turn: each would take the place of another one, and a chain would be kept for ages.
 */
static void zombie_free(struct history *history)
{
	struct history *parent;

	do {
		parent = history->parent;
		history_free(history);
		history = parent;
	} while (refcount_dec_and_test(&history->users));
}

/**
 * history_put() - drop a reference; the last one frees the history and drops its parent
 * @history: history, or NULL
 *
 * Context: any, softirq included.
 */
void history_put(struct history *history)
{
	struct history *parent;

	while (history && refcount_dec_and_test(&history->users)) {
		if (READ_ONCE(history->id_used)) {
			/* A zombie keeps its parents until it is freed. */
			history = zombie_add(history);
			if (history)
				zombie_free(history);
			return;
		}
		parent = history->parent;
		history_free(history);
		history = parent;
	}
}

/* Whether there are entries before @history, which need an ellipsis if they do not fit. */
static bool has_older(const struct history *history)
{
	return history->is_cut || history->parent->parent;
}

/* Returns the length of the text that entry_text() writes. */
static size_t entry_length(const struct history *history)
{
	return (history->is_after_unknown ? strlen(UNKNOWN ARROW) : 0) +
	       encode_subject_name(NULL, 0, history->comm,
				   strnlen(history->comm, sizeof(history->comm))) +
	       strlen("(YYYY/MM/DD-hh:mm:ss)");
}

/* Writes comm(YYYY/MM/DD-hh:mm:ss), maybe after "?=>"; @size is entry_length() + 1. */
static void entry_text(const struct history *history, char *dst, size_t size)
{
	size_t used = history->is_after_unknown ? strlen(strcpy(dst, UNKNOWN ARROW)) : 0;

	used += encode_subject_name(dst + used, size - used, history->comm,
				    strnlen(history->comm, sizeof(history->comm)));
	dst[used++] = '(';
	encode_time(dst + used, size - used, history->time);
	strcpy(dst + size - sizeof(")"), ")");
}

/**
 * history_text() - write a history in the form of subj=
 * @history: history
 * @is_unknown: whether its task has executed another program since, which has no history
 * @dst: destination; may be NULL if @size is 0
 * @size: size of @dst in bytes, including the NUL
 *
 * Writes "comm(time)=>comm(time)" including the quotes, the oldest entry first. The text is
 * never longer than HISTORY_TEXT_MAX: "...=>" replaces the oldest entries. It ends with "=>?" if
 * @is_unknown.
 *
 * Context: any, under RCU or with a reference to @history.
 * Return: the length of the text in bytes. Nothing is written if it does not fit.
 */
size_t history_text(const struct history *history, bool is_unknown, char *dst, size_t size)
{
	const char *end = is_unknown ? ARROW UNKNOWN "\"" : "\"";
	const struct history *node;
	size_t total = strlen("\"") + strlen(end), kept = 0, used;
	bool cut = false;

	if (!history->parent)
		return snprintf(dst, size, "\"<kernel>%s", end);

	/* Count the entries that fit, from the newest back. */
	for (node = history; node->parent; node = node->parent) {
		size_t more = entry_length(node) + (kept ? strlen(ARROW) : 0);
		size_t spare = has_older(node) ? strlen(ELLIPSIS ARROW) : 0;

		cut = total + more + spare > HISTORY_TEXT_MAX;
		if (cut)
			break;
		total += more;
		kept++;
		cut = node->is_cut;
	}
	if (cut)
		total += strlen(ELLIPSIS ARROW);
	if (total >= size)
		return total;

	/* A history knows its parent only: write from the end. */
	used = total - strlen(end);
	strcpy(dst + used, end);
	for (node = history; kept; node = node->parent) {
		size_t length = entry_length(node);
		char after = dst[used];

		used -= length;
		entry_text(node, dst + used, length + 1);
		dst[used + length] = after;
		if (--kept || cut) {
			used -= strlen(ARROW);
			memcpy(dst + used, ARROW, strlen(ARROW));
		}
	}
	if (cut)
		memcpy(dst + 1, ELLIPSIS, strlen(ELLIPSIS));
	dst[0] = '"';
	return total;
}

/**
 * history_count() - get the number of histories
 *
 * Context: any.
 * Return: the number, including zombies and histories that wait to be freed.
 */
int history_count(void)
{
	return atomic_read(&of_system) + atomic_read(&of_users);
}

/**
 * history_bytes() - get the memory that all histories use
 *
 * Context: any.
 * Return: the number of bytes. The table of IDs is counted as if it were as sparse as it can be.
 */
size_t history_bytes(void)
{
	size_t count = history_count();

	return count * sizeof(struct history) +
	       min(count, (PLACE_MAX + 1) / XA_CHUNK_SIZE) * sizeof(struct xa_node);
}

/**
 * history_init() - initialise histories and create that of the kernel
 *
 * Context: may sleep; after domain_init().
 * Return: 0, or -ENOMEM.
 */
int history_init(void)
{
	cache = kmem_cache_create("ashiato_history", sizeof(struct history), 0, SLAB_ACCOUNT, NULL);
	if (!cache)
		return -ENOMEM;
	/* Random: IDs given out before the module was reloaded should match no history. */
	next_place = get_random_u32() & PLACE_MAX;
	place_round = get_random_u32();
	history_kernel = history_create(NULL, domain_kernel, GFP_KERNEL);
	if (!history_kernel) {
		kmem_cache_destroy(cache);
		return -ENOMEM;
	}
	return 0;
}

/**
 * history_exit() - free all histories
 *
 * Context: may sleep; after task_exit().
 */
void history_exit(void)
{
	struct history *history;

	/* Nobody else uses the list any more. */
	while ((history = zombie_take_locked(0))) {
		zombie_free(history);
		cond_resched();
	}
	/* Audit no longer asks for its ID, and a new zombie would never be freed. */
	history_kernel->id_used = false;
	history_put(history_kernel);
	history_kernel = NULL;
	rcu_barrier();
	xa_destroy(&places);
	kmem_cache_destroy(cache);
}
