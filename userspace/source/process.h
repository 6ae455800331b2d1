/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_PROCESS_H
#define ASHIATO_PROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lines.h"

/**
 * struct process - A running task, from the module's process_status
 * @pid: ID of the task
 * @tgid: ID of its process
 * @ppid: ID of the parent process; -1 when unknown
 * @is_adopted: its program was executed before the module was loaded
 * @kernel_thread: name of a kernel thread, escaped; NULL: it is none, or not known
 * @history: text of subj= without the quotes
 * @domain: name of the domain
 * @cgroup: path of the control group in which its program was executed, from the root of
 *	the hierarchy; NULL: unknown, as from modules before 0.3
 * @uid: effective user; -1 when unknown
 */
struct process {
	long pid;
	long tgid;
	long ppid;
	bool is_adopted;
	char *kernel_thread;
	char *history;
	char *domain;
	char *cgroup;
	int64_t uid;
};

/**
 * struct process_list - All running tasks
 * @process: array
 * @count: number of tasks
 * @damage: lines that could not be read
 */
struct process_list {
	struct process *process;
	size_t count;
	struct damage damage;
};

int process_list_read(struct process_list *list, int fd);
int64_t process_user(long pid);
int process_list_parents(struct process_list *list);
void process_list_fold(struct process_list *list);
void process_list_free(struct process_list *list);

#endif
