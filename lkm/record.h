/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_RECORD_H
#define ASHIATO_RECORD_H

#include <linux/gfp.h>

#include "access.h"

/* How audit is told of an access. */
enum record_mode {
	RECORD_OFF,
	RECORD_SYSCALL,	/* in one event with the record of the system call */
	RECORD_OWN,	/* in an event of its own that says who it was */
	RECORD_MODES
};

extern enum record_mode record_mode;
extern const char *const record_mode_names[RECORD_MODES];

void record_access(const struct domain *domain, enum access_op op, const char *object,
		   const struct domain *next, gfp_t gfp);

#endif
