/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_HOOK_MOUNT_H
#define ASHIATO_HOOK_MOUNT_H

void mount_init(void);

#endif
