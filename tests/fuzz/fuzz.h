/* SPDX-License-Identifier: GPL-2.0-only */
/* Common to all fuzzers. */
#ifndef ASHIATO_FUZZ_H
#define ASHIATO_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Assert; libFuzzer keeps the input when it fails. */
#define check(condition)	\
	((condition) ? (void)0 : fuzz_fail(#condition, __FILE__, __LINE__))

/**
 * struct piece - A part of the input
 * @data: bytes, in an allocation of exactly @size so that ASan detects an overread
 * @size: number of bytes
 */
struct piece {
	char *data;
	size_t size;
};

/* Called by libFuzzer for each input. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

void fuzz_fail(const char *condition, const char *file, int line)
	__attribute__((noreturn));
size_t fuzz_choose(const void *data, size_t size, size_t nth, size_t count);
struct piece fuzz_shift(const uint8_t **data, size_t *size, char stop);
void fuzz_free(struct piece *piece);
int fuzz_file(const void *data, size_t size);

#endif
