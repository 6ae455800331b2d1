// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reports ends of processes to audit. System call auditing misses a process that a signal ends.
 */
#include <linux/audit.h>
#include <linux/bits.h>
#include <linux/delay.h>
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/list.h>
#include <linux/math64.h>
#include <linux/mm.h>
#include <linux/printk.h>
#include <linux/sched/signal.h>
#include <linux/string.h>
#include <linux/task_io_accounting_ops.h>
#include <linux/tracepoint.h>
#include <trace/events/sched.h>

#include "compat/features.h"
#include "core/counter.h"
#include "core/mode.h"
#include "core/owner.h"
#include "core/task.h"
#include "hook/event.h"
#include "exits.h"
#include "rate.h"
#include "record.h"

/* Bits of a wait status: the signal, and whether the kernel has dumped core. */
#define STATUS_SIGNAL GENMASK(6, 0)
#define STATUS_CORE BIT(7)

/* The tracepoint in the kernel; NULL while the probe is not registered. */
static struct tracepoint *tracepoint;

/* Returns the status of a process that has ended, as wait() does. */
static int exit_status(const struct task_struct *leader)
{
	const struct signal_struct *signal = leader->signal;

	return signal->flags & SIGNAL_GROUP_EXIT ? signal->group_exit_code : leader->exit_code;
}

/* Returns the sum for all threads. The kernel adds a thread to @signal when it frees it. */
static struct task_io_accounting exit_io(struct task_struct *task)
{
	struct task_io_accounting io;
	struct task_struct *thread;
	unsigned long flags;

	spin_lock_irqsave(&task->sighand->siglock, flags);
	io = task->signal->ioac;
	/* Not for_each_thread(): lockdep's part of it needs a symbol that is not exported. */
	list_for_each_entry(thread, &task->signal->thread_head, thread_node)
		task_io_accounting_add(&io, &thread->ioac);
	spin_unlock_irqrestore(&task->sighand->siglock, flags);
	return io;
}

/* Writes the fields of the record. */
static void exit_fields(struct task_struct *task, char *fields, size_t size)
{
	struct task_struct *leader = task->group_leader;
	u64 run = ktime_get_ns() - leader->start_time;
	struct task_io_accounting io __maybe_unused = exit_io(task);
	int status = exit_status(leader);
	size_t used;

	if (status & STATUS_SIGNAL)
		used = scnprintf(fields, size, " sig=%d core=%s", (int)(status & STATUS_SIGNAL),
				 status & STATUS_CORE ? "yes" : "no");
	else
		used = scnprintf(fields, size, " exit=%d", status >> 8 & 0xff);
	used += scnprintf(fields + used, size - used, " run_ms=%llu max_rss_kb=%lu",
			  div_u64(run, NSEC_PER_MSEC),
			  task->signal->maxrss << (PAGE_SHIFT - 10));
#ifdef CONFIG_TASK_XACCT
	used += scnprintf(fields + used, size - used, " rchar=%llu wchar=%llu", io.rchar, io.wchar);
#endif
#ifdef CONFIG_TASK_IO_ACCOUNTING
	scnprintf(fields + used, size - used, " read_bytes=%llu write_bytes=%llu", io.read_bytes,
		  io.write_bytes);
#endif
}

static void exit_report(struct task_struct *task)
{
	const struct history *history = task_history_current();
	char fields[256];

	if (!history) {
		counter_add(COUNTER_LOST_TASK);
	} else if (!audit_enabled) {
		counter_add(COUNTER_AUDIT_OFF);
	} else if (!event_may_record()) {
		counter_add(COUNTER_LOST_AUDIT);
	} else if (rate_allows(owner_current(), REPORT_REPEAT)) {
		exit_fields(task, fields, sizeof(fields));
		record_ended(task->group_leader, history, fields);
	}
}

/* Whether the end of a process is reported. */
static bool exit_is_wanted(const struct task_struct *task)
{
	u32 wanted = READ_ONCE(mode_groups) & MODE_EXITS;

	if (!wanted || task->flags & PF_KTHREAD)
		return false;
	return wanted == MODE_EXITS_ALL || exit_status(task->group_leader) & STATUS_SIGNAL;
}

#ifdef HAVE_EXIT_GROUP_DEAD
#define EXIT_ARGUMENTS void *unused, struct task_struct *task, bool is_last
#define exit_is_last(TASK) is_last
#else
#define EXIT_ARGUMENTS void *unused, struct task_struct *task

/* Several threads may each find that all threads have ended: only one of them reports it. */
static bool exit_is_last(const struct task_struct *task)
{
	struct task_state *state;
	bool is_last;

	if (atomic_read(&task->signal->live))
		return false;
	rcu_read_lock();
	state = task_find_rcu(task->group_leader);
	is_last = !state || !xchg(&state->has_ended, true);
	rcu_read_unlock();
	return is_last;
}
#endif

static void exit_probe(EXIT_ARGUMENTS)
{
	if (exit_is_wanted(task) && exit_is_last(task))
		exit_report(task);
}

static void tracepoint_find(struct tracepoint *candidate, void *unused)
{
	if (!strcmp(candidate->name, "sched_process_exit"))
		tracepoint = candidate;
}

/**
 * exits_init() - begin to report ends of processes
 *
 * Without the tracepoint, which the kernel does not export by name, none is reported.
 *
 * Context: may sleep; after record_init() and hooks_attach().
 */
void exits_init(void)
{
	int err = -ENOENT;

	check_trace_callback_type_sched_process_exit(exit_probe);
	if (record_mode == RECORD_OFF)
		return;
	for_each_kernel_tracepoint(tracepoint_find, NULL);
	if (tracepoint)
		err = tracepoint_probe_register(tracepoint, exit_probe, NULL);
	if (!err)
		return;
	tracepoint = NULL;
	pr_warn("cannot see ends of processes (error %d): there are no records of them\n", err);
}

/**
 * exits_exit() - stop reporting ends of processes, and wait until no task is inside the probe
 *
 * Context: may sleep; before record_exit() and task_exit().
 */
void exits_exit(void)
{
	if (!tracepoint)
		return;
	/* Older kernels need memory for it. */
	while (tracepoint_probe_unregister(tracepoint, exit_probe, NULL) == -ENOMEM)
		msleep(100);
	tracepoint_synchronize_unregister();
	tracepoint = NULL;
}

/**
 * exits_are_missing() - check whether ends of processes should be reported, but are not seen
 *
 * Context: any.
 * Return: true if the tracepoint could not be used.
 */
bool exits_are_missing(void)
{
	return record_mode != RECORD_OFF && !tracepoint;
}
