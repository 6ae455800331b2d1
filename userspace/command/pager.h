/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_PAGER_H
#define ASHIATO_PAGER_H

#include <stdbool.h>

void pager_forbid(void);
bool pager_begin(void);
void pager_end(void);

#endif
