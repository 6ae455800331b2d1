/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_PROGRAM_H
#define ASHIATO_PROGRAM_H

#include "text.h"

#define PROGRAM_OUTPUT_MAX	4096

int program_output(const char *const argv[], int limit_ms, struct text *output);

#endif
