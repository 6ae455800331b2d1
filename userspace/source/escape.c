// SPDX-License-Identifier: GPL-2.0-only
/* Undo the escapes of audit records. */
#include <errno.h>
#include <string.h>

#include "escape.h"

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

static int value_add(struct text *text, struct span value,
		     void (*add)(struct text *text, const char *src, size_t len))
{
	if (value.len >= 2 && value.ptr[0] == '"') {
		if (value.ptr[value.len - 1] != '"' ||
		    memchr(value.ptr + 1, '"', value.len - 2))
			return -EBADMSG;
		add(text, value.ptr + 1, value.len - 2);
		return 0;
	}
	if (!value.len || value.len % 2)
		return -EBADMSG;
	for (size_t i = 0; i < value.len; i += 2) {
		int high = hex_digit(value.ptr[i]);
		int low = hex_digit(value.ptr[i + 1]);
		char c;

		if (high < 0 || low < 0)
			return -EBADMSG;
		c = (char)(high << 4 | low);
		add(text, &c, 1);
	}
	return 0;
}

/**
 * text_add_untrusted() - Append an audit value with its encoding undone
 * @text: string
 * @value: "text" or upper-case hex, as the kernel's audit_log_untrustedstring()
 *	writes it
 *
 * Return: 0, or -EBADMSG if @value is neither, which includes "(null)".
 */
int text_add_untrusted(struct text *text, struct span value)
{
	return value_add(text, value, text_add_name);
}

static void bytes_add(struct text *text, const char *src, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (src[i] == '\\')
			text_add(text, "\\", 1);
		text_add_name(text, src + i, 1);
	}
}

/**
 * text_add_argument() - Append an argument of a program with its encoding undone
 * @text: string
 * @value: as for text_add_untrusted(), but a backslash is not an escape, and is doubled
 *
 * Return: as text_add_untrusted().
 */
int text_add_argument(struct text *text, struct span value)
{
	return value_add(text, value, bytes_add);
}

static bool is_octal(const char *src)
{
	return src[0] >= '0' && src[0] <= '3' && src[1] >= '0' &&
	       src[1] <= '7' && src[2] >= '0' && src[2] <= '7';
}

/**
 * text_add_subject() - Append a name from subj= or domain= as TOMOYO text
 * @text: string
 * @value: name, in which every backslash begins \ooo
 * @is_text: true for a name from domain=, which is TOMOYO text that was escaped
 *	once more; false for a name from subj=, which is raw bytes that were
 *	escaped
 *
 * Return: 0, or -EBADMSG if something other than ooo follows a backslash.
 */
int text_add_subject(struct text *text, struct span value, bool is_text)
{
	while (value.len) {
		const char *octal = memchr(value.ptr, '\\', value.len);
		size_t plain = octal ? (size_t)(octal - value.ptr) : value.len;
		char c;

		text_add_name(text, value.ptr, plain);
		value.ptr += plain;
		value.len -= plain;
		if (!octal)
			break;
		octal++;
		if (value.len < 4 || !is_octal(octal))
			return -EBADMSG;
		c = (char)((octal[0] - '0') << 6 | (octal[1] - '0') << 3 |
			   (octal[2] - '0'));
		if (c == '\\' && !is_text)
			text_add(text, "\\", 1);
		text_add_name(text, &c, 1);
		value.ptr += 4;
		value.len -= 4;
	}
	return 0;
}
