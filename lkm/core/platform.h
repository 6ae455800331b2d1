/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The part of the kernel API that "pure C" files use. These files are built for the module,
 * with the kernel's headers, and for the unit tests in user space, with a thin shim.
 */
#ifndef ASHIATO_PLATFORM_H
#define ASHIATO_PLATFORM_H

#ifdef __KERNEL__
#include <linux/atomic.h>
#include <linux/audit.h>
#include <linux/bitops.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/types.h>
#include <linux/vmalloc.h>
#else
#include "shim.h"
#endif

#endif
