/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_LINES_H
#define ASHIATO_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A longer line is handed over cut. The longest lines are accesses with two
 * pathnames: the module takes 64 KB for each, and \ooo is four bytes for one.
 * So much is read at a time. Tests have smaller ones, to reach them.
 */
#ifndef LINE_SIZE_MAX
#define LINE_SIZE_MAX	(1024 * 1024)
#define LINES_READ_SIZE	(256 * 1024)
#endif

/**
 * struct line - One line of a source
 * @ptr: text without the newline; it may hold any byte, also NUL
 * @len: bytes
 * @number: 1 for the first line
 * @is_cut: longer than LINE_SIZE_MAX, or the file ended before the newline
 */
struct line {
	char *ptr;
	size_t len;
	unsigned long number;
	bool is_cut;
};

/**
 * struct lines - Reads a file line by line in a fixed buffer
 * @fd: file, not owned
 * @unpack: unpacks it; NULL when it is not compressed
 * @buffer: LINE_SIZE_MAX bytes and a block to read into
 * @start: first byte not yet handed over
 * @end: end of what was read
 * @number: of the last line
 * @bytes: unpacked, that were read
 * @is_eof: the file has no more
 * @is_growing: at its end, wait for the rest of a line
 * @is_skipping: the rest of a line that is too long comes next
 */
struct lines {
	int fd;
	struct unpack *unpack;
	char *buffer;
	size_t start;
	size_t end;
	unsigned long number;
	uint64_t bytes;
	bool is_eof;
	bool is_growing;
	bool is_skipping;
};

/**
 * struct damage - What could not be read
 * @count: lines
 * @first: number of the first of them
 */
struct damage {
	unsigned long count;
	unsigned long first;
};

/* Returns 0; -EBADMSG when the line is damaged; another error to end it all. */
typedef int line_take(void *ctx, const struct line *line);

int lines_each(int fd, line_take *take, void *ctx, struct damage *damage);
int lines_init(struct lines *lines, int fd);
int lines_unpack(struct lines *lines);
void lines_free(struct lines *lines);
void damage_add(struct damage *damage, const struct line *line);
int lines_next(struct lines *lines, struct line *line);

#endif
