/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_BUNDLE_H
#define ASHIATO_BUNDLE_H

#include <linux/percpu.h>
#include <linux/rcupdate.h>
#include <linux/types.h>

struct access;
struct domain;

/* Maximum number of accesses of a bundle. */
#define BUNDLE_MAX 256

/**
 * struct bundle - accesses that are repeated together and counted as one
 * @rcu: for freeing
 * @seed: seed of the domain before the accesses were looked up
 * @key: keyed 64-bit hash of the seed of the domain and of all accesses
 * @login: user of the login that uses them, see login_current()
 * @last: time of the last use, in seconds since 1970
 * @uses: number of uses on each CPU
 * @flushed: number of uses that were added to the accesses
 * @room: number of elements of @accesses
 * @count: number of accesses
 * @accesses: the accesses; may contain duplicates
 */
struct bundle {
	struct rcu_head rcu;
	u64 seed;
	u64 key;
	u32 login;
	u32 last;
	u32 __percpu *uses;
	u32 flushed;
	u32 room;
	u32 count;
	struct access *accesses[];
};

struct bundle *bundle_create(const struct domain *domain, u32 room, gfp_t gfp);
void bundle_free(struct bundle *bundle);
void bundle_add(struct bundle *bundle, const struct domain *domain, u32 accesses, u64 key);
u32 bundle_use(u64 key, u32 now);
void bundle_flush(void);
void bundle_forget(void);
size_t bundle_bytes(void);
void bundle_exit(void);

#endif
