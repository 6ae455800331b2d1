/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_BACKLOG_H
#define ASHIATO_BACKLOG_H

#include <linux/types.h>

void backlog_init(void);
u32 backlog_room(void);
bool backlog_is_certain(void);
bool backlog_loss_is_panic(void);

#endif
