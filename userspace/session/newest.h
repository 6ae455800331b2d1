/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_NEWEST_H
#define ASHIATO_NEWEST_H

#include "base/text.h"

int newest_state(struct text *path);

#endif
