/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_ADOPT_H
#define ASHIATO_ADOPT_H

#include <linux/gfp.h>
#include <linux/types.h>

struct history;
struct linux_binprm;
struct task_state;
struct task_struct;

int adopt_prepare(void);
int adopt_all(void);
struct task_state *adopt_task(struct task_struct *task, bool may_walk, gfp_t gfp);
bool adopt_has_begun(void);
bool adopt_is_real_init(const struct linux_binprm *bprm);
void adopt_begin(const struct history *history);

#endif
