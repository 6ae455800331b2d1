// SPDX-License-Identifier: GPL-2.0-only
/* Lines of a file, pipe or securityfs file, which may be compressed, in bounded memory. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lines.h"
#include "unpack.h"

#define BUFFER_SIZE	(LINE_SIZE_MAX + LINES_READ_SIZE)

/**
 * lines_init() - Begin to read a file
 * @lines: reader
 * @fd: file, still owned by the caller
 *
 * Return: 0 or -ENOMEM.
 */
int lines_init(struct lines *lines, int fd)
{
	*lines = (struct lines){ .fd = fd };
	lines->buffer = malloc(BUFFER_SIZE);
	return lines->buffer ? 0 : -ENOMEM;
}

/**
 * lines_free() - End reading
 * @lines: reader
 */
void lines_free(struct lines *lines)
{
	unpack_free(lines->unpack);
	lines->unpack = NULL;
	free(lines->buffer);
	lines->buffer = NULL;
}

static ssize_t lines_read(struct lines *lines, char *to, size_t size)
{
	ssize_t got;

	if (lines->unpack)
		return unpack_read(lines->unpack, to, size);
	do {
		got = read(lines->fd, to, size);
	} while (got < 0 && errno == EINTR);
	return got < 0 ? -errno : got;
}

static int lines_fill(struct lines *lines, size_t size)
{
	ssize_t got;

	memmove(lines->buffer, lines->buffer + lines->start,
		lines->end - lines->start);
	lines->end -= lines->start;
	lines->start = 0;
	if (size > BUFFER_SIZE - lines->end)
		size = BUFFER_SIZE - lines->end;
	got = lines_read(lines, lines->buffer + lines->end, size);
	if (got < 0)
		return (int)got;
	if (!got)
		lines->is_eof = true;
	lines->end += (size_t)got;
	lines->bytes += (size_t)got;
	return 0;
}

/**
 * lines_unpack() - Decompress a file if it is compressed
 * @lines: reader from which no line was read yet
 *
 * Return: 0, -ENOMEM, or -errno of read(2).
 */
int lines_unpack(struct lines *lines)
{
	/* A read from a pipe may return fewer bytes. */
	while (lines->end < UNPACK_HEAD && !lines->is_eof) {
		int err = lines_fill(lines, UNPACK_HEAD - lines->end);

		if (err)
			return err;
	}
	if (!unpack_knows(lines->buffer, lines->end))
		return 0;
	lines->unpack = unpack_new(lines->fd, lines->buffer, lines->end);
	lines->end = 0;
	lines->bytes = 0;
	lines->is_eof = false;
	return lines->unpack ? 0 : -ENOMEM;
}

/* Skip the rest of a line that is too long. Returns 1, or 0 or -errno as lines_next(). */
static int lines_skip_rest(struct lines *lines)
{
	for (;;) {
		char *from = lines->buffer + lines->start;
		char *newline = memchr(from, '\n', lines->end - lines->start);
		int err;

		if (newline) {
			lines->start += (size_t)(newline - from) + 1;
			lines->is_skipping = false;
			return 1;
		}
		lines->start = lines->end;
		if (lines->is_eof) {
			lines->is_eof = !lines->is_growing;
			return 0;
		}
		err = lines_fill(lines, LINES_READ_SIZE);
		if (err)
			return err;
	}
}

/**
 * lines_next() - Get the next line
 * @lines: reader
 * @line: filled in; valid until the next call
 *
 * Return: 1 for a line; 0 at the end of the file, where a file that grows may have
 * more lines later; -errno of read(2) or unpack_read(), after which the
 * beginning of the current line is lost.
 */
int lines_next(struct lines *lines, struct line *line)
{
	if (lines->is_skipping) {
		int got = lines_skip_rest(lines);

		if (got <= 0)
			return got;
	}
	for (;;) {
		char *from = lines->buffer + lines->start;
		size_t have = lines->end - lines->start;
		char *newline = memchr(from, '\n', have);
		int err;

		if (newline && (size_t)(newline - from) <= LINE_SIZE_MAX) {
			line->ptr = from;
			line->len = (size_t)(newline - from);
			line->is_cut = false;
			line->number = ++lines->number;
			lines->start += line->len + 1;
			return 1;
		}
		if (have > LINE_SIZE_MAX) {
			/* The whole line does not fit: pass on an empty one. */
			lines->is_skipping = true;
			line->ptr = lines->buffer;
			line->len = 0;
			line->is_cut = true;
			line->number = ++lines->number;
			return 1;
		}
		if (lines->is_eof && lines->is_growing) {
			lines->is_eof = false;
			return 0;
		}
		if (lines->is_eof) {
			if (!have)
				return 0;
			line->ptr = from;
			line->len = have;
			line->is_cut = true;
			line->number = ++lines->number;
			lines->start = lines->end;
			return 1;
		}
		err = lines_fill(lines, LINES_READ_SIZE);
		if (err)
			return err;
	}
}

/**
 * damage_add() - Count a damaged line
 * @damage: counter
 * @line: damaged line
 */
void damage_add(struct damage *damage, const struct line *line)
{
	if (!damage->count++)
		damage->first = line->number;
}

/**
 * lines_each() - Pass all lines of a file to a function
 * @fd: file, owned by the caller
 * @take: function
 * @ctx: argument of @take
 * @damage: counts damaged lines; NULL to stop at the first one
 *
 * Return: 0; the error of @take; -errno of read(2); -ENOMEM.
 */
int lines_each(int fd, line_take *take, void *ctx, struct damage *damage)
{
	struct lines lines;
	struct line line;
	int err = lines_init(&lines, fd);

	if (err)
		return err;
	while ((err = lines_next(&lines, &line)) > 0) {
		err = take(ctx, &line);
		if (err == -EBADMSG && damage) {
			damage_add(damage, &line);
			err = 0;
		}
		if (err)
			break;
	}
	lines_free(&lines);
	return err;
}
