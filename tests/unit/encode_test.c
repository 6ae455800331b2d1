// SPDX-License-Identifier: GPL-2.0-only
/* The encoding of names and times. */
#include <time.h>

#include "core/encode.h"
#include "unit.h"

typedef size_t encode_t(char *dst, size_t size, const char *src, size_t len);

/* Encode into an allocation of exactly that size, so that ASan detects an overflow. */
static void assert_encoded(encode_t *encode, const char *src, size_t len, const char *text)
{
	size_t needed = strlen(text), size;

	assert_int_equal(encode(NULL, 0, src, len), needed);
	for (size = 1; size <= needed + 2; size++) {
		size_t fits = min(needed, size - 1);
		char *dst = malloc(size);

		assert_non_null(dst);
		memset(dst, '?', size);
		assert_int_equal(encode(dst, size, src, len), needed);
		assert_memory_equal(dst, text, fits);
		assert_int_equal(dst[fits], '\0');
		if (size > needed + 1)
			assert_int_equal(dst[size - 1], '?');
		free(dst);
	}
}

static void size_zero(void **state)
{
	char dst = '?';

	(void)state;
	assert_int_equal(encode_name(&dst, 0, "a\n", 2), 5);
	assert_int_equal(encode_subject_name(&dst, 0, "a\n", 2), 5);
	assert_int_equal(encode_time(&dst, 0, 0), ENCODE_TIME_LENGTH);
	assert_int_equal(dst, '?');
}

static void name_table(void **state)
{
	static const struct {
		const char *src;
		size_t len;
		const char *text;
	} cases[] = {
		{ "", 0, "" },
		{ "/bin/sh", 7, "/bin/sh" },
		{ "/bin/sh", 4, "/bin" },
		{ "a b", 3, "a\\040b" },
		{ "\\", 1, "\\\\" },
		{ "\\040", 4, "\\\\040" },
		{ "a\0b", 3, "a\\000b" },
		{ "\t\n\x7f\x80\xff", 5, "\\011\\012\\177\\200\\377" },
		{ "!~", 2, "!~" },
		{ "\"'=,:;()>", 9, "\"'=,:;()>" },
		{ "\xe8\xb6\xb3", 3, "\\350\\266\\263" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(cases); i++)
		assert_encoded(encode_name, cases[i].src, cases[i].len, cases[i].text);
}

static void name_every_byte(void **state)
{
	char text[8];
	int byte;

	(void)state;
	for (byte = 0; byte < 256; byte++) {
		char c = byte;

		if (c == '\\')
			strcpy(text, "\\\\");
		else if (byte >= 0x21 && byte <= 0x7e)
			snprintf(text, sizeof(text), "%c", byte);
		else
			snprintf(text, sizeof(text), "\\%03o", byte);
		assert_encoded(encode_name, &c, 1, text);
		assert_true(strlen(text) <= ENCODE_EXPANSION);
	}
}

/* Each byte at each place of a name of which eight bytes are checked at once. */
static void name_byte_at_each_place(void **state)
{
	static const char plain[] = "!~abc[]^_/0123456789";
	size_t len = strlen(plain), at;
	unsigned int byte;

	(void)state;
	for (at = 0; at < len; at++) {
		for (byte = 0; byte < 256; byte++) {
			char src[sizeof(plain)], text[64], c = byte, encoded[8];

			encode_name(encoded, sizeof(encoded), &c, 1);
			memcpy(src, plain, sizeof(plain));
			src[at] = c;
			snprintf(text, sizeof(text), "%.*s%s%s", (int)at, plain, encoded, plain + at + 1);
			assert_encoded(encode_name, src, len, text);
		}
	}
}

static void subject_table(void **state)
{
	static const struct {
		const char *src;
		size_t len;
		const char *text;
	} cases[] = {
		{ "", 0, "" },
		{ "sshd", 4, "sshd" },
		{ "kworker/0:1", 11, "kworker/0\\0721" },
		{ "key=\"x\"", 7, "key\\075\\042x\\042" },
		{ "(sd-pam)", 8, "\\050sd-pam\\051" },
		{ "a=>b", 4, "a\\075\\076b" },
		{ "a\0b\\", 4, "a\\000b\\134" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(cases); i++)
		assert_encoded(encode_subject_name, cases[i].src, cases[i].len,
			       cases[i].text);
}

static void subject_every_byte(void **state)
{
	static const char special[] = {
		'"', '\'', '=', ',', ':', ';', '(', ')', '>', '\\',
	};
	char text[8];
	int byte;

	(void)state;
	for (byte = 0; byte < 256; byte++) {
		char c = byte;

		if (byte < 0x21 || byte > 0x7e || memchr(special, byte, sizeof(special)))
			snprintf(text, sizeof(text), "\\%03o", byte);
		else
			snprintf(text, sizeof(text), "%c", byte);
		assert_encoded(encode_subject_name, &c, 1, text);
	}
}

/* Decode a name: encoding is reversible, so no two names look the same. */
static size_t decode(char *dst, const char *text)
{
	char *end = dst;

	while (*text) {
		if (text[0] == '\\' && text[1] == '\\') {
			*end++ = '\\';
			text += 2;
		} else if (text[0] == '\\') {
			*end++ = (text[1] - '0') << 6 | (text[2] - '0') << 3 |
				 (text[3] - '0');
			text += 4;
		} else {
			*end++ = *text++;
		}
	}
	return end - dst;
}

static void encoding_is_reversible(void **state)
{
	char src[64], text[sizeof(src) * ENCODE_EXPANSION + 1], back[sizeof(text)];
	u64 seed = 1;
	int round;

	(void)state;
	for (round = 0; round < 20000; round++) {
		size_t len = unit_random(&seed) % (sizeof(src) + 1), i;

		for (i = 0; i < len; i++)
			src[i] = unit_random(&seed) >> 32;
		assert_true(encode_name(text, sizeof(text), src, len) < sizeof(text));
		assert_int_equal(decode(back, text), len);
		assert_memory_equal(back, src, len);
		assert_true(encode_subject_name(text, sizeof(text), src, len) <
			    sizeof(text));
		assert_int_equal(decode(back, text), len);
		assert_memory_equal(back, src, len);
	}
}

static void assert_time_same_as_libc(long long seconds)
{
	char text[ENCODE_TIME_LENGTH + 1], expected[sizeof(text)];
	time_t t = seconds;
	struct tm tm;

	assert_non_null(gmtime_r(&t, &tm));
	assert_int_equal(strftime(expected, sizeof(expected), "%Y/%m/%d-%H:%M:%S", &tm),
			 ENCODE_TIME_LENGTH);
	assert_int_equal(encode_time(text, sizeof(text), seconds), ENCODE_TIME_LENGTH);
	assert_string_equal(text, expected);
}

#define DAY 86400LL
#define YEAR_10000 253402300800LL

static void time_same_as_libc(void **state)
{
	long long day, last_day = YEAR_10000 / DAY - 1;
	u64 seed = 2;
	int i;

	(void)state;
	/* Every day until 2200, then the first and last day of each month. */
	for (day = 0; day <= last_day; day++) {
		time_t t = day * DAY;
		struct tm tm;

		if (day > 84006) {
			gmtime_r(&t, &tm);
			if (tm.tm_mday > 1 && tm.tm_mday < 28)
				day += 27 - tm.tm_mday;
		}
		assert_time_same_as_libc(day * DAY);
		assert_time_same_as_libc(day * DAY + DAY - 1);
	}
	for (i = 0; i < 100000; i++)
		assert_time_same_as_libc(unit_random(&seed) % YEAR_10000);
	for (i = 0; i < DAY; i++)
		assert_time_same_as_libc(0x7fffffffLL - DAY / 2 + i);
}

static size_t encode_time_of(char *dst, size_t size, const char *src, size_t len)
{
	long long seconds;

	memcpy(&seconds, src, len);
	return encode_time(dst, size, seconds);
}

static void time_table(void **state)
{
	static const struct {
		long long seconds;
		const char *text;
	} cases[] = {
		{ 0, "1970/01/01-00:00:00" },
		{ -1, "1970/01/01-00:00:00" },
		{ LLONG_MIN, "1970/01/01-00:00:00" },
		{ 59, "1970/01/01-00:00:59" },
		{ 951782399, "2000/02/28-23:59:59" },
		{ 951782400, "2000/02/29-00:00:00" },
		{ 951868800, "2000/03/01-00:00:00" },
		{ 1795230273, "2026/11/21-03:04:33" },
		{ 0x7fffffffLL, "2038/01/19-03:14:07" },
		{ 0x80000000LL, "2038/01/19-03:14:08" },
		{ 0xffffffffLL, "2106/02/07-06:28:15" },
		{ 4107542399LL, "2100/02/28-23:59:59" },
		{ 4107542400LL, "2100/03/01-00:00:00" },
		{ YEAR_10000 - 1, "9999/12/31-23:59:59" },
		{ YEAR_10000, "10000/01/01-00:00:00" },
		{ LLONG_MAX, "292277026596/12/04-15:30:07" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(cases); i++)
		assert_encoded(encode_time_of, (const char *)&cases[i].seconds,
			       sizeof(cases[i].seconds), cases[i].text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		unit_case(size_zero),
		unit_case(name_table),
		unit_case(name_every_byte),
		unit_case(name_byte_at_each_place),
		unit_case(subject_table),
		unit_case(subject_every_byte),
		unit_case(encoding_is_reversible),
		unit_case(time_table),
		unit_case(time_same_as_libc),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
