/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_HISTORY_H
#define ASHIATO_HISTORY_H

#include <linux/refcount.h>
#include <linux/sched.h>

struct domain;

/* The longest text of a history in bytes, quotes included. */
#define HISTORY_TEXT_MAX 4000

/*
 * A program that executes itself for ever would have a history for ever. After so
 * many entries one begins anew; a text has room for a third of them.
 */
#define HISTORY_DEPTH_MAX 512

/* The numbers that stand for histories: no LSM hands out such large ones. */
#define HISTORY_ID_BASE 0x80000000U

/**
 * struct history - one executed program image, and so, through its parents,
 * how it came to be
 * @users: tasks that run it, and histories that began from it
 * @id: stands for it where the kernel has room for a number only
 * @asked: whether @id was given away
 * @adopted: whether it ran before the module was loaded
 * @is_cut: whether what came before is not kept, and @parent is the kernel's instead
 * @depth: how many entries it has; none is the kernel's
 * @parent: the program image that executed this one
 * @domain: of its accesses
 * @time: of its execution; seconds since 1970
 * @comm: its name right after that
 * @by_id: in the table of ids
 * @rcu: for freeing
 * @grave: in the queue of those that are dead, but may still be asked for
 */
struct history {
	refcount_t users;
	u32 id;
	bool asked;
	bool adopted;
	bool is_cut;
	u32 depth;
	struct history *parent;
	struct domain *domain;
	time64_t time;
	char comm[TASK_COMM_LEN];
	struct hlist_node by_id;
	union {
		struct rcu_head rcu;
		struct list_head grave;
	};
};

/* That of the kernel itself: no program, no parent. */
extern struct history *history_kernel;

int history_init(void);
void history_exit(void);
struct history *history_create(struct history *parent, struct domain *domain, gfp_t gfp);
struct history *history_get(struct history *history);
struct history *history_get_live(struct history *history);
void history_put(struct history *history);
struct history *history_find_rcu(u32 id);
size_t history_text(const struct history *history, char *dst, size_t size);
int history_count(void);

static inline bool history_owns_id(u32 id)
{
	return id & HISTORY_ID_BASE;
}

#endif
