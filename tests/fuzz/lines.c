// SPDX-License-Identifier: GPL-2.0-only
/*
 * Lines: they are those that a simple search for newlines finds, in however
 * many pieces the file comes.
 */
#include <string.h>
#include <unistd.h>

#include "fuzz.h"
#include "lines.h"

/* The next line of the input, as lines_next() ought to see it. */
static bool line_wanted(const uint8_t **data, size_t *size, struct line *line)
{
	const uint8_t *newline = *size ? memchr(*data, '\n', *size) : NULL;
	size_t taken;

	if (!*size)
		return false;
	line->ptr = (char *)*data;
	line->len = newline ? (size_t)(newline - *data) : *size;
	line->is_cut = !newline;
	line->number++;
	taken = line->len + (newline ? 1 : 0);
	if (line->len > LINE_SIZE_MAX) {
		line->len = 0;
		line->is_cut = true;
	}
	*data += taken;
	*size -= taken;
	return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *rest = data;
	size_t left = size;
	struct line wanted = { 0 };
	struct lines lines;
	struct line line;
	size_t written = 0;
	int fd = fuzz_file(data, 0);
	int got;

	check(!lines_init(&lines, fd));
	lines.is_growing = true;
	for (size_t step = 0; lines.is_growing; step++) {
		size_t more = fuzz_choose(data, size, step, size - written) + 1;

		if (written == size)
			lines.is_growing = false;
		else
			check(pwrite(fd, data + written, more, (off_t)written) ==
			      (ssize_t)more);
		written += lines.is_growing ? more : 0;
		while ((got = lines_next(&lines, &line)) > 0) {
			check(line_wanted(&rest, &left, &wanted));
			check(line.len == wanted.len);
			check(line.number == wanted.number);
			check(line.is_cut == wanted.is_cut);
			check(!memcmp(line.ptr, wanted.ptr, line.len));
		}
		check(!got);
	}
	check(!line_wanted(&rest, &left, &wanted));
	check(lines.bytes == size);
	lines_free(&lines);
	close(fd);
	return 0;
}
