/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_EVENT_H
#define ASHIATO_EVENT_H

#include <linux/sched.h>

#include "core/access.h"
#include "core/counter.h"
#include "core/domain.h"
#include "core/gfp.h"
#include "core/hits.h"
#include "core/mode.h"

/**
 * struct actor - who it was, where that is not current
 * @pid: of the process
 * @uid: real user
 * @auid: user that logged in
 * @ses: of the login
 * @comm: name of the task
 * @history: of the program, with a user
 */
struct actor {
	pid_t pid;
	uid_t uid;
	uid_t auid;
	unsigned int ses;
	char comm[TASK_COMM_LEN];
	struct history *history;
};

/**
 * event_action() - encode an operation and a number that belongs to it
 * @op: operation
 * @number: user, command, device, port or the like; 0 for none
 *
 * The key of each access starts from this value, so that accesses of different kinds do
 * not share keys. Bit 0 is clear because the fingerprint of a root directory drops it.
 * The bits from 48 up are clear because hash_bytes() puts the length of a name there.
 *
 * Context: any.
 * Return: a value that differs for different arguments.
 */
static inline u64 event_action(enum access_op op, u32 number)
{
	BUILD_BUG_ON(ACCESS_OPS > 256);
	return (u64)op << 1 | (u64)number << 9;
}

/* Reports a new access to audit. Set before the hooks are attached. */
extern void (*event_report)(const struct actor *who, const struct domain *domain,
			    enum access_op op, const char *object,
			    const struct domain *next, gfp_t gfp);

void actor_from_current(struct actor *actor);
struct domain *event_domain(u32 groups);
bool event_is_known(const struct domain *domain, u64 *key, u64 what);
bool event_are_known(const struct domain *domain, u64 *key, u64 what);
void event_record(struct domain *domain, enum access_op op, const char *object,
		  u64 key, gfp_t gfp);
u64 event_name(struct domain *domain, enum access_op op, const char *name, size_t len,
	       gfp_t gfp);
void event_record_exec(struct domain *domain, const char *object, u64 key,
		       const struct domain *next);
bool event_is_known_from(const struct actor *who, u64 what);
void event_record_from(const struct actor *who, enum access_op op, const char *object,
		       u64 what);
void event_lose(struct domain *domain, int err);
void event_lose_transition(struct domain *domain, int err);

#endif
