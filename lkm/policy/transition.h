/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_TRANSITION_H
#define ASHIATO_TRANSITION_H

#include "core/platform.h"

struct domain;

/* The longest line in bytes. */
#define TRANSITION_LINE_MAX 8192

/* The most rules, and the most names of groups. */
#define TRANSITION_RULES_MAX 10000
#define TRANSITION_GROUPS_MAX 256

/**
 * enum transition - where a program runs
 * @TRANSITION_CHILD: in a child of the domain that executes it: without a rule
 * @TRANSITION_KEEP: in the domain that executes it
 * @TRANSITION_INITIALIZE: in a child of the root of that domain
 * @TRANSITION_RESET: in a root of its own
 */
enum transition {
	TRANSITION_CHILD,
	TRANSITION_KEEP,
	TRANSITION_INITIALIZE,
	TRANSITION_RESET,
};

int transition_edit(const char *line, size_t len);
const char *transition_aggregate(const struct domain *from, const char *name);
const char *transition_file_pattern(const struct domain *from, const char *name);
enum transition transition_find(const struct domain *from, const char *name);
struct domain *transition_domain(struct domain *from, const char *name, gfp_t gfp);
u32 transition_rules(void);
struct domain *transition_known(u64 key);
void transition_remember(u64 key, struct domain *next);
const char *transition_line_rcu(loff_t *position);
size_t transition_bytes(void);
void transition_exit(void);

#endif
