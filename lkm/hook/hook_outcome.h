/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_HOOK_OUTCOME_H
#define ASHIATO_HOOK_OUTCOME_H

#include "core/access.h"

/* Knowledge about the outcome of an operation. */
enum outcome_kind {
	OUTCOME_UNKNOWN,	/* nothing */
	OUTCOME_ALLOWED,	/* allowed: its hook runs after the permission check */
	OUTCOME_FOLLOWED,	/* a second hook reports it: see core/outcome.c */
};

enum outcome_kind outcome_kind(enum access_op op);

#endif
