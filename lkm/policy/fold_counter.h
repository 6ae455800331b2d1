/* SPDX-License-Identifier: GPL-2.0-only */
/* Internals of policy/: the counters of the values of words. */
#ifndef ASHIATO_FOLD_COUNTER_H
#define ASHIATO_FOLD_COUNTER_H

#include "core/hash.h"
#include "core/platform.h"

struct domain;

/**
 * struct fold - an access whose words are counted
 * @domain: domain of the access
 * @seed: hash of the domain, the operation and the payer; each counter's key is derived from it
 * @is_full: whether the domain has all the accesses that it may have: fold each word
 * @is_shared: set if the result is shared, see fold_object()
 * @uid: user who pays for counters
 * @gfp: allocation flags
 */
struct fold {
	struct domain *domain;
	u64 seed;
	bool is_full;
	bool *is_shared;
	u32 uid;
	gfp_t gfp;
};

/* Kinds of values that a counter counts; each kind has a bound of its own. */
enum count {
	COUNT_NONE,	/* nothing: the counter only shows that a value was seen */
	COUNT_FILES,
	COUNT_DIRECTORIES,
	COUNT_BELOW,	/* directories in which something was accessed */
	COUNTS,
	/* Counters of other kinds reuse the numbers. */
	COUNT_VALUES = COUNT_FILES,
	COUNT_NETWORKS = COUNT_DIRECTORIES,
};

/* Starts of the keys of counters. Those of directories start with the index of the word: 0 to 3. */
enum {
	KEY_VALUE = 16,
	KEY_REST,
	KEY_ADDRESS,
	KEY_PORT,
	KEY_ADDRESS_SEEN,
	KEY_PORT_SEEN,
	KEY_VARIABLES,
	KEY_ABSTRACT,
	KEY_TARGETS,
	KEY_TARGET_SEEN,
	KEY_PORTS,
};

static inline u64 fold_key(const struct fold *fold, u32 start)
{
	return hash_mix(fold->seed, start);
}

bool counter_exists(u64 key);
bool counter_is_full(u64 key, enum count what, u32 bound);
int count_value(const struct fold *fold, u64 key, enum count what, u32 bound);
int note_value(const struct fold *fold, u64 key);
int count_distinct(const struct fold *fold, u64 key, u64 value, enum count what, u32 bound);

#endif
