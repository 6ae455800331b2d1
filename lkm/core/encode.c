// SPDX-License-Identifier: GPL-2.0-only
/*
 * The text encoder: all names in logs and files are encoded here. The tests also build this
 * file in user space, so it uses no kernel API but string functions.
 */
#ifdef __KERNEL__
#include <linux/string.h>
#else
#include <string.h>
#endif

#include "encode.h"

/* Output buffer. @used keeps counting after the buffer is full, as snprintf() does. */
struct sink {
	char *dst;
	size_t size;
	size_t used;
};

static void sink_put(struct sink *sink, char c)
{
	if (sink->used + 1 < sink->size)
		sink->dst[sink->used] = c;
	sink->used++;
}

static void sink_put_bytes(struct sink *sink, const char *from, size_t count)
{
	if (sink->used + count < sink->size)
		memcpy(sink->dst + sink->used, from, count);
	else if (sink->used + 1 < sink->size)
		memcpy(sink->dst + sink->used, from, sink->size - 1 - sink->used);
	sink->used += count;
}

static void sink_put_octal(struct sink *sink, unsigned char c)
{
	sink_put(sink, '\\');
	sink_put(sink, '0' + (c >> 6));
	sink_put(sink, '0' + ((c >> 3) & 7));
	sink_put(sink, '0' + (c & 7));
}

static void sink_put_number(struct sink *sink, long long n, int digits)
{
	char text[24];
	int used = 0;

	do {
		text[used++] = '0' + n % 10;
		n /= 10;
	} while (n || used < digits);
	while (used)
		sink_put(sink, text[--used]);
}

/* Writes the NUL within the buffer. Returns the length of the whole text. */
static size_t sink_close(struct sink *sink)
{
	if (sink->size)
		sink->dst[sink->used < sink->size ? sink->used : sink->size - 1] = '\0';
	return sink->used;
}

static bool byte_is_plain(unsigned char c)
{
	return c > ' ' && c < 127;
}

#define EACH_BYTE(byte) (0x0101010101010101ULL * (byte))

/* Returns true only if eight bytes need no encoding in a name. May return false even then. */
static bool bytes_are_plain(const char *from)
{
	unsigned long long word, odd;

	memcpy(&word, from, sizeof(word));
	/* Each term sets bit 7 of a byte below 0x21, above 0x7E, or equal to a backslash. */
	odd = (word - EACH_BYTE(0x21)) | (word + EACH_BYTE(1)) | word |
	      ((word ^ EACH_BYTE('\\')) - EACH_BYTE(1));
	return !(odd & EACH_BYTE(0x80));
}

/* Whether readers of the audit log may interpret a byte as more than a part of a name. */
static bool byte_is_punctuation(unsigned char c)
{
	switch (c) {
	case '"': case '\'': case '=': case ',': case ':': case ';':
	case '(': case ')': case '>': case '\\':
		return true;
	default:
		return false;
	}
}

/**
 * encode_name() - encode a name as TOMOYO Linux does
 * @dst: destination; may be NULL if @size is 0
 * @size: size of @dst in bytes, including the NUL
 * @src: bytes of the name
 * @len: number of bytes
 *
 * Bytes outside 0x21-0x7E become \ooo, a backslash becomes two.
 *
 * Context: any.
 * Return: the length of the whole text without the NUL. If it is not below @size, the text
 * was truncated.
 */
size_t encode_name(char *dst, size_t size, const char *src, size_t len)
{
	struct sink sink = { .dst = dst, .size = size };
	size_t i, run;

	for (i = 0; i < len; i++) {
		/* Most names need no encoding: copy as many bytes as possible at once. */
		for (run = i; len - i >= 8 && bytes_are_plain(src + i);)
			i += 8;
		while (i < len && byte_is_plain(src[i]) && src[i] != '\\')
			i++;
		sink_put_bytes(&sink, src + run, i - run);
		if (i == len)
			break;
		if (src[i] == '\\')
			sink_put_bytes(&sink, "\\\\", 2);
		else
			sink_put_octal(&sink, src[i]);
	}
	return sink_close(&sink);
}

/**
 * encode_subject_name() - encode a name for a value in the audit log
 * @dst: destination; may be NULL if @size is 0
 * @size: size of @dst in bytes, including the NUL
 * @src: bytes of the name
 * @len: number of bytes
 *
 * Bytes outside 0x21-0x7E and each of " ' = , : ; ( ) > \ become \ooo: readers of the
 * audit log end a value at the first space, look for key= inside it and trim trailing
 * punctuation.
 *
 * Context: any.
 * Return: the length of the whole text without the NUL. If it is not below @size, the text
 * was truncated.
 */
size_t encode_subject_name(char *dst, size_t size, const char *src, size_t len)
{
	struct sink sink = { .dst = dst, .size = size };
	size_t i;

	for (i = 0; i < len; i++) {
		unsigned char c = src[i];

		if (byte_is_plain(c) && !byte_is_punctuation(c))
			sink_put(&sink, c);
		else
			sink_put_octal(&sink, c);
	}
	return sink_close(&sink);
}

/**
 * encode_time() - write a time as YYYY/MM/DD-hh:mm:ss, UTC
 * @dst: destination; may be NULL if @size is 0
 * @size: size of @dst in bytes, including the NUL
 * @seconds: seconds since 1970-01-01 00:00:00 UTC; negative values are written as 0
 *
 * The date is counted in years that begin on March 1st, so that the leap day
 * is the last of its year (Howard Hinnant, "chrono-compatible low-level date
 * algorithms", civil_from_days).
 *
 * Context: any.
 * Return: the length of the whole text without the NUL. If it is not below @size, the text
 * was truncated.
 */
size_t encode_time(char *dst, size_t size, long long seconds)
{
	struct sink sink = { .dst = dst, .size = size };
	long long day, era, of_era, year, of_year, month;

	if (seconds < 0)
		seconds = 0;
	day = seconds / 86400 + 719468;
	seconds %= 86400;
	era = day / 146097;
	of_era = day % 146097;
	year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	of_year = of_era - (365 * year + year / 4 - year / 100);
	month = (5 * of_year + 2) / 153;

	sink_put_number(&sink, era * 400 + year + (month >= 10), 4);
	sink_put(&sink, '/');
	sink_put_number(&sink, month < 10 ? month + 3 : month - 9, 2);
	sink_put(&sink, '/');
	sink_put_number(&sink, of_year - (153 * month + 2) / 5 + 1, 2);
	sink_put(&sink, '-');
	sink_put_number(&sink, seconds / 3600, 2);
	sink_put(&sink, ':');
	sink_put_number(&sink, seconds / 60 % 60, 2);
	sink_put(&sink, ':');
	sink_put_number(&sink, seconds % 60, 2);
	return sink_close(&sink);
}
