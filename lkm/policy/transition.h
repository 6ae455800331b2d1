/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_TRANSITION_H
#define ASHIATO_TRANSITION_H

#include "core/platform.h"

struct domain;

/* Maximum length of a line in bytes. */
#define TRANSITION_LINE_MAX 8192

/* Maximum number of rules and of path_group names. */
#define TRANSITION_RULES_MAX 10000
#define TRANSITION_GROUPS_MAX 256

/* Number of cgroup_domain rules. */
extern u32 transition_cgroups;

/**
 * enum transition - the domain in which a program runs
 * @TRANSITION_CHILD: a child of the domain that executes it; the default
 * @TRANSITION_KEEP: the domain that executes it
 * @TRANSITION_INITIALIZE: a child of the root of the domain that executes it
 * @TRANSITION_RESET: a new root
 */
enum transition {
	TRANSITION_CHILD,
	TRANSITION_KEEP,
	TRANSITION_INITIALIZE,
	TRANSITION_RESET,
};

int transition_edit(const char *line, size_t len);
char *transition_aggregate(const struct domain *from, char *name, gfp_t gfp);
bool transition_keeps_folder(const struct domain *from, const char *name);
char *transition_file_name(const struct domain *from, char *name, gfp_t gfp);
enum transition transition_find(const struct domain *from, const char *name, bool in_unit);
struct domain *transition_domain(struct domain *from, const char *name, const char *unit, u32 uid,
				 gfp_t gfp);
char *transition_unit(const char *cgroup, gfp_t gfp);
u64 transition_unit_hash(const char *unit);
bool transition_unit_find(u64 id, u32 rules, u64 *hash);
void transition_unit_add(u64 id, u32 rules, u64 hash);
struct domain *transition_cache_find_get(u64 key);
void transition_cache_add(u64 key, struct domain *next, u32 number);
void transition_cache_forget(void);
u32 transition_version(void);
const char *transition_line_rcu(loff_t *position);
size_t transition_bytes(void);
void transition_exit(void);

#endif
