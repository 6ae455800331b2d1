// SPDX-License-Identifier: GPL-2.0-only
/*
 * Whether attempts were allowed or refused.
 *
 * The hooks of path operations and of connect() run before the kernel checks whether the
 * operation is allowed. They count an attempt and note it in the state of the task. A second
 * hook, which runs only if the operation is allowed, reports that it is done. An attempt
 * that is still noted when the task makes another one or ends was refused.
 *
 * A TCP connection is established in a softirq, in any task: at the end of connect(), the
 * attempt moves to a table of sockets.
 *
 * An attempt refers to an access, which a reset frees. As with the caches, a task finds and notes
 * the access in one RCU section. It takes the access out of the attempt and counts the outcome in
 * another one: see reset_all().
 */
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>

#include "counter.h"
#include "gfp.h"
#include "hits.h"
#include "outcome.h"
#include "task.h"

/* Age in seconds from which on an attempt counts as refused. */
#define TASK_AGE 2
#define SOCKET_AGE 300

/* Seconds from the first attempt to the next count of old attempts. */
#define FLUSH_SECONDS 3

bool (*outcome_report_refused)(const struct access *access, struct task_struct *task,
			       const struct history *history,
			       enum access_report why) __ro_after_init;

bool outcome_flush_is_due;

/*
 * Whether the hooks that report outcomes are being detached. From then on, an attempt without a
 * report may have been allowed.
 */
static bool ends;

/* Whether flusher must run again. */
static bool flush_again;

static void flush_run(struct work_struct *work);
static DECLARE_DEFERRABLE_WORK(flusher, flush_run);

/**
 * struct socket_attempt - a place for the attempt of a socket, by its ID
 * @lock: protects the other members
 * @attempt: the attempt. If that of another socket replaces it, its outcome is not counted
 * @peer: hash of the address to which it connects
 * @task: task that made it; never dereferenced
 */
static struct socket_attempt {
	spinlock_t lock;	/* irqs off */
	struct attempt attempt;
	u64 peer;
	const struct task_struct *task;
} sockets[1024];

/*
 * Returns whether the caller must report an outcome of the attempt @word to audit. Sets @why to
 * the reason.
 */
static bool news_begin(u8 *news, uintptr_t word, enum access_report *why)
{
	u8 now = READ_ONCE(*news);

	if (now != NEWS_REPORTED && !READ_ONCE(mode_is_trace) &&
	    cmpxchg(news, now, NEWS_REPORTED) == now) {
		*why = now == NEWS_LEFT_OUT && !(word & ATTEMPT_REPEAT) ? REPORT_AGAIN : REPORT_NEW;
		return true;
	}
	*why = REPORT_REPEAT;
	return word & ATTEMPT_REPEAT;
}

/* Ends the report of an outcome that a rate limit left out: the next outcome is reported. */
static void news_left_out(u8 *news, enum access_report why)
{
	if (why != REPORT_REPEAT)
		WRITE_ONCE(*news, NEWS_LEFT_OUT);
}

/* Counts a refused attempt. Without @task, does not report it. */
static void refused_count(uintptr_t word, u32 time, struct task_struct *task,
			  const struct history *history)
{
	struct access *access = attempt_access(word);
	struct outcome *outcome = access_outcome(access);
	enum access_report why;

	/* Counted already, as an old attempt. */
	if (word & ATTEMPT_COUNTED || READ_ONCE(ends))
		return;
	atomic64_inc(&outcome->refused);
	access_advance(&outcome->refused_last, time);
	if (task && news_begin(&outcome->refused_news, word, &why) &&
	    !outcome_report_refused(access, task, history, why))
		news_left_out(&outcome->refused_news, why);
}

static void attempt_refuse(struct attempt *attempt, struct task_struct *task,
			   const struct history *history)
{
	uintptr_t word;

	if (!attempt->access)
		return;
	rcu_read_lock();
	word = xchg(&attempt->access, 0);
	if (word)
		refused_count(word, attempt->time, task, history);
	rcu_read_unlock();
}

static void flush_later(void)
{
	WRITE_ONCE(outcome_flush_is_due, true);
	schedule_delayed_work(&flusher, FLUSH_SECONDS * HZ);
}

/**
 * attempt_begin_slow() - do the rare part of attempt_begin()
 * @state: state of the current task
 * @attempt: attempt that is replaced
 *
 * Context: process context.
 */
void attempt_begin_slow(struct task_state *state, struct attempt *attempt)
{
	attempt_refuse(attempt, current, rcu_dereference_protected(state->history, true));
	if (!READ_ONCE(outcome_flush_is_due))
		flush_later();
}

/**
 * attempt_now() - get the attempt that the current task makes
 * @op: operation
 *
 * Context: process context, after attempt_begin() if access_is_followed().
 * Return: the attempt; NULL if the operation is not followed, or the task has no state.
 */
struct attempt *attempt_now(enum access_op op)
{
	struct task_state *state = access_is_followed(op) ? task_find_current() : NULL;

	return state ? state->newest : NULL;
}

/**
 * outcome_report_begin() - begin the report that an attempt is done
 * @word: from outcome_done(), which took the RCU lock; this function releases it
 * @can_report: whether the caller can report it now; else the next outcome is reported
 * @report: filled in
 *
 * Context: process context.
 * Return: true if the caller must report the outcome and call outcome_reported().
 */
bool outcome_report_begin(uintptr_t word, bool can_report, struct outcome_report *report)
{
	struct access *access = attempt_access(word);
	struct outcome *outcome = access_outcome(access);
	bool is_news = news_begin(&outcome->done_news, word, &report->why);

	if (is_news && !can_report) {
		/* Count it as lost: there may be no later outcome to report. */
		if (report->why != REPORT_AGAIN)
			counter_add(COUNTER_LOST_AUDIT);
		news_left_out(&outcome->done_news, report->why);
		is_news = false;
	}
	if (is_news) {
		report->op = access->op;
		report->outcome = outcome;
		report->generation = outcome->generation;
		report->object = kstrdup(access->object, GFP_HOOK_ATOMIC);
		if (!report->object)
			counter_add(COUNTER_LOST_AUDIT);
	}
	rcu_read_unlock();
	return is_news && report->object;
}

/**
 * outcome_reported() - end a report
 * @report: the report
 * @is_sent: false if the rate limit of a user left out the record: the next outcome is reported
 *
 * Context: any.
 */
void outcome_reported(struct outcome_report *report, bool is_sent)
{
	rcu_read_lock();
	/* After a reset, the access may be freed. */
	if (!is_sent && report->generation == generation_now())
		news_left_out(&report->outcome->done_news, report->why);
	rcu_read_unlock();
	kfree(report->object);
}

/* Adds an attempt, out of which @word was taken, to the table of sockets. */
static void socket_attempt_add_rcu(const struct attempt *attempt, uintptr_t word, u64 peer)
{
	struct socket_attempt *socket = &sockets[attempt->id % ARRAY_SIZE(sockets)];
	struct attempt *old = &socket->attempt;
	unsigned long flags;

	spin_lock_irqsave(&socket->lock, flags);
	/*
	 * The same task connects the same socket again: the attempt before was refused. Of two
	 * tasks at the same time, only one succeeds: see outcome_established().
	 */
	if (old->access && old->id == attempt->id && socket->task == current)
		refused_count(old->access, old->time, NULL, NULL);
	*old = *attempt;
	socket->peer = peer;
	socket->task = current;
	/* If a reset has begun, outcome_forget() may have passed this place already. */
	old->access = access_outcome(attempt_access(word))->generation == generation_now() ?
		      word : 0;
	spin_unlock_irqrestore(&socket->lock, flags);
}

/**
 * attempt_defer() - end an attempt to connect whose outcome is known later
 * @attempt: the attempt, whose ID is that of a socket
 * @peer: hash of the address, for outcome_established()
 * @is_lost: whether no hook will report the outcome
 *
 * Context: process context.
 */
void attempt_defer(struct attempt *attempt, u64 peer, bool is_lost)
{
	uintptr_t word;

	rcu_read_lock();
	word = xchg(&attempt->access, 0);
	if (word && !is_lost)
		socket_attempt_add_rcu(attempt, word, peer);
	rcu_read_unlock();
}

/* Counts and removes the attempt of a socket. @peer: as outcome_established(); NULL if refused. */
static void socket_outcome(u32 id, const u64 *peer)
{
	struct socket_attempt *socket = &sockets[id % ARRAY_SIZE(sockets)];
	unsigned long flags;

	if (READ_ONCE(socket->attempt.id) != id || !READ_ONCE(socket->attempt.access))
		return;
	rcu_read_lock();
	spin_lock_irqsave(&socket->lock, flags);
	if (socket->attempt.access && socket->attempt.id == id) {
		if (!peer)
			refused_count(socket->attempt.access, socket->attempt.time, NULL, NULL);
		else if (socket->peer == *peer)
			outcome_add_done(socket->attempt.access, socket->attempt.time);
		socket->attempt.access = 0;
	}
	spin_unlock_irqrestore(&socket->lock, flags);
	rcu_read_unlock();
}

/**
 * outcome_established() - count the attempt of a socket as done
 * @id: its ID. Does nothing if there is no such attempt
 * @peer: hash of the address to which the socket is connected. If it is not that of the attempt, it
 *	is unknown whether the attempt was done
 *
 * Context: any.
 */
void outcome_established(u32 id, u64 peer)
{
	socket_outcome(id, &peer);
}

/**
 * outcome_closed() - count the attempt of a socket that is freed as refused
 * @id: its ID. Does nothing if there is no such attempt
 *
 * Context: any.
 */
void outcome_closed(u32 id)
{
	socket_outcome(id, NULL);
}

/**
 * outcome_end_slow() - do the rare part of outcome_end()
 * @state: as for outcome_end()
 *
 * Context: any.
 */
void outcome_end_slow(struct task_state *state)
{
	const struct history *history = rcu_dereference_protected(state->history, true);

	attempt_refuse(&state->attempts[0], state->task, history);
	attempt_refuse(&state->attempts[1], state->task, history);
}

/* Counts an attempt as refused if it is old. Returns false if it is not old yet. */
static bool attempt_flush(struct attempt *attempt, u32 age, struct task_struct *task,
			  const struct history *history)
{
	/* Pairs with attempt_note(). */
	uintptr_t word = smp_load_acquire(&attempt->access);
	u32 time = READ_ONCE(attempt->time);

	if (!word || word & ATTEMPT_COUNTED)
		return true;
	if ((u32)ktime_get_real_seconds() - time < age)
		return false;
	if (cmpxchg(&attempt->access, word, word | ATTEMPT_COUNTED) == word)
		refused_count(word, time, task, history);
	return true;
}

static void task_flush(struct task_state *state)
{
	const struct history *history = rcu_dereference(state->history);
	size_t i;

	for (i = 0; i < ARRAY_SIZE(state->attempts); i++) {
		if (!attempt_flush(&state->attempts[i], TASK_AGE, state->task, history))
			WRITE_ONCE(flush_again, true);
	}
}

static void flush_run(struct work_struct *work)
{
	WRITE_ONCE(outcome_flush_is_due, false);
	WRITE_ONCE(flush_again, false);
	task_for_each(task_flush);
	if (READ_ONCE(flush_again))
		flush_later();
}

/* Removes an attempt of an earlier generation. */
static void attempt_forget(struct attempt *attempt)
{
	uintptr_t word = READ_ONCE(attempt->access);

	if (word && access_outcome(attempt_access(word))->generation != generation_now())
		cmpxchg(&attempt->access, word, 0);
}

static void task_forget(struct task_state *state)
{
	attempt_forget(&state->attempts[0]);
	attempt_forget(&state->attempts[1]);
}

/* Calls @visit for each attempt of a socket, under RCU and the lock of the attempt. */
static void socket_for_each(void (*visit)(struct attempt *attempt))
{
	unsigned long flags;
	size_t i;

	rcu_read_lock();
	for (i = 0; i < ARRAY_SIZE(sockets); i++) {
		spin_lock_irqsave(&sockets[i].lock, flags);
		visit(&sockets[i].attempt);
		spin_unlock_irqrestore(&sockets[i].lock, flags);
	}
	rcu_read_unlock();
}

static void socket_flush(struct attempt *attempt)
{
	attempt_flush(attempt, SOCKET_AGE, NULL, NULL);
}

/**
 * outcome_flush() - count old attempts as refused
 *
 * Context: may sleep.
 */
void outcome_flush(void)
{
	task_for_each(task_flush);
	socket_for_each(socket_flush);
}

/**
 * outcome_forget() - remove the attempts of earlier generations
 *
 * Context: may sleep. The caller waits for a grace period before, so that no task notes accesses
 * of earlier generations any more, and for another one before it frees these accesses.
 */
void outcome_forget(void)
{
	task_for_each(task_forget);
	socket_for_each(attempt_forget);
}

/**
 * outcome_init() - initialise the table of sockets
 *
 * Context: any.
 */
void outcome_init(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(sockets); i++)
		spin_lock_init(&sockets[i].lock);
}

/**
 * outcome_stop() - stop counting attempts as refused
 *
 * Context: any; before hooks_detach().
 */
void outcome_stop(void)
{
	WRITE_ONCE(ends, true);
}

/**
 * outcome_exit() - stop counting old attempts
 *
 * Context: may sleep; after hooks_detach().
 */
void outcome_exit(void)
{
	cancel_delayed_work_sync(&flusher);
}
