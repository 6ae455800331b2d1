// SPDX-License-Identifier: GPL-2.0-only
/* The cgroups of tasks, and the names that cgroup_domain rules give to them. */
#include <linux/bits.h>
#include <linux/err.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "compat/cgroup.h"
#include "core/counter.h"
#include "core/exec_cgroup.h"
#include "core/gfp.h"
#include "core/owner.h"
#include "path/pathname.h"
#include "policy/transition.h"
#include "unit.h"

/* No unit has this hash, and the cache has no domain for it. */
#define HASH_UNKNOWN BIT_ULL(63)

/*
 * Returns the encoded path of the cgroup of a task, to be freed; NULL for the root of the
 * hierarchy; or ERR_PTR(-ENOMEM). Sets @id to its ID; for the root, to 0.
 */
static char *path_read(struct task_struct *task, u64 *id, gfp_t gfp)
{
	char *raw = kmalloc(COMPAT_CGROUP_SIZE, gfp), *path = NULL;

	if (!raw)
		return ERR_PTR(-ENOMEM);
	*id = compat_cgroup_path(task, raw);
	if (*id)
		path = pathname_encode(raw, strlen(raw), gfp) ?: ERR_PTR(-ENOMEM);
	kfree(raw);
	return path;
}

/* Returns the same as unit_get(), and sets @id as path_read() does. */
static char *unit_read(struct task_struct *task, u64 *id, gfp_t gfp)
{
	char *path = path_read(task, id, gfp), *unit;

	if (IS_ERR_OR_NULL(path))
		return path;
	unit = transition_unit(path, gfp);
	kfree(path);
	return unit;
}

/**
 * unit_get() - get the name that the cgroup_domain rules give to the cgroup of a task
 * @task: task
 * @gfp: allocation flags
 *
 * Context: any that @gfp allows.
 * Return: the name, to be freed with kfree(); NULL if there is none; or ERR_PTR(-ENOMEM).
 */
char *unit_get(struct task_struct *task, gfp_t gfp)
{
	u64 id;

	return READ_ONCE(transition_cgroups) ? unit_read(task, &id, gfp) : NULL;
}

/**
 * unit_hash() - get the hash of the name that the rules give to the cgroup of the current task
 * @rules: transition_version()
 *
 * Context: may sleep. Allocates memory only if the cgroup is not in the cache.
 * Return: transition_unit_hash() of unit_get(). If there is no memory, a number that differs from
 * all of these.
 */
u64 unit_hash(u32 rules)
{
	u64 id, hash;
	char *unit;

	if (!READ_ONCE(transition_cgroups))
		return 0;
	id = compat_cgroup_id(current);
	if (!id || transition_unit_find(id, rules, &hash))
		return id ? hash : 0;
	unit = unit_read(current, &id, GFP_HOOK);
	if (IS_ERR(unit))
		return HASH_UNKNOWN;
	hash = transition_unit_hash(unit);
	if (id)
		transition_unit_add(id, rules, hash);
	kfree(unit);
	return hash;
}

/**
 * unit_cgroup_get() - get the cgroup of a task, for the history of its program
 * @task: task whose user pays for a new cgroup
 * @near: likely cgroup, such as the cgroup of the previous program; or NULL
 * @gfp: allocation flags
 *
 * Context: any that @gfp allows. Allocates memory only if no history has the cgroup yet.
 * Return: the cgroup with a reference; NULL for the root of the hierarchy; &exec_cgroup_unknown if
 * the path cannot be kept, which is counted.
 */
struct exec_cgroup *unit_cgroup_get(struct task_struct *task, struct exec_cgroup *near, gfp_t gfp)
{
	u64 id = compat_cgroup_id(task);
	struct exec_cgroup *cgroup;
	char *path;

	if (!id)
		return NULL;
	cgroup = near && near->id == id ? exec_cgroup_get(near) : exec_cgroup_find_get(id);
	if (cgroup)
		return cgroup;
	/* The task may have been moved to another cgroup meanwhile. */
	path = path_read(task, &id, gfp);
	if (!path)
		return NULL;
	if (IS_ERR(path)) {
		cgroup = exec_cgroup_get(&exec_cgroup_unknown);
	} else {
		cgroup = exec_cgroup_intern_get(id, path, owner_of(task), gfp);
		kfree(path);
	}
	if (cgroup == &exec_cgroup_unknown)
		counter_add(COUNTER_LOST_CGROUP);
	return cgroup;
}
