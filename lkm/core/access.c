// SPDX-License-Identifier: GPL-2.0-only
/* The set of distinct accesses of all domains. Pure C: see platform.h. */
#include "access.h"
#include "domain.h"
#include "hash.h"
#include "text.h"

const struct access_kind access_kinds[ACCESS_OPS] = {
#define ACCESS(ID, KEYWORD, ...) \
	[ACCESS_##ID] = { .keyword = KEYWORD, .field = { __VA_ARGS__ } },
#include "ops.def"
#undef ACCESS
};

struct access access_refused;

static struct set accesses;
static u32 known;	/* in the current generation; written under the set's lock */
static u32 limit;
static size_t limit_bytes;

struct access_key {
	const struct domain *domain;
	const struct text *object;
	u32 op;
};

static bool access_match(const struct set_entry *entry, const void *key)
{
	const struct access *access = container_of(entry, struct access, entry);
	const struct access_key *wanted = key;

	return access->domain == wanted->domain && access->object == wanted->object &&
	       access->op == wanted->op;
}

static u32 access_hash(const struct access_key *key)
{
	/* Do not use the domain's seed: it changes with each reset. */
	return hash_mix(hash_mix(key->domain->entry.hash, key->op), (uintptr_t)key->object);
}

static struct access *access_find(const struct access_key *key, u32 hash)
{
	struct set_entry *entry;

	rcu_read_lock();
	entry = set_find(&accesses, hash, access_match, key);
	rcu_read_unlock();
	return entry ? container_of(entry, struct access, entry) : NULL;
}

static struct access *access_create(const struct access_key *key, u32 hash, gfp_t gfp)
{
	struct access *access = kzalloc(sizeof(*access), gfp);

	if (!access)
		return NULL;
	access->entry.hash = hash;
	access->op = key->op;
	access->domain = (struct domain *)key->domain;
	access->object = key->object;
	return access;
}

/* Readers of the list keep their place in it: append only. */
static void access_append_locked(struct access *access)
{
	struct domain *domain = access->domain;

	if (domain->last)
		smp_store_release(&domain->last->next, access);
	else
		smp_store_release(&domain->first, access);
	domain->last = access;
	WRITE_ONCE(domain->accesses, domain->accesses + 1);
}

/*
 * Sets @found to the access with that key. If there is none, adds *@spare to the set and
 * sets *@spare to NULL. Returns 1 if the access is new in this generation, 0 if it is not,
 * or -errno.
 */
static int access_add_locked(const struct access_key *key, struct access **spare, u32 hash,
			     u32 now, struct access **found)
{
	struct set_entry *entry = set_find(&accesses, hash, access_match, key);
	struct access *access = entry ? container_of(entry, struct access, entry) : *spare;
	int err;

	if (access->in.last == generation) {
		*found = access;
		return 0;
	}
	if (known >= limit)
		return -ENOSPC;
	if (!entry) {
		err = set_add_locked(&accesses, &access->entry);
		if (err)
			return err;
		access_append_locked(access);
		*spare = NULL;
	}
	WRITE_ONCE(access->first, now);
	WRITE_ONCE(access->last, now);
	atomic64_set(&access->count, 0);
	generation_enter(&access->in);
	smp_store_release(&known, known + 1);
	*found = access;
	return 1;
}

/**
 * access_intern() - look up an access of a domain, or add it
 * @domain: domain that used the object
 * @op: operation
 * @object: object of the operation: encoded words separated by single spaces, as they
 *	follow the keyword on a policy line
 * @len: length of @object in bytes
 * @gfp: allocation flags
 * @now: current time in seconds since 1970
 * @found: set to the access unless an error is returned
 *
 * Context: any that @gfp allows.
 * Return: 1 if the access is new or was forgotten, 0 if it was known, -ENOSPC if a limit is
 * reached, -ENOMEM.
 */
int access_intern(struct domain *domain, enum access_op op, const char *object,
		  size_t len, gfp_t gfp, u32 now, struct access **found)
{
	struct access_key key = { .domain = domain, .op = op };
	struct access *access, *spare = NULL;
	/* Read the generation before the counts that belong to it. */
	u32 number = generation_now();
	unsigned long flags;
	u32 hash;
	int ret;

	/* CPUs that race here may exceed limit_bytes by one access each: harmless. */
	if (access_count() >= limit || access_bytes() >= limit_bytes) {
		ret = -ENOSPC;
		key.object = text_find(object, len);
	} else {
		ret = -ENOMEM;
		key.object = text_intern(object, len, gfp);
	}
	if (!key.object)
		return ret;
	hash = access_hash(&key);
	access = access_find(&key, hash);
	if (access && generation_knows(&access->in, number)) {
		*found = access;
		return 0;
	}
	/* A forgotten access needs no new memory: bring it back even at the limit of bytes. */
	if (!access) {
		if (ret == -ENOSPC)
			return ret;
		spare = access_create(&key, hash, gfp);
		if (!spare)
			return -ENOMEM;
		set_make_room(&accesses, gfp);
	}
	spin_lock_irqsave(&accesses.lock, flags);
	ret = access_add_locked(&key, &spare, hash, now, found);
	spin_unlock_irqrestore(&accesses.lock, flags);
	kfree(spare);
	/*
	 * Enter the domain after the access. In the other order, a reset between the two would
	 * leave the access in the new generation without its domain.
	 */
	if (ret > 0)
		domain_enter(domain);
	return ret;
}

/**
 * access_use() - add uses to an access
 * @access: access
 * @count: number of uses
 * @last: time of the last use, in seconds since 1970
 *
 * Context: any; takes no lock.
 */
void access_use(struct access *access, u32 count, u32 last)
{
	u32 before = READ_ONCE(access->last), now;

	atomic64_add(count, &access->count);
	for (; before < last; before = now) {
		now = cmpxchg(&access->last, before, last);
		if (now == before)
			break;
	}
}

/**
 * access_forget() - begin a new generation, in which no access is known
 *
 * Takes effect at once: counts, and lists that are opened afterwards, show only the new
 * generation. No access is freed, because caches and lists still point to it. Uses that are
 * added to a forgotten access afterwards belong to the generation before.
 *
 * Context: may sleep; calls are serialised by the caller.
 * Return: the number of accesses that were known.
 */
u32 access_forget(void)
{
	unsigned long flags;
	u32 forgotten;

	/*
	 * The generation changes under the locks of both sets: each set reads it, enters an
	 * object into it and counts the object under its own lock.
	 */
	spin_lock_irqsave(&accesses.lock, flags);
	forgotten = known;
	domain_forget();
	smp_store_release(&known, 0);
	spin_unlock_irqrestore(&accesses.lock, flags);
	domain_renew();
	return forgotten;
}

/**
 * access_count() - get the number of known accesses of all domains
 *
 * Context: any.
 * Return: the number.
 */
u32 access_count(void)
{
	return smp_load_acquire(&known);
}

/**
 * access_forgotten() - get the number of forgotten accesses of all domains
 *
 * Context: any.
 * Return: the number.
 */
u32 access_forgotten(void)
{
	u32 count = access_count();

	return set_count(&accesses) - count;
}

/**
 * access_bytes() - get the memory that accesses, domains and texts use
 *
 * Context: any.
 * Return: the number of bytes, including forgotten accesses and domains.
 */
size_t access_bytes(void)
{
	return set_bytes(&accesses) + set_count(&accesses) * sizeof(struct access) +
	       domain_bytes() + text_bytes();
}

/**
 * access_init() - initialise the set of accesses
 * @max_accesses: maximum number of known accesses
 * @max_bytes: maximum memory for accesses, domains and texts, in bytes
 *
 * Context: may sleep.
 * Return: 0, or -ENOMEM.
 */
int access_init(u32 max_accesses, size_t max_bytes)
{
	limit = max_accesses;
	limit_bytes = max_bytes;
	known = 0;
	return set_init(&accesses, 4096);
}

static void access_release(struct set_entry *entry)
{
	kfree(container_of(entry, struct access, entry));
}

/**
 * access_exit() - free all accesses
 *
 * Context: may sleep. Accesses must no longer be used.
 */
void access_exit(void)
{
	set_destroy(&accesses, access_release);
}
