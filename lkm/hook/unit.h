/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_UNIT_H
#define ASHIATO_UNIT_H

#include <linux/types.h>

struct exec_cgroup;
struct task_struct;

char *unit_get(struct task_struct *task, gfp_t gfp);
u64 unit_hash(u32 rules);
struct exec_cgroup *unit_cgroup_get(struct task_struct *task, struct exec_cgroup *near, gfp_t gfp);

#endif
