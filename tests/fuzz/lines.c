// SPDX-License-Identifier: GPL-2.0-only
/*
 * The line reader finds the same lines as a search for newlines in the whole
 * input, no matter in how many steps the file grows.
 */
#include <string.h>
#include <unistd.h>

#include "fuzz.h"
#include "source/lines.h"

/**
 * struct expected - The lines of an input
 * @rest: start of the next line
 * @left: bytes left
 * @line: the line found last
 */
struct expected {
	const uint8_t *rest;
	size_t left;
	struct line line;
};

/* Find the line that lines_next() must return; fail if there is none. */
static void expected_next(struct expected *expected)
{
	const uint8_t *newline;
	struct line *line = &expected->line;
	size_t taken;

	check(expected->left);
	newline = memchr(expected->rest, '\n', expected->left);
	line->ptr = (char *)expected->rest;
	line->len = newline ? (size_t)(newline - expected->rest) : expected->left;
	line->is_cut = !newline;
	line->number++;
	taken = line->len + (newline ? 1 : 0);
	if (line->len > LINE_SIZE_MAX) {
		line->len = 0;
		line->is_cut = true;
	}
	expected->rest += taken;
	expected->left -= taken;
}

static void lines_check(struct lines *lines, struct expected *expected)
{
	struct line line;
	int got;

	while ((got = lines_next(lines, &line)) > 0) {
		expected_next(expected);
		check(line.len == expected->line.len);
		check(line.number == expected->line.number);
		check(line.is_cut == expected->line.is_cut);
		check(!memcmp(line.ptr, expected->line.ptr, line.len));
	}
	check(!got);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct expected expected = { .rest = data, .left = size };
	struct lines lines;
	size_t written = 0;
	int fd = fuzz_file(data, 0);

	check(!lines_init(&lines, fd));
	lines.is_growing = true;
	for (size_t step = 0; written < size; step++) {
		size_t more = 1 + fuzz_choose(data, size, step, size - written);

		check(pwrite(fd, data + written, more, (off_t)written) ==
		      (ssize_t)more);
		written += more;
		lines_check(&lines, &expected);
	}
	lines.is_growing = false;
	lines_check(&lines, &expected);
	check(!expected.left);
	check(lines.bytes == size);
	lines_free(&lines);
	close(fd);
	return 0;
}
