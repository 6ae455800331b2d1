/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_TASK_H
#define ASHIATO_TASK_H

#include <linux/rcupdate.h>
#include <linux/sched.h>

#include "history.h"

/**
 * struct task_state - what we know of a task
 * @by_task: in the table of tasks
 * @task: which; a key, never followed
 * @history: of the program that it runs; only the task itself changes it
 * @pending: of the program that it is about to run; NULL when the transition
 * failed. The task's own
 * @in_exec: whether the program that it executes was named already. The task's
 * own
 * @rcu: for freeing
 */
struct task_state {
	struct hlist_node by_task;
	struct task_struct *task;
	struct history __rcu *history;
	struct history *pending;
	bool in_exec;
	struct rcu_head rcu;
};

int task_init(void);
void task_exit(void);
struct task_state *task_find_rcu(const struct task_struct *task);
struct task_state *task_find_current(void);
struct task_state *task_create(struct task_struct *task, struct history *history, gfp_t gfp);
void task_delete(const struct task_struct *task);
struct history *task_history_current(void);
struct history *task_history_get(const struct task_struct *task);
const char *task_comm_current(char comm[TASK_COMM_LEN]);
struct task_struct *task_get_from(int number);
void task_enter_domains(void);
int task_count(void);
size_t task_bytes(void);
void task_set_history(struct task_state *state, struct history *history);

#endif
