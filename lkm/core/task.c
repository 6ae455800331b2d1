// SPDX-License-Identifier: GPL-2.0-only
/* The table of tasks, which maps each task to its history. */
#include <linux/mm.h>
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/rculist.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/vmalloc.h>

#include "probe/symbol.h"
#include "domain.h"
#include "gfp.h"
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

static struct kmem_cache *cache;
static atomic_t known = ATOMIC_INIT(0);

static spinlock_t *bucket_lock(const struct hlist_head *bucket)
{
	return &locks[(bucket - task_table.buckets) % TASK_LOCKS];
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
	struct task_state *state = slab_zalloc(cache, gfp), *other;
	struct hlist_head *bucket = task_bucket(task);
	unsigned long flags;

	if (!state) {
		history_put(history);
		return NULL;
	}
	state->task = task;
	RCU_INIT_POINTER(state->history, history);

	spin_lock_irqsave(bucket_lock(bucket), flags);
	other = task_find_rcu(task);
	if (!other)
		hlist_add_head_rcu(&state->by_task, bucket);
	spin_unlock_irqrestore(bucket_lock(bucket), flags);
	if (!other) {
		atomic_inc(&known);
		return state;
	}
	history_put(history);
	kmem_cache_free(cache, state);
	return other;
}

static void state_free_rcu(struct rcu_head *rcu)
{
	kmem_cache_free(cache, container_of(rcu, struct task_state, rcu));
}

static void state_release(struct task_state *state)
{
	history_put(rcu_dereference_protected(state->history, true));
	history_put(state->pending);
	atomic_dec(&known);
	call_rcu(&state->rcu, state_free_rcu);
}

/**
 * task_delete() - remove the state of a task that ends
 * @task: task; may have no state
 *
 * Context: any, softirq included.
 */
void task_delete(const struct task_struct *task)
{
	struct hlist_head *bucket = task_bucket(task);
	struct task_state *state;
	unsigned long flags;

	spin_lock_irqsave(bucket_lock(bucket), flags);
	state = task_find_rcu(task);
	if (state)
		hlist_del_rcu(&state->by_task);
	spin_unlock_irqrestore(bucket_lock(bucket), flags);
	if (state)
		state_release(state);
}

/**
 * task_history_get() - get the history of any task
 * @task: task, which must not be freed meanwhile
 * @is_unknown: set to whether the task has executed another program since, which has no history
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
 * task_enter_domains() - make the domains of all tasks known in the current generation
 *
 * The domain of a task that executes a program meanwhile may be missed. It becomes known
 * with the first access of the program: see access_record().
 *
 * Context: may sleep.
 */
void task_enter_domains(void)
{
	struct task_state *state;
	size_t i;

	for (i = 0; i < bucket_count; i++) {
		rcu_read_lock();
		hlist_for_each_entry_rcu(state, &task_table.buckets[i], by_task)
			domain_enter(rcu_dereference(state->history)->domain);
		rcu_read_unlock();
		cond_resched();
	}
}

/**
 * task_comm_current() - get the name of the current task without a lock
 * @comm: destination
 *
 * get_task_comm() takes a lock that the caller of a hook may hold.
 *
 * Context: any.
 * Return: @comm.
 */
const char *task_comm_current(char comm[TASK_COMM_LEN])
{
	memcpy(comm, current->comm, TASK_COMM_LEN);
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
	return bucket_count * sizeof(*task_table.buckets) +
	       sizeof(struct task_state) * task_count();
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

	bucket_count = roundup_pow_of_two(clamp_t(u64, wanted, TASK_BUCKETS_MIN, PID_MAX_LIMIT));
	task_table.shift = 64 - ilog2(bucket_count);
	cache = kmem_cache_create("ashiato_task", sizeof(struct task_state), 0, SLAB_ACCOUNT,
				  NULL);
	if (!cache)
		return -ENOMEM;
	task_table.buckets = kvcalloc(bucket_count, sizeof(*task_table.buckets), GFP_KERNEL);
	if (!task_table.buckets) {
		kmem_cache_destroy(cache);
		return -ENOMEM;
	}
	return 0;
}

/**
 * task_exit() - free the states of all tasks
 *
 * Context: may sleep; after hooks_detach().
 */
void task_exit(void)
{
	struct hlist_node *next;
	struct task_state *state;
	size_t i;

	for (i = 0; i < bucket_count; i++) {
		hlist_for_each_entry_safe(state, next, &task_table.buckets[i], by_task) {
			hlist_del_rcu(&state->by_task);
			state_release(state);
		}
	}
	rcu_barrier();
	kvfree(task_table.buckets);
	kmem_cache_destroy(cache);
}
