/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_LOGINS_H
#define ASHIATO_LOGINS_H

#include "platform.h"

struct access;

/* The user ID of a task that no login started. */
#define LOGIN_NONE ((u32)-1)

/* Maximum number of users for each access. */
#define LOGINS_MAX 8

/**
 * struct login - uses of an access by one user's logins
 * @uid: user who logged in
 * @first: time of the first use, in seconds since 1970
 * @last: time of the last use, in seconds since 1970
 * @count: number of uses
 */
struct login {
	u32 uid;
	u32 first;
	u32 last;
	u64 count;
};

/**
 * struct logins - the users whose logins used an access last
 * @others: number of uses by users who are no longer in the list
 * @owner: user who pays for the list, from share_take()
 * @room: number of users for whom the list has room
 * @count: number of users in the list
 * @refused: the last two users for whom the list could not grow, see logins.c
 * @login: the users
 */
struct logins {
	u64 others;
	u16 owner;
	u8 room;
	u8 count;
	u32 refused;
	struct login login[];
};

/**
 * struct logins_copy - a copy of a list
 * @others: as in &struct logins
 * @count: number of users
 * @login: the users
 */
struct logins_copy {
	u64 others;
	u32 count;
	struct login login[LOGINS_MAX];
};

bool logins_add(struct access *access, const struct login *more, bool is_late);
int logins_grow(struct access *access, u32 number, u32 uid, gfp_t gfp);
void logins_get(const struct access *access, struct logins_copy *copy);
void logins_free(struct logins *logins);
void logins_init(void);

#endif
