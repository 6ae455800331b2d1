/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_SELF_H
#define ASHIATO_SELF_H

#include "model.h"

int own_mark(struct model *model);
bool own_expects(const char *line);

#endif
