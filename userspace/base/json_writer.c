// SPDX-License-Identifier: GPL-2.0-only
/* Writes JSON value by value. */
#include <errno.h>
#include <string.h>

#include "json_writer.h"

/**
 * writer_clear() - Begin a new value
 * @writer: writer, whose memory is kept
 */
void writer_clear(struct json_writer *writer)
{
	text_clear(&writer->text);
	writer->is_next = false;
}

/**
 * writer_flush() - Move the JSON so far to a file
 * @writer: writer; the next value follows the last one
 * @out: file; write errors are detected when it is closed
 *
 * Return: 0, or -ENOMEM if something is missing, because memory was short.
 */
int writer_flush(struct json_writer *writer, FILE *out)
{
	bool failed = writer->text.failed;

	fwrite(text_str(&writer->text), 1, writer->text.len, out);
	text_clear(&writer->text);
	return failed ? -ENOMEM : 0;
}

/* Write the comma before a value. */
static void separate(struct json_writer *writer)
{
	if (writer->is_next)
		text_add(&writer->text, ",", 1);
	writer->is_next = true;
}

/**
 * writer_begin() - Begin an object or an array
 * @writer: writer
 * @bracket: { or [
 */
void writer_begin(struct json_writer *writer, char bracket)
{
	separate(writer);
	text_add(&writer->text, &bracket, 1);
	writer->is_next = false;
}

/**
 * writer_end() - End an object or an array
 * @writer: writer
 * @bracket: } or ]
 */
void writer_end(struct json_writer *writer, char bracket)
{
	text_add(&writer->text, &bracket, 1);
	writer->is_next = true;
}

/**
 * writer_key() - Write the name of the next value of an object
 * @writer: writer
 * @key: name, without characters that need an escape
 */
void writer_key(struct json_writer *writer, const char *key)
{
	separate(writer);
	text_add(&writer->text, "\"", 1);
	text_puts(&writer->text, key);
	text_add(&writer->text, "\":", 2);
	writer->is_next = false;
}

/**
 * writer_null() - Write null
 * @writer: writer
 */
void writer_null(struct json_writer *writer)
{
	separate(writer);
	text_add(&writer->text, "null", 4);
}

/**
 * writer_bool() - Write true or false
 * @writer: writer
 * @value: value
 */
void writer_bool(struct json_writer *writer, bool value)
{
	separate(writer);
	text_puts(&writer->text, value ? "true" : "false");
}

/**
 * writer_number() - Write a number
 * @writer: writer
 * @number: number
 */
void writer_number(struct json_writer *writer, uint64_t number)
{
	char digits[20];
	size_t at = sizeof(digits);

	do {
		digits[--at] = (char)('0' + number % 10);
		number /= 10;
	} while (number);
	separate(writer);
	text_add(&writer->text, digits + at, sizeof(digits) - at);
}

static void escape_add(struct text *text, unsigned char c)
{
	char escape[8] = { '\\', (char)c };

	if (c == '"' || c == '\\')
		text_add(text, escape, 2);
	else
		text_add(text, escape, (size_t)snprintf(escape, sizeof(escape), "\\u%04x", c));
}

/**
 * writer_span() - Write a string
 * @writer: writer
 * @value: string; a byte that is not printable ASCII becomes the character with its number
 */
void writer_span(struct json_writer *writer, struct span value)
{
	struct text *text = &writer->text;
	size_t start = 0;

	separate(writer);
	text_add(text, "\"", 1);
	for (size_t i = 0; i < value.len; i++) {
		unsigned char c = (unsigned char)value.ptr[i];

		if (c >= ' ' && c < 0x7f && c != '"' && c != '\\')
			continue;
		text_add(text, value.ptr + start, i - start);
		escape_add(text, c);
		start = i + 1;
	}
	text_add(text, value.ptr + start, value.len - start);
	text_add(text, "\"", 1);
}

/**
 * writer_string() - Write a string
 * @writer: writer
 * @value: C string, as for writer_span(); NULL: null is written
 */
void writer_string(struct json_writer *writer, const char *value)
{
	if (value)
		writer_span(writer, (struct span){ value, strlen(value) });
	else
		writer_null(writer);
}
