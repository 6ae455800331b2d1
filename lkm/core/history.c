// SPDX-License-Identifier: GPL-2.0-only
/* Histories: one node for each executed program image, linked to its parent. */
#include <linux/hashtable.h>
#include <linux/list.h>
#include <linux/random.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>

#include "domain.h"
#include "encode.h"
#include "counter.h"
#include "history.h"

/*
 * When a task sends a signal to the audit daemon, the audit subsystem stores the ID of the
 * task's history and asks for the text later. A history whose ID was given to audit is
 * therefore kept without users, as a zombie, until this many newer zombies exist.
 */
#define ZOMBIES_MAX 1024

/* Replaces the oldest entries if they do not fit. */
#define ELLIPSIS "..."
#define ARROW "=>"

struct history *history_kernel;

static struct kmem_cache *cache;
static atomic_t alive = ATOMIC_INIT(0);

/* Protects the variables below. Interrupts off: softirqs may drop the last reference. */
static DEFINE_SPINLOCK(lock);
static DEFINE_HASHTABLE(by_id, 10);
static LIST_HEAD(zombies);
static unsigned int zombie_count;
static u32 next_id;

static void history_free_rcu(struct rcu_head *rcu)
{
	struct history *history = container_of(rcu, struct history, rcu);

	domain_put(history->domain);
	kmem_cache_free(cache, history);
	atomic_dec(&alive);
}

/* Removes a history from the table of IDs and frees it after a grace period. */
static void history_free_locked(struct history *history)
{
	hash_del_rcu(&history->by_id);
	call_rcu(&history->rcu, history_free_rcu);
}

/**
 * history_find_rcu() - look up a history by its ID
 * @id: ID of the history
 *
 * Context: any, under RCU or the lock.
 * Return: the history, or NULL. It may have no users left; its parents are valid, too.
 */
struct history *history_find_rcu(u32 id)
{
	struct history *history;

	hash_for_each_possible_rcu(by_id, history, by_id, id, lockdep_is_held(&lock)) {
		if (history->id == id)
			return history;
	}
	return NULL;
}

/**
 * history_create() - create the history of a program that is being executed
 * @parent: history of the program that executes it
 * @domain: domain of its accesses; the history takes a reference
 * @gfp: allocation flags
 *
 * The caller sets @comm and @time before other tasks can see the history.
 *
 * Context: any that @gfp allows.
 * Return: the history with one reference, or NULL if no memory is available.
 */
struct history *history_create(struct history *parent, struct domain *domain, gfp_t gfp)
{
	struct history *history = kmem_cache_zalloc(cache, gfp);
	unsigned long flags;

	if (!history)
		return NULL;
	if (parent && parent->depth >= HISTORY_DEPTH_MAX) {
		parent = history_kernel;
		history->is_cut = true;
		counter_add(COUNTER_LOST_HISTORY);
	}
	refcount_set(&history->users, 1);
	history->parent = parent ? history_get(parent) : NULL;
	history->depth = parent ? parent->depth + 1 : 0;
	history->domain = domain_get(domain);
	atomic_inc(&alive);

	spin_lock_irqsave(&lock, flags);
	/* IDs wrap around while old histories may still exist. */
	do
		history->id = HISTORY_ID_BASE | next_id++;
	while (history_find_rcu(history->id));
	hash_add_rcu(by_id, &history->by_id, history->id);
	spin_unlock_irqrestore(&lock, flags);
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

/**
 * history_put() - drop a reference; the last one frees the history and drops its parent
 * @history: history, or NULL
 *
 * Context: any, softirq included.
 */
void history_put(struct history *history)
{
	unsigned long flags;

	while (history && refcount_dec_and_test(&history->users)) {
		struct history *next = history->parent;

		spin_lock_irqsave(&lock, flags);
		if (!READ_ONCE(history->id_used)) {
			history_free_locked(history);
		} else {
			/* A zombie keeps its parents until it is freed. */
			list_add_tail(&history->zombie, &zombies);
			next = NULL;
			if (++zombie_count > ZOMBIES_MAX) {
				history = list_first_entry(&zombies, struct history, zombie);
				list_del(&history->zombie);
				zombie_count--;
				next = history->parent;
				history_free_locked(history);
			}
		}
		spin_unlock_irqrestore(&lock, flags);
		history = next;
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
	return encode_subject_name(NULL, 0, history->comm,
				   strnlen(history->comm, sizeof(history->comm))) +
	       strlen("(YYYY/MM/DD-hh:mm:ss)");
}

/* Writes comm(YYYY/MM/DD-hh:mm:ss); @size is entry_length() + 1. */
static void entry_text(const struct history *history, char *dst, size_t size)
{
	size_t used = encode_subject_name(dst, size, history->comm,
					  strnlen(history->comm, sizeof(history->comm)));

	dst[used++] = '(';
	encode_time(dst + used, size - used, history->time);
	strcpy(dst + size - sizeof(")"), ")");
}

/**
 * history_text() - write a history in the form of subj=
 * @history: history
 * @dst: destination; may be NULL if @size is 0
 * @size: size of @dst in bytes, including the NUL
 *
 * Writes "comm(time)=>comm(time)" including the quotes, the oldest entry first. The text is
 * never longer than HISTORY_TEXT_MAX: "...=>" replaces the oldest entries.
 *
 * Context: any, under RCU or with a reference to @history.
 * Return: the length of the text in bytes. Nothing is written if it does not fit.
 */
size_t history_text(const struct history *history, char *dst, size_t size)
{
	const struct history *node;
	size_t total = strlen("\"\""), kept = 0, used;
	bool cut = false;

	if (!history->parent)
		return snprintf(dst, size, "\"<kernel>\"");

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
	used = total;
	dst[used--] = '\0';
	dst[used] = '"';
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
	return atomic_read(&alive);
}

/**
 * history_init() - initialise histories and create that of the kernel
 *
 * Context: may sleep; after domain_init().
 * Return: 0, or -ENOMEM.
 */
int history_init(void)
{
	cache = kmem_cache_create("ashiato_history", sizeof(struct history), 0, 0, NULL);
	if (!cache)
		return -ENOMEM;
	hash_init(by_id);
	/* Random: IDs given out before the module was reloaded should match no history. */
	next_id = get_random_u32() & ~HISTORY_ID_BASE;
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
	struct history *history, *parent;

	/* Freeing a zombie may turn its parent into one. */
	while (zombie_count) {
		history = list_first_entry(&zombies, struct history, zombie);
		list_del(&history->zombie);
		zombie_count--;
		parent = history->parent;
		spin_lock_irq(&lock);
		history_free_locked(history);
		spin_unlock_irq(&lock);
		history_put(parent);
	}
	/* Audit no longer asks for its ID, and a new zombie would never be freed. */
	history_kernel->id_used = false;
	history_put(history_kernel);
	history_kernel = NULL;
	rcu_barrier();
	kmem_cache_destroy(cache);
}
