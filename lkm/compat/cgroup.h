/* SPDX-License-Identifier: GPL-2.0-only */
/* The cgroup of a task in the default hierarchy, version 2. */
#ifndef ASHIATO_COMPAT_CGROUP_H
#define ASHIATO_COMPAT_CGROUP_H

#include <linux/cgroup.h>
#include <linux/limits.h>
#include <linux/rcupdate.h>
#include <linux/types.h>

/*
 * A deeper cgroup counts as its ancestor at this level, because users can nest cgroups without
 * limit. Units and containers of a host are at levels 1 to 5.
 */
#define COMPAT_CGROUP_LEVELS 8

/* Maximum size of the path of a cgroup in bytes, including the NUL. */
#define COMPAT_CGROUP_SIZE (COMPAT_CGROUP_LEVELS * (NAME_MAX + 1) + 1)

#ifdef CONFIG_CGROUPS
/* Returns the cgroup, or NULL for the root of the hierarchy. */
static inline struct cgroup *compat_cgroup_rcu(struct task_struct *task)
{
	struct cgroup *cgroup = task_dfl_cgroup(task);

	if (cgroup->level > COMPAT_CGROUP_LEVELS)
		cgroup = cgroup_ancestor(cgroup, COMPAT_CGROUP_LEVELS);
	return cgroup->level ? cgroup : NULL;
}
#endif

/**
 * compat_cgroup_id() - get the ID of the cgroup of a task
 * @task: task
 *
 * Context: any.
 * Return: the ID, which no other cgroup has or will have; 0 for the root of the hierarchy, or if
 * the kernel has no cgroups.
 */
static inline u64 compat_cgroup_id(struct task_struct *task)
{
	u64 id = 0;
#ifdef CONFIG_CGROUPS
	struct cgroup *cgroup;

	/* Called for each execution: cheaper than rcu_read_lock(), which is a function call. */
	rcu_read_lock_sched();
	cgroup = compat_cgroup_rcu(task);
	if (cgroup)
		id = cgroup_id(cgroup);
	rcu_read_unlock_sched();
#endif
	return id;
}

/**
 * compat_cgroup_path() - get the ID and the path of the cgroup of a task
 * @task: task
 * @path: COMPAT_CGROUP_SIZE bytes; set to the path from the root of the hierarchy
 *
 * Context: any.
 * Return: the ID that belongs to @path; 0, with @path unset, as compat_cgroup_id().
 */
static inline u64 compat_cgroup_path(struct task_struct *task, char *path)
{
	u64 id = 0;
#ifdef CONFIG_CGROUPS
	struct cgroup *cgroup;

	rcu_read_lock();
	cgroup = compat_cgroup_rcu(task);
	/* A path of these levels always fits. */
	if (cgroup && cgroup_path(cgroup, path, COMPAT_CGROUP_SIZE) > 0)
		id = cgroup_id(cgroup);
	rcu_read_unlock();
#endif
	return id;
}

#endif
