// SPDX-License-Identifier: GPL-2.0-only
/* Common to all fuzzers: parts of the input, temporary files, assertions. */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fuzz.h"

/**
 * fuzz_fail() - Report a failed check() and abort
 * @condition: text of the condition
 * @file: source file of the check
 * @line: line of the check
 */
void fuzz_fail(const char *condition, const char *file, int line)
{
	dprintf(STDERR_FILENO, "%s:%d: does not hold: %s\n", file, line,
		condition);
	abort();
}

/**
 * fuzz_choose() - Derive a number from the input, the same for the same input
 * @data: input
 * @size: bytes of input
 * @nth: index of the choice, for several choices from one input
 * @count: number of alternatives
 *
 * Return: 0 to @count - 1; 0 when @count is 0.
 */
size_t fuzz_choose(const void *data, size_t size, size_t nth, size_t count)
{
	const uint8_t *byte = data;
	uint64_t hash = 0xcbf29ce484222325 + nth;

	/* FNV-1a (Fowler, Noll, Vo); its low bits are weak, so the high ones are used */
	for (size_t i = 0; i < size; i++)
		hash = (hash ^ byte[i]) * 0x100000001b3;
	hash = (hash ^ nth) * 0x9e3779b97f4a7c15;
	return count ? (hash >> 32) % count : 0;
}

/**
 * fuzz_shift() - Cut a piece off the input
 * @data: input; advanced past the piece and its delimiter
 * @size: bytes of input; reduced by what was taken
 * @stop: delimiter
 *
 * Return: the piece; release it with fuzz_free().
 */
struct piece fuzz_shift(const uint8_t **data, size_t *size, char stop)
{
	const uint8_t *end = *size ? memchr(*data, stop, *size) : NULL;
	struct piece piece = { .size = end ? (size_t)(end - *data) : *size };
	size_t taken = piece.size + (end ? 1 : 0);

	piece.data = malloc(piece.size + !piece.size);
	check(piece.data);
	memcpy(piece.data, *data, piece.size);
	*data += taken;
	*size -= taken;
	return piece;
}

/**
 * fuzz_free() - Free the memory of a piece
 * @piece: result of fuzz_shift()
 */
void fuzz_free(struct piece *piece)
{
	free(piece->data);
}

/**
 * fuzz_file() - Create a file in memory
 * @data: content
 * @size: bytes of content
 *
 * Return: file descriptor, positioned at the beginning of the file.
 */
int fuzz_file(const void *data, size_t size)
{
	int fd = memfd_create("input", MFD_CLOEXEC);

	check(fd >= 0);
	check(pwrite(fd, data, size, 0) == (ssize_t)size);
	return fd;
}
