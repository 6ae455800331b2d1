/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_TEXT_H
#define ASHIATO_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * struct span - Part of a text that is stored elsewhere
 * @ptr: first byte; not terminated
 * @len: number of bytes
 */
struct span {
	const char *ptr;
	size_t len;
};

/**
 * struct text - A string that grows
 * @data: the string, terminated; NULL before the first addition
 * @len: number of bytes without the terminator
 * @size: number of bytes allocated
 * @failed: memory ran out, and the string is incomplete
 *
 * Zeroed memory is an empty string.
 */
struct text {
	char *data;
	size_t len;
	size_t size;
	bool failed;
};

void text_clear(struct text *text);
void text_free(struct text *text);
void text_add(struct text *text, const char *src, size_t len);
void text_puts(struct text *text, const char *src);
void text_format(struct text *text, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void text_add_name(struct text *text, const char *src, size_t len);
void text_add_shell(struct text *text, const char *word);
void text_add_words(struct text *text, char *const words[]);
void text_add_line(struct text *text, const char *src, size_t len);
const char *text_str(const struct text *text);
bool text_is_printable(const char *src, size_t len);
bool span_is(struct span span, const char *word);
bool span_begins(struct span span, const char *word);
int span_number(struct span span, uint64_t *number);

#endif
