/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_DOMAIN_H
#define ASHIATO_DOMAIN_H

#include "generation.h"
#include "set.h"

struct access;
struct text;

/* The longest name of a domain in bytes; deeper ones stay where they are. */
#define DOMAIN_NAME_MAX (4096 - 10 - 1)

/* How many elements a name of that length can have. */
#define DOMAIN_DEPTH_MAX (DOMAIN_NAME_MAX / 2)

enum domain_flag {
	DOMAIN_QUOTA_EXCEEDED,		/* an access was not recorded */
	DOMAIN_TRANSITION_FAILED,	/* a program ran on in this domain */
	DOMAIN_FLAGS
};

/**
 * struct domain - a chain of programs, each started by the one before
 * @entry: in the set of all domains
 * @depth: of @parent and one; 0 for <kernel>
 * @length: of the whole name in bytes
 * @accesses: how many it has, forgotten ones included
 * @id: its place in the list of all domains, from 0
 * @in: the generations that know it
 * @flags: bits of &enum domain_flag
 * @flags_before: those of the generation before
 * @seed: what sets it apart wherever something is remembered of it without its
 * name; each generation gives it another one
 * @parent: whose program started this one; NULL for <kernel>
 * @name: of its last program; without @parent <kernel>, or that in < and >
 * @first: its accesses in the order in which they came
 * @last: the newest of them; under the lock of the set of accesses
 * @next: the domain that was born after it
 *
 * Domains live until the module goes.
 */
struct domain {
	struct set_entry entry;
	u16 depth;
	u16 length;
	u32 accesses;
	u32 id;
	struct generations in;
	unsigned long flags;
	unsigned long flags_before;
	u64 seed;
	struct domain *parent;
	const struct text *name;
	struct access *first;
	struct access *last;
	struct domain *next;
};

/* <kernel>: the first in the list of all domains. */
extern struct domain *domain_kernel;

extern const char *const domain_flag_names[DOMAIN_FLAGS];

int domain_init(u32 max_domains, size_t max_bytes);
void domain_exit(void);
struct domain *domain_intern(struct domain *parent, const char *name, size_t len,
			     gfp_t gfp);
void domain_enter(struct domain *domain);
void domain_forget(void);
void domain_renew(void);
size_t domain_name(const struct domain *domain, const char *separator,
		   size_t (*encode)(char *, size_t, const char *, size_t),
		   char *dst, size_t size);
u32 domain_count(void);
u32 domain_forgotten(void);
size_t domain_bytes(void);

#endif
