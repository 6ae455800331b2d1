// SPDX-License-Identifier: GPL-2.0-only
/* The set of domains, each of which is a chain of programs. Pure C: see platform.h. */
#include "domain.h"
#include "hash.h"
#include "text.h"

const char *const domain_flag_names[DOMAIN_FLAGS] = {
	[DOMAIN_QUOTA_EXCEEDED] = "quota_exceeded",
	[DOMAIN_TRANSITION_FAILED] = "transition_failed",
};

struct domain *domain_kernel;
u32 generation = 1;

static struct set domains;
static struct domain *newest;	/* under the set's lock */
static u32 known;		/* in the current generation; written under the set's lock */
static u32 limit;
static size_t limit_bytes;

struct domain_key {
	const struct domain *parent;
	const struct text *name;
};

static bool domain_match(const struct set_entry *entry, const void *key)
{
	const struct domain *domain = container_of(entry, struct domain, entry);
	const struct domain_key *wanted = key;

	return domain->parent == wanted->parent && domain->name == wanted->name;
}

/* Names are interned: equal names have equal pointers. */
static u64 domain_hash(const struct domain_key *key)
{
	return hash_mix((uintptr_t)key->parent, (uintptr_t)key->name);
}

static struct domain *domain_create(const struct domain_key *key, gfp_t gfp)
{
	struct domain *parent = (struct domain *)key->parent;
	struct domain *domain;

	domain = kzalloc(sizeof(*domain), gfp);
	if (!domain)
		return NULL;
	domain->seed = domain_hash(key);
	domain->entry.hash = domain->seed;
	domain->depth = parent ? parent->depth + 1 : 0;
	domain->length = key->name->len + (parent ? parent->length + 1 : 0);
	domain->parent = parent;
	domain->name = key->name;
	return domain;
}

static struct domain *domain_find(const struct domain_key *key, u32 hash)
{
	struct set_entry *entry;

	rcu_read_lock();
	entry = set_find(&domains, hash, domain_match, key);
	rcu_read_unlock();
	return entry ? container_of(entry, struct domain, entry) : NULL;
}

/* Includes the parents: a known domain must not hang below an unknown one. */
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
 * Returns the domain with that key. If there is none, adds *@spare to the set and sets
 * *@spare to NULL.
 */
static struct domain *domain_add_locked(const struct domain_key *key, struct domain **spare,
					u32 hash)
{
	struct set_entry *entry = set_find(&domains, hash, domain_match, key);
	struct domain *domain = entry ? container_of(entry, struct domain, entry) : *spare;
	int err;

	if (domain->in.last == generation)
		return domain;
	if (known >= limit)
		return ERR_PTR(-ENOSPC);
	if (!entry) {
		domain->id = domains.count;
		err = set_add_locked(&domains, &domain->entry);
		if (err)
			return ERR_PTR(err);
		domain_append_locked(domain);
		*spare = NULL;
	}
	domain_enter_locked(domain);
	return domain;
}

/**
 * domain_intern() - look up a domain, or add it
 * @parent: domain that executes the program, or NULL for a root
 * @name: encoded pathname of the program; for a root, the name with its brackets
 * @len: length of @name in bytes
 * @gfp: allocation flags
 *
 * Context: any that @gfp allows.
 * Return: the domain, known in the current generation; or an ERR_PTR: -ENOMEM,
 * -ENAMETOOLONG if its name would exceed DOMAIN_NAME_MAX, -ENOSPC if a limit is reached.
 */
struct domain *domain_intern(struct domain *parent, const char *name, size_t len,
			     gfp_t gfp)
{
	struct domain_key key = { .parent = parent };
	struct domain *domain, *spare = NULL;
	u32 number = generation_now();
	unsigned long flags;
	u32 hash;
	int err;

	if (len + (parent ? parent->length + 1 : 0) > DOMAIN_NAME_MAX)
		return ERR_PTR(-ENAMETOOLONG);
	if (domain_count() >= limit || domain_bytes() + text_bytes() >= limit_bytes) {
		err = -ENOSPC;
		key.name = text_find(name, len);
	} else {
		err = -ENOMEM;
		key.name = text_intern(name, len, gfp);
	}
	if (!key.name)
		return ERR_PTR(err);
	hash = domain_hash(&key);
	domain = domain_find(&key, hash);
	if (domain && generation_knows(&domain->in, number))
		return domain;
	if (!domain) {
		if (err == -ENOSPC)
			return ERR_PTR(err);
		spare = domain_create(&key, gfp);
		if (!spare)
			return ERR_PTR(-ENOMEM);
		set_make_room(&domains, gfp);
	}
	spin_lock_irqsave(&domains.lock, flags);
	domain = domain_add_locked(&key, &spare, hash);
	spin_unlock_irqrestore(&domains.lock, flags);
	kfree(spare);
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
 * domain_forget() - begin a new generation, in which only <kernel> is known
 *
 * Context: any, with the lock of the set of accesses held: see access_forget().
 */
void domain_forget(void)
{
	unsigned long flags;

	/* Nested in the lock of another set, which has the same lock class. */
	spin_lock_irqsave_nested(&domains.lock, flags, SINGLE_DEPTH_NESTING);
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
		smp_store_release(&domain->seed, hash_mix(domain->seed, generation));
		cond_resched();
	}
}

/* Returns the length in bytes of the text that element_write() writes. */
static size_t element_length(const struct domain *element,
			     size_t (*encode)(char *, size_t, const char *, size_t))
{
	const struct text *name = element->name;

	if (!encode)
		return name->len;
	if (element->parent)
		return encode(NULL, 0, name->data, name->len);
	return strlen("<>") + encode(NULL, 0, name->data + 1, name->len - 2);
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
	const struct text *name = element->name;
	char after = dst[length];

	if (!encode) {
		memcpy(dst, name->data, length);
	} else if (element->parent) {
		encode(dst, length + 1, name->data, name->len);
		dst[length] = after;
	} else {
		encode(dst + 1, length - 1, name->data + 1, name->len - 2);
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
 * domain_forgotten() - get the number of forgotten domains
 *
 * Context: any.
 * Return: the number.
 */
u32 domain_forgotten(void)
{
	u32 count = domain_count();

	return set_count(&domains) - count;
}

/**
 * domain_bytes() - get the memory that all domains use
 *
 * Context: any.
 * Return: the number of bytes, without names.
 */
size_t domain_bytes(void)
{
	return set_bytes(&domains) + set_count(&domains) * sizeof(struct domain);
}

/**
 * domain_init() - initialise the set of domains and create <kernel>
 * @max_domains: maximum number of known domains
 * @max_bytes: maximum memory for domains, including forgotten ones, and texts, in bytes
 *
 * Context: may sleep; after text_init().
 * Return: 0, or -ENOMEM.
 */
int domain_init(u32 max_domains, size_t max_bytes)
{
	int err = set_init(&domains, 512);

	if (err)
		return err;
	limit = max(max_domains, 1U);
	limit_bytes = SIZE_MAX;
	newest = NULL;
	known = 0;
	domain_kernel = domain_intern(NULL, "<kernel>", strlen("<kernel>"), GFP_KERNEL);
	if (IS_ERR(domain_kernel)) {
		err = PTR_ERR(domain_kernel);
		domain_exit();
	}
	/* Set the limit last: <kernel> must be created whatever the limit is. */
	limit_bytes = max_bytes;
	return err;
}

static void domain_release(struct set_entry *entry)
{
	kfree(container_of(entry, struct domain, entry));
}

/**
 * domain_exit() - free all domains
 *
 * Context: may sleep. Domains must no longer be used.
 */
void domain_exit(void)
{
	set_destroy(&domains, domain_release);
	domain_kernel = NULL;
}
