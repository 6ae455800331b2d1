/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_GFP_H
#define ASHIATO_GFP_H

#include <linux/gfp.h>
#include <linux/slab.h>

/*
 * Allocation flags for hooks. A hook that may sleep may be called with locks of a file
 * system held, and its allocation must not invoke the OOM killer.
 */
#define GFP_HOOK (GFP_NOFS | __GFP_NOWARN | __GFP_RETRY_MAYFAIL)
#define GFP_HOOK_ATOMIC (GFP_NOWAIT | __GFP_NOWARN)

/**
 * slab_zalloc() - allocate what a task or a program cannot do without
 * @cache: cache of small objects
 * @gfp: allocation flags
 *
 * A cgroup at its limit refuses the charge, and a user can choose that limit: it does not
 * refuse a charge of GFP_ATOMIC. That may also use the reserves of the kernel.
 *
 * Context: any that @gfp allows.
 * Return: the object, zeroed; or NULL.
 */
static inline void *slab_zalloc(struct kmem_cache *cache, gfp_t gfp)
{
	return kmem_cache_zalloc(cache, gfp) ?:
	       kmem_cache_zalloc(cache, GFP_ATOMIC | __GFP_NOWARN);
}

#endif
