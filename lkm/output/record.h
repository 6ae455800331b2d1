/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_RECORD_H
#define ASHIATO_RECORD_H

#include <linux/gfp.h>

#include "core/access.h"

struct history;
struct task_struct;

/* How accesses are reported to audit. */
enum record_mode {
	RECORD_OFF,	/* not at all */
	RECORD_SYSCALL,	/* in the event of the system call */
	RECORD_OWN,	/* in a separate event that describes the process */
	RECORD_MODES
};

extern enum record_mode record_mode;
extern const char *const record_mode_names[RECORD_MODES];

/* Whether subj= shows process histories. */
extern bool record_has_subject;

void record_init(void);
void record_exit(void);
bool record_access(const struct domain *domain, enum access_op op, const char *object,
		   const struct domain *next, bool done, enum access_report why, gfp_t gfp);
void record_ended(struct task_struct *leader, const struct history *history, const char *fields);
void record_change(const char *name, const char *fields, int err);

#endif
