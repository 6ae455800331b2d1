/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_PAGER_H
#define ASHIATO_PAGER_H

void pager_begin(void);
void pager_end(void);

#endif
