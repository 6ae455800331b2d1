// SPDX-License-Identifier: GPL-2.0-only
/* The set of domains, each of which is a chain of programs. Pure C: see platform.h. */
#include "domain.h"
#include "exec_cgroup.h"
#include "hash.h"
#include "share.h"

const char *const domain_flag_names[DOMAIN_FLAGS] = {
	[DOMAIN_QUOTA_EXCEEDED] = "quota_exceeded",
	[DOMAIN_TRANSITION_FAILED] = "transition_failed",
};

struct domain *domain_kernel;
u32 generation = 1;

static struct set domains;
static struct domain *newest;	/* under the set's lock */
static u32 next_id;		/* under the set's lock */
static u32 known;		/* number in the current generation; written under the lock */

/* Protects @cgroups of all domains. Interrupts off: RCU callbacks drop references. */
static DEFINE_SPINLOCK(cgroups_lock);

/* Value of @users of a domain that has left the set. */
#define DOMAIN_DEAD INT_MIN

struct domain_key {
	struct domain *parent;
	const char *name;
	size_t len;
};

static bool domain_match(const struct set_entry *entry, const void *key)
{
	const struct domain *domain = container_of(entry, struct domain, entry);
	const struct domain_key *wanted = key;

	return domain->parent == wanted->parent && domain->name_len == wanted->len &&
	       !memcmp(domain->name, wanted->name, wanted->len);
}

static u64 domain_hash(const struct domain_key *key)
{
	return hash_bytes((uintptr_t)key->parent, key->name, key->len);
}

/* Returns the amount to charge for a domain, including its place in the set. */
static struct share domain_share(const struct domain *domain)
{
	return (struct share){
		.domains = 1,
		.bytes = ksize(domain) + SET_ENTRY_BYTES,
	};
}

/* Returns a new domain with one reference, for which the user was charged; or an ERR_PTR. */
static struct domain *domain_create(const struct domain_key *key, u32 uid, gfp_t gfp)
{
	struct domain *parent = key->parent;
	struct share amount;
	struct domain *domain;
	int owner;

	domain = kzalloc(sizeof(*domain) + key->len + 1, gfp);
	if (!domain)
		return ERR_PTR(-ENOMEM);
	amount = domain_share(domain);
	owner = share_take(uid, &amount);
	if (owner < 0) {
		kfree(domain);
		return ERR_PTR(owner);
	}
	domain->owner = owner;
	domain->seed = domain_hash(key);
	domain->entry.hash = domain->seed;
	domain->depth = parent ? parent->depth + 1 : 0;
	domain->length = key->len + (parent ? parent->length + 1 : 0);
	domain->parent = parent;
	domain->name_len = key->len;
	memcpy(domain->name, key->name, key->len);
	atomic_set(&domain->users, 1);
	return domain;
}

static void forget_cgroups(struct domain *domain)
{
	struct exec_cgroup *old[DOMAIN_CGROUPS];
	unsigned long flags;
	u32 i;

	spin_lock_irqsave(&cgroups_lock, flags);
	memcpy(old, domain->cgroups, sizeof(old));
	memset(domain->cgroups, 0, sizeof(old));
	spin_unlock_irqrestore(&cgroups_lock, flags);
	for (i = 0; i < DOMAIN_CGROUPS; i++)
		exec_cgroup_put(old[i]);
}

static void domain_free(struct domain *domain)
{
	struct share amount;

	if (!domain)
		return;
	forget_cgroups(domain);
	amount = domain_share(domain);
	share_return(domain->owner, &amount);
	kfree(domain);
}

/**
 * domain_get_live() - take a reference if the domain has not left the set
 * @domain: domain found under RCU
 *
 * Context: any, under RCU.
 * Return: true if a reference was taken.
 */
bool domain_get_live(struct domain *domain)
{
	return atomic_inc_unless_negative(&domain->users);
}

/**
 * domain_get() - take another reference
 * @domain: domain to which the caller has a reference
 *
 * Context: any.
 * Return: @domain.
 */
struct domain *domain_get(struct domain *domain)
{
	atomic_inc(&domain->users);
	return domain;
}

/**
 * domain_put() - drop a reference
 * @domain: domain
 *
 * Context: any. The domain stays in the set until domain_free_forgotten().
 */
void domain_put(struct domain *domain)
{
	atomic_dec(&domain->users);
}

/* Includes the parents: a known domain must not have an unknown parent. */
static void domain_enter_locked(struct domain *domain)
{
	for (; domain && domain->in.last != generation; domain = domain->parent) {
		generation_enter(&domain->in);
		smp_store_release(&known, known + 1);
	}
}

static void domain_append_locked(struct domain *domain)
{
	if (newest)
		smp_store_release(&newest->next, domain);
	newest = domain;
}

/*
 * Returns the domain with that key and a reference. If there is none, adds *@spare to the set
 * and sets *@spare to NULL.
 */
static struct domain *domain_add_locked(const struct domain_key *key, struct domain **spare)
{
	struct set_entry *entry = set_find(&domains, (*spare)->entry.hash, domain_match, key);
	struct domain *domain = *spare;
	int err;

	if (entry) {
		domain = domain_get(container_of(entry, struct domain, entry));
	} else {
		domain->id = next_id++;
		/* The ID makes it unique: keys of a freed domain of this name may be cached. */
		domain->seed = hash_mix(domain->seed, domain->id);
		err = set_add_locked(&domains, &domain->entry);
		if (err)
			return ERR_PTR(err);
		if (domain->parent)
			domain_get(domain->parent);
		domain_append_locked(domain);
		*spare = NULL;
	}
	domain_enter_locked(domain);
	return domain;
}

static struct domain *domain_find_key(const struct domain_key *key)
{
	struct domain *domain = NULL;
	struct set_entry *entry;

	rcu_read_lock();
	entry = set_find(&domains, domain_hash(key), domain_match, key);
	if (entry && domain_get_live(container_of(entry, struct domain, entry)))
		domain = container_of(entry, struct domain, entry);
	rcu_read_unlock();
	if (domain)
		domain_enter(domain);
	return domain;
}

/**
 * domain_find_get() - look up a domain
 * @parent: domain that executes the program, or NULL for a root; the caller has a reference
 * @name: encoded pathname of the program; for a root, the name with its brackets
 * @len: length of @name in bytes
 *
 * Context: any.
 * Return: the domain with a reference, known in the current generation; or NULL.
 */
struct domain *domain_find_get(struct domain *parent, const char *name, size_t len)
{
	const struct domain_key key = { .parent = parent, .name = name, .len = len };

	return domain_find_key(&key);
}

/**
 * domain_intern_get() - look up a domain, or add it
 * @parent: as for domain_find_get()
 * @name: as for domain_find_get()
 * @len: length of @name in bytes
 * @uid: user who pays for a new domain
 * @gfp: allocation flags
 *
 * Context: any that @gfp allows.
 * Return: the domain with a reference, known in the current generation; or an ERR_PTR: -ENOMEM,
 * -ENAMETOOLONG if its name would exceed DOMAIN_NAME_MAX, -EDQUOT or -ENOSPC if a limit is
 * reached.
 */
struct domain *domain_intern_get(struct domain *parent, const char *name, size_t len, u32 uid,
				 gfp_t gfp)
{
	const struct domain_key key = { .parent = parent, .name = name, .len = len };
	struct domain *domain, *spare;
	unsigned long flags;

	if (len + (parent ? parent->length + 1 : 0) > DOMAIN_NAME_MAX)
		return ERR_PTR(-ENAMETOOLONG);
	domain = domain_find_key(&key);
	if (domain)
		return domain;
	spare = domain_create(&key, uid, gfp);
	if (IS_ERR(spare))
		return spare;
	set_make_room(&domains, gfp);
	spin_lock_irqsave(&domains.lock, flags);
	domain = domain_add_locked(&key, &spare);
	spin_unlock_irqrestore(&domains.lock, flags);
	domain_free(spare);
	return domain;
}

/**
 * domain_enter() - make a domain and its parents known in the current generation
 * @domain: domain in which a program runs
 *
 * Context: any.
 */
void domain_enter(struct domain *domain)
{
	unsigned long flags;

	if (generation_knows(&domain->in, generation_now()))
		return;
	spin_lock_irqsave(&domains.lock, flags);
	domain_enter_locked(domain);
	spin_unlock_irqrestore(&domains.lock, flags);
}

/**
 * domain_move_cgroup() - do the rare part of domain_add_cgroup()
 * @domain: domain
 * @cgroup: the cgroup; moved to the front of the list
 *
 * Context: any.
 */
void domain_move_cgroup(struct domain *domain, struct exec_cgroup *cgroup)
{
	struct exec_cgroup *moved = cgroup;
	unsigned long flags;
	u32 i;

	exec_cgroup_get(cgroup);
	spin_lock_irqsave(&cgroups_lock, flags);
	for (i = 0; i < DOMAIN_CGROUPS && moved && (!i || moved != cgroup); i++)
		swap(domain->cgroups[i], moved);
	spin_unlock_irqrestore(&cgroups_lock, flags);
	/* The evicted cgroup; or @cgroup, if the list had a reference already. */
	exec_cgroup_put(moved);
}

/**
 * domain_cgroup_get() - get one of the cgroups that a domain remembers
 * @domain: domain
 * @index: below DOMAIN_CGROUPS; 0 for the newest
 *
 * Context: any.
 * Return: the cgroup with a reference, or NULL.
 */
struct exec_cgroup *domain_cgroup_get(const struct domain *domain, u32 index)
{
	struct exec_cgroup *cgroup;
	unsigned long flags;

	spin_lock_irqsave(&cgroups_lock, flags);
	cgroup = exec_cgroup_get(domain->cgroups[index]);
	spin_unlock_irqrestore(&cgroups_lock, flags);
	return cgroup;
}

/**
 * domain_forget() - begin a new generation, in which only <kernel> is known
 *
 * Context: any, with the locks of the sets of accesses held: see access_forget().
 */
void domain_forget(void)
{
	unsigned long flags;

	/* Nested in the locks of two other sets, which have the same lock class. */
	spin_lock_irqsave_nested(&domains.lock, flags, SINGLE_DEPTH_NESTING + 1);
	WRITE_ONCE(generation, generation + 1);
	smp_store_release(&known, 0);
	domain_enter_locked(domain_kernel);
	spin_unlock_irqrestore(&domains.lock, flags);
}

/**
 * domain_renew() - give all domains new seeds, which invalidates all caches
 *
 * Keys of all caches are derived from the seed of the domain. Under a new seed, no entry
 * that was cached under the old seed is found. This includes an entry that is added after
 * the change by a task that read the old seed and then slept.
 *
 * An entry that is found under the new seed is known: the generation is written before the
 * seed, and generation_now() reads it after the seed. A task that read the new seed thus
 * looks up the domain or access in the new generation or a later one, makes it known there
 * if necessary, and only then caches it. It stays known until the next generation begins,
 * which has other seeds again.
 *
 * Context: may sleep; calls are serialised by the caller, each after domain_forget().
 */
void domain_renew(void)
{
	struct domain *domain;

	/* A domain that is added after this walk has no cache entries of an old generation. */
	for (domain = domain_kernel; domain; domain = smp_load_acquire(&domain->next)) {
		WRITE_ONCE(domain->flags_before, xchg(&domain->flags, 0));
		WRITE_ONCE(domain->is_reported, false);
		forget_cgroups(domain);
		smp_store_release(&domain->seed, hash_mix(domain->seed, generation));
		cond_resched();
	}
}

static void domain_free_rcu(struct rcu_head *rcu)
{
	domain_free(container_of(rcu, struct domain, rcu));
}

/* Removes the domain after @before if it is forgotten and has no users. */
static bool domain_remove(struct domain *before, struct domain *domain)
{
	unsigned long flags;
	bool removed = false;

	/* Avoid the lock for most domains. */
	if (READ_ONCE(domain->in.last) == generation || atomic_read(&domain->users))
		return false;
	spin_lock_irqsave(&domains.lock, flags);
	if (domain->in.last != generation &&
	    !atomic_cmpxchg(&domain->users, 0, DOMAIN_DEAD)) {
		set_remove_locked(&domains, &domain->entry);
		before->next = domain->next;
		if (newest == domain)
			newest = before;
		removed = true;
	}
	spin_unlock_irqrestore(&domains.lock, flags);
	if (removed && domain->parent)
		domain_put(domain->parent);
	if (removed)
		call_rcu(&domain->rcu, domain_free_rcu);
	return removed;
}

/**
 * domain_free_forgotten() - free all forgotten domains in which no program runs
 *
 * Context: may sleep; no reader walks the list of domains, and the accesses of earlier generations
 * are freed. Calls are serialised by the caller.
 */
void domain_free_forgotten(void)
{
	struct domain *before, *next;
	bool again = true;

	/* A domain can be freed after its last child, which is further down the list. */
	while (again) {
		again = false;
		for (before = domain_kernel; (next = smp_load_acquire(&before->next));) {
			if (domain_remove(before, next))
				again = true;
			else
				before = next;
			cond_resched();
		}
	}
}

/* Returns the length in bytes of the text that element_write() writes. */
static size_t element_length(const struct domain *element,
			     size_t (*encode)(char *, size_t, const char *, size_t))
{
	if (!encode)
		return element->name_len;
	if (element->parent)
		return encode(NULL, 0, element->name, element->name_len);
	return strlen("<>") + encode(NULL, 0, element->name + 1, element->name_len - 2);
}

/*
 * Writes one element of the name of a domain, without a NUL: restores the byte after it,
 * which encode() overwrites. The brackets around the name of a root, as in <kernel>, are not
 * encoded.
 */
static void element_write(const struct domain *element,
			  size_t (*encode)(char *, size_t, const char *, size_t),
			  char *dst, size_t length)
{
	const char *name = element->name;
	char after = dst[length];

	if (!encode) {
		memcpy(dst, name, length);
	} else if (element->parent) {
		encode(dst, length + 1, name, element->name_len);
		dst[length] = after;
	} else {
		encode(dst + 1, length - 1, name + 1, element->name_len - 2);
		dst[0] = '<';
		dst[length - 1] = '>';
	}
}

/**
 * domain_name() - write the whole name of a domain
 * @domain: domain
 * @separator: text between the elements
 * @encode: how to encode each element once more, or NULL to copy it
 * @dst: destination; may be NULL if @size is 0
 * @size: size of @dst in bytes, including the NUL
 *
 * Context: any.
 * Return: the length of the whole name in bytes. Nothing is written if it does not fit.
 */
size_t domain_name(const struct domain *domain, const char *separator,
		   size_t (*encode)(char *, size_t, const char *, size_t),
		   char *dst, size_t size)
{
	size_t gap = strlen(separator), total = domain->depth * gap;
	const struct domain *element;

	for (element = domain; element; element = element->parent)
		total += element_length(element, encode);
	if (total >= size)
		return total;

	/* A domain knows its parent only: write from the end. */
	dst += total;
	*dst = '\0';
	for (element = domain; element; element = element->parent) {
		size_t length = element_length(element, encode);

		dst -= length;
		element_write(element, encode, dst, length);
		if (element->parent) {
			dst -= gap;
			memcpy(dst, separator, gap);
		}
	}
	return total;
}

/**
 * domain_access_count() - get the number of accesses of a domain
 * @domain: domain
 * @payer: users to whom they are charged
 *
 * Context: any.
 * Return: the number of accesses that are known in the current generation.
 */
u32 domain_access_count(struct domain *domain, enum domain_payer payer)
{
	u32 number = generation_now();
	const struct access_list *list = domain_accesses(domain, number);

	return smp_load_acquire(&list->generation) == number ? READ_ONCE(list->count[payer]) : 0;
}

/**
 * domain_counter_count() - get the number of counters (see fold_counter.c) of a domain
 * @domain: domain
 * @payer: users to whom they are charged
 *
 * Context: any.
 * Return: the number in the current generation.
 */
u32 domain_counter_count(const struct domain *domain, enum domain_payer payer)
{
	u64 now = READ_ONCE(domain->counters[payer]);

	return now >> 32 == generation_now() ? (u32)now : 0;
}

/**
 * domain_count_counter() - add 1 to the number of counters (see fold_counter.c) of a domain
 * @domain: domain
 * @payer: user to whom it is charged
 *
 * Context: any; takes no lock.
 */
void domain_count_counter(struct domain *domain, enum domain_payer payer)
{
	u64 now = READ_ONCE(domain->counters[payer]), next, found;

	for (;; now = found) {
		u32 number = generation_now();

		next = now >> 32 == number ? now + 1 : ((u64)number << 32) + 1;
		found = cmpxchg(&domain->counters[payer], now, next);
		if (found == now)
			return;
	}
}

/**
 * domain_count() - get the number of known domains
 *
 * Context: any.
 * Return: the number, including <kernel>.
 */
u32 domain_count(void)
{
	return smp_load_acquire(&known);
}

/**
 * domain_forgotten() - get the number of forgotten domains that are still in memory
 *
 * Context: any.
 * Return: the number.
 */
u32 domain_forgotten(void)
{
	u32 count = domain_count();

	/* Domains may have been freed since then. */
	return max(set_count(&domains), count) - count;
}

/**
 * domain_table_bytes() - get the memory of the table of domains that no user pays for
 *
 * Context: any.
 * Return: the number of bytes, without the domains.
 */
size_t domain_table_bytes(void)
{
	return set_unpaid_bytes(&domains);
}

/**
 * domain_init() - initialise the set of domains and create <kernel>
 *
 * Context: may sleep; after share_init().
 * Return: 0, -ENOMEM, or -ENOSPC if the limits have no room for <kernel>.
 */
int domain_init(void)
{
	int err = set_init(&domains, 512);

	if (err)
		return err;
	newest = NULL;
	known = 0;
	domain_kernel = domain_intern_get(NULL, "<kernel>", strlen("<kernel>"), 0, GFP_KERNEL);
	if (IS_ERR(domain_kernel)) {
		err = PTR_ERR(domain_kernel);
		domain_exit();
	}
	return err;
}

static void domain_release(struct set_entry *entry)
{
	domain_free(container_of(entry, struct domain, entry));
}

/**
 * domain_exit() - free all domains
 *
 * Context: may sleep. Domains must no longer be used. The caller runs rcu_barrier() before the
 * module is unloaded.
 */
void domain_exit(void)
{
	set_destroy(&domains, domain_release);
	domain_kernel = NULL;
}
