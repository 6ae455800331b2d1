// SPDX-License-Identifier: GPL-2.0-only
/*
 * Prints the lines of events in order of time. An event has the time at which its system call began,
 * and is logged when the call ends: a log is not quite in order. auparse sorts only the events that it
 * collects at the same time.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "event_order.h"

/* If more lines or bytes wait, the earliest line is printed. */
#define WAITING_MAX		4096
#define WAITING_BYTES_MAX	(16 << 20)

struct event_line {
	TAILQ_ENTRY(event_line) link;
	int64_t time_ms;
	size_t len;
	char text[];
};

static void first_print(struct event_order *order)
{
	struct event_line *line = TAILQ_FIRST(&order->lines);

	TAILQ_REMOVE(&order->lines, line, link);
	order->count--;
	order->bytes -= line->len;
	fwrite(line->text, 1, line->len, stdout);
	free(line);
}

/**
 * event_order_begin() - Wait for lines
 * @order: initialised
 */
void event_order_begin(struct event_order *order)
{
	*order = (struct event_order){ .lines = TAILQ_HEAD_INITIALIZER(order->lines) };
}

/**
 * event_order_add() - Print a line after all earlier ones
 * @order: lines that wait
 * @time_ms: time of the event in ms since 1970; lines of the same time stay in their order
 * @text: the line, copied
 * @len: its length in bytes
 *
 * Return: 0 or -ENOMEM.
 */
int event_order_add(struct event_order *order, int64_t time_ms, const char *text, size_t len)
{
	struct event_line *line = malloc(sizeof(*line) + len);
	struct event_line *before = TAILQ_LAST(&order->lines, event_lines);

	if (!line)
		return -ENOMEM;
	line->time_ms = time_ms;
	line->len = len;
	memcpy(line->text, text, len);
	while (before && before->time_ms > time_ms)
		before = TAILQ_PREV(before, event_lines, link);
	if (before)
		TAILQ_INSERT_AFTER(&order->lines, before, line, link);
	else
		TAILQ_INSERT_HEAD(&order->lines, line, link);
	order->count++;
	order->bytes += len;
	while (order->count > WAITING_MAX || order->bytes > WAITING_BYTES_MAX)
		first_print(order);
	return 0;
}

/**
 * event_order_end() - Print all lines that wait
 * @order: empty afterwards
 */
void event_order_end(struct event_order *order)
{
	while (order->count)
		first_print(order);
}
