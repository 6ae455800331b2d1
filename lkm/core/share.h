/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_SHARE_H
#define ASHIATO_SHARE_H

#include "platform.h"

/*
 * Number of users with an entry of their own, besides root. Further daemons share an entry, and
 * so do all further users.
 */
#define SHARE_USERS 1024

/* Number of entries for share_user_get(). */
#define SHARE_ENTRIES (SHARE_USERS + 3)

/* The user ID in the entries that further users share. */
#define SHARE_OTHERS ((u32)-1)

/* Texts that are longer are counted in @long_bytes, too. The same number as PATH_MAX. */
#define SHARE_TEXT_LONG 4096

/**
 * struct share - what a user takes of the limits
 * @accesses: number of accesses
 * @domains: number of domains
 * @histories: number of histories; their memory is not counted in @bytes
 * @bytes: memory, in bytes
 * @long_bytes: part of @bytes for texts that are longer than SHARE_TEXT_LONG
 */
struct share {
	size_t accesses;
	size_t domains;
	size_t histories;
	size_t bytes;
	size_t long_bytes;
};

/**
 * struct share_user - what a user has taken and lost
 * @uid: user ID; SHARE_OTHERS for an entry that further users share
 * @is_system: whether the user is one of the system's daemons
 * @used: what the user has taken
 * @lost: number of accesses, domains, histories and cgroups that were refused since the last reset
 * @full: the limit that refused the last access or domain: a member of &struct share. The limit of
 *	histories if it refused no access and no domain. NULL if nothing was refused.
 */
struct share_user {
	u32 uid;
	bool is_system;
	struct share used;
	u64 lost;
	const char *full;
};

/* Users below this ID are the system's daemons, which other users cannot crowd out. */
extern u32 share_system_uids;

/* Maximum number of histories; 0: no maximum. May change at any time. */
extern unsigned int share_histories;

void share_init(void);
void share_set_limits(const struct share *limits);
u32 share_entry(u32 uid);
int share_take(u32 uid, const struct share *amount);
void share_return(u16 owner, const struct share *amount);
const char *share_full_of(u32 uid);
bool share_has_long(u32 uid, size_t bytes);
void share_forget(void);
void share_limits(struct share *limits);
void share_total(struct share *total);
bool share_user_get(u32 index, struct share_user *user);

#endif
