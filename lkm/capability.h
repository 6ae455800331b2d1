/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_CAPABILITY_H
#define ASHIATO_CAPABILITY_H

#include <linux/types.h>

int capability_number(const char *name);
void capability_name(int number, char *name, size_t size);

#endif
