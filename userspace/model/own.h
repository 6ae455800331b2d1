/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_OWN_H
#define ASHIATO_OWN_H

#include "model.h"

int own_mark(struct model *model);
bool own_expects(const char *line);

#endif
