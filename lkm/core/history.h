/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_HISTORY_H
#define ASHIATO_HISTORY_H

#include <linux/refcount.h>
#include <linux/sched.h>

struct domain;
struct exec_cgroup;

/* Maximum length of the text of a history in bytes, including the quotes. */
#define HISTORY_TEXT_MAX 4000

/*
 * Maximum number of entries of a history. The history of a further program starts again at
 * the kernel's. Without a limit, the history of a program that keeps executing itself would
 * grow forever. HISTORY_TEXT_MAX has room for a third of the entries at most.
 */
#define HISTORY_DEPTH_MAX 512

/* Set in each ID of a history: security IDs of LSMs are smaller. */
#define HISTORY_ID_BASE 0x80000000U

/*
 * Added to the ID of a task's history if the task now runs another program, for whose history
 * there was no memory.
 */
#define HISTORY_ID_UNKNOWN 0x40000000U

/**
 * struct history - an executed program image and, through its parents, its origin
 * @users: number of references: from tasks that run it and from histories of programs that
 *	it executed
 * @id: ID, for places where the kernel stores only a number
 * @id_used: whether @id was given to audit
 * @adopted: whether the program ran before the module was loaded
 * @is_cut: whether older entries are missing; @parent is then the kernel's history
 * @is_after_unknown: whether a program without a history executed this one
 * @depth: number of entries; 0 for the kernel's history
 * @owner: user who pays for it, from share_take(). If that failed, its error, and the history has
 *	no older entries
 * @parent: history of the program that executed this one; NULL for the kernel's
 * @domain: domain of its accesses
 * @cgroup: cgroup in which it was executed, with a reference; NULL for the root of the hierarchy
 * @time: time of the execution, in seconds since 1970
 * @comm: name of the task right after the execution
 * @rcu: for freeing
 * @zombie: entry in the list of histories without users whose ID audit may still ask for
 */
struct history {
	refcount_t users;
	u32 id;
	bool id_used;
	bool adopted;
	bool is_cut;
	bool is_after_unknown;
	u16 depth;
	s16 owner;
	struct history *parent;
	struct domain *domain;
	struct exec_cgroup *cgroup;
	time64_t time;
	char comm[TASK_COMM_LEN];
	union {
		struct rcu_head rcu;
		struct list_head zombie;
	};
};

/* The history of the kernel itself, the root of all others. */
extern struct history *history_kernel;

int history_init(void);
void history_exit(void);
struct history *history_create(struct history *parent, struct domain *domain, gfp_t gfp);
struct history *history_get(struct history *history);
struct history *history_get_live(struct history *history);
void history_put(struct history *history);
struct history *history_find_rcu(u32 id);
size_t history_text(const struct history *history, bool is_unknown, char *dst, size_t size);
u32 history_count(void);
size_t history_bytes(void);

/* Whether a security ID is the ID of a history, not of another LSM. */
static inline bool history_owns_id(u32 id)
{
	return id & HISTORY_ID_BASE;
}

#endif
