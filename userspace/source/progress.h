/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_PROGRESS_H
#define ASHIATO_PROGRESS_H

#include "source.h"

/**
 * struct progress - Tells on a terminal how much of sources was read
 * @total: bytes of all; 0 when one of them is a pipe
 * @before: bytes of those that were read
 * @current: the one that is read
 * @next_ms: when to tell next, on the monotonic clock
 * @width: columns of what stands on the terminal
 */
struct progress {
	uint64_t total;
	uint64_t before;
	const struct source *current;
	int64_t next_ms;
	int width;
};

void progress_begin(struct progress *progress, struct sources *sources);
void progress_end(struct progress *progress);

#endif
