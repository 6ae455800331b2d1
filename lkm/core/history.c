// SPDX-License-Identifier: GPL-2.0-only
/* Histories: one node for each executed program image, linked to its parent. */
#include <linux/list.h>
#include <linux/random.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/xarray.h>

#include "counter.h"
#include "domain.h"
#include "encode.h"
#include "exec_cgroup.h"
#include "gfp.h"
#include "history.h"
#include "history_id.h"
#include "owner.h"
#include "share.h"

/*
 * When a task sends a signal to the audit daemon, the audit subsystem stores the ID of the
 * task's history and asks for the text later. A history whose ID was given to audit is
 * therefore kept without users, as a zombie. There are at most ZOMBIES_MAX. A new history takes
 * the place of the oldest zombie if there are more than ZOMBIES_MIN. Many tasks may be freed at
 * once: the difference of the two numbers leaves zombies for the next new histories.
 *
 * An ID that audit has is not used again for 2^ROUND_BITS rounds, see history_id.h. In a round that
 * ends because a history replaces one of the same round, more than ZOMBIES_MIN have become zombies.
 */
#define ZOMBIES_MAX 1024
#define ZOMBIES_MIN 896

/* Replaces the oldest entries if they do not fit. */
#define ELLIPSIS "..."
#define ARROW "=>"
/* The entry of programs for whose history there was no memory. */
#define UNKNOWN "?"

struct history *history_kernel;

/* The charge for one history. */
static const struct share history_share = { .histories = 1 };

/* Number of histories, including those that are not charged. */
static atomic_t count = ATOMIC_INIT(0);

static struct kmem_cache *cache;

/*
 * The table of IDs. Its lock protects the variables below as well. Interrupts off: softirqs may
 * drop the last reference.
 */
static DEFINE_XARRAY_FLAGS(places, XA_FLAGS_ALLOC | XA_FLAGS_LOCK_IRQ | XA_FLAGS_ACCOUNT);
static u32 next_place;
static bool places_have_wrapped;
static u32 id_round;

/* Random: IDs given out before the module was reloaded should match no history. */
static u32 id_mask;

static LIST_HEAD(zombies);
static unsigned int zombie_count;

/* Returns the ID of a history without HISTORY_ID_BASE and the mask. */
static u32 id_plain(u32 id)
{
	return (id ^ id_mask) & (BIT(ID_BITS) - 1);
}

static void history_set_id(struct history *history, u32 id)
{
	WRITE_ONCE(history->id, HISTORY_ID_BASE | (id ^ id_mask));
}

/*
 * Charges the current user for a new history. If the user has no room, the history is not charged,
 * and its parent becomes the kernel's history, so that it keeps no other history in memory. So
 * there is at most one history without a charge for each task and for each charged history. Returns
 * the parent.
 */
static struct history *history_charge(struct history *history, struct history *parent)
{
	history->owner = share_take(owner_current(), &history_share);
	if (parent && parent != history_kernel &&
	    (history->owner < 0 || parent->depth >= HISTORY_DEPTH_MAX)) {
		history->is_cut = true;
		parent = history_kernel;
	}
	atomic_inc(&count);
	return parent;
}

static void history_uncharge(const struct history *history)
{
	if (history->owner >= 0)
		share_return(history->owner, &history_share);
	atomic_dec(&count);
}

static void history_free_rcu(struct rcu_head *rcu)
{
	struct history *history = container_of(rcu, struct history, rcu);

	domain_put(history->domain);
	exec_cgroup_put(history->cgroup);
	history_uncharge(history);
	kmem_cache_free(cache, history);
}

/* Frees a history after a grace period. */
static void history_free(struct history *history)
{
	call_rcu(&history->rcu, history_free_rcu);
}

static void history_remove_locked(const struct history *history)
{
	__xa_erase(&places, id_place(id_plain(history->id)));
}

/* Removes a history from the table of IDs. */
static void history_remove(const struct history *history)
{
	unsigned long flags;

	xa_lock_irqsave(&places, flags);
	history_remove_locked(history);
	xa_unlock_irqrestore(&places, flags);
}

/* Gives a history the place of one that is being freed. */
static void history_replace_locked(struct history *history, const struct history *old)
{
	u32 id = id_replace(id_plain(old->id), &id_round);

	history_set_id(history, id);
	__xa_store(&places, id_place(id), history, GFP_NOWAIT);
}

/* Gives a history an ID of its own. Returns 0, or -errno. */
static int history_add_locked(struct history *history, gfp_t gfp)
{
	u32 place = next_place;
	int ret = -EBUSY;

	/* At first, no search is needed; unless another task took the place meanwhile. */
	if (!places_have_wrapped && place <= PLACE_MAX)
		ret = __xa_insert(&places, place, history, gfp);
	if (!ret)
		next_place = max(next_place, place + 1);
	else if (ret == -EBUSY)
		ret = __xa_alloc_cyclic(&places, &place, history, XA_LIMIT(0, PLACE_MAX),
					&next_place, gfp);
	if (ret < 0)
		return ret;
	if (ret)
		places_have_wrapped = true;
	id_round += ret;
	history_set_id(history, id_make(place, id_round, false));
	return 0;
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

/*
 * Frees a zombie that has no place any more, and its parents without other users. The parents do
 * not become zombies: each would take the place of another zombie, and a long chain would be kept
 * for a long time.
 */
static void zombie_free(struct history *history)
{
	struct history *parent = history->parent;

	history_free(history);
	while (refcount_dec_and_test(&parent->users)) {
		history = parent;
		parent = history->parent;
		history_remove(history);
		history_free(history);
	}
}

/*
 * Enters a history into the table of IDs. The histories of most programs become zombies, so there
 * is usually one to replace: that is cheaper than removing it and adding another history. Returns
 * 0, or -errno.
 */
static int history_enter(struct history *history, gfp_t gfp)
{
	struct history *old;
	int err = 0;

	xa_lock_irq(&places);
	old = zombie_take_locked(ZOMBIES_MIN);
	if (old)
		history_replace_locked(history, old);
	else if (history_add_locked(history, gfp))
		err = history_add_locked(history, GFP_ATOMIC | __GFP_NOWARN);
	xa_unlock_irq(&places);
	if (old)
		zombie_free(old);
	return err;
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
	struct history *history = xa_load(&places, id_place(id_plain(id)));

	return history && READ_ONCE(history->id) == (id & ~HISTORY_ID_UNKNOWN) ? history : NULL;
}

/**
 * history_create() - create the history of a program that is being executed
 * @parent: history of the program that executes it
 * @domain: domain of its accesses; the history takes a reference
 * @gfp: allocation flags
 *
 * The current task pays for it. The caller sets @cgroup, @comm and @time before other tasks can see
 * the history. If it is beyond its limits, its older entries are left out, and that is counted.
 *
 * Context: process context, as @gfp allows.
 * Return: the history with one reference, or NULL if no memory is available.
 */
struct history *history_create(struct history *parent, struct domain *domain, gfp_t gfp)
{
	struct history *history = slab_alloc(cache, gfp | __GFP_ZERO);

	if (!history)
		return NULL;
	parent = history_charge(history, parent);
	refcount_set(&history->users, 1);
	history->parent = parent ? history_get(parent) : NULL;
	history->depth = parent ? parent->depth + 1 : 0;
	history->domain = domain_get(domain);
	if (history_enter(history, gfp)) {
		history_uncharge(history);
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

/* Keeps a history without users, and frees the oldest zombie if there are too many. */
static void zombie_add(struct history *history)
{
	struct history *old;
	unsigned long flags;

	xa_lock_irqsave(&places, flags);
	list_add_tail(&history->zombie, &zombies);
	zombie_count++;
	old = zombie_take_locked(ZOMBIES_MAX);
	if (old)
		history_remove_locked(old);
	xa_unlock_irqrestore(&places, flags);
	if (old)
		zombie_free(old);
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
			zombie_add(history);
			return;
		}
		parent = history->parent;
		history_remove(history);
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
 * @is_unknown: whether its task now runs a later program, which has no history
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
u32 history_count(void)
{
	return atomic_read(&count);
}

/**
 * history_bytes() - get the memory that all histories use
 *
 * Context: any.
 * Return: the number of bytes. The table of IDs is counted as if it were as sparse as it can be.
 */
size_t history_bytes(void)
{
	size_t number = history_count();

	return number * sizeof(struct history) +
	       min(number, (PLACE_MAX + 1) / XA_CHUNK_SIZE) * sizeof(struct xa_node);
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
	id_mask = get_random_u32() % BIT(ID_BITS);
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

	/* No other task uses the list any more. */
	while ((history = zombie_take_locked(0))) {
		history_remove(history);
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
