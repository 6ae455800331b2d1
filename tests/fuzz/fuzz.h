/* SPDX-License-Identifier: GPL-2.0-only */
/* What all fuzzed programs share. */
#ifndef ASHIATO_FUZZ_H
#define ASHIATO_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* What has to hold; libFuzzer keeps the input with which it does not. */
#define check(condition)	\
	((condition) ? (void)0 : fuzz_fail(#condition, __FILE__, __LINE__))

/**
 * struct piece - A part of the input
 * @data: bytes; in memory of their own, so that one too many is seen
 * @size: how many
 */
struct piece {
	char *data;
	size_t size;
};

/* libFuzzer calls it */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

void fuzz_fail(const char *condition, const char *file, int line)
	__attribute__((noreturn));
size_t fuzz_choose(const void *data, size_t size, size_t nth, size_t count);
struct piece fuzz_shift(const uint8_t **data, size_t *size, char stop);
void fuzz_free(struct piece *piece);
int fuzz_file(const void *data, size_t size);

#endif
