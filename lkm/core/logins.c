// SPDX-License-Identifier: GPL-2.0-only
/*
 * The users whose logins used an access. An access that no login used has no list. A list has room
 * for two users first, then for LOGINS_MAX. A further user replaces the user whose last use is the
 * oldest.
 *
 * If a list cannot be allocated, the access remembers the user who should have paid for it, and the
 * user before: further uses by these two try no allocation. Uses by other users do: one user's full
 * share must not hide the logins of another. Pure C: see platform.h.
 */
#include "access.h"
#include "logins.h"
#include "share.h"

/* Number of users for whom a list has room at first. */
#define LOGINS_FEW 2

/* Locks of the lists, by the address of the access. Innermost; interrupts are off. */
static raw_spinlock_t locks[64];

static raw_spinlock_t *logins_lock(const struct access *access)
{
	return &locks[(uintptr_t)access / sizeof(*access) % ARRAY_SIZE(locks)];
}

/* Adds a user to the last two users for whom a list could not be allocated; 0 stands for none. */
static u32 refused_add(u32 refused, u16 owner)
{
	return refused << 16 | (owner + 1u);
}

static bool refused_has(u32 refused, u16 owner)
{
	return (u16)refused == owner + 1 || refused >> 16 == owner + 1u;
}

/* Takes the place of a list that could not be allocated. */
static struct logins *refusal_of(u32 refused)
{
	return (void *)((uintptr_t)refused << 1 | 1);
}

/* Returns the list of an access, or NULL. */
static struct logins *logins_of(const struct access *access)
{
	struct logins *logins = READ_ONCE(access->logins);

	return (uintptr_t)logins & 1 ? NULL : logins;
}

/* Returns the last two users for whom the list of an access could not be allocated. */
static u32 refused_locked(const struct access *access)
{
	const struct logins *logins = logins_of(access);

	return logins ? logins->refused : (uintptr_t)access->logins >> 1;
}

/* Moves the user at @place to the end of the list: the list is in the order of changes. */
static struct login *login_move(struct logins *logins, u32 place)
{
	struct login *login = &logins->login[place], moved = *login;
	u32 end = logins->count - 1;

	memmove(login, login + 1, (end - place) * sizeof(*login));
	logins->login[end] = moved;
	return &logins->login[end];
}

/* Returns the place of a user; else the place of the user whose last use is the oldest. */
static u32 login_find(const struct logins *logins, u32 uid)
{
	u32 oldest = 0, i;

	for (i = 0; i < logins->count; i++) {
		if (logins->login[i].uid == uid)
			return i;
		if (logins->login[i].last < logins->login[oldest].last)
			oldest = i;
	}
	return oldest;
}

static bool logins_add_locked(struct logins *logins, const struct login *more, bool is_late)
{
	u32 place = login_find(logins, more->uid);
	struct login *login = &logins->login[place];

	if (logins->count && login->uid == more->uid) {
		login = login_move(logins, place);
		login->last = max(login->last, more->last);
		login->count += more->count;
	} else if (logins->count < logins->room) {
		logins->login[logins->count++] = *more;
	} else if (!is_late && logins->room < LOGINS_MAX) {
		return false;
	} else if (login->last + is_late > more->last) {
		logins->others += more->count;
	} else {
		logins->others += login->count;
		*login_move(logins, place) = *more;
	}
	return true;
}

/**
 * logins_add() - add uses of an access by a user's logins
 * @access: the access
 * @more: the uses. If the user is in the list, @first is ignored
 * @is_late: whether the uses were counted earlier by a CPU, or the list cannot grow
 *
 * Context: any; allocates nothing.
 * Return: false if the list must grow first.
 */
bool logins_add(struct access *access, const struct login *more, bool is_late)
{
	raw_spinlock_t *lock = logins_lock(access);
	struct logins *logins;
	unsigned long flags;
	bool added;

	raw_spin_lock_irqsave(lock, flags);
	logins = logins_of(access);
	added = logins && logins_add_locked(logins, more, is_late);
	raw_spin_unlock_irqrestore(lock, flags);
	return added;
}

/* Returns an empty list, for which the user was charged; or an ERR_PTR. */
static struct logins *logins_create(u32 room, u32 uid, gfp_t gfp)
{
	struct logins *logins = kzalloc(offsetof(struct logins, login) +
					room * sizeof(struct login), gfp);
	int owner;

	if (!logins)
		return ERR_PTR(-ENOMEM);
	owner = share_take(uid, &(struct share){ .bytes = ksize(logins) });
	if (owner < 0) {
		kfree(logins);
		return ERR_PTR(owner);
	}
	logins->owner = owner;
	logins->room = room;
	return logins;
}

/**
 * logins_free() - free a list, and undo the charge to its user
 * @logins: the list; or as in &struct access if there is none
 *
 * Context: any.
 */
void logins_free(struct logins *logins)
{
	if (!logins || (uintptr_t)logins & 1)
		return;
	share_return(logins->owner, &(struct share){ .bytes = ksize(logins) });
	kfree(logins);
}

/* Replaces the list of an access by a larger one. Returns the list to free. */
static struct logins *logins_replace(struct access *access, struct logins *next)
{
	raw_spinlock_t *lock = logins_lock(access);
	struct logins *old;
	unsigned long flags;

	raw_spin_lock_irqsave(lock, flags);
	old = logins_of(access);
	/* Another task may have replaced the list already. */
	if (old && old->room >= next->room) {
		old = next;
	} else {
		if (old) {
			next->others = old->others;
			next->count = old->count;
			memcpy(next->login, old->login, old->count * sizeof(*old->login));
		}
		WRITE_ONCE(access->logins, next);
	}
	raw_spin_unlock_irqrestore(lock, flags);
	return old;
}

/*
 * Returns the number of users for whom the next list of an access has room; 0 if it could not be
 * allocated for the user with entry @owner before.
 */
static u32 logins_next_room(const struct access *access, u16 owner)
{
	raw_spinlock_t *lock = logins_lock(access);
	unsigned long flags;
	u32 room;

	raw_spin_lock_irqsave(lock, flags);
	room = logins_of(access) ? LOGINS_MAX : LOGINS_FEW;
	if (refused_has(refused_locked(access), owner))
		room = 0;
	raw_spin_unlock_irqrestore(lock, flags);
	return room;
}

static void logins_refuse(struct access *access, u16 owner)
{
	raw_spinlock_t *lock = logins_lock(access);
	struct logins *logins;
	unsigned long flags;
	u32 refused;

	raw_spin_lock_irqsave(lock, flags);
	logins = logins_of(access);
	refused = refused_add(refused_locked(access), owner);
	if (logins)
		logins->refused = refused;
	else
		WRITE_ONCE(access->logins, refusal_of(refused));
	raw_spin_unlock_irqrestore(lock, flags);
}

/**
 * logins_grow() - make room for another user in the list of an access
 * @access: access for which logins_add() returned false
 * @number: generation of the access
 * @uid: user who pays for the list
 * @gfp: allocation flags
 *
 * Does nothing after a reset, when the access may be freed; or if it failed for this user before.
 *
 * Context: any that @gfp allows.
 * Return: 0, or the error of share_take(), or -ENOMEM.
 */
int logins_grow(struct access *access, u32 number, u32 uid, gfp_t gfp)
{
	u16 owner = share_entry(uid);
	struct logins *logins;
	u32 room = 0;

	rcu_read_lock();
	if (number == generation_now())
		room = logins_next_room(access, owner);
	rcu_read_unlock();
	if (!room)
		return 0;
	logins = logins_create(room, uid, gfp);
	rcu_read_lock();
	if (number == generation_now()) {
		if (IS_ERR(logins))
			logins_refuse(access, owner);
		else
			logins = logins_replace(access, logins);
	}
	rcu_read_unlock();
	if (IS_ERR(logins))
		return PTR_ERR(logins);
	logins_free(logins);
	return 0;
}

/**
 * logins_get() - copy the list of an access
 * @access: the access
 * @copy: filled in
 *
 * Context: any.
 */
void logins_get(const struct access *access, struct logins_copy *copy)
{
	raw_spinlock_t *lock = logins_lock(access);
	const struct logins *logins;
	unsigned long flags;

	copy->count = 0;
	copy->others = 0;
	/* A list is never removed while the access is used. */
	if (!logins_of(access))
		return;
	raw_spin_lock_irqsave(lock, flags);
	logins = logins_of(access);
	copy->count = logins->count;
	copy->others = logins->others;
	memcpy(copy->login, logins->login, logins->count * sizeof(*logins->login));
	raw_spin_unlock_irqrestore(lock, flags);
}

/**
 * logins_init() - initialise the locks
 *
 * Context: any.
 */
void logins_init(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(locks); i++)
		raw_spin_lock_init(&locks[i]);
}
