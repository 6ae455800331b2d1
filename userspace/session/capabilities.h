/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_CAPABILITIES_H
#define ASHIATO_CAPABILITIES_H

#include <stdbool.h>

void capabilities_drop(bool keep_override);

#endif
