// SPDX-License-Identifier: GPL-2.0-only
/* The set of distinct accesses of all domains. Pure C: see platform.h. */
#include "access.h"
#include "domain.h"
#include "hash.h"
#include "login.h"
#include "logins.h"
#include "seen.h"
#include "share.h"

const struct access_kind access_kinds[ACCESS_OPS] = {
#define ACCESS(ID, KEYWORD, ...) \
	[ACCESS_##ID] = { .keyword = KEYWORD, .field = { __VA_ARGS__ } },
#include "ops.def"
#undef ACCESS
};

struct access access_refused;

static_assert(ACCESS_OPS <= 128, "op has 7 bits");

/* Number of slots of an empty set. */
#define SLOTS 4096

/* A set for the current generation and one for the generation before. */
static struct set accesses[2];
/* Numbers in the current generation; written under the set's lock. */
static u32 known;
static u32 patterns;

static struct set *access_set(u32 number)
{
	return set_of_generation(accesses, number);
}

static bool access_match(const struct set_entry *entry, const void *key)
{
	const struct access *access = container_of(entry, struct access, entry);
	const struct access_use *use = key;

	return access->domain == use->domain && access->op == use->op &&
	       access->len == use->len && !memcmp(access->object, use->object, use->len);
}

static u32 access_hash(const struct access_use *use)
{
	/* Do not use the domain's seed: it changes with each reset. */
	return hash_bytes(hash_mix(use->domain->entry.hash, use->op), use->object, use->len);
}

/* Adds a use to the list of logins. Returns false if the list must grow first. */
static bool login_add(struct access *access, const struct access_use *use, bool is_late)
{
	const struct login login = {
		.uid = login_current(),
		.first = use->now,
		.last = use->now,
		.count = 1,
	};

	return logins_add(access, &login, is_late);
}

/*
 * Counts a use of an access, and notes the access in the cache and in the attempt. Under RCU, so
 * that no reset frees the access meanwhile.
 */
static void access_use_rcu(struct access *access, struct access_use *use, u32 number)
{
	access_add_uses(access, LOGIN_NONE, 1, use->now);
	use->lacks_login = login_current() != LOGIN_NONE && !login_add(access, use, false);
	use->access = access;
	use->generation = number;
	use->again = use->reports && READ_ONCE(access->news) == ACCESS_LEFT_OUT &&
		     cmpxchg(&access->news, ACCESS_LEFT_OUT, ACCESS_REPORTING) == ACCESS_LEFT_OUT;
	/* Uses of a cached access are only counted, so its list of logins would never grow. */
	if (use->key && !use->lacks_login)
		seen_add(use->key, access);
	if (use->attempt)
		attempt_note(use->attempt, access, use->repeats ? ATTEMPT_REPEAT : 0, use->now);
}

/**
 * access_repeat() - count a use of an access that was recorded before, and cache the access
 * @use: the access
 *
 * Context: any.
 * Return: true if the access is known in the current generation, else false.
 */
bool access_repeat(struct access_use *use)
{
	struct set_entry *entry;
	u32 number;

	use->hash = access_hash(use);
	rcu_read_lock();
	number = generation_now();
	entry = set_find(access_set(number), use->hash, access_match, use);
	if (entry)
		access_use_rcu(container_of(entry, struct access, entry), use, number);
	else
		use->missed = use->object;
	rcu_read_unlock();
	return entry;
}

/* Returns the amount to charge for an access, including its place in the set. */
static struct share access_share(const struct access *access)
{
	return (struct share){
		.accesses = 1,
		.bytes = ksize(access) + SET_ENTRY_BYTES,
		.long_bytes = access->len > SHARE_TEXT_LONG ? access->len : 0,
	};
}

/* Returns the size of an access, including its outcome. */
static size_t access_size(const struct access_use *use)
{
	size_t size = offsetof(struct access, object) + use->len + 1;

	if (!access_is_followed(use->op))
		return size;
	return ALIGN(size, __alignof__(struct outcome)) + sizeof(struct outcome);
}

/* Returns a new access, for which the user was charged; or an ERR_PTR. */
static struct access *access_create(const struct access_use *use, gfp_t gfp)
{
	struct access *access = kzalloc(access_size(use), gfp);
	struct share amount;
	int owner;

	if (!access)
		return ERR_PTR(-ENOMEM);
	access->entry.hash = use->hash;
	access->op = use->op;
	access->is_pattern = use->is_pattern;
	/*
	 * Set this before the cache has the access: if its record is left out, other CPUs that find
	 * the access there must take the slow path.
	 */
	access->news = use->reports ? ACCESS_REPORTING : ACCESS_REPORTED;
	access->domain = use->domain;
	access->first = use->now;
	access->last = use->now;
	access->len = use->len;
	memcpy(access->object, use->object, use->len);
	amount = access_share(access);
	owner = share_take(use->uid, &amount);
	if (owner < 0) {
		kfree(access);
		return ERR_PTR(owner);
	}
	access->owner = owner;
	return access;
}

static void access_free(struct access *access)
{
	struct share amount;

	if (!access)
		return;
	amount = access_share(access);
	share_return(access->owner, &amount);
	logins_free(access->logins);
	kfree(access);
}

/* Readers of the list keep their place in it: append only. */
static void access_append_locked(struct access *access, enum domain_payer payer)
{
	struct access_list *list = domain_accesses(access->domain, generation);

	/* The list is from two generations ago: its accesses have been freed. */
	if (list->generation != generation) {
		WRITE_ONCE(list->count[DOMAIN_ROOT], 0);
		WRITE_ONCE(list->count[DOMAIN_OTHERS], 0);
		WRITE_ONCE(list->first, NULL);
		list->last = NULL;
		smp_store_release(&list->generation, generation);
	}
	if (list->last)
		smp_store_release(&list->last->next, access);
	else
		smp_store_release(&list->first, access);
	list->last = access;
	WRITE_ONCE(list->count[payer], list->count[payer] + 1);
}

/*
 * Adds *@spare to the set of generation @number, sets *@spare to NULL and returns 1. Returns 0
 * if the set has the access already, -EAGAIN if the generation is over, or -ENOMEM.
 */
static int access_add_locked(struct access_use *use, struct access **spare, u32 number)
{
	struct set *set = access_set(number);
	struct set_entry *entry;
	int err;

	if (number != generation)
		return -EAGAIN;
	if (access_is_followed(use->op))
		access_outcome(*spare)->generation = number;
	entry = set_find(set, (*spare)->entry.hash, access_match, use);
	if (entry) {
		access_use_rcu(container_of(entry, struct access, entry), use, number);
		return 0;
	}
	err = set_add_locked(set, &(*spare)->entry);
	if (err)
		return err;
	access_append_locked(*spare, domain_payer(use->uid));
	access_use_rcu(*spare, use, number);
	WRITE_ONCE(patterns, patterns + use->is_pattern);
	smp_store_release(&known, known + 1);
	*spare = NULL;
	return 1;
}

/**
 * access_record() - record an access of a domain, or count a use of a known one
 * @use: the access
 * @gfp: allocation flags
 *
 * Also adds the access to the cache.
 *
 * Context: any that @gfp allows.
 * Return: 1 if the access is new, 0 if it was known, -EDQUOT or -ENOSPC if a limit is reached,
 * -ENOMEM.
 */
int access_record(struct access_use *use, gfp_t gfp)
{
	struct access *spare;
	unsigned long flags;
	u32 number;
	int ret;

	/* The bounds may have changed the object since it was looked up. */
	if (use->missed != use->object && access_repeat(use))
		return 0;
	use->missed = NULL;
	spare = access_create(use, gfp);
	if (IS_ERR(spare))
		return PTR_ERR(spare);
	do {
		number = generation_now();
		set_make_room(access_set(number), gfp);
		spin_lock_irqsave(&access_set(number)->lock, flags);
		ret = access_add_locked(use, &spare, number);
		spin_unlock_irqrestore(&access_set(number)->lock, flags);
	} while (ret == -EAGAIN);
	access_free(spare);
	/*
	 * Enter the domain after the access. In the other order, a reset between the two would
	 * leave the access in the new generation without its domain.
	 */
	if (ret > 0)
		domain_enter(use->domain);
	return ret;
}

/**
 * access_login() - make room in the list of logins, and add the use to the list
 * @use: the access, after access_repeat() or access_record(), with @lacks_login
 * @gfp: allocation flags
 *
 * On failure, this use and later uses by the user may be missing from the list.
 *
 * Context: any that @gfp allows.
 * Return: 0; -EDQUOT or -ENOSPC if a limit is reached, or -ENOMEM.
 */
int access_login(struct access_use *use, gfp_t gfp)
{
	int err = logins_grow(use->access, use->generation, use->uid, gfp);

	rcu_read_lock();
	/* After a reset, the access may be freed. */
	if (use->generation == generation_now()) {
		login_add(use->access, use, true);
		if (use->key)
			seen_add(use->key, use->access);
	}
	rcu_read_unlock();
	return err;
}

/**
 * access_reported() - note whether audit has a record of an access
 * @use: the access, after access_repeat() or access_record()
 * @is_sent: false if the rate limit of a user left out the record: the next use is reported
 *
 * Context: any.
 */
void access_reported(const struct access_use *use, bool is_sent)
{
	rcu_read_lock();
	/* After a reset, the access may be freed. */
	if (use->generation == generation_now())
		WRITE_ONCE(use->access->news, is_sent ? ACCESS_REPORTED : ACCESS_LEFT_OUT);
	rcu_read_unlock();
}

/**
 * access_add_uses() - add uses to an access
 * @access: access
 * @login: user whose login made these uses; LOGIN_NONE if no login did
 * @count: number of uses
 * @last: time of the last use, in seconds since 1970
 *
 * Context: any; allocates nothing.
 */
void access_add_uses(struct access *access, u32 login, u32 count, u32 last)
{
	atomic64_add(count, &access->count);
	access_advance(&access->last, last);
	if (login != LOGIN_NONE)
		logins_add(access, &(struct login){ login, last, last, count }, true);
}

/**
 * access_advance() - advance the time of a last use
 * @last: the time, in seconds since 1970
 * @now: time of another use; does nothing if it is not later
 *
 * Context: any; takes no lock.
 */
void access_advance(u32 *last, u32 now)
{
	u32 before = READ_ONCE(*last), found;

	for (; before < now; before = found) {
		found = cmpxchg(last, before, now);
		if (found == before)
			break;
	}
}

/**
 * access_forget() - begin a new generation, in which no access is known
 *
 * Takes effect at once: counts, and lists that are opened afterwards, show only the new
 * generation. The accesses of the generation that ends stay in memory, because caches and
 * lists still point to them, until access_free_forgotten(). Uses that are added to them belong
 * to the generation that ends.
 *
 * Context: may sleep; calls are serialised by the caller, who has called
 * access_free_forgotten() since the last one.
 * Return: the number of accesses that were known.
 */
u32 access_forget(void)
{
	unsigned long flags;
	u32 forgotten;

	/*
	 * An object is added in three steps under the lock of its set: read the generation, enter
	 * the object, count it. Hold the locks of all sets, so that no reset comes between these
	 * steps.
	 */
	spin_lock_irqsave(&accesses[0].lock, flags);
	spin_lock_nested(&accesses[1].lock, SINGLE_DEPTH_NESTING);
	forgotten = known;
	domain_forget();
	WRITE_ONCE(patterns, 0);
	smp_store_release(&known, 0);
	spin_unlock(&accesses[1].lock);
	spin_unlock_irqrestore(&accesses[0].lock, flags);
	domain_renew();
	return forgotten;
}

static void access_release(struct set_entry *entry)
{
	access_free(container_of(entry, struct access, entry));
}

/**
 * access_free_forgotten() - free all accesses of earlier generations
 *
 * Context: may sleep; no cache, list or reader uses these accesses any more. Serialised with
 * access_forget().
 */
void access_free_forgotten(void)
{
	set_clear(access_set(generation - 1), SLOTS, access_release);
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
 * access_forgotten() - get the number of forgotten accesses that are still in memory
 *
 * Context: any.
 * Return: the number.
 */
u32 access_forgotten(void)
{
	return set_count(access_set(generation_now() - 1));
}

/**
 * access_patterns() - get the number of known accesses whose object is a pattern
 *
 * Context: any.
 * Return: the number, without patterns that a file_pattern made.
 */
u32 access_patterns(void)
{
	return READ_ONCE(patterns);
}

/**
 * access_table_bytes() - get the memory of the tables of accesses that no user pays for
 *
 * Context: any.
 * Return: the number of bytes, without the accesses.
 */
size_t access_table_bytes(void)
{
	return set_unpaid_bytes(&accesses[0]) + set_unpaid_bytes(&accesses[1]);
}

/**
 * access_init() - initialise the sets of accesses
 *
 * Context: may sleep; after share_init().
 * Return: 0, or -ENOMEM.
 */
int access_init(void)
{
	known = 0;
	patterns = 0;
	logins_init();
	return set_init_pair(accesses, SLOTS);
}

/**
 * access_exit() - free all accesses
 *
 * Context: may sleep. Accesses must no longer be used.
 */
void access_exit(void)
{
	set_destroy(&accesses[0], access_release);
	set_destroy(&accesses[1], access_release);
}
