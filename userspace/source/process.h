/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_PROCESS_H
#define ASHIATO_PROCESS_H

#include <stdbool.h>
#include <stddef.h>

#include "lines.h"

/**
 * struct process - A task that runs, from the module's process_status
 * @pid: number of the task
 * @tgid: number of its process
 * @ppid: number of the process that its process is a child of; -1 when that is
 *	not known
 * @is_adopted: it ran before the module was loaded
 * @history: text of subj=, without the quotes
 * @domain: name of its domain
 */
struct process {
	long pid;
	long tgid;
	long ppid;
	bool is_adopted;
	char *history;
	char *domain;
};

/**
 * struct process_list - All tasks
 * @process: array
 * @count: how many
 * @damage: lines that could not be read
 */
struct process_list {
	struct process *process;
	size_t count;
	struct damage damage;
};

int process_list_read(struct process_list *list, int fd);
int process_list_parents(struct process_list *list);
void process_list_fold(struct process_list *list);
void process_list_free(struct process_list *list);

#endif
