/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_TIMES_H
#define ASHIATO_TIMES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"

/* End of the year 9999: a later time is damage. */
#define SECONDS_MAX	253402300799

/**
 * enum outcome - Outcome of one or more uses of an access
 * @OUTCOME_UNKNOWN: not known, and none of them is known to have been allowed
 * @OUTCOME_DONE: at least one of them was allowed
 * @OUTCOME_REFUSED: all of them were refused
 */
enum outcome {
	OUTCOME_UNKNOWN,
	OUTCOME_DONE,
	OUTCOME_REFUSED,
};

/**
 * struct outcome_times - Uses of an access that had the same outcome
 * @last_ms: last of them in milliseconds since 1970; 0 when there is none
 * @count: number of them
 */
struct outcome_times {
	int64_t last_ms;
	uint64_t count;
};

/**
 * struct access_times - When and how often an access was made
 * @first_ms: first use in milliseconds since 1970; 0 when unknown
 * @last_ms: last use in milliseconds since 1970
 * @count: number of uses, whatever their outcome
 * @done: uses that are known to have been allowed
 * @refused: uses that are known to have been refused
 */
struct access_times {
	int64_t first_ms;
	int64_t last_ms;
	uint64_t count;
	struct outcome_times done;
	struct outcome_times refused;
};

/* Number of users that are kept for an access */
#define LOGINS_MAX	8

/**
 * struct login_uses - Uses of an access by the logins of one user
 * @uid: user
 * @first_ms: first use in milliseconds since 1970
 * @last_ms: last use in milliseconds since 1970
 * @count: number of uses
 */
struct login_uses {
	uint64_t uid;
	int64_t first_ms;
	int64_t last_ms;
	uint64_t count;
};

/**
 * struct login_list - The last users whose logins made an access
 * @count: number of users
 * @login: the users
 * @others: number of uses by users who are not in the list
 */
struct login_list {
	size_t count;
	struct login_uses login[LOGINS_MAX];
	uint64_t others;
};

/**
 * struct stamp - A time in the format of RFC 3339
 * @text: 2026-11-21T15:13:22.042Z; empty when the time is unknown
 */
struct stamp {
	char text[32];
};

/**
 * struct times_line - Line of a saved state with the times of an access
 * @text: # used FIRST LAST COUNT [done [N LAST]] [refused [N LAST]] [login UID FIRST LAST N]...
 *	[others N]
 */
struct times_line {
	char text[1280];
};

struct stamp stamp_of(int64_t time_ms);
enum outcome times_outcome(const struct access_times *times);
void times_add(struct access_times *sum, const struct access_times *more);
struct login_uses *login_list_find(struct login_list *logins, uint64_t uid);
void login_list_add(struct login_list *logins, const struct login_uses *more);
bool times_print(const struct access_times *times, const struct login_list *logins,
		 struct times_line *line);
bool is_times_line(struct span line);
int times_parse(struct span line, struct access_times *times, struct login_list *logins);

#endif
