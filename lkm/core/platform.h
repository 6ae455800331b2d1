/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the pure C files use of the kernel: its headers in the module, a thin shim in the
 * unit tests.
 */
#ifndef ASHIATO_PLATFORM_H
#define ASHIATO_PLATFORM_H

#ifdef __KERNEL__
#include <linux/atomic.h>
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
