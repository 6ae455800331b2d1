/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_TITLE_H
#define ASHIATO_TITLE_H

#include "base/text.h"

void sources_describe(char *const *names, struct text *out);

#endif
