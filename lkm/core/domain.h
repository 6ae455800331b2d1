/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_DOMAIN_H
#define ASHIATO_DOMAIN_H

#include "generation.h"
#include "set.h"

struct access;
struct exec_cgroup;

/*
 * Maximum length of the name of a domain in bytes, as in TOMOYO. A program whose domain would
 * have a longer name stays in the domain that executes it.
 */
#define DOMAIN_NAME_MAX (4096 - 10 - 1)

/* Maximum number of elements of such a name: each takes two bytes at least. */
#define DOMAIN_DEPTH_MAX (DOMAIN_NAME_MAX / 2)

/* Number of cgroups that a domain remembers. */
#define DOMAIN_CGROUPS 8

enum domain_flag {
	DOMAIN_QUOTA_EXCEEDED,		/* a limit was reached: see event_lose() */
	DOMAIN_TRANSITION_FAILED,	/* a program got no domain or history of its own */
	DOMAIN_FLAGS,
	/* Not shown: some accesses have a key that several objects share, see fold_object(). */
	DOMAIN_SHARES_KEYS = DOMAIN_FLAGS
};

/*
 * Users whose accesses and counters a domain counts separately, so that no other user can use up
 * the bounds of root.
 */
enum domain_payer {
	DOMAIN_ROOT,
	DOMAIN_OTHERS,
	DOMAIN_PAYERS
};

static inline enum domain_payer domain_payer(u32 uid)
{
	return uid ? DOMAIN_OTHERS : DOMAIN_ROOT;
}

/**
 * struct access_list - the accesses of a domain in one generation
 * @generation: the generation; the rest is valid only if it is the one in question
 * @count: number of accesses for which root pays, and for which others pay
 * @first: first access, in the order of recording
 * @last: last access; protected by the lock of the set of accesses
 */
struct access_list {
	u32 generation;
	u32 count[DOMAIN_PAYERS];
	struct access *first;
	struct access *last;
};

/**
 * struct domain - a chain of programs, each executed by the one before
 * @entry: entry in the set of all domains
 * @depth: number of domains that it descends from; 0 for a root such as <kernel>
 * @length: length of the whole name in bytes
 * @name_len: length of @name in bytes
 * @owner: user who pays for it, from share_take()
 * @id: number that no other domain has had
 * @users: number of references, from histories and from children; DOMAIN_DEAD once the domain
 *	has left the set
 * @is_unit: whether a cgroup_domain rule began it; never cleared
 * @is_reported: whether an execution of a unit's program in it was reported
 * @in: generations in which it is known
 * @flags: flags of the current generation, bits of &enum domain_flag
 * @flags_before: flags of the generation before
 * @seed: start of all cache keys of the domain; changes with each generation
 * @parent: domain that executed the last program; NULL for a root
 * @accesses: lists of accesses, see domain_accesses()
 * @counters: numbers of its counters (see fold_counter.c) in the lower half, their generation in
 *	the upper
 * @cgroups: last cgroups in which its programs were executed in the current generation, the newest
 *	first
 * @next: next domain, in the order of creation
 * @rcu: for freeing
 * @name: pathname of the last program; for a root, <kernel> or a pathname in < and >
 *
 * A domain lives until domain_free_forgotten() finds it forgotten and without users.
 */
struct domain {
	struct set_entry entry;
	u16 depth;
	u16 length;
	u16 name_len;
	u16 owner;
	u32 id;
	atomic_t users;
	bool is_unit;
	bool is_reported;
	struct generations in;
	unsigned long flags;
	unsigned long flags_before;
	u64 seed;
	struct domain *parent;
	struct access_list accesses[2];
	u64 counters[DOMAIN_PAYERS];
	struct exec_cgroup *cgroups[DOMAIN_CGROUPS];
	struct domain *next;
	struct rcu_head rcu;
	char name[];
};

/* <kernel>: the first domain in the list of all domains. */
extern struct domain *domain_kernel;

extern const char *const domain_flag_names[DOMAIN_FLAGS];

/**
 * domain_accesses() - get the list of the accesses of a domain in a generation
 * @domain: domain
 * @number: the current generation or the one before
 *
 * Context: any.
 * Return: the list; empty unless its generation is @number.
 */
static inline struct access_list *domain_accesses(struct domain *domain, u32 number)
{
	return &domain->accesses[number % 2];
}

int domain_init(void);
void domain_exit(void);
struct domain *domain_find_get(struct domain *parent, const char *name, size_t len);
struct domain *domain_intern_get(struct domain *parent, const char *name, size_t len, u32 uid,
				 gfp_t gfp);
bool domain_get_live(struct domain *domain);
struct domain *domain_get(struct domain *domain);
void domain_put(struct domain *domain);
u32 domain_access_count(struct domain *domain, enum domain_payer payer);
u32 domain_counter_count(const struct domain *domain, enum domain_payer payer);
void domain_count_counter(struct domain *domain, enum domain_payer payer);
void domain_enter(struct domain *domain);
void domain_move_cgroup(struct domain *domain, struct exec_cgroup *cgroup);
struct exec_cgroup *domain_cgroup_get(const struct domain *domain, u32 index);
void domain_forget(void);
void domain_renew(void);
void domain_free_forgotten(void);
size_t domain_name(const struct domain *domain, const char *separator,
		   size_t (*encode)(char *, size_t, const char *, size_t),
		   char *dst, size_t size);
u32 domain_count(void);
u32 domain_forgotten(void);
size_t domain_table_bytes(void);

/**
 * domain_add_cgroup() - remember that a program of a domain was executed in a cgroup
 * @domain: domain
 * @cgroup: the cgroup; NULL for the root of the hierarchy, which is not remembered
 *
 * If the domain remembers DOMAIN_CGROUPS others, the least recently used cgroup is evicted.
 *
 * Context: any. Takes a lock only if @cgroup is not that of the last program.
 */
static inline void domain_add_cgroup(struct domain *domain, struct exec_cgroup *cgroup)
{
	if (cgroup && READ_ONCE(domain->cgroups[0]) != cgroup)
		domain_move_cgroup(domain, cgroup);
}

#endif
