// SPDX-License-Identifier: GPL-2.0-only
/* View of the running processes in the tree of their domains. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "browse.h"
#include "render/render_tree.h"
#include "session/load.h"

/**
 * struct process_view - Running processes
 * @view: base; its @target is empty
 * @colours: marks for screen_line(), or no colours
 * @list: processes, sorted by the name of the domain
 * @width: width of the column PID in characters
 */
struct process_view {
	struct view view;
	const struct colours *colours;
	struct process_list list;
	int width;
};

struct pid_text {
	char text[48];
};

static struct pid_text pid_text(const struct process *process)
{
	struct pid_text cell;

	/* A thread whose domain or history differs from that of its process */
	if (process->pid != process->tgid)
		snprintf(cell.text, sizeof(cell.text), "%ld/%ld",
			 process->tgid, process->pid);
	else
		snprintf(cell.text, sizeof(cell.text), "%ld", process->pid);
	return cell;
}

/*
 * A row is a process, or a domain in which no process runs. The item of such a
 * domain is the first process below it: the name of the domain is the first
 * depth + 1 elements of the name of that process's domain. All processes of a
 * domain but the first are one level deeper than the first, so that they are
 * folded together with it.
 */
static struct span row_domain(const struct outline_row *row)
{
	const struct process *process = row->item;
	const char *end = process->domain;

	for (unsigned int i = 0; i <= row->depth && *end; i++)
		end += strcspn(end + 1, " ") + 1;
	return (struct span){ process->domain, (size_t)(end - process->domain) };
}

static bool is_process(const struct outline_row *row)
{
	const struct process *process = row->item;

	return row_domain(row).len == strlen(process->domain);
}

static unsigned int depth_of(struct span domain)
{
	unsigned int depth = 0;

	for (size_t i = 0; i < domain.len; i++)
		depth += domain.ptr[i] == ' ';
	return depth;
}

static void process_write(const struct outline *outline, size_t row,
			  struct text *out)
{
	const struct process_view *processes = outline->ctx;
	const struct process *process = outline->row[row].item;
	struct span domain = row_domain(&outline->row[row]);
	const char *last = memrchr(domain.ptr, ' ', domain.len);
	const char *comm;
	struct span program = domain;

	if (last) {
		program.ptr = last + 1;
		program.len -= (size_t)(program.ptr - domain.ptr);
	}
	if (!is_process(&outline->row[row])) {
		text_format(out, "%*s ", processes->width, "");
		tree_program(program, depth_of(domain), processes->colours, out);
		return;
	}
	text_format(out, "%*s ", processes->width, pid_text(process).text);
	tree_program(program, depth_of(domain), processes->colours, out);
	/* The last element of the history: the program and its start time */
	comm = process->history;
	while ((last = strstr(comm, "=>")))
		comm = last + 2;
	if (strchr(comm, '('))
		text_format(out, " %s%s%s", processes->colours->faint, comm,
			    processes->colours->off);
}

static void process_name(const struct outline *outline, size_t row,
			 struct text *out)
{
	struct span domain = row_domain(&outline->row[row]);

	text_add(out, domain.ptr, domain.len);
	if (is_process(&outline->row[row]))
		text_format(out, " (%s)",
			    pid_text(outline->row[row].item).text);
}

/* Blanks sort before all other bytes of names, so that this is the tree's order. */
static int process_compare(const void *a, const void *b)
{
	const struct process *one = a;
	const struct process *two = b;
	int order = strcmp(one->domain, two->domain);

	if (!order)
		order = (one->tgid > two->tgid) - (one->tgid < two->tgid);
	return order ? order : (one->pid > two->pid) - (one->pid < two->pid);
}

/* Number of words at the beginning of two names that are the same. */
static unsigned int words_shared(const char *one, const char *two)
{
	unsigned int words = 0;

	for (; *one && *one == *two; one++, two++)
		words += *one == ' ';
	return words + ((!*one || *one == ' ') && (!*two || *two == ' '));
}

static int rows_add(struct outline *outline, const struct process_list *list,
		    size_t *domains)
{
	const char *before = "";
	int err = 0;

	for (size_t i = 0; i < list->count && !err; i++) {
		const struct process *process = &list->process[i];
		const char *domain = process->domain;
		unsigned int depth = depth_of((struct span){ domain,
							     strlen(domain) });
		unsigned int shared = words_shared(before, domain);

		*domains += shared <= depth;
		for (unsigned int above = shared; above < depth && !err; above++)
			err = outline_add(outline, process, above);
		if (!err)
			err = outline_add(outline, process,
					  shared > depth ? shared : depth);
		before = domain;
	}
	return err;
}

static int process_fill(struct browse *browse, struct view *view)
{
	struct process_view *processes = (struct process_view *)view;
	struct process_list list;
	size_t domains = 0;
	int err;

	if (processes_load(browse->command, &list, false) != GO_ON) {
		process_list_free(&list);
		return -ENOENT;
	}
	process_list_free(&processes->list);
	processes->list = list;
	processes->colours = browse->colours;
	processes->width = strlen("PID");
	for (size_t i = 0; i < list.count; i++) {
		int len = (int)strlen(pid_text(&list.process[i]).text);

		if (len > processes->width)
			processes->width = len;
	}
	if (list.count > 1)
		qsort(list.process, list.count, sizeof(*list.process),
		      process_compare);
	view->outline.write = process_write;
	view->outline.name = process_name;
	view->outline.ctx = view;
	err = rows_add(&view->outline, &list, &domains);
	text_format(&view->title, "%s: processes", text_str(&browse->source));
	count_write(&view->summary, list.count, "process", "processes");
	text_puts(&view->summary, " in ");
	count_write(&view->summary, domains, "domain", "domains");
	text_format(&view->header, "%*s PROGRAM", processes->width, "PID");
	return err;
}

static void process_enter(struct browse *browse, struct view *view,
			  const struct outline_row *row)
{
	struct span domain = row_domain(row);
	struct text name = { 0 };

	(void)view;
	text_add(&name, domain.ptr, domain.len);
	if (!name.failed)
		browse_open(browse, &view_access, name.data);
	text_free(&name);
}

static void process_domain(const struct view *view, struct text *out)
{
	const struct outline_row *row = outline_current(&view->outline);
	struct span domain;

	if (!row)
		return;
	domain = row_domain(row);
	text_add(out, domain.ptr, domain.len);
}

static void process_keys(const struct browse *browse, const struct view *view,
			 struct text *out)
{
	(void)browse;
	(void)view;
	keys_add(out, "Enter accesses");
	keys_add(out, "i about");
	keys_add(out, "@ domains");
}

static void process_free(struct view *view)
{
	process_list_free(&((struct process_view *)view)->list);
}

const struct view_kind view_processes = {
	.size = sizeof(struct process_view),
	.keys = process_keys,
	.fill = process_fill,
	.enter = process_enter,
	.domain = process_domain,
	.free = process_free,
};
