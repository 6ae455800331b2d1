/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_EXEC_CGROUP_H
#define ASHIATO_EXEC_CGROUP_H

#include "set.h"

/*
 * Maximum length of the path of a cgroup in bytes: the encoded name of one cgroup always fits. The
 * path of an ancestor replaces a longer path.
 */
#define EXEC_CGROUP_MAX 1024

/**
 * struct exec_cgroup - a cgroup in which a program was executed
 * @entry: entry in the set of all such cgroups
 * @users: number of references, from histories and domains
 * @owner: user who pays for it, from share_take()
 * @id: ID of the cgroup
 * @rcu: for freeing
 * @path: encoded path from the root of the hierarchy
 *
 * The root of the hierarchy has no such structure: NULL stands for it.
 */
struct exec_cgroup {
	struct set_entry entry;
	atomic_t users;
	u16 owner;
	u64 id;
	struct rcu_head rcu;
	char path[];
};

/* Stands for each cgroup whose path could not be kept. Its own path is "?". */
extern struct exec_cgroup exec_cgroup_unknown;

int exec_cgroup_init(void);
void exec_cgroup_exit(void);
struct exec_cgroup *exec_cgroup_find_get(u64 id);
struct exec_cgroup *exec_cgroup_intern_get(u64 id, const char *path, u32 uid, gfp_t gfp);
struct exec_cgroup *exec_cgroup_get(struct exec_cgroup *cgroup);
void exec_cgroup_put(struct exec_cgroup *cgroup);
size_t exec_cgroup_table_bytes(void);

static inline const char *exec_cgroup_path(const struct exec_cgroup *cgroup)
{
	return cgroup ? cgroup->path : "/";
}

#endif
