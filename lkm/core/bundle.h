/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_BUNDLE_H
#define ASHIATO_BUNDLE_H

#include <linux/percpu.h>
#include <linux/rcupdate.h>
#include <linux/types.h>

struct access;

/* The most accesses of one bundle. */
#define BUNDLE_MAX 256

/**
 * struct bundle - accesses that come together, and are counted as one
 * @rcu: for freeing
 * @key: 64 keyed bits that stand for the domain and for all of them
 * @last: when they were used last; seconds since 1970
 * @uses: how often they were used, on each CPU
 * @told: how often the accesses know of
 * @room: how many there is room for
 * @count: how many there are
 * @accesses: which; one that comes twice is there twice
 */
struct bundle {
	struct rcu_head rcu;
	u64 key;
	u32 last;
	u32 __percpu *uses;
	u32 told;
	u32 room;
	u32 count;
	struct access *accesses[];
};

struct bundle *bundle_create(u32 room, gfp_t gfp);
void bundle_free(struct bundle *bundle);
void bundle_add(struct bundle *bundle, u32 accesses, u64 key);
u32 bundle_use(u64 key, u32 now);
void bundle_flush(void);
void bundle_forget(void);
size_t bundle_bytes(void);
void bundle_exit(void);

#endif
