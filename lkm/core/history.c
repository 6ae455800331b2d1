// SPDX-License-Identifier: GPL-2.0-only
/* One node per executed program image; its parents are how it came to be. */
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
 * The audit subsystem keeps the number of whoever sent it a signal, and asks
 * for the text later. So a history whose number was given away is buried only
 * after so many others.
 */
#define GRAVES_MAX 1024

/* The oldest entries that do not fit are replaced by this. */
#define ELLIPSIS "..."
#define ARROW "=>"

struct history *history_kernel;

static struct kmem_cache *cache;
static atomic_t alive = ATOMIC_INIT(0);

/* Protects all below. Irqs off: the last user of a history may be in softirq. */
static DEFINE_SPINLOCK(lock);
static DEFINE_HASHTABLE(by_id, 10);
static LIST_HEAD(graves);
static unsigned int graves_count;
static u32 next_id;

static void history_free_rcu(struct rcu_head *rcu)
{
	kmem_cache_free(cache, container_of(rcu, struct history, rcu));
	atomic_dec(&alive);
}

/* Out of the table of ids; then nobody can find it but who found it before. */
static void history_bury_locked(struct history *history)
{
	hash_del_rcu(&history->by_id);
	call_rcu(&history->rcu, history_free_rcu);
}

/**
 * history_find_rcu() - the history that a number stands for
 * @id: the number
 *
 * Context: any, under RCU or the lock.
 * Return: the history, which may be dead, with its parents; or NULL.
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
 * history_create() - the history of a program that is being executed
 * @parent: of the program that executes it
 * @domain: of its accesses
 * @gfp: how to allocate
 *
 * The caller fills in comm and time before others see it.
 *
 * Context: any that @gfp allows.
 * Return: the history with one user, or NULL when there is no memory.
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
	history->domain = domain;
	atomic_inc(&alive);

	spin_lock_irqsave(&lock, flags);
	/* Numbers begin anew some day, while old histories still live. */
	do
		history->id = HISTORY_ID_BASE | next_id++;
	while (history_find_rcu(history->id));
	hash_add_rcu(by_id, &history->by_id, history->id);
	spin_unlock_irqrestore(&lock, flags);
	return history;
}

/**
 * history_get() - one more user
 * @history: one that has users
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
 * history_get_live() - one more user, if there still is one
 * @history: found under RCU; may be NULL
 *
 * Context: any, under RCU.
 * Return: @history, or NULL when it has no users any more.
 */
struct history *history_get_live(struct history *history)
{
	if (history && refcount_inc_not_zero(&history->users))
		return history;
	return NULL;
}

/**
 * history_put() - one user less; the last one frees it, and so on up
 * @history: may be NULL
 *
 * Context: any, softirq included.
 */
void history_put(struct history *history)
{
	unsigned long flags;

	while (history && refcount_dec_and_test(&history->users)) {
		struct history *next = history->parent;

		spin_lock_irqsave(&lock, flags);
		if (!READ_ONCE(history->asked)) {
			history_bury_locked(history);
		} else {
			/* It keeps its parents until it is buried itself. */
			list_add_tail(&history->grave, &graves);
			next = NULL;
			if (++graves_count > GRAVES_MAX) {
				history = list_first_entry(&graves, struct history, grave);
				list_del(&history->grave);
				graves_count--;
				next = history->parent;
				history_bury_locked(history);
			}
		}
		spin_unlock_irqrestore(&lock, flags);
		history = next;
	}
}

/* Does the text begin with what stands for older entries, unless those fit? */
static bool has_older(const struct history *history)
{
	return history->is_cut || history->parent->parent;
}

/* How long entry_text() is. */
static size_t entry_length(const struct history *history)
{
	return encode_subject_name(NULL, 0, history->comm,
				   strnlen(history->comm, sizeof(history->comm))) +
	       strlen("(YYYY/MM/DD-hh:mm:ss)");
}

/* comm(YYYY/MM/DD-hh:mm:ss); @size is that of its text and a NUL. */
static void entry_text(const struct history *history, char *dst, size_t size)
{
	size_t used = encode_subject_name(dst, size, history->comm,
					  strnlen(history->comm, sizeof(history->comm)));

	dst[used++] = '(';
	encode_time(dst + used, size - used, history->time);
	strcpy(dst + size - sizeof(")"), ")");
}

/**
 * history_text() - write a history as subj= shows it
 * @history: which
 * @dst: where to; may be NULL when @size is 0
 * @size: room at @dst in bytes, the NUL included
 *
 * "comm(time)=>comm(time)" with the quotes, the oldest first. Never longer than
 * HISTORY_TEXT_MAX: the oldest are left out whole, and "...=>" says so.
 *
 * Context: any; under RCU or with a user of its own.
 * Return: the length of the text.
 */
size_t history_text(const struct history *history, char *dst, size_t size)
{
	const struct history *node;
	size_t total = strlen("\"\""), kept = 0, used;
	bool cut = false;

	if (!history->parent)
		return snprintf(dst, size, "\"<kernel>\"");

	/* From the youngest back: how many fit? */
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

	/* From the end to the beginning, so that no list has to be kept. */
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
 * history_count() - how many histories there are
 *
 * Context: any.
 * Return: their number, the dead that may still be asked for included.
 */
int history_count(void)
{
	return atomic_read(&alive);
}

/**
 * history_init() - make the history of the kernel
 *
 * Context: may sleep; <kernel> is there.
 * Return: 0, or -ENOMEM.
 */
int history_init(void)
{
	cache = kmem_cache_create("ashiato_history", sizeof(struct history), 0, 0, NULL);
	if (!cache)
		return -ENOMEM;
	hash_init(by_id);
	/* Numbers of an earlier load should not mean anything now. */
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
 * Context: may sleep; no task has one any more.
 */
void history_exit(void)
{
	struct history *history, *parent;

	/* Burying one may leave its parent without users: into the queue. */
	while (graves_count) {
		history = list_first_entry(&graves, struct history, grave);
		list_del(&history->grave);
		graves_count--;
		parent = history->parent;
		spin_lock_irq(&lock);
		history_bury_locked(history);
		spin_unlock_irq(&lock);
		history_put(parent);
	}
	/* Nobody asks for it any more: it needs no grave, which would stay. */
	history_kernel->asked = false;
	history_put(history_kernel);
	history_kernel = NULL;
	rcu_barrier();
	kmem_cache_destroy(cache);
}
