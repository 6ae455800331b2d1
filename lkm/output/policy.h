/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_POLICY_H
#define ASHIATO_POLICY_H

void policy_load(const char *name);

#endif
