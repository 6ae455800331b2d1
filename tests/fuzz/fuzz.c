// SPDX-License-Identifier: GPL-2.0-only
/* What all fuzzed programs share: pieces of the input, and what has to hold. */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fuzz.h"

/**
 * fuzz_fail() - End the program: something does not hold
 * @condition: what
 * @file: where it was asked for
 * @line: there
 */
void fuzz_fail(const char *condition, const char *file, int line)
{
	dprintf(STDERR_FILENO, "%s:%d: does not hold: %s\n", file, line,
		condition);
	abort();
}

/**
 * fuzz_choose() - Choose something that is the same for the same input
 * @data: input
 * @size: bytes
 * @nth: of several choices
 * @count: from how many to choose
 *
 * Return: 0 to @count - 1; 0 when there is no choice.
 */
size_t fuzz_choose(const void *data, size_t size, size_t nth, size_t count)
{
	const uint8_t *byte = data;
	uint64_t hash = 0xcbf29ce484222325 + nth;

	/* FNV-1a (Fowler, Noll, Vo); the last bits of it are weak */
	for (size_t i = 0; i < size; i++)
		hash = (hash ^ byte[i]) * 0x100000001b3;
	hash = (hash ^ nth) * 0x9e3779b97f4a7c15;
	return count ? (hash >> 32) % count : 0;
}

/**
 * fuzz_shift() - Cut a piece off the input
 * @data: input; behind the piece and what ends it afterwards
 * @size: bytes; afterwards what is left
 * @stop: what ends the piece
 *
 * Return: the piece, to be freed.
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
 * fuzz_free() - Give the memory of a piece back
 * @piece: from fuzz_shift()
 */
void fuzz_free(struct piece *piece)
{
	free(piece->data);
}

/**
 * fuzz_file() - Make a file of bytes
 * @data: what is in it
 * @size: how many
 *
 * Return: file descriptor, at the beginning of the file.
 */
int fuzz_file(const void *data, size_t size)
{
	int fd = memfd_create("input", MFD_CLOEXEC);

	check(fd >= 0);
	check(pwrite(fd, data, size, 0) == (ssize_t)size);
	return fd;
}
