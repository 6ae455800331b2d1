// SPDX-License-Identifier: GPL-2.0-only
/*
 * Checksums in a saved state. They are comments of the policy: one behind each
 * domain, so that it shows where a state was changed, and one of all lines at
 * the end, so that it shows when one was cut. The first line, which says when
 * it was saved, has one of its own and no part in them: the same content has the
 * same checksums.
 */
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "checksum.h"

/* Since then there are checksums, and the first line has one, too */
#define CHECKSUM_VERSION 2
#define HEAD_VERSION 3

#define HEAD_END	", sum "
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

/* How a first line ends. */
static struct checksum_line head_end(struct span head)
{
	struct checksum_line line;

	snprintf(line.text, sizeof(line.text), HEAD_END "%08x",
		 crc_add(0, head));
	return line;
}

/**
 * checksum_head() - Begin a state
 * @head: its first line, appended
 * @about: when and where it was saved
 */
void checksum_head(struct text *head, const char *about)
{
	char version[32];

	snprintf(version, sizeof(version), "%d, ", STATE_VERSION);
	text_puts(head, STATE_HEAD);
	text_puts(head, version);
	text_add_line(head, about, strlen(about));
	text_puts(head, head_end((struct span){ text_str(head), head->len }).text);
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

/* A version that was changed into an older one does not take the checksum away. */
static bool head_is_whole(struct span line, unsigned long version)
{
	const size_t len = strlen(HEAD_END) + 8;
	struct span head = { line.ptr, line.len - len };

	if (line.len < len || memcmp(line.ptr + head.len, HEAD_END, strlen(HEAD_END)))
		return version < HEAD_VERSION;
	return !memcmp(line.ptr + head.len, head_end(head).text, len);
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
	return head_is_whole(line, version) ? 0 : -ESTATECHANGED;
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
		/* The first line is what was changed */
		return span_begins(text, BLOCK_HEAD) || span_begins(text, END_HEAD) ?
		       -ESTATECHANGED : 0;
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
