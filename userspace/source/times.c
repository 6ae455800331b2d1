// SPDX-License-Identifier: GPL-2.0-only
/* Times of accesses, and their line in a saved state. */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "times.h"

#define TIMES_HEAD	"# used "
/* Each 0 stands for a digit. */
#define STAMP_FORM	"0000-00-00T00:00:00.000Z"
#define STAMP_LEN	(sizeof(STAMP_FORM) - 1)

#define DAY	(24 * 60 * 60)

static void digits_write(char *to, int count, int number)
{
	while (count--) {
		to[count] = (char)('0' + number % 10);
		number /= 10;
	}
}

/**
 * stamp_of() - Format a time
 * @time_ms: milliseconds since 1970; 0 when unknown
 *
 * Return: the time; empty when it is unknown or after the year 9999.
 */
struct stamp stamp_of(int64_t time_ms)
{
	/* The last day: most times of a source are in few days, and strftime() is slow */
	static struct stamp day;
	static time_t day_number = -1;
	time_t seconds = (time_t)(time_ms / 1000);
	int rest = (int)(seconds % DAY);
	struct stamp stamp = { "" };
	struct tm tm;

	if (time_ms <= 0 || seconds > SECONDS_MAX)
		return stamp;
	if (seconds / DAY != day_number) {
		day_number = -1;
		if (!gmtime_r(&seconds, &tm) ||
		    strftime(day.text, sizeof(day.text), "%Y-%m-%dT00:00:00.000Z",
			     &tm) != STAMP_LEN)
			return stamp;
		day_number = seconds / DAY;
	}
	stamp = day;
	digits_write(stamp.text + 11, 2, rest / 3600);
	digits_write(stamp.text + 14, 2, rest / 60 % 60);
	digits_write(stamp.text + 17, 2, rest % 60);
	digits_write(stamp.text + 20, 3, (int)(time_ms % 1000));
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
 * times_outcome() - Get the outcome of all uses
 * @times: times
 *
 * Return: the outcome.
 */
enum outcome times_outcome(const struct access_times *times)
{
	if (times->done.count)
		return OUTCOME_DONE;
	return times->refused.count && times->refused.count >= times->count ?
	       OUTCOME_REFUSED : OUTCOME_UNKNOWN;
}

static void count_add(uint64_t *sum, uint64_t more)
{
	if (__builtin_add_overflow(*sum, more, sum))
		*sum = UINT64_MAX;
}

static void outcome_add(struct outcome_times *sum,
			const struct outcome_times *more)
{
	if (more->last_ms > sum->last_ms)
		sum->last_ms = more->last_ms;
	count_add(&sum->count, more->count);
}

/**
 * times_add() - Add the uses of one access to another
 * @sum: gets the earlier first use, the later last uses and the sums of the
 *	counts, at most UINT64_MAX
 * @more: uses to add; when their times are unknown, only their outcomes are added
 */
void times_add(struct access_times *sum, const struct access_times *more)
{
	outcome_add(&sum->done, &more->done);
	outcome_add(&sum->refused, &more->refused);
	if (!more->first_ms)
		return;
	if (!sum->first_ms || more->first_ms < sum->first_ms)
		sum->first_ms = more->first_ms;
	if (more->last_ms > sum->last_ms)
		sum->last_ms = more->last_ms;
	count_add(&sum->count, more->count);
}

/**
 * login_list_find() - Find a user in a list
 * @logins: list
 * @uid: user
 *
 * Return: the uses of the user's logins, or NULL.
 */
struct login_uses *login_list_find(struct login_list *logins, uint64_t uid)
{
	for (size_t i = 0; i < logins->count; i++)
		if (logins->login[i].uid == uid)
			return &logins->login[i];
	return NULL;
}

static struct login_uses *login_oldest(struct login_list *logins)
{
	struct login_uses *oldest = logins->login;

	for (size_t i = 1; i < logins->count; i++)
		if (logins->login[i].last_ms < oldest->last_ms)
			oldest = &logins->login[i];
	return oldest;
}

/**
 * login_list_add() - Add uses by a user's logins to a list
 * @logins: list; if it is full, the user whose last use is the oldest becomes one of the others
 * @more: uses to add
 */
void login_list_add(struct login_list *logins, const struct login_uses *more)
{
	struct login_uses *login = login_list_find(logins, more->uid);

	if (login) {
		if (more->first_ms < login->first_ms)
			login->first_ms = more->first_ms;
		if (more->last_ms > login->last_ms)
			login->last_ms = more->last_ms;
		count_add(&login->count, more->count);
		return;
	}
	if (logins->count < LOGINS_MAX) {
		logins->login[logins->count++] = *more;
		return;
	}
	login = login_oldest(logins);
	if (login->last_ms > more->last_ms) {
		count_add(&logins->others, more->count);
		return;
	}
	count_add(&logins->others, login->count);
	*login = *more;
}

static void logins_print(const struct login_list *logins, struct times_line *line)
{
	char *end = line->text + strlen(line->text);
	const char *stop = line->text + sizeof(line->text);

	for (size_t i = 0; i < logins->count; i++) {
		const struct login_uses *login = &logins->login[i];

		end += snprintf(end, (size_t)(stop - end), " login %llu %s %s %llu",
				(unsigned long long)login->uid, stamp_of(login->first_ms).text,
				stamp_of(login->last_ms).text, (unsigned long long)login->count);
	}
	if (logins->others)
		snprintf(end, (size_t)(stop - end), " others %llu",
			 (unsigned long long)logins->others);
}

/* Append an outcome; without count and time if all uses had it. */
static void outcome_print(const char *word, const struct outcome_times *outcome,
			  const struct access_times *times,
			  struct times_line *line)
{
	size_t len = strlen(line->text);
	char *end = line->text + len;
	size_t size = sizeof(line->text) - len;

	if (!outcome->count)
		return;
	if (outcome->count == times->count && outcome->last_ms == times->last_ms)
		snprintf(end, size, " %s", word);
	else
		snprintf(end, size, " %s %llu %s", word,
			 (unsigned long long)outcome->count,
			 stamp_of(outcome->last_ms).text);
}

/**
 * times_print() - Write the line that precedes an access in a saved state
 * @times: times of the access
 * @logins: users whose logins made it; NULL if there are none
 * @line: filled in
 *
 * Return: false when the times are unknown.
 */
bool times_print(const struct access_times *times, const struct login_list *logins,
		 struct times_line *line)
{
	const struct stamp first = stamp_of(times->first_ms);
	const struct stamp last = stamp_of(times->last_ms);

	if (!*first.text || !*last.text)
		return false;
	snprintf(line->text, sizeof(line->text), TIMES_HEAD "%s %s %llu",
		 first.text, last.text, (unsigned long long)times->count);
	outcome_print("done", &times->done, times, line);
	outcome_print("refused", &times->refused, times, line);
	if (logins)
		logins_print(logins, line);
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

/* Cut the next word off a line; empty after the last one, where @rest->ptr is NULL. */
static struct span word_shift(struct span *rest)
{
	const char *blank = rest->len ? memchr(rest->ptr, ' ', rest->len) : NULL;
	struct span word = *rest;

	if (!blank) {
		*rest = (struct span){ NULL, 0 };
		return word;
	}
	word.len = (size_t)(blank - word.ptr);
	*rest = (struct span){ blank + 1, rest->len - word.len - 1 };
	return word;
}

/* Parse the words after an outcome: the count and the last time, or nothing. */
static int outcome_parse(struct span *rest, const struct access_times *times,
			 struct outcome_times *outcome)
{
	outcome->count = times->count;
	outcome->last_ms = times->last_ms;
	if (!rest->len || !isdigit((unsigned char)*rest->ptr))
		return 0;
	if (span_number(word_shift(rest), &outcome->count))
		return -EBADMSG;
	return stamp_parse(word_shift(rest), &outcome->last_ms);
}

static int login_parse(struct span *rest, struct login_list *logins)
{
	struct login_uses login;

	if (span_number(word_shift(rest), &login.uid) || login.uid > UINT32_MAX ||
	    stamp_parse(word_shift(rest), &login.first_ms) ||
	    stamp_parse(word_shift(rest), &login.last_ms) ||
	    span_number(word_shift(rest), &login.count))
		return -EBADMSG;
	login_list_add(logins, &login);
	return 0;
}

/**
 * times_parse() - Parse a line that times_print() wrote
 * @line: line for which is_times_line() is true
 * @times: filled in
 * @logins: filled in
 *
 * Return: 0, or -EBADMSG when the line is damaged.
 */
int times_parse(struct span line, struct access_times *times, struct login_list *logins)
{
	const size_t head = strlen(TIMES_HEAD);
	struct span rest = { line.ptr + head, line.len - head };

	*times = (struct access_times){ 0 };
	logins->count = 0;
	logins->others = 0;
	if (stamp_parse(word_shift(&rest), &times->first_ms) ||
	    stamp_parse(word_shift(&rest), &times->last_ms) ||
	    span_number(word_shift(&rest), &times->count))
		return -EBADMSG;
	while (rest.ptr) {
		const struct span word = word_shift(&rest);
		int err = -EBADMSG;

		if (span_is(word, "done"))
			err = outcome_parse(&rest, times, &times->done);
		else if (span_is(word, "refused"))
			err = outcome_parse(&rest, times, &times->refused);
		else if (span_is(word, "login"))
			err = login_parse(&rest, logins);
		else if (span_is(word, "others"))
			err = span_number(word_shift(&rest), &logins->others);
		if (err)
			return err;
	}
	return 0;
}
