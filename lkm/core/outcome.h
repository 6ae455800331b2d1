/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_OUTCOME_H
#define ASHIATO_OUTCOME_H

#include <linux/hash.h>

#include "access.h"
#include "hits.h"
#include "task.h"

struct sock;

/*
 * Reports a refused attempt of a task, with its history, to audit. Called under RCU in any
 * context. Returns false if the rate limit of a user leaves out the record. Set before the hooks
 * are attached.
 */
extern bool (*outcome_report_refused)(const struct access *access, struct task_struct *task,
				      const struct history *history, enum access_report why);

/**
 * struct outcome_report - a done attempt to report to audit
 * @op: operation
 * @object: object of the access
 * @why: why it is reported
 * @outcome: outcome of the access
 * @generation: generation of the access
 */
struct outcome_report {
	enum access_op op;
	char *object;
	enum access_report why;
	struct outcome *outcome;
	u32 generation;
};

/**
 * attempt_id() - identify an attempt
 * @op: operation; the same one for all operations that one hook reports as done
 * @object: what is accessed: a dentry or a socket
 * @other: a second object, such as the inode of a directory; may be NULL
 *
 * Context: any. The objects are not dereferenced.
 * Return: a hash. Two different sets of arguments have the same one with a probability of 2^-32.
 */
static inline u32 attempt_id(enum access_op op, const void *object, const void *other)
{
	return hash_64((uintptr_t)object + 3 * (uintptr_t)other + op, 32);
}

/* Likewise for a socket, which has one kind of attempt. */
static inline u32 attempt_id_socket(const struct sock *sk)
{
	return attempt_id(0, sk, NULL);
}

/* Whether old attempts will be counted soon. */
extern bool outcome_flush_is_due;

void attempt_begin_slow(struct task_state *state, struct attempt *attempt);
struct attempt *attempt_now(enum access_op op);
void attempt_defer(struct attempt *attempt, u64 peer, bool is_lost);
bool outcome_report_begin(uintptr_t word, bool can_report, struct outcome_report *report);
void outcome_reported(struct outcome_report *report, bool is_sent);
void outcome_established(u32 id, u64 peer);
void outcome_closed(u32 id);
void outcome_end_slow(struct task_state *state);
void outcome_flush(void);
void outcome_forget(void);
void outcome_init(void);
void outcome_stop(void);
void outcome_exit(void);

/**
 * attempt_begin() - begin an attempt of the current task
 * @state: state of the current task
 * @id: from attempt_id()
 *
 * The access is noted by hits_use_attempt(), attempt_found() or access_record(). Until then, the
 * attempt is empty.
 *
 * Context: process context; takes no lock and allocates nothing.
 * Return: the attempt, valid until the task begins two others.
 */
static inline struct attempt *attempt_begin(struct task_state *state, u32 id)
{
	struct attempt *attempt = task_older_attempt(state);

	state->newest = attempt;
	if (unlikely(attempt->access || !READ_ONCE(outcome_flush_is_due)))
		attempt_begin_slow(state, attempt);
	attempt->id = id;
	return attempt;
}

/* Counts an attempt, out of which @word was taken, as done. Under RCU. Returns the outcome. */
static __always_inline struct outcome *outcome_add_done(uintptr_t word, u32 time)
{
	struct outcome *outcome = access_outcome(attempt_access(word));

	if (unlikely(word & ATTEMPT_COUNTED))
		atomic64_dec(&outcome->refused);
	atomic64_inc(&outcome->done);
	if (unlikely(READ_ONCE(outcome->done_last) != time))
		access_advance(&outcome->done_last, time);
	return outcome;
}

/**
 * outcome_done() - count the current task's attempt as done
 * @id: its ID. Does nothing if the task has made no such attempt: the kernel also acts for
 *	its own purposes
 * @is_pair: whether one system call may make two attempts of this kind. Else the attempt must
 *	be the newest one: an older one was refused
 *
 * Context: process context; takes no lock and allocates nothing.
 * Return: 0; or, if the outcome may have to be reported, the access and flags, with the RCU lock
 * held. The caller must then call outcome_report_begin().
 */
static __always_inline uintptr_t outcome_done(u32 id, bool is_pair)
{
	struct task_state *state;
	struct attempt *attempt;
	struct outcome *outcome;
	uintptr_t word = 0;

	/* Cheaper than rcu_read_lock(), which is a function call. */
	rcu_read_lock_sched();
	state = task_find_rcu(current);
	if (unlikely(!state))
		goto out;
	/* The newest first: an older attempt with the same ID was refused. */
	attempt = state->newest;
	if (unlikely(attempt->id != id)) {
		attempt = task_older_attempt(state);
		if (!is_pair || attempt->id != id)
			goto out;
	}
	word = xchg(&attempt->access, 0);
	if (!word)
		goto out;
	outcome = outcome_add_done(word, attempt->time);
	if (unlikely(READ_ONCE(outcome->done_news) != NEWS_REPORTED || word & ATTEMPT_REPEAT))
		/* On PREEMPT_RT, nothing can be allocated with preemption off. */
		rcu_read_lock();
	else
		word = 0;
out:
	rcu_read_unlock_sched();
	return word;
}

/**
 * attempt_found() - note the access of an attempt that was counted as a repeated access
 * @attempt: the attempt, or NULL. Does nothing if access_record() has noted the access
 * @key: key of the access
 *
 * The outcome is lost if the cache has lost the access in between.
 *
 * Context: process context; takes no lock and allocates nothing.
 */
static inline void attempt_found(struct attempt *attempt, u64 key)
{
	struct access *access;

	if (unlikely(!attempt || attempt->access))
		return;
	preempt_disable();
	access = hits_find(key);
	if (likely(access && access != &access_refused))
		attempt_note(attempt, access, 0, ktime_get_real_seconds());
	preempt_enable();
}

/**
 * outcome_end() - count the attempts of a program that ends as refused
 * @state: state of its task, which is the current task or has ended
 *
 * Context: any.
 */
static inline void outcome_end(struct task_state *state)
{
	if (state->attempts[0].access || state->attempts[1].access)
		outcome_end_slow(state);
}

#endif
