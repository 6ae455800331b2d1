// SPDX-License-Identifier: GPL-2.0-only
/*
 * Users pay for the accesses and domains that their programs create. Each user but root may
 * take an eighth of each limit, ordinary users together a half, and all users but root
 * together three quarters: the system's daemons and root always find room.
 *
 * Pure C: see platform.h.
 */
#include "hash.h"
#include "share.h"

/* Users whose IDs hash to the same set use its ways. */
#define WAYS 8
#define SETS (SHARE_USERS / WAYS)

u32 share_system_uids = 1000;

/* Entries behind those of the sets: for root, and for users whose set is full. */
#define ROOT SHARE_USERS
#define OTHERS (SHARE_USERS + 1)

static struct share_user users[SHARE_ENTRIES];
static struct share limit;

/* Sums of the entries of all users, of all but root, and of all ordinary users. */
static struct share total, total_not_root, total_ordinary;

static DEFINE_SPINLOCK(lock);	/* irqs off; protects all of the above */

static bool share_is_empty(const struct share *share)
{
	return !share->accesses && !share->domains && !share->bytes;
}

/*
 * Returns the entry of a user. Without one, takes an entry that is empty or whose user has
 * nothing left.
 */
static struct share_user *user_locked(u32 uid)
{
	struct share_user *set = &users[hash_mix(uid, 0) % SETS * WAYS], *idle = NULL;
	int way;

	if (!uid)
		return &users[ROOT];
	for (way = 0; way < WAYS; way++) {
		struct share_user *user = &set[way];

		if (user->uid == uid)
			return user;
		if (share_is_empty(&user->used) && (!idle || idle->lost > user->lost))
			idle = user;
	}
	if (!idle)
		return &users[OTHERS];
	*idle = (struct share_user){
		.uid = uid,
		.is_system = uid < READ_ONCE(share_system_uids),
	};
	return idle;
}

static void share_add(struct share *share, const struct share *amount)
{
	share->accesses += amount->accesses;
	share->domains += amount->domains;
	share->bytes += amount->bytes;
	share->long_bytes += amount->long_bytes;
}

static void share_subtract(struct share *share, const struct share *amount)
{
	share->accesses -= amount->accesses;
	share->domains -= amount->domains;
	share->bytes -= amount->bytes;
	share->long_bytes -= amount->long_bytes;
}

static size_t part(size_t whole, u32 eighths)
{
	return whole / 8 * eighths + whole % 8 * eighths / 8;
}

/* Returns the limit of which @eighths eighths have no room for @amount more, or NULL. */
static const char *share_full(const struct share *used, const struct share *amount,
			      u32 eighths)
{
	if (amount->accesses && used->accesses + amount->accesses > part(limit.accesses, eighths))
		return "accesses";
	if (amount->domains && used->domains + amount->domains > part(limit.domains, eighths))
		return "domains";
	return used->bytes + amount->bytes > part(limit.bytes, eighths) ? "bytes" : NULL;
}

/* Adds @amount to, or subtracts it from, the user's entry and the totals. */
static void charge_locked(struct share_user *user, const struct share *amount,
			  void (*change)(struct share *share, const struct share *amount))
{
	bool is_root = user == &users[ROOT];

	change(&user->used, amount);
	change(&total, amount);
	if (!is_root)
		change(&total_not_root, amount);
	if (!is_root && !user->is_system)
		change(&total_ordinary, amount);
}

/**
 * share_take() - charge a user for an access or a domain
 * @uid: user ID in the initial user namespace
 * @amount: what it takes
 *
 * Context: any.
 * Return: the number of the user's entry, for share_return(); -EDQUOT if the share of the
 * user, or of users like him, has no room; -ENOSPC if the limits have none.
 */
int share_take(u32 uid, const struct share *amount)
{
	const char *share = NULL, *all;
	struct share_user *user;
	unsigned long flags;
	int ret;

	spin_lock_irqsave(&lock, flags);
	user = user_locked(uid);
	all = share_full(&total, amount, 8);
	if (uid)
		share = share_full(&user->used, amount, 1) ?:
			share_full(&total_not_root, amount, 6);
	if (uid && !share && !user->is_system)
		share = share_full(&total_ordinary, amount, 4);
	if (all || share) {
		user->full = all ?: share;
		user->lost++;
		ret = all ? -ENOSPC : -EDQUOT;
	} else {
		charge_locked(user, amount, share_add);
		ret = user - users;
	}
	spin_unlock_irqrestore(&lock, flags);
	return ret;
}

/**
 * share_return() - give back what a user was charged
 * @owner: number of the user's entry, from share_take()
 * @amount: as for share_take()
 *
 * Context: any.
 */
void share_return(u16 owner, const struct share *amount)
{
	unsigned long flags;

	spin_lock_irqsave(&lock, flags);
	charge_locked(&users[owner], amount, share_subtract);
	spin_unlock_irqrestore(&lock, flags);
}

/**
 * share_has_long() - check whether a user may keep one more long text
 * @uid: user ID in the initial user namespace
 * @bytes: length of the text
 *
 * Long texts may take an eighth of the user's share of memory.
 *
 * Context: any.
 * Return: true if he may.
 */
bool share_has_long(u32 uid, size_t bytes)
{
	unsigned long flags;
	bool has;

	spin_lock_irqsave(&lock, flags);
	has = user_locked(uid)->used.long_bytes + bytes <= limit.bytes / 64;
	spin_unlock_irqrestore(&lock, flags);
	return has;
}

/**
 * share_forget() - reset the numbers of refused accesses and domains
 *
 * Context: any.
 */
void share_forget(void)
{
	unsigned long flags;
	size_t i;

	spin_lock_irqsave(&lock, flags);
	for (i = 0; i < ARRAY_SIZE(users); i++) {
		users[i].lost = 0;
		users[i].full = NULL;
	}
	spin_unlock_irqrestore(&lock, flags);
}

/**
 * share_total() - get what all users have taken
 * @share: filled in
 *
 * Context: any.
 */
void share_total(struct share *share)
{
	unsigned long flags;

	spin_lock_irqsave(&lock, flags);
	*share = total;
	spin_unlock_irqrestore(&lock, flags);
}

/**
 * share_limits() - get the limits
 * @limits: filled in
 *
 * Context: any.
 */
void share_limits(struct share *limits)
{
	unsigned long flags;

	spin_lock_irqsave(&lock, flags);
	*limits = limit;
	spin_unlock_irqrestore(&lock, flags);
}

/**
 * share_user_get() - get the entry of a user
 * @index: number of the entry, from 0
 * @user: filled in
 *
 * Context: any.
 * Return: true; false if the entry is empty.
 */
bool share_user_get(u32 index, struct share_user *user)
{
	unsigned long flags;

	spin_lock_irqsave(&lock, flags);
	*user = users[index];
	spin_unlock_irqrestore(&lock, flags);
	return !share_is_empty(&user->used) || user->lost;
}

/**
 * share_set_limits() - set the limits
 * @limits: what all users together may take; @long_bytes is not used
 *
 * Context: any.
 */
void share_set_limits(const struct share *limits)
{
	unsigned long flags;

	spin_lock_irqsave(&lock, flags);
	limit = *limits;
	spin_unlock_irqrestore(&lock, flags);
}

/**
 * share_init() - forget all users, and set no limits
 *
 * Context: any, while no other function is called.
 */
void share_init(void)
{
	memset(users, 0, sizeof(users));
	users[OTHERS].uid = SHARE_OTHERS;
	total = (struct share){};
	total_not_root = (struct share){};
	total_ordinary = (struct share){};
	limit = (struct share){ .accesses = SIZE_MAX, .domains = SIZE_MAX, .bytes = SIZE_MAX };
}
