/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_CAPABILITY_H
#define ASHIATO_CAPABILITY_H

#include <linux/types.h>

#include "core/access.h"

struct user_namespace;

/*
 * Capabilities of AKARI (TOMOYO as a loadable module). Their numbers are above those of the
 * kernel.
 */
enum {
	CAPABILITY_USE_ROUTE = 1000,
	CAPABILITY_USE_PACKET,
	CAPABILITY_USE_KERNEL_MODULE,
};

int capability_number(const char *name);
void capability_name(int number, char *name, size_t size);
struct domain *capability_domain(const struct user_namespace *ns, enum access_op *op);

#endif
