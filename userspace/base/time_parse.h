/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_TIME_PARSE_H
#define ASHIATO_TIME_PARSE_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

int time_parse(const char *typed, time_t now, bool is_end, int64_t *time_ms);

#endif
