/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_GFP_H
#define ASHIATO_GFP_H

#include <linux/gfp.h>

/*
 * Allocation flags for hooks. A hook that may sleep may be called with locks of a file
 * system held, and its allocation must not invoke the OOM killer.
 */
#define GFP_HOOK (GFP_NOFS | __GFP_NOWARN | __GFP_RETRY_MAYFAIL)
#define GFP_HOOK_ATOMIC (GFP_NOWAIT | __GFP_NOWARN)

#endif
