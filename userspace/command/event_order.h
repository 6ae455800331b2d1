/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_EVENT_ORDER_H
#define ASHIATO_EVENT_ORDER_H

#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

struct event_line;

/**
 * struct event_order - Lines that wait to be printed in order of time
 * @lines: the lines, the earliest first
 * @count: number of lines
 * @bytes: size of their texts
 *
 * event_order_begin() makes it empty.
 */
struct event_order {
	TAILQ_HEAD(event_lines, event_line) lines;
	size_t count;
	size_t bytes;
};

void event_order_begin(struct event_order *order);
int event_order_add(struct event_order *order, int64_t time_ms, const char *text, size_t len);
void event_order_end(struct event_order *order);

#endif
