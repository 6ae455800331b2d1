/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_COUNTER_H
#define ASHIATO_COUNTER_H

const char *counter_hint(const char *name);

#endif
