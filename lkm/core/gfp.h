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
 * slab_alloc() - allocate an object that a task or a program needs
 * @cache: cache of small objects
 * @gfp: allocation flags
 *
 * A user can set the limit of a cgroup so low that the first allocation fails. GFP_ATOMIC may
 * exceed that limit, and also use the reserves of the kernel.
 *
 * Context: any that @gfp allows.
 * Return: the object, or NULL.
 */
static inline void *slab_alloc(struct kmem_cache *cache, gfp_t gfp)
{
	return kmem_cache_alloc(cache, gfp) ?:
	       kmem_cache_alloc(cache, GFP_ATOMIC | __GFP_NOWARN | (gfp & __GFP_ZERO));
}

#endif
