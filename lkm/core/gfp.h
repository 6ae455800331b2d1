/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_GFP_H
#define ASHIATO_GFP_H

#include <linux/gfp.h>

/*
 * How hooks allocate. A hook that may sleep may hold locks of a file system, and a
 * shortage of memory must not make the kernel kill a process.
 */
#define GFP_HOOK (GFP_NOFS | __GFP_NOWARN | __GFP_RETRY_MAYFAIL)
#define GFP_HOOK_ATOMIC (GFP_NOWAIT | __GFP_NOWARN)

#endif
