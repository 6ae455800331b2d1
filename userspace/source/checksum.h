/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_CHECKSUM_H
#define ASHIATO_CHECKSUM_H

#include <errno.h>
#include <stdint.h>
#include <stdio.h>

#include "lines.h"
#include "base/text.h"

/* How a saved state begins; the version follows. */
#define STATE_HEAD	"# ashiato policy "
/* Without times up to 2 */
#define STATE_VERSION	3

/* Why a saved state is refused. */
#define ESTATECHANGED	EUCLEAN
#define ESTATECUT	ENOLINK
#define ESTATENEWER	EPROTONOSUPPORT

/**
 * enum checksum_state - What a reader of a saved state expects
 * @CHECKSUM_NONE: no checksums: it is an old state, or none of ours
 * @CHECKSUM_OPEN: checksums, and an end
 * @CHECKSUM_ENDED: nothing more
 */
enum checksum_state {
	CHECKSUM_NONE,
	CHECKSUM_OPEN,
	CHECKSUM_ENDED,
};

/**
 * struct checksum - CRC-32 of a saved state, for who writes or reads it
 * @block: of the lines since the last checksum
 * @all: of all lines but the first
 * @lines: how many
 * @state: for who reads
 */
struct checksum {
	uint32_t block;
	uint32_t all;
	unsigned long lines;
	enum checksum_state state;
};

void checksum_head(struct text *head, const char *about);
void checksum_puts(struct checksum *sum, const char *line, FILE *out);
void checksum_put_block(struct checksum *sum, FILE *out);
void checksum_put_end(struct checksum *sum, FILE *out);
int checksum_check(struct checksum *sum, const struct line *line);
int checksum_check_end(const struct checksum *sum);

#endif
