// SPDX-License-Identifier: GPL-2.0-only
/*
 * Checksums in a saved state. They are comments of the policy: one behind each
 * domain, so that it shows where a state was changed, and one of all lines at
 * the end, so that it shows when one was cut. The first line, which says when
 * it was saved, has no part in them: the same content has the same checksums.
 */
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "checksum.h"
#include "text.h"

/* Since then there are checksums */
#define CHECKSUM_VERSION 2
#define BLOCK_HEAD	"# sum "
#define END_HEAD	"# end, "

struct checksum_line {
	char text[80];
};

static struct checksum_line block_line(const struct checksum *sum)
{
	struct checksum_line line;

	snprintf(line.text, sizeof(line.text), BLOCK_HEAD "%08x", sum->block);
	return line;
}

static struct checksum_line end_line(const struct checksum *sum)
{
	struct checksum_line line;

	snprintf(line.text, sizeof(line.text), END_HEAD "%lu lines, sum %08x",
		 sum->lines, sum->all);
	return line;
}

static uint32_t crc_add(uint32_t crc, struct span line)
{
	crc = (uint32_t)crc32_z(crc, (const Bytef *)line.ptr, line.len);
	return (uint32_t)crc32_z(crc, (const Bytef *)"\n", 1);
}

static void checksum_add(struct checksum *sum, struct span line)
{
	sum->block = crc_add(sum->block, line);
	sum->all = crc_add(sum->all, line);
	sum->lines++;
}

/**
 * checksum_puts() - Write a line of a state
 * @sum: zeroed before the first
 * @line: without the newline
 * @out: where to
 */
void checksum_puts(struct checksum *sum, const char *line, FILE *out)
{
	checksum_add(sum, (struct span){ line, strlen(line) });
	fprintf(out, "%s\n", line);
}

/**
 * checksum_put_block() - Write the checksum of the lines since the last one
 * @sum: checksum
 * @out: where to
 */
void checksum_put_block(struct checksum *sum, FILE *out)
{
	checksum_puts(sum, block_line(sum).text, out);
	sum->block = 0;
}

/**
 * checksum_put_end() - Write the last line of a state
 * @sum: checksum
 * @out: where to
 */
void checksum_put_end(struct checksum *sum, FILE *out)
{
	fprintf(out, "%s\n", end_line(sum).text);
}

static unsigned long head_version(struct span line)
{
	char version[16] = "";
	size_t len = line.len - strlen(STATE_HEAD);

	if (len >= sizeof(version))
		len = sizeof(version) - 1;
	memcpy(version, line.ptr + strlen(STATE_HEAD), len);
	return strtoul(version, NULL, 10);
}

/* Several states may stand behind one another. */
static int head_check(struct checksum *sum, struct span line)
{
	unsigned long version = head_version(line);

	if (sum->state == CHECKSUM_OPEN)
		return -ESTATECUT;
	if (version > STATE_VERSION)
		return -ESTATENEWER;
	*sum = (struct checksum){
		.state = version < CHECKSUM_VERSION ? CHECKSUM_NONE
						    : CHECKSUM_OPEN,
	};
	return 0;
}

/**
 * checksum_check() - Look at a line of what may be a saved state
 * @sum: zeroed before the first
 * @line: line
 *
 * Return: 0; -ESTATECHANGED when the domain that ends here, or something
 * above it, is not as it was saved; -ESTATECUT; -ESTATENEWER.
 */
int checksum_check(struct checksum *sum, const struct line *line)
{
	struct span text = { line->ptr, line->len };

	if (span_begins(text, STATE_HEAD))
		return head_check(sum, text);
	if (sum->state == CHECKSUM_NONE)
		return 0;
	if (sum->state == CHECKSUM_ENDED)
		return text.len ? -ESTATECHANGED : 0;
	if (line->is_cut)
		return -ESTATECUT;
	if (span_begins(text, END_HEAD)) {
		sum->state = CHECKSUM_ENDED;
		return span_is(text, end_line(sum).text) ? 0 : -ESTATECHANGED;
	}
	if (!span_begins(text, BLOCK_HEAD)) {
		checksum_add(sum, text);
		return 0;
	}
	if (!span_is(text, block_line(sum).text))
		return -ESTATECHANGED;
	checksum_add(sum, text);
	sum->block = 0;
	return 0;
}

/**
 * checksum_check_end() - Look whether a saved state is whole
 * @sum: after its last line
 *
 * Return: 0 or -ESTATECUT.
 */
int checksum_check_end(const struct checksum *sum)
{
	return sum->state == CHECKSUM_OPEN ? -ESTATECUT : 0;
}
