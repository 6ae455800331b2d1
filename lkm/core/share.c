// SPDX-License-Identifier: GPL-2.0-only
/*
 * Users are charged (pay) for the accesses, domains and histories that their programs create. Each
 * user but root may take an eighth of each limit, ordinary users together a half, and all users but
 * root together three quarters: the system's daemons and root always find room.
 *
 * Pure C: see platform.h.
 */
#include "hash.h"
#include "share.h"

/* The entries are divided into sets of WAYS. The hash of a user ID selects the set. */
#define WAYS 8
#define SETS (SHARE_USERS / WAYS)

u32 share_system_uids = 1000;
unsigned int share_histories = 1000000;

/* Entries behind those of the sets: for root, and for users and daemons whose set is full. */
#define ROOT SHARE_USERS
#define OTHERS (SHARE_USERS + 1)
#define OTHER_DAEMONS (SHARE_USERS + 2)

static struct share_user users[SHARE_ENTRIES];
static struct share limit;

/* Sums of the entries of all users, of all but root, and of all ordinary users. */
static struct share total, total_not_root, total_ordinary;

static DEFINE_SPINLOCK(lock);	/* irqs off; protects all of the above */

static bool share_is_empty(const struct share *share)
{
	return !share->accesses && !share->domains && !share->histories && !share->bytes;
}

/*
 * Returns the entry of a user. If the user has none, takes an entry that is empty or whose user
 * has nothing left.
 */
static struct share_user *user_locked(u32 uid)
{
	struct share_user *set, *idle = NULL;
	bool is_system;
	int way;

	if (!uid)
		return &users[ROOT];
	set = &users[hash_mix(uid, 0) % SETS * WAYS];
	is_system = uid < READ_ONCE(share_system_uids);
	for (way = 0; way < WAYS; way++) {
		struct share_user *user = &set[way];

		if (user->uid == uid)
			return user;
		if (share_is_empty(&user->used) && (!idle || idle->lost > user->lost))
			idle = user;
	}
	if (!idle)
		return &users[is_system ? OTHER_DAEMONS : OTHERS];
	*idle = (struct share_user){
		.uid = uid,
		.is_system = is_system,
	};
	return idle;
}

static void share_add(struct share *share, const struct share *amount)
{
	share->accesses += amount->accesses;
	share->domains += amount->domains;
	share->histories += amount->histories;
	share->bytes += amount->bytes;
	share->long_bytes += amount->long_bytes;
}

static void share_subtract(struct share *share, const struct share *amount)
{
	share->accesses -= amount->accesses;
	share->domains -= amount->domains;
	share->histories -= amount->histories;
	share->bytes -= amount->bytes;
	share->long_bytes -= amount->long_bytes;
}

static size_t part(size_t whole, u32 eighths)
{
	return whole / 8 * eighths + whole % 8 * eighths / 8;
}

/* Returns the limit of which @used and @amount together exceed @eighths eighths, or NULL. */
static const char *share_full(const struct share *used, const struct share *amount,
			      u32 eighths)
{
	if (amount->accesses && used->accesses + amount->accesses > part(limit.accesses, eighths))
		return "accesses";
	if (amount->domains && used->domains + amount->domains > part(limit.domains, eighths))
		return "domains";
	if (amount->histories && used->histories + amount->histories >
				 part(READ_ONCE(share_histories) ?: SIZE_MAX, eighths))
		return "histories";
	if (amount->bytes && used->bytes + amount->bytes > part(limit.bytes, eighths))
		return "bytes";
	return NULL;
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
 * share_entry() - get the entry of a user
 * @uid: user ID in the initial user namespace
 *
 * Context: any.
 * Return: the number of the entry, below SHARE_ENTRIES. It belongs to the user at least as long
 * as the user has taken something. If too many users have taken something, users share entries.
 */
u32 share_entry(u32 uid)
{
	unsigned long flags;
	u32 entry;

	spin_lock_irqsave(&lock, flags);
	entry = user_locked(uid) - users;
	spin_unlock_irqrestore(&lock, flags);
	return entry;
}

/**
 * share_take() - charge a user for an access, a domain or a history
 * @uid: user ID in the initial user namespace
 * @amount: the charge
 *
 * Context: any.
 * Return: the number of the user's entry, for share_return(); -EDQUOT if the share of the
 * user, or of all users of the same kind, has no room; -ENOSPC if the limits have none.
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
		/* The kernel log names the limit that refused an access or a domain. */
		if (!amount->histories || !user->full)
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
 * share_full_of() - get the limit that refused the last access or domain of a user
 * @uid: user ID in the initial user namespace
 *
 * Context: any.
 * Return: as in &struct share_user.
 */
const char *share_full_of(u32 uid)
{
	unsigned long flags;
	const char *full;

	spin_lock_irqsave(&lock, flags);
	full = user_locked(uid)->full;
	spin_unlock_irqrestore(&lock, flags);
	return full;
}

/**
 * share_has_long() - check whether a user may keep one more long text
 * @uid: user ID in the initial user namespace
 * @bytes: length of the text
 *
 * Long texts may take an eighth of the user's share of memory.
 *
 * Context: any.
 * Return: true if the user may.
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
 * share_forget() - reset the numbers of refused accesses, domains and histories
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
 * @limits: filled in; @histories is 0 if there is no limit
 *
 * Context: any.
 */
void share_limits(struct share *limits)
{
	unsigned long flags;

	spin_lock_irqsave(&lock, flags);
	*limits = limit;
	spin_unlock_irqrestore(&lock, flags);
	limits->histories = READ_ONCE(share_histories);
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
 * @limits: what all users together may take; @long_bytes and @histories are not used
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
	users[OTHER_DAEMONS].uid = SHARE_OTHERS;
	users[OTHER_DAEMONS].is_system = true;
	total = (struct share){};
	total_not_root = (struct share){};
	total_ordinary = (struct share){};
	limit = (struct share){ .accesses = SIZE_MAX, .domains = SIZE_MAX, .bytes = SIZE_MAX };
}
