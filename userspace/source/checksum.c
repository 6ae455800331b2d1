// SPDX-License-Identifier: GPL-2.0-only
/*
 * Checksums in a saved state. They are comments of the policy: one after each
 * domain, which shows where a state was changed, and one over all lines at the
 * end, which shows that a state was cut. The first line has its own checksum and
 * is left out of the others, because it has the time of saving: states with the
 * same content have the same checksums.
 */
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "checksum.h"

/* First versions with checksums, and with a checksum in the first line */
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

/* End of the first line, whose beginning is @head */
static struct checksum_line head_end(struct span head)
{
	struct checksum_line line;

	snprintf(line.text, sizeof(line.text), HEAD_END "%08x",
		 crc_add(0, head));
	return line;
}

/**
 * checksum_head() - Write the first line of a state
 * @head: the line is appended
 * @about: time and place of saving
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
 * @sum: checksum; zeroed before the first line
 * @line: line without the newline
 * @out: file
 */
void checksum_puts(struct checksum *sum, const char *line, FILE *out)
{
	checksum_add(sum, (struct span){ line, strlen(line) });
	fprintf(out, "%s\n", line);
}

/**
 * checksum_put_block() - Write the checksum of the lines since the last one
 * @sum: checksum
 * @out: file
 */
void checksum_put_block(struct checksum *sum, FILE *out)
{
	checksum_puts(sum, block_line(sum).text, out);
	sum->block = 0;
}

/**
 * checksum_put_end() - Write the last line of a state
 * @sum: checksum
 * @out: file
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

static bool head_has_sum(struct span line)
{
	const size_t len = strlen(HEAD_END) + 8;

	return line.len >= len &&
	       !memcmp(line.ptr + line.len - len, HEAD_END, strlen(HEAD_END));
}

/*
 * Check a checksum whatever the version, even if that version needs none: this
 * detects a version number that was changed to an older one.
 */
static bool head_is_whole(struct span line, unsigned long version)
{
	const size_t len = strlen(HEAD_END) + 8;
	struct span head = { line.ptr, line.len - len };

	if (!head_has_sum(line))
		return version < HEAD_VERSION;
	return !memcmp(line.ptr + head.len, head_end(head).text, len);
}

/* A file may have several states, one after the other. */
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
 * checksum_check() - Check a line of a policy, which may be a saved state
 * @sum: checksum; zeroed before the first line
 * @line: line
 *
 * Return: 0; -ESTATECHANGED when this line or the domain that ends here was
 * changed; -ESTATECUT when lines are missing; -ESTATENEWER when the version of
 * the state is not supported.
 */
int checksum_check(struct checksum *sum, const struct line *line)
{
	struct span text = { line->ptr, line->len };

	if (span_begins(text, STATE_HEAD))
		return head_check(sum, text);
	if (sum->state == CHECKSUM_NONE)
		/* A checksum without a first line that announces it */
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

/* The state before this one may have been cut. A damaged line may have any version. */
static int head_continue(struct checksum *sum, struct span line)
{
	unsigned long version = head_version(line);
	bool is_whole = head_is_whole(line, version);

	if (version > STATE_VERSION && (is_whole || !head_has_sum(line)))
		return -ESTATENEWER;
	*sum = (struct checksum){
		.state = is_whole && version < CHECKSUM_VERSION ? CHECKSUM_NONE
								: CHECKSUM_OPEN,
	};
	return is_whole ? 0 : -EBADMSG;
}

/**
 * checksum_continue() - Check a line, where a damaged state is read as far as possible
 * @sum: checksum; zeroed before the first line
 * @line: line, complete
 * @err: set to 0; -EBADMSG if this line, or the block that ends here, is damaged;
 *	-ESTATENEWER when the version of the state is not supported
 *
 * Return: what the line is.
 */
enum checksum_kind checksum_continue(struct checksum *sum, struct span line, int *err)
{
	*err = 0;
	if (span_begins(line, STATE_HEAD)) {
		*err = head_continue(sum, line);
		return CHECKSUM_HEAD;
	}
	if (sum->state == CHECKSUM_ENDED) {
		*err = line.len ? -EBADMSG : 0;
		return CHECKSUM_AFTER;
	}
	if (span_begins(line, END_HEAD)) {
		if (sum->state == CHECKSUM_NONE || !span_is(line, end_line(sum).text))
			*err = -EBADMSG;
		sum->state = CHECKSUM_ENDED;
		return CHECKSUM_END;
	}
	if (!span_begins(line, BLOCK_HEAD)) {
		/* Readers skip the empty line after a first line that they do not know */
		if (sum->state == CHECKSUM_NONE && !sum->lines && line.len)
			checksum_add(sum, (struct span){ "", 0 });
		checksum_add(sum, line);
		return CHECKSUM_TEXT;
	}
	/* The first line of the state may be missing */
	sum->state = CHECKSUM_OPEN;
	*err = span_is(line, block_line(sum).text) ? 0 : -EBADMSG;
	checksum_add(sum, line);
	sum->block = 0;
	return CHECKSUM_BLOCK;
}

/**
 * checksum_check_end() - Check that a saved state is complete
 * @sum: checksum after the last line
 *
 * Return: 0, or -ESTATECUT when lines are missing.
 */
int checksum_check_end(const struct checksum *sum)
{
	return sum->state == CHECKSUM_OPEN ? -ESTATECUT : 0;
}
