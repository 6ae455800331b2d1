/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_BOUNDS_H
#define ASHIATO_BOUNDS_H

#include "model.h"

/* The part of a limit that one user may use is 1 / BOUNDS_SHARE. */
#define BOUNDS_SHARE	8

/**
 * struct bounds_place - Where a domain has accesses that a bound made patterns
 * @domain: domain
 * @where: directory, or file, or kind of access
 * @pattern: pattern of one of these accesses
 * @is_directory: @where is a directory
 * @order: position of the first of them, for a stable sort
 * @count: number of accesses
 */
struct bounds_place {
	const struct domain *domain;
	struct span where;
	struct span pattern;
	bool is_directory;
	size_t order;
	size_t count;
};

/**
 * struct bounds_user - Accesses, domains and memory that a user has taken
 * @uid: user, or - for all users without an entry of their own
 * @full: limit that the user has reached: accesses, domains, histories or bytes; or -
 * @accesses: number of accesses
 * @domains: number of domains
 * @histories: number of histories
 * @bytes: memory
 * @lost: number of accesses, domains and histories that were refused
 */
struct bounds_user {
	char uid[24];
	char full[24];
	uint64_t accesses;
	uint64_t domains;
	uint64_t histories;
	uint64_t bytes;
	uint64_t lost;
};

/**
 * struct bounds - The module's files patterns and users
 * @patterns: domains, with accesses that a bound made patterns
 * @place: where they are, most accesses first
 * @place_count: number of places
 * @user: users, those at a limit first, then by memory
 * @user_count: number of users
 */
struct bounds {
	struct model patterns;
	struct bounds_place *place;
	size_t place_count;
	struct bounds_user *user;
	size_t user_count;
};

int bounds_read_patterns(struct bounds *bounds, int fd);
int bounds_read_users(struct bounds *bounds, int fd);
void bounds_free(struct bounds *bounds);
bool user_is_full(const struct bounds_user *user);
void user_name(const struct bounds_user *user, struct text *out);

#endif
