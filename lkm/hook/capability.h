/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_CAPABILITY_H
#define ASHIATO_CAPABILITY_H

#include <linux/types.h>

/* What AKARI calls capabilities, and the kernel does not; beyond all numbers of those. */
enum {
	CAPABILITY_USE_ROUTE = 1000,
	CAPABILITY_USE_PACKET,
	CAPABILITY_USE_KERNEL_MODULE,
};

int capability_number(const char *name);
void capability_name(int number, char *name, size_t size);

#endif
