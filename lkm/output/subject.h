/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_SUBJECT_H
#define ASHIATO_SUBJECT_H

#include <linux/types.h>

int subject_init(void);
void subject_drain(void);

#endif
