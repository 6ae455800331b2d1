/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_PROGRESS_H
#define ASHIATO_PROGRESS_H

#include "source.h"

/**
 * struct progress - Progress line on a terminal while sources are read
 * @total: size of all sources in bytes; 0 when unknown, as with a pipe
 * @before: size of the sources before @current in bytes
 * @current: source that is being read
 * @next_ms: time of the next update, in ms of the monotonic clock
 * @width: columns of the line on the terminal
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
