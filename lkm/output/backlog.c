// SPDX-License-Identifier: GPL-2.0-only
/*
 * The queues of audit: how many records still fit.
 *
 * The module uses only the first half of the backlog limit. The other half is left to the
 * kernel's own records: beyond the limit, system calls wait for the audit daemon, or the
 * kernel panics (auditctl -f 2).
 */
#include <linux/audit.h>
#include <linux/kernel.h>
#include <linux/skbuff.h>

#include "probe/symbol.h"
#include "backlog.h"

/* Variables that the kernel does not export; NULL if this kernel lacks them. */
static const u32 *failure;
static const u32 *backlog_limit;
static const u32 *rate_limit;

/* Queues of records to send, to send again, and to hold until an audit daemon runs. */
static const struct sk_buff_head *queues[3];

/* Whether all of these were found, except @failure. */
static bool known;

/**
 * backlog_init() - look up variables of audit
 *
 * Context: may sleep; after symbol_init().
 */
void backlog_init(void)
{
	failure = (const u32 *)symbol_find("audit_failure");
	backlog_limit = (const u32 *)symbol_find("audit_backlog_limit");
	rate_limit = (const u32 *)symbol_find("audit_rate_limit");
	queues[0] = (const struct sk_buff_head *)symbol_find("audit_queue");
	queues[1] = (const struct sk_buff_head *)symbol_find("audit_retry_queue");
	queues[2] = (const struct sk_buff_head *)symbol_find("audit_hold_queue");
	known = backlog_limit && rate_limit && queues[0] && queues[1] && queues[2];
}

/**
 * backlog_room() - get the number of records that the module may add
 *
 * The kernel moves records from queue to queue, and each queue has the same limit: all
 * queues together may hold half of it.
 *
 * Context: any.
 * Return: the number; U32_MAX if the queues have no limit. 1 if the queues are unknown.
 */
u32 backlog_room(void)
{
	u32 limit, waiting = 0, i;

	if (!known)
		return 1;
	limit = READ_ONCE(*backlog_limit);
	if (!limit)
		return U32_MAX;
	for (i = 0; i < ARRAY_SIZE(queues); i++)
		waiting += skb_queue_len_lockless(queues[i]);
	return limit / 2 - min(waiting, limit / 2);
}

/**
 * backlog_is_certain() - check whether audit accepts each record for which there is room
 *
 * Context: any.
 * Return: false if the queues are unknown, or if audit limits the rate (auditctl -r).
 */
bool backlog_is_certain(void)
{
	return known && !READ_ONCE(*rate_limit);
}

/**
 * backlog_loss_is_panic() - check whether the kernel panics if a record is lost
 *
 * Context: any.
 * Return: true after auditctl -f 2, or if this is unknown.
 */
bool backlog_loss_is_panic(void)
{
	return !failure || READ_ONCE(*failure) == AUDIT_FAIL_PANIC;
}
