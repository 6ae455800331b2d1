/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_EXITS_H
#define ASHIATO_EXITS_H

#include <linux/types.h>

void exits_init(void);
void exits_exit(void);
bool exits_are_missing(void);

#endif
