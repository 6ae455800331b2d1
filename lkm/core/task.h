/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_TASK_H
#define ASHIATO_TASK_H

#include <linux/hash.h>
#include <linux/rculist_nulls.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>

#include "access.h"
#include "history.h"

/**
 * struct task_state - state of a task
 * @by_task: entry in the table of tasks
 * @task: the task, which is not freed as long as the state is in the table
 * @history: history of the program that it runs; only the task itself changes it
 * @pending: history prepared for the program of an execve(); NULL if there is none or it
 *	could not be created. Used by the task itself only
 * @in_exec: whether the program that the current execve() names was handled already: each
 *	further program that this execve() checks is an interpreter. Used by the task itself
 *	only
 * @is_unknown: whether there was no memory for the history of the program that it runs:
 *	@history is that of the program before
 * @has_ended: for the first thread of a process: whether a thread has handled the end of the
 *	process
 * @attempts: the last two attempts; a rename that exchanges two files makes two, and so does a
 *	change of owner and group. See outcome.c
 * @newest: the newest of @attempts. Used by the task itself only
 *
 * Its memory may become the state of another task at once, also while readers use it under RCU.
 */
struct task_state {
	struct hlist_nulls_node by_task;
	struct task_struct *task;
	struct history __rcu *history;
	struct history *pending;
	bool in_exec;
	bool is_unknown;
	bool has_ended;
	struct attempt *newest;
	struct attempt attempts[2];
};

/**
 * struct task_table - the table of tasks
 * @buckets: lists of states; their number is a power of two. Each ends with its own index
 * @shift: 64 minus the logarithm of that number
 */
struct task_table {
	struct hlist_nulls_head *buckets;
	unsigned int shift;
};

extern struct task_table task_table;

/* Returns the older one of the last two attempts. */
static inline struct attempt *task_older_attempt(struct task_state *state)
{
	return state->newest == state->attempts ? &state->attempts[1] : &state->attempts[0];
}

static inline struct hlist_nulls_head *task_bucket(const struct task_struct *task)
{
	return &task_table.buckets[(u64)task * GOLDEN_RATIO_64 >> task_table.shift];
}

/**
 * task_find_rcu() - look up the state of a task
 * @task: task
 *
 * Context: any, under RCU or with the bucket locked. The state of the current task lives as
 * long as the task.
 * Return: its state, or NULL.
 */
static inline struct task_state *task_find_rcu(const struct task_struct *task)
{
	struct hlist_nulls_head *bucket = task_bucket(task);
	struct hlist_nulls_node *node;
	struct task_state *state;

	do {
		hlist_nulls_for_each_entry_rcu(state, node, bucket, by_task) {
			/* Pairs with task_create(): the state may not be in this list yet. */
			if (smp_load_acquire(&state->task) == task)
				return state;
		}
		/* If this is the end of another list, a state was reused: search again. */
	} while (get_nulls_value(node) != bucket - task_table.buckets);
	return NULL;
}

/**
 * task_find_current() - look up the state of the current task
 *
 * Context: any.
 * Return: its state, or NULL.
 */
static inline struct task_state *task_find_current(void)
{
	struct task_state *state;

	/* Called for each access: cheaper than rcu_read_lock(), which is a function call. */
	rcu_read_lock_sched();
	state = task_find_rcu(current);
	rcu_read_unlock_sched();
	return state;
}

/**
 * task_history() - get the history of the current task
 * @state: its state; NULL if it has none
 *
 * Context: any.
 * Return: the history, without a reference and valid until the task executes another
 * program; or NULL if it is unknown.
 */
static inline struct history *task_history(const struct task_state *state)
{
	if (likely(state))
		return rcu_dereference_protected(state->history, true);
	return current->flags & PF_KTHREAD ? history_kernel : NULL;
}

/* As task_history(), for a caller that does not need the state. */
static inline struct history *task_history_current(void)
{
	return task_history(task_find_current());
}

int task_init(void);
void task_exit(void);
struct task_state *task_create(struct task_struct *task, struct history *history, gfp_t gfp);
void task_delete(const struct task_struct *task);
struct history *task_history_get(const struct task_struct *task, bool *is_unknown);
const char *task_comm(const struct task_struct *task, char comm[TASK_COMM_LEN]);
struct task_struct *task_get_from(int number);
void task_for_each(void (*visit)(struct task_state *state));
void task_enter_domains(void);
int task_count(void);
size_t task_bytes(void);
void task_set_history(struct task_state *state, struct history *history);

#endif
