// SPDX-License-Identifier: GPL-2.0-only
/* The names that cgroup_domain rules give to the cgroups of tasks. */
#include <linux/bits.h>
#include <linux/err.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "compat/cgroup.h"
#include "core/gfp.h"
#include "path/pathname.h"
#include "policy/transition.h"
#include "unit.h"

/* No unit has this hash, and the cache has no domain for it. */
#define HASH_UNKNOWN BIT_ULL(63)

/* Returns as unit_get(). Sets @id to the ID of the cgroup that the name stands for, or to 0. */
static char *unit_read(struct task_struct *task, u64 *id, gfp_t gfp)
{
	char *raw = kmalloc(COMPAT_CGROUP_SIZE, gfp), *path = NULL, *unit;

	if (!raw)
		return ERR_PTR(-ENOMEM);
	*id = compat_cgroup_path(task, raw);
	if (*id)
		path = pathname_encode(raw, strlen(raw), gfp);
	unit = path ? transition_unit(path, gfp) : *id ? ERR_PTR(-ENOMEM) : NULL;
	kfree(path);
	kfree(raw);
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
