// SPDX-License-Identifier: GPL-2.0-only
/*
 * Histories for tasks that ran before the module was loaded, reconstructed from the live
 * process tree: parent, program and start time of each task.
 *
 * A task that is being created while the module is loaded is in no list of tasks yet, and its
 * task_alloc was called before that hook was attached. It gets a history at its first access whose
 * hook may sleep, or at its first fork.
 *
 * The name under which a program was executed is in the memory of its process, which can change
 * it: the name is trusted only if it leads to the file that the process runs, or to a script that
 * the process may execute and that this file interprets.
 */
#include <linux/auxvec.h>
#include <linux/binfmts.h>
#include <linux/capability.h>
#include <linux/cred.h>
#include <linux/err.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/fs_struct.h>
#include <linux/jiffies.h>
#include <linux/limits.h>
#include <linux/magic.h>
#include <linux/mm.h>
#include <linux/pid.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/timekeeping.h>

#include "probe/symbol.h"
#include "compat/compat.h"
#include "core/domain.h"
#include "core/owner.h"
#include "core/share.h"
#include "core/task.h"
#include "path/pathname.h"
#include "path/script.h"
#include "path/walk.h"
#include "policy/transition.h"
#include "adopt.h"
#include "event.h"
#include "unit.h"

/* Maximum number of passes over all tasks: during a pass, tasks may appear that were in no list. */
#define PASSES_MAX 16

/* Maximum depth of the process tree; ends the search if a race makes the tree look endless. */
#define ANCESTORS_MAX 1024

/* Maximum time for reading the scripts of running processes, in seconds. */
#define READ_SECONDS 5

/* Whether all hooks are attached. */
static bool has_begun;

/* Whether PID 1 still runs a program of the initial ramdisk, not the real init. */
static bool before_init;

/*
 * Creates the history of a task that ran before the module was loaded. Frees @name; it is NULL if
 * it could not be found out. If the domain cannot be created, uses that of @parent. Returns NULL
 * if there is no memory.
 */
static struct history *history_adopt(struct task_struct *task, char *name,
				     struct history *parent, gfp_t gfp)
{
	struct domain *domain = ERR_PTR(-ENOMEM);
	char *program = name ? transition_aggregate(parent->domain, name, gfp) : NULL;
	char *unit = unit_get(task, gfp);
	struct history *history;
	int err;

	if (program && !IS_ERR(unit))
		domain = transition_domain(parent->domain, program, unit, owner_of(task), gfp);
	kfree(program);
	if (!IS_ERR(unit))
		kfree(unit);
	err = PTR_ERR_OR_ZERO(domain);
	history = history_create(parent, err ? parent->domain : domain, gfp);
	if (!err)
		domain_put(domain);
	if (!history)
		return NULL;
	if (err)
		event_lose_transition(parent->domain, owner_of(task), err);
	history->cgroup = unit_cgroup_get(task, parent->cgroup, gfp);
	domain_add_cgroup(history->domain, history->cgroup);
	event_check_history(history);
	history->adopted = true;
	history->time = ktime_get_real_seconds() -
			div_u64(ktime_get_boottime_ns() - task->start_boottime, NSEC_PER_SEC);
	get_task_comm(history->comm, task);
	return history;
}

/*
 * Returns, with a reference, the task from which @task takes its history: the leader of its
 * thread group or, for a leader, its parent.
 */
static struct task_struct *origin_get(struct task_struct *task)
{
	struct task_struct *origin;

	rcu_read_lock();
	/* The pointers of a released task are stale. */
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

/* Returns the address of the name under which a program was executed, or 0. */
static unsigned long name_address(const struct mm_struct *mm)
{
	const unsigned long *entry = mm->saved_auxv;

	for (; entry + 1 < mm->saved_auxv + AT_VECTOR_SIZE; entry += 2) {
		if (READ_ONCE(entry[0]) == AT_EXECFN)
			return READ_ONCE(entry[1]);
	}
	return 0;
}

/* Copies a string of at most PATH_MAX bytes. Returns whether it was copied as a whole. */
static bool string_copy(struct mm_struct *mm, unsigned long address, char *text)
{
	size_t used = 0, part;
	struct page *page;

	for (; used < PATH_MAX; used += part) {
		part = min(PATH_MAX - used, PAGE_SIZE - offset_in_page(address + used));
		page = compat_try_page(mm, address + used);
		if (!page)
			return false;
		memcpy(text + used, page_address(page) + offset_in_page(address + used), part);
		put_page(page);
		if (memchr(text + used, '\0', part))
			return true;
	}
	return false;
}

/* Copies the absolute pathname with which a task executed its program. Returns whether it could. */
static bool given_name_copy(struct task_struct *task, char *text)
{
	struct mm_struct *mm = get_task_mm(task);
	unsigned long address = mm ? name_address(mm) : 0;
	bool copied = address && string_copy(mm, address, text) && text[0] == '/';

	if (mm)
		mmput_async(mm);
	return copied;
}

static bool root_get(struct task_struct *task, struct path *root)
{
	bool has_root;

	task_lock(task);
	has_root = task->fs;
	if (has_root)
		get_fs_root(task->fs, root);
	task_unlock(task);
	return has_root;
}

/*
 * Returns the credentials of a task for walk_may_execute(): with a reference, and without
 * capabilities; NULL if the task has CAP_DAC_OVERRIDE in the initial user namespace; or
 * ERR_PTR(-ENOMEM).
 *
 * prepare_creds() allocates with GFP_KERNEL, not with GFP_HOOK. It is called in execve() and fork,
 * and at load: there the caller holds no lock of a file system.
 */
static struct cred *rights_get(struct task_struct *task)
{
	const struct cred *cred = get_task_cred(task), *own;
	struct cred *rights = NULL;

	if (cred->user_ns != &init_user_ns || !cap_raised(cred->cap_effective, CAP_DAC_OVERRIDE)) {
		own = override_creds(cred);
		rights = prepare_creds() ?: ERR_PTR(-ENOMEM);
		revert_creds(own);
	}
	if (!IS_ERR_OR_NULL(rights))
		cap_clear(rights->cap_effective);
	put_cred(cred);
	return rights;
}

/*
 * Sets @given, with references, to the entry that a task named when it executed its program. @text
 * is overwritten; @until as in script_find(). Returns false if the pathname is not trusted.
 */
static bool given_find(struct task_struct *task, char *text, const struct path *root,
		       const struct path *program, struct path *given, unsigned long until)
{
	struct cred *rights;
	bool is_script;

	if (!walk_to(text, root, root, program, given))
		return true;
	rights = rights_get(task);
	if (IS_ERR(rights))
		return false;
	is_script = script_find(text, root, rights, program, given, until);
	put_cred(rights);
	return is_script;
}

/*
 * Returns the name of the program of a task, as if its execution had been recorded; or NULL.
 * @until as in script_find().
 */
static char *program_name(struct task_struct *task, const struct file *program, bool may_walk,
			  gfp_t gfp, unsigned long until)
{
	char *text = may_walk ? kmalloc(PATH_MAX, gfp) : NULL, *name = NULL;
	struct path root, given;

	if (text && given_name_copy(task, text) && root_get(task, &root)) {
		if (given_find(task, text, &root, &program->f_path, &given, until)) {
			/* A link such as /proc/self/exe led elsewhere when the task used it. */
			if (given.dentry->d_sb->s_magic != PROC_SUPER_MAGIC)
				name = pathname_get(&given);
			path_put(&given);
		}
		path_put(&root);
	}
	kfree(text);
	return name ?: pathname_get(&program->f_path);
}

/* Returns a reference to the history that @task gets; NULL if there is no memory. */
static struct history *history_guess(struct task_struct *task, struct task_struct *origin,
				     struct history *origin_history, bool may_walk, gfp_t gfp)
{
	struct file *program;
	struct history *history;

	if (same_thread_group(task, origin))
		return history_get(origin_history);
	program = borrowed(get_task_exe_file)(task);
	/* The task is exiting and has released its memory. */
	if (!program)
		return history_get(origin_history);
	/* The task has executed no program since its fork: it shares the history of its parent. */
	if (task->flags & PF_FORKNOEXEC && task_runs(origin, program)) {
		history = history_get(origin_history);
	} else {
		history = history_adopt(task, program_name(task, program, may_walk, gfp, 0),
					origin_history, gfp);
	}
	fput(program);
	return history;
}

/*
 * Walks up from @task to the first task whose origin has a history. Returns that task and
 * sets @origin and @origin_history, all with references. Beyond ANCESTORS_MAX, the history
 * is that of the kernel.
 */
static struct task_struct *eldest_without_history(struct task_struct *task,
						  struct task_struct **origin,
						  struct history **origin_history)
{
	bool is_unknown;
	int depth;

	get_task_struct(task);
	for (depth = 0;; depth++) {
		*origin = origin_get(task);
		*origin_history = task_history_get(*origin, &is_unknown);
		if (!*origin_history && depth == ANCESTORS_MAX)
			*origin_history = history_get(history_kernel);
		if (*origin_history)
			return task;
		put_task_struct(task);
		task = *origin;
	}
}

/**
 * adopt_task() - create the missing histories of a task and its ancestors
 * @task: the task; the caller holds a reference
 * @may_walk: whether names may be looked up: false if the lock of a directory may be held
 * @gfp: allocation flags
 *
 * Context: may sleep.
 * Return: the state of the task, or NULL if there is no memory.
 */
struct task_state *adopt_task(struct task_struct *task, bool may_walk, gfp_t gfp)
{
	struct task_struct *eldest, *origin;
	struct history *origin_history, *history;
	struct task_state *state;
	bool done;

	if (task->flags & PF_KTHREAD)
		return task_create(task, history_get(history_kernel), gfp);
	do {
		eldest = eldest_without_history(task, &origin, &origin_history);
		history = history_guess(eldest, origin, origin_history, may_walk, gfp);
		state = history ? task_create(eldest, history, gfp) : NULL;
		done = eldest == task;
		history_put(origin_history);
		put_task_struct(origin);
		put_task_struct(eldest);
	} while (state && !done);
	return state;
}

/* Reads the script that a task runs into the page cache. */
static void script_prepare(struct task_struct *task, unsigned long until)
{
	struct file *program = borrowed(get_task_exe_file)(task);

	if (!program)
		return;
	kfree(program_name(task, program, true, GFP_KERNEL, until));
	fput(program);
}

static int prepare_pass(bool of_system, unsigned long until)
{
	struct task_struct *task;
	int number = 1;

	while (time_before(jiffies, until) && (task = task_get_from(number))) {
		number = task_pid_nr(task) + 1;
		if (thread_group_leader(task) &&
		    (owner_of(task) < READ_ONCE(share_system_uids)) == of_system)
			script_prepare(task, until);
		put_task_struct(task);
		if (fatal_signal_pending(current))
			return -EINTR;
		cond_resched();
	}
	return 0;
}

static bool task_needs_history(struct task_struct *task)
{
	bool has_state;

	rcu_read_lock();
	has_state = task_find_rcu(task);
	rcu_read_unlock();
	return !has_state && !(task->flags & (PF_KTHREAD | PF_EXITING));
}

/* One pass over all tasks. Returns the number of adopted tasks, or -ENOMEM. */
static int adopt_pass(void)
{
	struct task_struct *task;
	int number = 1, adopted = 0;

	while ((task = task_get_from(number))) {
		number = task_pid_nr(task) + 1;
		if (task_needs_history(task)) {
			if (adopt_task(task, true, GFP_KERNEL))
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
 * adopt_is_real_init() - check whether PID 1 executes the real init
 * @bprm: the execve() of the current task
 *
 * The history of init starts at the kernel, as if there were no initial ramdisk: the
 * programs that find the root file system are not part of it.
 *
 * Context: process context.
 * Return: true if PID 1 leaves the ramdisk in which the module was loaded.
 */
bool adopt_is_real_init(const struct linux_binprm *bprm)
{
	return READ_ONCE(before_init) && is_global_init(current) &&
	       !is_ramdisk(file_inode(bprm->file)->i_sb);
}

/**
 * adopt_begin() - note that PID 1 has executed a program
 * @history: history of the program
 *
 * Context: any.
 */
void adopt_begin(const struct history *history)
{
	if (READ_ONCE(before_init) && history->parent == history_kernel)
		WRITE_ONCE(before_init, false);
}

/**
 * adopt_has_begun() - check whether tasks may be adopted
 *
 * Before the hooks for executions are attached, an adopted task could execute a program unseen.
 *
 * Context: any.
 * Return: true from adopt_all() on.
 */
bool adopt_has_begun(void)
{
	return smp_load_acquire(&has_begun);
}

/**
 * adopt_prepare() - read the scripts that processes run into the page cache
 *
 * A process is adopted under the name of its script only if the first page of the script is cached.
 * A user can run any number of scripts: the scripts of root and of daemons are read first.
 *
 * Context: may sleep, for at most about READ_SECONDS; the hooks are not attached yet.
 * Return: 0, or -EINTR if the current task is killed.
 */
int adopt_prepare(void)
{
	unsigned long until = (jiffies + READ_SECONDS * HZ) ?: 1;
	int err = prepare_pass(true, until) ?: prepare_pass(false, until);

	if (!err && !time_before(jiffies, until))
		pr_warn("some scripts of running processes were not read within %d seconds: a process whose script was not read has the name of its interpreter\n",
			READ_SECONDS);
	return err;
}

/**
 * adopt_all() - give a history to each task that has none
 *
 * Context: may sleep; the hooks are attached, so that children inherit histories.
 * Return: the number of adopted tasks, or -ENOMEM.
 */
int adopt_all(void)
{
	int adopted = 0, pass, now;

	before_init = init_is_on_ramdisk();
	smp_store_release(&has_begun, true);
	for (pass = 0; pass < PASSES_MAX; pass++) {
		now = adopt_pass();
		if (now <= 0)
			return now < 0 ? now : adopted;
		adopted += now;
	}
	return adopted;
}
