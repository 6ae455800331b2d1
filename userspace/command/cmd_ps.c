// SPDX-License-Identifier: GPL-2.0-only
/* ashiato ps: running processes with their histories, as a tree. */
#include <errno.h>
#include <libsmartcols.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/array.h"
#include "base/passwd.h"
#include "command.h"
#include "pager.h"
#include "render/render_json.h"
#include "session/load.h"
#include "source/container.h"

enum {
	COLUMN_PID, COLUMN_TID, COLUMN_USER, COLUMN_UNIT, COLUMN_ADOPTED, COLUMN_HISTORY,
	COLUMN_DOMAIN
};

static const struct {
	const char *name;
	double width;
	int flags;
} columns[] = {
	[COLUMN_PID] = { "PID", 1, SCOLS_FL_TREE },
	[COLUMN_TID] = { "TID", 1, SCOLS_FL_RIGHT },
	[COLUMN_USER] = { "USER", 1, 0 },
	[COLUMN_UNIT] = { "UNIT OR CONTAINER", 1, 0 },
	[COLUMN_ADOPTED] = { "ADOPTED", 1, 0 },
	[COLUMN_HISTORY] = { "HISTORY", 0.5, SCOLS_FL_WRAP },
	[COLUMN_DOMAIN] = { "DOMAIN", 0.5, SCOLS_FL_WRAP },
};

#define COLUMN_COUNT	ARRAY_SIZE(columns)

/* Deeper tasks are printed beside their parent, to limit the indentation. */
#define DEPTH_MAX	64
#define DEPTH_PENDING	(DEPTH_MAX + 1)
#define NO_TASK		SIZE_MAX

/**
 * struct tree - Places of the tasks; each array has an item for each task
 * @list: the tasks
 * @line: line in the table
 * @depth: 1 at the top, 0 before the task is placed, DEPTH_PENDING in @way
 * @way: a task and its ancestors up to the first that is placed
 */
struct tree {
	const struct process_list *list;
	struct libscols_line **line;
	unsigned int *depth;
	size_t *way;
};

static struct libscols_line *table_row(struct libscols_table *table,
				       const struct process *process)
{
	struct libscols_line *line = scols_table_new_line(table, NULL);
	struct text unit = { 0 };
	char history[64];
	char pid[24];
	char tid[24];
	int err;

	snprintf(history, sizeof(history), "[%s]", process->kernel_thread ? : "");
	if (!line)
		return NULL;
	snprintf(pid, sizeof(pid), "%ld", process->tgid);
	snprintf(tid, sizeof(tid), "%ld", process->pid);
	container_label(process->cgroup, &unit);
	err = unit.failed || scols_line_set_data(line, COLUMN_PID, pid) ||
	      scols_line_set_data(line, COLUMN_TID, tid) ||
	      scols_line_set_data(line, COLUMN_USER, passwd_name(process->uid)) ||
	      scols_line_set_data(line, COLUMN_UNIT, text_str(&unit)) ||
	      scols_line_set_data(line, COLUMN_ADOPTED, process->is_adopted ? "yes" : "-") ||
	      scols_line_set_data(line, COLUMN_HISTORY,
				  process->kernel_thread ? history : process->history) ||
	      scols_line_set_data(line, COLUMN_DOMAIN, process->domain);
	text_free(&unit);
	return err ? NULL : line;
}

static int process_find(const void *tgid, const void *process)
{
	long wanted = *(const long *)tgid;
	long found = ((const struct process *)process)->tgid;

	return (wanted > found) - (wanted < found);
}

/* The first task of a process. */
static size_t task_first(const struct process_list *list, long tgid)
{
	const struct process *found = bsearch(&tgid, list->process, list->count,
					      sizeof(*found), process_find);

	if (!found)
		return NO_TASK;
	while (found > list->process && found[-1].tgid == tgid)
		found--;
	return (size_t)(found - list->process);
}

/* A thread is below its process, a process below its parent. */
static size_t task_parent(const struct process_list *list, size_t task)
{
	const struct process *process = &list->process[task];
	size_t first = task_first(list, process->tgid);

	return first != task ? first : task_first(list, process->ppid);
}

/*
 * Places the ancestors of a task before the task. The tasks are not read
 * atomically: if a number was reused meanwhile, ancestors may form a cycle,
 * which is cut at the task where it was found.
 */
static int tree_place(const struct tree *tree, size_t task)
{
	size_t count = 0;

	while (task != NO_TASK && !tree->depth[task]) {
		tree->depth[task] = DEPTH_PENDING;
		tree->way[count++] = task;
		task = task_parent(tree->list, task);
	}
	if (task != NO_TASK && tree->depth[task] == DEPTH_PENDING)
		task = NO_TASK;
	while (count) {
		size_t child = tree->way[--count];
		struct libscols_line *above;

		tree->depth[child] = 1;
		if (task != NO_TASK) {
			bool is_deep = tree->depth[task] == DEPTH_MAX;

			above = tree->line[task];
			if (is_deep)
				above = scols_line_get_parent(above);
			if (scols_line_add_child(above, tree->line[child]))
				return -ENOMEM;
			tree->depth[child] = tree->depth[task] + !is_deep;
		}
		task = child;
	}
	return 0;
}

static int table_fill(struct libscols_table *table,
		      const struct process_list *list)
{
	const struct tree tree = {
		.list = list,
		.line = calloc(list->count, sizeof(*tree.line)),
		.depth = calloc(list->count, sizeof(*tree.depth)),
		.way = calloc(list->count, sizeof(*tree.way)),
	};
	int err = tree.line && tree.depth && tree.way ? 0 : -ENOMEM;

	for (size_t i = 0; i < list->count && !err; i++) {
		tree.line[i] = table_row(table, &list->process[i]);
		if (!tree.line[i])
			err = -ENOMEM;
	}
	for (size_t i = 0; i < list->count && !err; i++)
		err = tree_place(&tree, i);
	free(tree.line);
	free(tree.depth);
	free(tree.way);
	return err;
}

static bool has_threads(const struct process_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		if (list->process[i].pid != list->process[i].tgid)
			return true;
	return false;
}

/* Whether a column says something about at least one task. */
static bool has_column(const struct process_list *list, size_t column, bool with_threads)
{
	struct cgroup_place place;

	/* Without threads in the list, TID would repeat PID */
	if (column == COLUMN_TID && !with_threads)
		return has_threads(list);
	if (column != COLUMN_USER && column != COLUMN_UNIT)
		return true;
	for (size_t i = 0; i < list->count; i++) {
		place = cgroup_place(list->process[i].cgroup ? : "");
		if (column == COLUMN_USER ? list->process[i].uid >= 0
					  : place.unit.len || place.container.len)
			return true;
	}
	return false;
}

static int table_print(const struct process_list *list, bool with_threads)
{
	struct libscols_table *table = scols_new_table();
	int err = -ENOMEM;

	if (!table)
		return err;
	/* All names are printable; libsmartcols would escape \x in them again */
	scols_table_enable_noencoding(table, 1);
	for (size_t i = 0; i < COLUMN_COUNT; i++) {
		int flags = columns[i].flags;

		if (!has_column(list, i, with_threads))
			flags |= SCOLS_FL_HIDDEN;
		if (!scols_table_new_column(table, columns[i].name,
					    columns[i].width, flags))
			goto out_table;
	}
	err = table_fill(table, list);
	if (!err)
		err = scols_print_table(table);
out_table:
	scols_unref_table(table);
	return err;
}

static int json_print(const struct process_list *list)
{
	struct json_list array = { .out = stdout };
	int err = 0;

	for (size_t i = 0; i < list->count && !err; i++) {
		const struct process *process = &list->process[i];

		struct json_writer *writer = json_list_item(&array);

		writer_begin(writer, '{');
		write_id(writer, "pid", process->tgid);
		write_id(writer, "tid", process->pid);
		write_id(writer, "uid", process->uid);
		write_cgroup(writer, process->cgroup);
		writer_key(writer, "adopted");
		writer_bool(writer, process->is_adopted);
		write_member(writer, "history", process->history);
		write_member(writer, "domain", process->domain);
		write_id(writer, "ppid", process->ppid);
		write_member(writer, "kernel_thread", process->kernel_thread);
		writer_end(writer, '}');
		err = json_list_put(&array);
	}
	if (!err)
		json_list_end(&array);
	return err;
}

struct ps_options {
	bool with_threads;
	bool is_json;
};

static int ps_option(const struct command *self, void *ctx, int key)
{
	struct ps_options *options = ctx;

	return command_flag(self, key == 'j' ? &options->is_json
					     : &options->with_threads, key);
}

static const struct command_option ps_options[] = {
	{
		.name = "threads",
		.key = 't',
		.help = "print all threads, not only those whose history or domain differs from that of their process",
	},
	{
		.name = "json",
		.key = 'j',
		.help = "print a JSON array with one object for each line",
	},
	{ 0 },
};

static int ps_run(const struct command *self, int argc, char **argv)
{
	struct process_list list = { 0 };
	struct ps_options chosen = { 0 };
	int result;
	int err;

	result = command_options(self, argc, argv, ps_option, &chosen);
	if (result == GO_ON)
		result = command_arguments(self, argc, 0, 0);
	if (result != GO_ON)
		return result;
	containers_open();
	result = processes_load(self->name, &list, chosen.with_threads);
	if (result != GO_ON)
		goto out_free;
	result = EXIT_INPUT;
	if (!list.count && !list.damage.count)
		result = EXIT_NOTHING;
	if (!list.count)
		goto out_free;
	err = process_list_parents(&list);
	if (!chosen.is_json)
		pager_begin();
	if (!err)
		err = chosen.is_json ? json_print(&list)
				     : table_print(&list, chosen.with_threads);
	if (err)
		report_no_memory();
	else
		result = EXIT_FOUND;
out_free:
	process_list_free(&list);
	return result;
}

const struct command cmd_ps = {
	.name = "ps",
	.arguments = "",
	.summary = "Print the running processes with their histories and domains",
	.options = ps_options,
	.help =
	"Processes are printed as a tree, each below its parent, if that is known.\n"
	"UNIT OR CONTAINER shows where the program was executed: a service or scope of\n"
	"systemd, or a container, such as podman:web or, if its name is unknown,\n"
	"container:4f2a0c1b9d3e.\n"
	"HISTORY is the subj= of audit records: the chain of programs of the process,\n"
	"each with the time (UTC) when it was executed. ADOPTED is yes if the program was\n"
	"executed before the module was loaded: the history was then derived from the\n"
	"ancestors that were still running, and has the times when they started. A kernel\n"
	"thread has its name in brackets instead of a history.\n",
	.run = ps_run,
};
