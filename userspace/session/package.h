/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_PACKAGE_H
#define ASHIATO_PACKAGE_H

#include "base/text.h"

void package_of(const char *path, struct text *package);

#endif
