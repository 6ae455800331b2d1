/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_LIVE_CGROUPS_H
#define ASHIATO_LIVE_CGROUPS_H

#include "model.h"
#include "source/lines.h"

int live_cgroups_read(struct model *model, int fd, struct damage *damage);

#endif
