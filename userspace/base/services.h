/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_SERVICES_H
#define ASHIATO_SERVICES_H

#include "text.h"

const char *service_name(const char *protocol, struct span port);

#endif
