// SPDX-License-Identifier: GPL-2.0-only
/* Times of accesses, and their line in a saved state. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "times.h"

#define TIMES_HEAD	"# used "
/* Each 0 stands for a digit. */
#define STAMP_FORM	"0000-00-00T00:00:00.000Z"
#define STAMP_LEN	(sizeof(STAMP_FORM) - 1)

/**
 * stamp_of() - Format a time
 * @time_ms: milliseconds since 1970; 0 when unknown
 *
 * Return: the time; empty when it is unknown or after the year 9999.
 */
struct stamp stamp_of(int64_t time_ms)
{
	time_t seconds = (time_t)(time_ms / 1000);
	struct stamp stamp = { "" };
	struct tm tm;
	size_t len;

	if (time_ms <= 0 || seconds > SECONDS_MAX || !gmtime_r(&seconds, &tm))
		return stamp;
	len = strftime(stamp.text, sizeof(stamp.text), "%Y-%m-%dT%H:%M:%S", &tm);
	snprintf(stamp.text + len, sizeof(stamp.text) - len, ".%03dZ",
		 (int)(time_ms % 1000));
	return stamp;
}

static int digits_read(const char *from, size_t count)
{
	int number = 0;

	while (count--)
		number = number * 10 + *from++ - '0';
	return number;
}

/* Parse the output of stamp_of(). */
static int stamp_parse(struct span text, int64_t *time_ms)
{
	const char *at = text.ptr;
	struct tm tm;

	if (text.len != STAMP_LEN)
		return -EBADMSG;
	for (size_t i = 0; i < STAMP_LEN; i++)
		if (STAMP_FORM[i] == '0' ? at[i] < '0' || at[i] > '9'
					 : at[i] != STAMP_FORM[i])
			return -EBADMSG;
	tm = (struct tm){
		.tm_year = digits_read(at, 4) - 1900,
		.tm_mon = digits_read(at + 5, 2) - 1,
		.tm_mday = digits_read(at + 8, 2),
		.tm_hour = digits_read(at + 11, 2),
		.tm_min = digits_read(at + 14, 2),
		.tm_sec = digits_read(at + 17, 2),
	};
	*time_ms = (int64_t)timegm(&tm) * 1000 + digits_read(at + 20, 3);
	/* timegm() turns February 31 into March 3: refuse such dates. */
	return span_is(text, stamp_of(*time_ms).text) ? 0 : -EBADMSG;
}

/**
 * times_add() - Add the uses of one access to another
 * @sum: gets the earlier first use, the later last use and the sum of the
 *	counts, at most UINT64_MAX
 * @more: uses to add; ignored when their times are unknown
 */
void times_add(struct access_times *sum, const struct access_times *more)
{
	if (!more->first_ms)
		return;
	if (!sum->first_ms || more->first_ms < sum->first_ms)
		sum->first_ms = more->first_ms;
	if (more->last_ms > sum->last_ms)
		sum->last_ms = more->last_ms;
	if (__builtin_add_overflow(sum->count, more->count, &sum->count))
		sum->count = UINT64_MAX;
}

/**
 * times_print() - Write the line that precedes an access in a saved state
 * @times: times of the access
 * @line: filled in
 *
 * Return: false when the times are unknown.
 */
bool times_print(const struct access_times *times, struct times_line *line)
{
	const struct stamp first = stamp_of(times->first_ms);
	const struct stamp last = stamp_of(times->last_ms);

	if (!*first.text || !*last.text)
		return false;
	snprintf(line->text, sizeof(line->text), TIMES_HEAD "%s %s %llu",
		 first.text, last.text, (unsigned long long)times->count);
	return true;
}

/**
 * is_times_line() - Whether a line of a saved state has the times of an access
 * @line: line
 *
 * Return: true if it begins like one.
 */
bool is_times_line(struct span line)
{
	return span_begins(line, TIMES_HEAD);
}

/**
 * times_parse() - Parse a line that times_print() wrote
 * @line: line for which is_times_line() is true
 * @times: filled in
 *
 * Return: 0, or -EBADMSG when the line is damaged.
 */
int times_parse(struct span line, struct access_times *times)
{
	const size_t head = strlen(TIMES_HEAD);
	const size_t first = head + STAMP_LEN + 1;
	const size_t last = first + STAMP_LEN + 1;
	const char *at = line.ptr;

	if (line.len <= last || at[first - 1] != ' ' || at[last - 1] != ' ' ||
	    stamp_parse((struct span){ at + head, STAMP_LEN },
			&times->first_ms) ||
	    stamp_parse((struct span){ at + first, STAMP_LEN },
			&times->last_ms) ||
	    span_number((struct span){ at + last, line.len - last },
			&times->count))
		return -EBADMSG;
	return 0;
}
