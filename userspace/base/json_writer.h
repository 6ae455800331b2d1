/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_JSON_WRITER_H
#define ASHIATO_JSON_WRITER_H

#include <stdio.h>

#include "text.h"

/**
 * struct json_writer - Writes JSON value by value
 * @text: the JSON so far
 * @is_next: another value of the same object or array precedes the next value
 *
 * Zeroed memory is an empty writer. Unlike jansson, it builds no tree, and writes
 * numbers up to UINT64_MAX.
 */
struct json_writer {
	struct text text;
	bool is_next;
};

void writer_clear(struct json_writer *writer);
int writer_flush(struct json_writer *writer, FILE *out);
void writer_begin(struct json_writer *writer, char bracket);
void writer_end(struct json_writer *writer, char bracket);
void writer_key(struct json_writer *writer, const char *key);
void writer_null(struct json_writer *writer);
void writer_bool(struct json_writer *writer, bool value);
void writer_number(struct json_writer *writer, uint64_t number);
void writer_span(struct json_writer *writer, struct span value);
void writer_string(struct json_writer *writer, const char *value);

#endif
