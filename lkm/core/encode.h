/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_ENCODE_H
#define ASHIATO_ENCODE_H

#ifdef __KERNEL__
#include <linux/types.h>
#else
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#endif

/* Maximum length of the encoding of one byte: \ooo. */
#define ENCODE_EXPANSION 4

/* Length of "YYYY/MM/DD-hh:mm:ss". */
#define ENCODE_TIME_LENGTH 19

size_t encode_name(char *dst, size_t size, const char *src, size_t len);
size_t encode_subject_name(char *dst, size_t size, const char *src, size_t len);
size_t encode_time(char *dst, size_t size, long long seconds);

#endif
