// SPDX-License-Identifier: GPL-2.0-only
/* The table of tasks, which maps each task to its history. */
#include <linux/mm.h>
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/rculist_nulls.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/vmalloc.h>

#include "probe/symbol.h"
#include "domain.h"
#include "gfp.h"
#include "outcome.h"
#include "task.h"

/*
 * The number of buckets is chosen when the module is loaded: one for each TASK_BYTES of memory,
 * at most one for each possible process ID. A task takes more than 24 KiB (its stack and its
 * struct task_struct), so memory ends when a list has three entries on average. Nor can users
 * make one list long by choosing which tasks live: struct task_struct has few possible
 * addresses in the memory, and the hash spreads these evenly.
 */
#define TASK_BYTES (64 << 10)
#define TASK_BUCKETS_MIN 1024

/* Locks of the buckets; each protects every TASK_LOCKSth bucket. */
#define TASK_LOCKS 256

struct task_table task_table __ro_after_init;
static size_t bucket_count __ro_after_init;

/* Interrupts off: tasks may be freed in softirq. */
static spinlock_t locks[TASK_LOCKS] = {
	[0 ... TASK_LOCKS - 1] = __SPIN_LOCK_UNLOCKED(locks),
};

/*
 * States in reserve, used when no memory is left. A new task without a state is adopted later. If
 * its parent has ended by then, it gets the history of another process. Each task that ends refills
 * the reserve.
 */
#define RESERVE_MAX 64
static struct task_state *reserve[RESERVE_MAX];
static unsigned int reserve_count;
/* Interrupts off, as for the buckets. */
static DEFINE_SPINLOCK(reserve_lock);

static struct kmem_cache *cache;
static atomic_t known = ATOMIC_INIT(0);

static spinlock_t *bucket_lock(const struct hlist_nulls_head *bucket)
{
	return &locks[(bucket - task_table.buckets) % TASK_LOCKS];
}

static struct task_state *state_alloc(gfp_t gfp)
{
	struct task_state *state = slab_alloc(cache, gfp);
	unsigned long flags;

	if (state)
		return state;
	spin_lock_irqsave(&reserve_lock, flags);
	if (reserve_count)
		state = reserve[--reserve_count];
	spin_unlock_irqrestore(&reserve_lock, flags);
	return state;
}

/* Readers may still use @state under RCU: the reserve reuses its memory as the cache does. */
static void state_free(struct task_state *state)
{
	unsigned long flags;

	if (unlikely(READ_ONCE(reserve_count) < RESERVE_MAX)) {
		spin_lock_irqsave(&reserve_lock, flags);
		if (reserve_count < RESERVE_MAX) {
			reserve[reserve_count++] = state;
			state = NULL;
		}
		spin_unlock_irqrestore(&reserve_lock, flags);
	}
	if (state)
		kmem_cache_free(cache, state);
}

/**
 * task_create() - create the state of a task unless it has one
 * @task: task, which must not end meanwhile
 * @history: history of the task; the reference is consumed in any case
 * @gfp: allocation flags
 *
 * Context: any that @gfp allows.
 * Return: the state of the task, or NULL if no memory is available.
 */
struct task_state *task_create(struct task_struct *task, struct history *history, gfp_t gfp)
{
	struct task_state *state = state_alloc(gfp), *other;
	struct hlist_nulls_head *bucket = task_bucket(task);
	unsigned long flags;

	if (!state) {
		history_put(history);
		return NULL;
	}
	/* Not zeroed: a reader may still follow by_task of the former state in this memory. */
	RCU_INIT_POINTER(state->history, history);
	state->pending = NULL;
	state->in_exec = false;
	WRITE_ONCE(state->is_unknown, false);
	state->has_ended = false;
	memset(state->attempts, 0, sizeof(state->attempts));
	state->newest = state->attempts;

	spin_lock_irqsave(bucket_lock(bucket), flags);
	other = task_find_rcu(task);
	if (!other) {
		/* Such a reader may find this state before it is in the list of its own bucket. */
		smp_store_release(&state->task, task);
		hlist_nulls_add_head_rcu(&state->by_task, bucket);
	}
	spin_unlock_irqrestore(bucket_lock(bucket), flags);
	if (!other) {
		atomic_inc(&known);
		return state;
	}
	history_put(history);
	state_free(state);
	return other;
}

static void state_release(struct task_state *state)
{
	history_put(rcu_dereference_protected(state->history, true));
	history_put(state->pending);
	atomic_dec(&known);
	state_free(state);
}

/**
 * task_delete() - remove the state of a task that ends
 * @task: task; may have no state
 *
 * Context: any, softirq included.
 */
void task_delete(const struct task_struct *task)
{
	struct hlist_nulls_head *bucket = task_bucket(task);
	struct task_state *state;
	unsigned long flags;

	/* A reset may miss this state, but waits for RCU readers before it frees accesses. */
	rcu_read_lock();
	spin_lock_irqsave(bucket_lock(bucket), flags);
	state = task_find_rcu(task);
	if (state)
		hlist_nulls_del_rcu(&state->by_task);
	spin_unlock_irqrestore(bucket_lock(bucket), flags);
	if (state) {
		outcome_end(state);
		state_release(state);
	}
	rcu_read_unlock();
}

/**
 * task_history_get() - get the history of any task
 * @task: task, which must not be freed meanwhile
 * @is_unknown: set to whether the task now runs a later program, which has no history
 *
 * Context: any.
 * Return: the history with a reference, or NULL if it is unknown.
 */
struct history *task_history_get(const struct task_struct *task, bool *is_unknown)
{
	struct history *history = NULL, *now;
	struct task_state *state;

	rcu_read_lock();
	state = task_find_rcu(task);
	/* A history without users was just replaced (try again), or its task ended. */
	while (state && !history) {
		now = rcu_dereference(state->history);
		history = history_get_live(now);
		if (now == rcu_access_pointer(state->history))
			break;
	}
	*is_unknown = state && READ_ONCE(state->is_unknown);
	rcu_read_unlock();
	if (!state && task->flags & PF_KTHREAD)
		history = history_get(history_kernel);
	return history;
}

/**
 * task_get_from() - find the next task in the order of process IDs
 * @number: smallest process ID to return, in the initial PID namespace
 *
 * Context: may sleep.
 * Return: the task with the smallest ID that is not below @number, with a reference; or
 * NULL.
 */
struct task_struct *task_get_from(int number)
{
	struct task_struct *task = NULL;
	struct pid *pid;

	rcu_read_lock();
	while (!task) {
		pid = borrowed(find_ge_pid)(number, &init_pid_ns);
		if (!pid)
			break;
		/* A number may belong to a process group or a session only. */
		task = pid_task(pid, PIDTYPE_PID);
		number = pid_nr(pid) + 1;
	}
	if (task)
		get_task_struct(task);
	rcu_read_unlock();
	return task;
}

/**
 * task_for_each() - visit the states of all tasks
 * @visit: called for each state with a lock held that keeps the task from being freed
 *
 * A task that begins or ends meanwhile may be missed.
 *
 * Context: may sleep.
 */
void task_for_each(void (*visit)(struct task_state *state))
{
	struct hlist_nulls_node *node;
	struct task_state *state;
	unsigned long flags;
	size_t i;

	for (i = 0; i < bucket_count; i++) {
		struct hlist_nulls_head *bucket = &task_table.buckets[i];

		if (hlist_nulls_empty(bucket))
			continue;
		rcu_read_lock();
		spin_lock_irqsave(bucket_lock(bucket), flags);
		hlist_nulls_for_each_entry(state, node, bucket, by_task)
			visit(state);
		spin_unlock_irqrestore(bucket_lock(bucket), flags);
		rcu_read_unlock();
		cond_resched();
	}
}

static void enter_domain(struct task_state *state)
{
	const struct history *history = rcu_dereference(state->history);

	domain_enter(history->domain);
	domain_add_cgroup(history->domain, history->cgroup);
}

/**
 * task_enter_domains() - make domains and cgroups of all tasks known in the current generation
 *
 * The domain of a task that executes a program meanwhile may be missed. It becomes known
 * with the first access of the program: see access_record().
 *
 * Context: may sleep.
 */
void task_enter_domains(void)
{
	task_for_each(enter_domain);
}

/**
 * task_comm() - get the name of a task without a lock
 * @task: task, which must not be freed meanwhile
 * @comm: destination
 *
 * get_task_comm() takes a lock that the caller of a hook may hold.
 *
 * Context: any.
 * Return: @comm.
 */
const char *task_comm(const struct task_struct *task, char comm[TASK_COMM_LEN])
{
	memcpy(comm, task->comm, TASK_COMM_LEN);
	comm[TASK_COMM_LEN - 1] = '\0';
	return comm;
}

/**
 * task_set_history() - replace the history of the current task
 * @state: state of the current task
 * @history: history of its new program; the reference is consumed
 *
 * Context: process context.
 */
void task_set_history(struct task_state *state, struct history *history)
{
	struct history *old = rcu_dereference_protected(state->history, true);

	rcu_assign_pointer(state->history, history);
	WRITE_ONCE(state->is_unknown, false);
	history_put(old);
}

/**
 * task_count() - get the number of tasks that have a state
 *
 * Context: any.
 * Return: the number.
 */
int task_count(void)
{
	return atomic_read(&known);
}

/**
 * task_bytes() - get the memory that the states of all tasks use
 *
 * Context: any.
 * Return: the number of bytes.
 */
size_t task_bytes(void)
{
	/* A cache that RCU readers use keeps a pointer behind each object. */
	return bucket_count * sizeof(*task_table.buckets) +
	       (sizeof(struct task_state) + sizeof(void *)) *
	       (task_count() + READ_ONCE(reserve_count));
}

/**
 * task_init() - allocate the table of tasks
 *
 * Context: may sleep.
 * Return: 0, or -ENOMEM.
 */
int __init task_init(void)
{
	u64 wanted = (u64)totalram_pages() * PAGE_SIZE / TASK_BYTES;
	size_t i;

	bucket_count = roundup_pow_of_two(clamp_t(u64, wanted, TASK_BUCKETS_MIN, PID_MAX_LIMIT));
	task_table.shift = 64 - ilog2(bucket_count);
	cache = kmem_cache_create("ashiato_task", sizeof(struct task_state), 0,
				  SLAB_ACCOUNT | SLAB_TYPESAFE_BY_RCU, NULL);
	if (!cache)
		return -ENOMEM;
	task_table.buckets = kvmalloc_array(bucket_count, sizeof(*task_table.buckets),
					    GFP_KERNEL);
	if (!task_table.buckets) {
		kmem_cache_destroy(cache);
		return -ENOMEM;
	}
	for (i = 0; i < bucket_count; i++)
		INIT_HLIST_NULLS_HEAD(&task_table.buckets[i], i);
	return 0;
}

/**
 * task_exit() - free the states of all tasks
 *
 * Context: may sleep; after hooks_detach().
 */
void task_exit(void)
{
	struct hlist_nulls_node *first;
	struct task_state *state;
	size_t i;

	for (i = 0; i < bucket_count; i++) {
		while (!is_a_nulls(first = task_table.buckets[i].first)) {
			state = hlist_nulls_entry(first, struct task_state, by_task);
			hlist_nulls_del_rcu(&state->by_task);
			state_release(state);
		}
	}
	while (reserve_count)
		kmem_cache_free(cache, reserve[--reserve_count]);
	kvfree(task_table.buckets);
	kmem_cache_destroy(cache);
}
