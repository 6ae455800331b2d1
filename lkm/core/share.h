/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_SHARE_H
#define ASHIATO_SHARE_H

#include "platform.h"

/* Number of users with an entry of their own, besides root; further users share one. */
#define SHARE_USERS 1024

/* Number of entries for share_user_get(). */
#define SHARE_ENTRIES (SHARE_USERS + 2)

/* The user ID in the entry that further users share. */
#define SHARE_OTHERS ((u32)-1)

/* Texts that are longer are counted in @long_bytes, too. The same number as PATH_MAX. */
#define SHARE_TEXT_LONG 4096

/**
 * struct share - what a user takes of the limits
 * @accesses: number of accesses
 * @domains: number of domains
 * @bytes: memory, in bytes
 * @long_bytes: part of @bytes for texts that are longer than SHARE_TEXT_LONG
 */
struct share {
	size_t accesses;
	size_t domains;
	size_t bytes;
	size_t long_bytes;
};

/**
 * struct share_user - what a user has taken and lost
 * @uid: user ID; SHARE_OTHERS for the entry that further users share
 * @is_system: whether the user is one of the system's daemons
 * @used: what the user has taken
 * @lost: number of accesses and domains that were refused since the last reset
 * @full: the limit that refused the last one: "accesses", "domains", "bytes" or NULL
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

void share_init(void);
void share_set_limits(const struct share *limits);
int share_take(u32 uid, const struct share *amount);
void share_return(u16 owner, const struct share *amount);
bool share_has_long(u32 uid, size_t bytes);
void share_forget(void);
void share_limits(struct share *limits);
void share_total(struct share *total);
bool share_user_get(u32 index, struct share_user *user);

#endif
