/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_RATE_H
#define ASHIATO_RATE_H

#include <linux/types.h>

#include "core/access.h"

/* Module parameters: records a second and at once for each user; 0 a second: no limit. */
extern unsigned int record_rate;
extern unsigned int record_burst;

bool rate_allows(uid_t uid, enum access_report why);
void rate_init(bool (*report)(uid_t uid, u32 count));
void rate_exit(void);

#endif
