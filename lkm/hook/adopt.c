// SPDX-License-Identifier: GPL-2.0-only
/*
 * Histories for tasks that ran before the module was loaded, from what the live
 * process tree still tells: who is whose parent, what each runs, since when.
 */
#include <linux/binfmts.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/pid.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/timekeeping.h>

#include "probe/symbol.h"
#include "adopt.h"
#include "core/domain.h"
#include "event.h"
#include "path/pathname.h"
#include "core/task.h"

/* While tasks fork under us, the children of unknown ones are unknown too. */
#define PASSES_MAX 16

/* No process tree is deeper; one that is would be a loop. */
#define ANCESTORS_MAX 1024

/* Loaded from the initial ramdisk: PID 1 has not executed the real init yet. */
static bool before_init;

static struct history *history_adopt(struct task_struct *task, const char *name,
				     struct history *parent, gfp_t gfp)
{
	struct domain *domain = domain_intern(parent->domain, name, strlen(name), gfp);
	struct history *history;

	if (IS_ERR(domain) && PTR_ERR(domain) != -ENOMEM) {
		event_lose_transition(parent->domain, PTR_ERR(domain));
		domain = parent->domain;
	}
	if (IS_ERR(domain))
		return NULL;
	history = history_create(parent, domain, gfp);
	if (!history)
		return NULL;
	history->adopted = true;
	history->time = ktime_get_real_seconds() -
			div_u64(ktime_get_boottime_ns() - task->start_boottime, NSEC_PER_SEC);
	get_task_comm(history->comm, task);
	return history;
}

/* Whose history that of @task begins from: its leader's, or its parent's. */
static struct task_struct *origin_get(struct task_struct *task)
{
	struct task_struct *origin;

	rcu_read_lock();
	/* One that was released since points to whom it pointed then. */
	if (!pid_alive(task))
		origin = &init_task;
	else if (thread_group_leader(task))
		origin = rcu_dereference(task->real_parent);
	else
		origin = READ_ONCE(task->group_leader);
	get_task_struct(origin);
	rcu_read_unlock();
	return origin;
}

static bool task_runs(struct task_struct *task, const struct file *program)
{
	struct file *other = borrowed(get_task_exe_file)(task);
	bool same = other && file_inode(other) == file_inode(program);

	if (other)
		fput(other);
	return same;
}

/* The history that @task is to have, with a user of its own; NULL: no memory. */
static struct history *history_guess(struct task_struct *task, struct task_struct *origin,
				     struct history *before, gfp_t gfp)
{
	struct file *program;
	struct history *history = NULL;
	char *name;

	if (same_thread_group(task, origin))
		return history_get(before);
	program = borrowed(get_task_exe_file)(task);
	/* About to end: it has no memory any more. */
	if (!program)
		return history_get(before);
	/* Forked, and nothing executed since: it is what its parent is. */
	if (task->flags & PF_FORKNOEXEC && task_runs(origin, program)) {
		history = history_get(before);
	} else {
		name = pathname_get(&program->f_path);
		if (name)
			history = history_adopt(task, name, before, gfp);
		kfree(name);
	}
	fput(program);
	return history;
}

/* @task, or the eldest of its ancestors whose origin is known; and its origin. */
static struct task_struct *eldest_unknown(struct task_struct *task,
					  struct task_struct **origin,
					  struct history **before)
{
	int generation;

	get_task_struct(task);
	for (generation = 0;; generation++) {
		*origin = origin_get(task);
		*before = task_history_get(*origin);
		if (!*before && generation == ANCESTORS_MAX)
			*before = history_get(history_kernel);
		if (*before)
			return task;
		put_task_struct(task);
		task = *origin;
	}
}

/**
 * adopt_task() - give a task, and its ancestors, a history if they have none
 * @task: which; the caller holds a reference
 * @gfp: how to allocate
 *
 * Context: may sleep.
 * Return: what we know of the task, or NULL when there is no memory.
 */
struct task_state *adopt_task(struct task_struct *task, gfp_t gfp)
{
	struct task_struct *eldest, *origin;
	struct history *before, *history;
	struct task_state *state;
	bool done;

	if (task->flags & PF_KTHREAD)
		return task_create(task, history_get(history_kernel), gfp);
	do {
		eldest = eldest_unknown(task, &origin, &before);
		history = history_guess(eldest, origin, before, gfp);
		state = history ? task_create(eldest, history, gfp) : NULL;
		done = eldest == task;
		history_put(before);
		put_task_struct(origin);
		put_task_struct(eldest);
	} while (state && !done);
	return state;
}

static bool task_is_unknown(struct task_struct *task)
{
	bool known;

	rcu_read_lock();
	known = task_find_rcu(task);
	rcu_read_unlock();
	return !known && !(task->flags & (PF_KTHREAD | PF_EXITING));
}

/* Once over all tasks. Returns how many were adopted, or -ENOMEM. */
static int adopt_pass(void)
{
	struct task_struct *task;
	int number = 1, adopted = 0;

	while ((task = task_get_from(number))) {
		number = task_pid_nr(task) + 1;
		if (task_is_unknown(task)) {
			if (adopt_task(task, GFP_KERNEL))
				adopted++;
			else
				adopted = -ENOMEM;
		}
		put_task_struct(task);
		if (adopted < 0)
			break;
		cond_resched();
	}
	return adopted;
}

static bool is_ramdisk(const struct super_block *sb)
{
	return !strcmp(sb->s_type->name, "rootfs");
}

static bool init_is_on_ramdisk(void)
{
	struct task_struct *init = task_get_from(1);
	struct file *program;
	bool is = false;

	if (!init)
		return false;
	program = borrowed(get_task_exe_file)(init);
	if (program) {
		is = is_ramdisk(file_inode(program)->i_sb);
		fput(program);
	}
	put_task_struct(init);
	return is;
}

/**
 * adopt_is_real_init() - does the system's own init begin here?
 * @bprm: what is being executed by current
 *
 * What the initial ramdisk does to find the root file system is not how init
 * came to be: the kernel would have executed it right away.
 *
 * Context: process.
 * Return: true for PID 1 leaving the ramdisk that we were loaded from.
 */
bool adopt_is_real_init(const struct linux_binprm *bprm)
{
	return READ_ONCE(before_init) && is_global_init(current) &&
	       !is_ramdisk(file_inode(bprm->file)->i_sb);
}

/**
 * adopt_begin() - PID 1 runs another program
 * @history: of that program
 *
 * Context: any.
 */
void adopt_begin(const struct history *history)
{
	if (READ_ONCE(before_init) && history->parent == history_kernel)
		WRITE_ONCE(before_init, false);
}

/**
 * adopt_all() - give each task that has no history one
 *
 * Context: may sleep; the hooks are attached, so children inherit.
 * Return: how many tasks were adopted, or -ENOMEM.
 */
int adopt_all(void)
{
	int adopted = 0, pass, now;

	before_init = init_is_on_ramdisk();
	for (pass = 0; pass < PASSES_MAX; pass++) {
		now = adopt_pass();
		if (now <= 0)
			return now < 0 ? now : adopted;
		adopted += now;
	}
	return adopted;
}
