/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_RECORD_H
#define ASHIATO_RECORD_H

#include <linux/gfp.h>

#include <linux/sched.h>

#include "core/access.h"

struct actor;

/* How audit is told of an access. */
enum record_mode {
	RECORD_OFF,
	RECORD_SYSCALL,	/* in one event with the record of the system call */
	RECORD_OWN,	/* in an event of its own that says who it was */
	RECORD_MODES
};

extern enum record_mode record_mode;
extern const char *const record_mode_names[RECORD_MODES];

/* Whether subj= is ours. */
extern bool record_has_subject;

void record_init(void);
void record_access(const struct actor *who, const struct domain *domain, enum access_op op,
		   const char *object, const struct domain *next, gfp_t gfp);
void record_reset(u32 domains, u32 accesses);

#endif
