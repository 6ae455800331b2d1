/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_INTERFACE_H
#define ASHIATO_INTERFACE_H

int interface_init(void);
void interface_exit(void);

#endif
