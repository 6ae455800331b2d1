/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_PATTERN_H
#define ASHIATO_PATTERN_H

#ifdef __KERNEL__
#include <linux/types.h>
#else
#include <stdbool.h>
#include <stddef.h>
#endif

/* Maximum number of tokens of a pattern that can match more than one character. */
#define PATTERN_REPEATS_MAX 20

bool pattern_is_valid(const char *pattern, size_t len);
bool pattern_is_literal(const char *pattern, size_t len);
size_t pattern_least(const char *pattern, size_t len);
bool pattern_matches(const char *pattern, size_t pattern_len, const char *name,
		     size_t name_len);

#endif
