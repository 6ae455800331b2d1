/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_LINES_H
#define ASHIATO_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * LINE_SIZE_MAX: a longer line is passed on as cut. The longest lines are accesses
 * with two pathnames: the module records up to 64 KB of each, and \ooo makes
 * four bytes of one. LINES_READ_SIZE is the number of bytes to read at a time.
 * The fuzz tests set smaller sizes, so that short inputs reach both limits.
 */
#ifndef LINE_SIZE_MAX
#define LINE_SIZE_MAX	(1024 * 1024)
#define LINES_READ_SIZE	(256 * 1024)
#endif

/**
 * struct line - One line of a source
 * @ptr: text without the newline; it may have any byte, also NUL
 * @len: number of bytes
 * @number: number of the line, from 1
 * @is_cut: longer than LINE_SIZE_MAX, or the file ended before the newline
 */
struct line {
	char *ptr;
	size_t len;
	unsigned long number;
	bool is_cut;
};

/**
 * struct lines - Reads a file line by line into a buffer of fixed size
 * @fd: file, owned by the caller
 * @unpack: decompresses the file; NULL when it is not compressed
 * @buffer: LINE_SIZE_MAX + LINES_READ_SIZE bytes
 * @start: offset of the next line in @buffer
 * @end: number of valid bytes in @buffer
 * @number: number of the last line
 * @bytes: number of bytes read, after decompression
 * @is_eof: the end of the file was reached
 * @is_growing: the file may grow: keep an incomplete last line for later
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
 * struct damage - Damaged lines of a file
 * @count: number of damaged lines
 * @first: line number of the first one
 */
struct damage {
	unsigned long count;
	unsigned long first;
};

/**
 * typedef line_take - Takes the lines of a file, one at a time
 * @ctx: argument of lines_each()
 * @line: line; valid only during the call
 *
 * Return: 0; -EBADMSG when the line is damaged; another -errno to stop.
 */
typedef int line_take(void *ctx, const struct line *line);

int lines_each(int fd, line_take *take, void *ctx, struct damage *damage);
int lines_init(struct lines *lines, int fd);
int lines_unpack(struct lines *lines);
void lines_free(struct lines *lines);
void damage_add(struct damage *damage, const struct line *line);
int lines_next(struct lines *lines, struct line *line);

#endif
