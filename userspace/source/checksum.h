/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_CHECKSUM_H
#define ASHIATO_CHECKSUM_H

#include <errno.h>
#include <stdint.h>
#include <stdio.h>

#include "lines.h"
#include "base/text.h"

/* Beginning of a saved state; the version follows. */
#define STATE_HEAD	"# ashiato policy "
/* Formats: 2 adds checksums, 3 times of accesses, 4 outcomes of accesses, 5 users. */
#define STATE_VERSION	5

/* Errors for which a saved state is refused */
#define ESTATECHANGED	EUCLEAN
#define ESTATECUT	ENOLINK
#define ESTATENEWER	EPROTONOSUPPORT

/**
 * enum checksum_state - State of the reader of a policy: the lines that may follow
 * @CHECKSUM_NONE: no checksums: it is an old saved state or another policy
 * @CHECKSUM_OPEN: more domains with checksums, or the last line
 * @CHECKSUM_ENDED: no more lines
 */
enum checksum_state {
	CHECKSUM_NONE,
	CHECKSUM_OPEN,
	CHECKSUM_ENDED,
};

/**
 * struct checksum - CRC-32 of a saved state, while it is written or read
 * @block: checksum of the lines since the last checksum
 * @all: checksum of all lines but the first
 * @lines: number of lines in @all
 * @state: what comes next; only for reading
 */
struct checksum {
	uint32_t block;
	uint32_t all;
	unsigned long lines;
	enum checksum_state state;
};

/**
 * enum checksum_kind - Kind of a line of a policy, which may be a saved state
 * @CHECKSUM_TEXT: it has no checksum of its own
 * @CHECKSUM_HEAD: first line of a state
 * @CHECKSUM_BLOCK: checksum of the lines since the last one
 * @CHECKSUM_END: last line of a state
 * @CHECKSUM_AFTER: it follows the last line of a state: wrong unless it is empty
 */
enum checksum_kind {
	CHECKSUM_TEXT,
	CHECKSUM_HEAD,
	CHECKSUM_BLOCK,
	CHECKSUM_END,
	CHECKSUM_AFTER,
};

void checksum_head(struct text *head, const char *about);
void checksum_puts(struct checksum *sum, const char *line, FILE *out);
void checksum_put_block(struct checksum *sum, FILE *out);
void checksum_put_end(struct checksum *sum, FILE *out);
int checksum_check(struct checksum *sum, const struct line *line);
enum checksum_kind checksum_continue(struct checksum *sum, struct span line, int *err);
int checksum_check_end(const struct checksum *sum);

#endif
