/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_DOMAIN_H
#define ASHIATO_DOMAIN_H

#include "generation.h"
#include "set.h"

struct access;
struct text;

/*
 * Maximum length of the name of a domain in bytes, as in TOMOYO. A program whose domain would
 * have a longer name stays in the domain that executes it.
 */
#define DOMAIN_NAME_MAX (4096 - 10 - 1)

/* Maximum number of elements of such a name: each takes two bytes at least. */
#define DOMAIN_DEPTH_MAX (DOMAIN_NAME_MAX / 2)

enum domain_flag {
	DOMAIN_QUOTA_EXCEEDED,		/* accesses are missing: a limit was reached */
	DOMAIN_TRANSITION_FAILED,	/* a program stayed here: no domain or history of its own */
	DOMAIN_FLAGS
};

/**
 * struct domain - a chain of programs, each executed by the one before
 * @entry: entry in the set of all domains
 * @depth: number of domains that it descends from; 0 for a root such as <kernel>
 * @length: length of the whole name in bytes
 * @accesses: number of accesses, including forgotten ones
 * @id: position in the list of all domains, from 0
 * @in: generations in which it is known
 * @flags: flags of the current generation, bits of &enum domain_flag
 * @flags_before: flags of the generation before
 * @seed: start of all cache keys of the domain; changes with each generation
 * @parent: domain that executed the last program; NULL for a root
 * @name: pathname of the last program; for a root, <kernel> or a pathname in < and >
 * @first: first access of the list of accesses, in the order of recording
 * @last: last access of that list; protected by the lock of the set of accesses
 * @next: next domain, in the order of creation
 *
 * Domains live until the module is unloaded.
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

/* <kernel>: the first domain in the list of all domains. */
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
