// SPDX-License-Identifier: GPL-2.0-only
/* The set of distinct accesses of all domains. Pure C. */
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
	return hash_mix(hash_mix(key->domain->seed, key->op), (uintptr_t)key->object);
}

/* The newest access of a domain goes to the end of its list. */
static void access_append_locked(struct domain *domain, struct access *access)
{
	if (domain->last)
		smp_store_release(&domain->last->next, access);
	else
		smp_store_release(&domain->first, access);
	domain->last = access;
	WRITE_ONCE(domain->accesses, domain->accesses + 1);
}

/**
 * access_intern() - make sure that a domain has an access
 * @domain: whose
 * @op: what was done
 * @object: to what: encoded words, separated by a space, as the op's line in a
 * policy has them after its keyword
 * @len: bytes of @object
 * @gfp: how to allocate a new one
 * @now: seconds since 1970
 * @found: set to the access when there is one now
 *
 * Context: any that @gfp allows.
 * Return: 1 when it is new, 0 when the domain had it; -ENOSPC when a limit is
 * reached, -ENOMEM.
 */
int access_intern(struct domain *domain, enum access_op op, const char *object,
		  size_t len, gfp_t gfp, u32 now, struct access **found)
{
	struct access_key key = { .domain = domain, .op = op };
	struct set_entry *entry;
	struct access *access;
	unsigned long flags;
	u32 hash;
	int ret;

	/* Close to the limit of bytes, several CPUs may each add one more: no harm. */
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
	rcu_read_lock();
	entry = set_find(&accesses, hash, access_match, &key);
	rcu_read_unlock();
	if (entry) {
		*found = container_of(entry, struct access, entry);
		return 0;
	}
	if (ret == -ENOSPC)
		return ret;

	access = kzalloc(sizeof(*access), gfp);
	if (!access)
		return -ENOMEM;
	access->entry.hash = hash;
	access->op = op;
	access->domain = domain;
	access->object = key.object;
	access->first = now;
	access->last = now;

	ret = 0;
	set_make_room(&accesses, gfp);
	spin_lock_irqsave(&accesses.lock, flags);
	entry = set_find(&accesses, hash, access_match, &key);
	if (!entry) {
		ret = accesses.count < limit ? set_add_locked(&accesses, &access->entry) : -ENOSPC;
		if (!ret) {
			access_append_locked(domain, access);
			entry = &access->entry;
			access = NULL;
			ret = 1;
		}
	}
	spin_unlock_irqrestore(&accesses.lock, flags);
	kfree(access);
	if (entry)
		*found = container_of(entry, struct access, entry);
	return ret;
}

/**
 * access_use() - an access was used
 * @access: which
 * @count: how often
 * @last: when last; seconds since 1970
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
 * access_count() - how many accesses there are
 *
 * Context: any.
 * Return: their number, over all domains.
 */
u32 access_count(void)
{
	return set_count(&accesses);
}

/**
 * access_bytes() - memory that accesses, domains and texts take together
 *
 * Context: any.
 * Return: bytes.
 */
size_t access_bytes(void)
{
	return set_bytes(&accesses) + access_count() * sizeof(struct access) +
	       domain_bytes() + text_bytes();
}

/**
 * access_init() - make the set of accesses
 * @max_accesses: beyond so many no new one is recorded
 * @max_bytes: beyond so much memory no new one is recorded
 *
 * Context: may sleep.
 * Return: 0, or -ENOMEM.
 */
int access_init(u32 max_accesses, size_t max_bytes)
{
	limit = max_accesses;
	limit_bytes = max_bytes;
	return set_init(&accesses, 4096);
}

static void access_release(struct set_entry *entry)
{
	kfree(container_of(entry, struct access, entry));
}

/**
 * access_exit() - free all accesses
 *
 * Context: may sleep; nobody uses an access any more.
 */
void access_exit(void)
{
	set_destroy(&accesses, access_release);
}
