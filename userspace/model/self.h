/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_SELF_H
#define ASHIATO_SELF_H

#include "model.h"

void self_mark(struct model *model);
bool self_expects(const char *line);

#endif
