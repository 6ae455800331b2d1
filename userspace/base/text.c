// SPDX-License-Identifier: GPL-2.0-only
/* Strings that grow, and spans of text. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

/**
 * text_clear() - Empty a string, but keep its memory
 * @text: string
 */
void text_clear(struct text *text)
{
	text->len = 0;
	text->failed = false;
	if (text->data)
		text->data[0] = '\0';
}

/**
 * text_free() - Free the memory of a string
 * @text: string; empty and usable afterwards
 */
void text_free(struct text *text)
{
	free(text->data);
	*text = (struct text){ 0 };
}

/**
 * text_add() - Append bytes
 * @text: string; @failed is set when memory runs out
 * @src: bytes
 * @len: number of bytes
 */
void text_add(struct text *text, const char *src, size_t len)
{
	size_t need = text->len + len + 1;

	if (need > text->size) {
		size_t size = need * 2 < 256 ? 256 : need * 2;
		char *data = realloc(text->data, size);

		if (!data) {
			text->failed = true;
			return;
		}
		text->data = data;
		text->size = size;
	}
	memcpy(text->data + text->len, src, len);
	text->len += len;
	text->data[text->len] = '\0';
}

/**
 * text_puts() - Append a C string
 * @text: string
 * @src: C string
 */
void text_puts(struct text *text, const char *src)
{
	text_add(text, src, strlen(src));
}

/**
 * text_format() - Append formatted text
 * @text: string
 * @format: format of printf(3)
 */
void text_format(struct text *text, const char *format, ...)
{
	va_list args;
	char *line;

	va_start(args, format);
	if (vasprintf(&line, format, args) < 0)
		line = NULL;
	va_end(args);
	if (line)
		text_puts(text, line);
	else
		text->failed = true;
	free(line);
}

static void text_add_octal(struct text *text, unsigned char c)
{
	const char octal[] = { '\\', (char)('0' + (c >> 6)),
			       (char)('0' + (c >> 3 & 7)),
			       (char)('0' + (c & 7)) };

	text_add(text, octal, sizeof(octal));
}

static bool is_name_byte(unsigned char c)
{
	return c > ' ' && c < 0x7f;
}

/**
 * text_add_name() - Append bytes as one printable word
 * @text: string
 * @src: bytes
 * @len: number of bytes
 *
 * Spaces and bytes that are not printable ASCII become \ooo. A backslash stays
 * as it is: in a name it already begins such an escape.
 */
void text_add_name(struct text *text, const char *src, size_t len)
{
	size_t start = 0;

	for (size_t i = 0; i < len; i++) {
		if (is_name_byte(src[i]))
			continue;
		text_add(text, src + start, i - start);
		text_add_octal(text, src[i]);
		start = i + 1;
	}
	text_add(text, src + start, len - start);
}

/**
 * text_add_shell() - Append a word, quoted for the shell if that is needed
 * @text: string
 * @word: word
 */
void text_add_shell(struct text *text, const char *word)
{
	bool is_plain = *word && !word[strspn(word, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
						    "abcdefghijklmnopqrstuvwxyz"
						    "0123456789_./:=,@%+-")];

	text_puts(text, is_plain ? "" : "'");
	for (; *word; word++) {
		if (*word == '\'')
			text_puts(text, "'\\'");
		text_add(text, word, 1);
	}
	text_puts(text, is_plain ? "" : "'");
}

/**
 * text_add_words() - Append words, quoted for the shell if that is needed
 * @text: string
 * @words: words, NULL after the last; a space precedes each
 */
void text_add_words(struct text *text, char *const words[])
{
	for (; *words; words++) {
		text_add(text, " ", 1);
		text_add_shell(text, *words);
	}
}

/**
 * text_add_line() - Append bytes as part of one printable line
 * @text: string
 * @src: untrusted bytes
 * @len: number of bytes
 *
 * Spaces stay; bytes that are not printable ASCII become \ooo.
 */
void text_add_line(struct text *text, const char *src, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (src[i] == ' ')
			text_add(text, " ", 1);
		else
			text_add_name(text, src + i, 1);
	}
}

/**
 * text_str() - Get a string as a C string
 * @text: string
 *
 * Return: the string; "" before the first addition.
 */
const char *text_str(const struct text *text)
{
	return text->data ? text->data : "";
}

/**
 * text_is_printable() - Whether all bytes are printable ASCII
 * @src: bytes
 * @len: number of bytes
 *
 * Return: true if they are.
 */
bool text_is_printable(const char *src, size_t len)
{
	unsigned char bad = 0;

	/* No early exit, so that the compiler can vectorize the loop. */
	for (size_t i = 0; i < len; i++)
		bad |= (unsigned char)src[i] < ' ' ||
		       (unsigned char)src[i] > '~';
	return !bad;
}

/**
 * span_is() - Whether a span is equal to a word
 * @span: span
 * @word: C string
 *
 * Return: true if they are equal.
 */
bool span_is(struct span span, const char *word)
{
	return span.len == strlen(word) && !memcmp(span.ptr, word, span.len);
}

/**
 * span_number() - Parse a decimal number
 * @span: digits and nothing else
 * @number: filled in
 *
 * Return: 0, or -EBADMSG if @span is no number or the number is too large.
 */
int span_number(struct span span, uint64_t *number)
{
	uint64_t value = 0;

	for (size_t i = 0; i < span.len; i++)
		if (span.ptr[i] < '0' || span.ptr[i] > '9' ||
		    __builtin_mul_overflow(value, 10, &value) ||
		    __builtin_add_overflow(value, span.ptr[i] - '0', &value))
			return -EBADMSG;
	*number = value;
	return span.len ? 0 : -EBADMSG;
}

/**
 * span_begins() - Whether a span begins with a word
 * @span: span
 * @word: C string
 *
 * Return: true if it does.
 */
bool span_begins(struct span span, const char *word)
{
	size_t len = strlen(word);

	return span.len >= len && !memcmp(span.ptr, word, len);
}
