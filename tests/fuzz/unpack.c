// SPDX-License-Identifier: GPL-2.0-only
/*
 * A compressed file: reading it in large and in small pieces gives the same
 * bytes, and memory does not grow with the output.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "fuzz.h"
#include "source/unpack.h"

/* A few bytes may unpack to gigabytes. */
#define OUTPUT_MAX	(1024 * 1024)
#define LARGE		(64 * 1024)

static ssize_t unpack_all(const uint8_t *data, size_t size, size_t piece,
			  char *out, size_t *used)
{
	size_t head = size < UNPACK_HEAD ? size : UNPACK_HEAD;
	int fd = fuzz_file(data, size);
	struct unpack *unpack = unpack_new(fd, (const char *)data, head);
	ssize_t got = 1;

	check(unpack);
	lseek(fd, (off_t)head, SEEK_SET);
	while (got > 0 && *used <= OUTPUT_MAX - piece) {
		got = unpack_read(unpack, out + *used, piece);
		check(got <= (ssize_t)piece);
		*used += got > 0 ? (size_t)got : 0;
	}
	check(got >= 0 || got == -ENODATA || got == -EILSEQ || got == -ENOMEM);
	unpack_free(unpack);
	close(fd);
	return got;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t piece = 1 + fuzz_choose(data, size, 0, 100);
	static char out[2][OUTPUT_MAX];
	size_t used[2] = { 0 };
	ssize_t end[2];
	size_t least;

	if (unpack_knows((const char *)data, size)) {
		end[0] = unpack_all(data, size, LARGE, out[0], &used[0]);
		end[1] = unpack_all(data, size, piece, out[1], &used[1]);
		least = used[0] < used[1] ? used[0] : used[1];
		check(!memcmp(out[0], out[1], least));
		if (end[0] <= 0 && end[1] <= 0)
			check(end[0] == end[1]);
		/* How much a decoder returns before it detects damage may differ */
		if (!end[0] && !end[1])
			check(used[0] == used[1]);
	}
	return 0;
}
