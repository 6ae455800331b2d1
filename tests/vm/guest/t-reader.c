// SPDX-License-Identifier: GPL-2.0-only
/*
 * t-reader FILE: reads FILE in large blocks, then with other block sizes and from other
 * offsets, and checks that the text is the same each time. Prints the number of lines and
 * the duration of the first pass in milliseconds, then "the same" or the first difference.
 *
 * t-reader FILE once: only the first pass.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* Read the whole file in blocks of @size. */
static char *read_all(const char *path, size_t size, size_t *len)
{
	size_t room = 1 << 20;
	char *text = malloc(room);
	int fd = open(path, O_RDONLY);
	ssize_t got;

	*len = 0;
	if (fd < 0 || !text)
		exit(printf("%s: %s\n", path, strerror(errno)));
	do {
		if (room - *len < size)
			text = realloc(text, room *= 2);
		got = read(fd, text + *len, size);
		if (got < 0)
			exit(printf("read: %s\n", strerror(errno)));
		*len += got;
	} while (got);
	close(fd);
	return text;
}

int main(int argc, char **argv)
{
	static const size_t sizes[] = { 7, 4093, 65536 };
	struct timespec before, after;
	size_t len, other_len, i, lines = 0;
	char *text, *other, piece[5000];
	int fd;

	if (argc < 2)
		return 2;
	/* Opening the file is an access, which adds a line the first time. */
	fd = open(argv[1], O_RDONLY);
	close(fd);
	clock_gettime(CLOCK_MONOTONIC, &before);
	text = read_all(argv[1], 65536, &len);
	clock_gettime(CLOCK_MONOTONIC, &after);
	for (i = 0; i < len; i++)
		lines += text[i] == '\n';
	printf("%zu lines, %ld ms\n", lines, (after.tv_sec - before.tv_sec) * 1000 +
	       (after.tv_nsec - before.tv_nsec) / 1000000);
	if (argc > 2)
		return 0;
	for (i = len < 100000 ? 0 : 1; i < sizeof(sizes) / sizeof(*sizes); i++) {
		other = read_all(argv[1], sizes[i], &other_len);
		if (other_len != len || memcmp(text, other, len))
			return printf("in blocks of %zu bytes the text differs\n", sizes[i]);
		free(other);
	}
	if (len < 100000) {
		other = read_all(argv[1], 1, &other_len);
		if (other_len != len || memcmp(text, other, len))
			return printf("byte by byte the text differs\n");
	}
	/* Offsets forwards, backwards and in the middle of lines. */
	fd = open(argv[1], O_RDONLY);
	for (i = 1; i < 8; i++) {
		off_t place = (i * 0x9e3779b97f4a7c15ULL >> 13) % len;
		size_t want = len - place < sizeof(piece) ? len - place : sizeof(piece);
		size_t used = 0;

		if (lseek(fd, place, SEEK_SET) != place)
			return printf("lseek: %s\n", strerror(errno));
		while (used < want) {
			ssize_t got = read(fd, piece + used, want - used);

			if (got <= 0)
				return printf("at offset %lld the text ends early\n", (long long)place);
			used += got;
		}
		if (memcmp(piece, text + place, want))
			return printf("at offset %lld the text differs\n", (long long)place);
	}
	puts("the same");
	return 0;
}
