// SPDX-License-Identifier: GPL-2.0-only
/* Running tasks, from the module's process_status. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/machine.h"
#include "base/text.h"
#include "process.h"
#include "source.h"

#define COLUMNS	6
/* Modules before 0.3 do not print the control group. */
#define COLUMNS_OLD	5

static int number_parse(struct span column, long *number)
{
	char digits[16];
	char *end;

	if (!column.len || column.len >= sizeof(digits))
		return -EBADMSG;
	memcpy(digits, column.ptr, column.len);
	digits[column.len] = '\0';
	errno = 0;
	*number = strtol(digits, &end, 10);
	return errno || *end || *number < 0 ? -EBADMSG : 0;
}

static char *column_dup(struct span column)
{
	struct text text = { 0 };

	if (column.len >= 2 && column.ptr[0] == '"' &&
	    column.ptr[column.len - 1] == '"')
		column = (struct span){ column.ptr + 1, column.len - 2 };
	text_add_line(&text, column.ptr, column.len);
	if (text.failed)
		text_free(&text);
	return text.data ? text.data : calloc(1, 1);
}

static void process_free(struct process *process)
{
	free(process->kernel_thread);
	free(process->history);
	free(process->domain);
	free(process->cgroup);
}

static int process_parse(struct process *process, const struct line *line)
{
	struct span column[COLUMNS];
	const char *from = line->ptr;
	const char *end = line->ptr + line->len;
	int count = 0;

	while (from && count < COLUMNS) {
		const char *tab = memchr(from, '\t', (size_t)(end - from));

		column[count].ptr = from;
		column[count++].len = (size_t)((tab ? tab : end) - from);
		from = tab ? tab + 1 : NULL;
	}
	if (line->is_cut || count < COLUMNS_OLD || number_parse(column[0], &process->pid) ||
	    number_parse(column[1], &process->tgid))
		return -EBADMSG;
	*process = (struct process){
		.pid = process->pid,
		.tgid = process->tgid,
		.ppid = -1,
		.uid = -1,
		.is_adopted = span_is(column[2], "adopted"),
		.history = column_dup(column[3]),
		.domain = column_dup(column[4]),
		.cgroup = count > COLUMNS_OLD ? column_dup(column[5]) : NULL,
	};
	if (process->history && process->domain && (process->cgroup || count == COLUMNS_OLD))
		return 0;
	process_free(process);
	return -ENOMEM;
}

static int process_list_add(void *ctx, const struct line *line)
{
	struct process_list *list = ctx;
	int err;

	if (array_grow(list->process, list->count))
		return -ENOMEM;
	err = process_parse(&list->process[list->count], line);
	if (!err)
		list->count++;
	return err;
}

/* Order by process, and its main thread before the other threads. */
static int process_compare(const void *a, const void *b)
{
	const struct process *one = a;
	const struct process *two = b;

	if (one->tgid != two->tgid)
		return one->tgid < two->tgid ? -1 : 1;
	if ((one->pid == one->tgid) != (two->pid == two->tgid))
		return one->pid == one->tgid ? -1 : 1;
	return (one->pid > two->pid) - (one->pid < two->pid);
}

/**
 * process_list_read() - Read all tasks, sorted by process, its main thread first
 * @list: filled in; free it with process_list_free() even on error
 * @fd: process_status
 *
 * Return: 0 or -errno.
 */
int process_list_read(struct process_list *list, int fd)
{
	int err;

	*list = (struct process_list){ 0 };
	err = lines_each(fd, process_list_add, list, &list->damage);
	if (list->count > 1)
		qsort(list->process, list->count, sizeof(*list->process),
		      process_compare);
	return err;
}

/* PF_KTHREAD of the kernel */
#define FLAG_KERNEL_THREAD	0x200000

/*
 * The line is "412 (auditd) S 1 412 412 0 -1 4194560 ...": name, state, parent, and after
 * four others the flags. The name may have any byte, also ")".
 */
static int stat_parse(struct process *process, const char *stat)
{
	const char *name = strchr(stat, '(');
	const char *end = strrchr(stat, ')');
	struct text text = { 0 };
	unsigned int flags;
	long parent;
	int found = end ? sscanf(end, ") %*c %ld %*d %*d %*d %*d %u", &parent, &flags) : 0;

	if (found >= 1)
		process->ppid = parent;
	if (found < 2 || !(flags & FLAG_KERNEL_THREAD) || !name || name > end)
		return 0;
	text_add_line(&text, name + 1, (size_t)(end - name - 1));
	if (text.failed)
		return -ENOMEM;
	process->kernel_thread = text.data;
	return 0;
}

/**
 * process_user() - Find out which user a process runs as
 * @pid: ID of the process
 *
 * Return: its effective user, or -1 if it is unknown.
 */
int64_t process_user(long pid)
{
	struct text content = { 0 };
	char name[64];
	const char *line = NULL;
	long long uid = -1;

	snprintf(name, sizeof(name), "proc/%ld/status", pid);
	if (!machine_read(name, &content))
		line = strstr(text_str(&content), "\nUid:");
	if (line)
		sscanf(line, "\nUid: %*d %lld", &uid);
	text_free(&content);
	return uid;
}

/**
 * process_list_parents() - Fill in the parents and users of all tasks, and names of kernel threads
 * @list: list from process_list_read()
 *
 * They come from /proc. When the module's files are a copy, the task IDs
 * mean nothing on this machine: then /proc must be a copy, too, or they
 * stay unknown.
 *
 * Return: 0 or -ENOMEM.
 */
int process_list_parents(struct process_list *list)
{
	struct text stat = { 0 };
	char name[64];
	int err = 0;

	if (live_is_copy() && !machine_is_copy())
		return 0;
	for (size_t i = 0; i < list->count && err != -ENOMEM; i++) {
		struct process *process = &list->process[i];

		if (i && process->tgid == process[-1].tgid) {
			process->ppid = process[-1].ppid;
			process->uid = process[-1].uid;
			continue;
		}
		snprintf(name, sizeof(name), "proc/%ld/stat", process->tgid);
		text_clear(&stat);
		err = machine_read(name, &stat);
		/* The process may have ended by now. */
		if (!err)
			err = stat_parse(process, text_str(&stat));
		process->uid = process_user(process->tgid);
	}
	text_free(&stat);
	return err == -ENOMEM ? err : 0;
}

/**
 * process_list_fold() - Drop threads with the history and domain of their process
 * @list: list from process_list_read()
 */
void process_list_fold(struct process_list *list)
{
	const struct process *leader = NULL;
	size_t kept = 0;

	for (size_t i = 0; i < list->count; i++) {
		struct process *task = &list->process[i];

		if (leader && leader->tgid == task->tgid &&
		    !strcmp(leader->history, task->history) &&
		    !strcmp(leader->domain, task->domain)) {
			process_free(task);
			continue;
		}
		list->process[kept] = *task;
		if (!leader || leader->tgid != task->tgid)
			leader = &list->process[kept];
		kept++;
	}
	list->count = kept;
}

/**
 * process_list_free() - Free a list
 * @list: list
 */
void process_list_free(struct process_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		process_free(&list->process[i]);
	free(list->process);
	*list = (struct process_list){ 0 };
}
