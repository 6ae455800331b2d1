/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_RESET_H
#define ASHIATO_RESET_H

#include <linux/types.h>

int reset_all(u32 *domains, u32 *accesses);
u32 reset_count(void);
time64_t reset_time(void);
u32 reset_reader_begin(void);
void reset_reader_end(u32 number);
bool reset_reader_resume(u32 number);
void reset_reader_pause(void);

#endif
