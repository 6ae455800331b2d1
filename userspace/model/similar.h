/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_SIMILAR_H
#define ASHIATO_SIMILAR_H

#include "base/text.h"
#include "model.h"

struct span similar_name(const struct model *model, struct span typed);

#endif
