// SPDX-License-Identifier: GPL-2.0-only
/* Times as users type them, in the local time zone. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "time_parse.h"

#define DAY	(24 * 60 * 60)

/**
 * struct form - A form of a time
 * @format: format of strptime(); parts that it lacks are 0
 * @is_today: it lacks the date: use that of today
 * @is_utc: it is in UTC: otherwise in the local time zone
 * @has_seconds: a time of this form stands for the whole second
 */
static const struct form {
	const char *format;
	bool is_today;
	bool is_utc;
	bool has_seconds;
} forms[] = {
	{ "%Y-%m-%d %H:%M:%S", .has_seconds = true },
	{ "%Y-%m-%dT%H:%M:%S", .has_seconds = true },
	{ .format = "%Y-%m-%d %H:%M" },
	{ .format = "%Y-%m-%d" },
	{ "%H:%M:%S", .is_today = true, .has_seconds = true },
	{ "%H:%M", .is_today = true },
	/* As in a saved state; JSON has milliseconds, too: see milliseconds_parse() */
	{ "%Y-%m-%dT%H:%M:%SZ", .is_utc = true, .has_seconds = true },
	/* As in histories */
	{ "%Y/%m/%d-%H:%M:%S", .is_utc = true, .has_seconds = true },
	/* As in the events of version 0.2 and older */
	{ "[%a %b %d %H:%M:%S %Y]", .has_seconds = true },
	{ "%a %b %d %H:%M:%S %Y", .has_seconds = true },
};

/* -90s, -15m, -2h, -7d: time before now */
static int before_parse(const char *typed, time_t now, time_t *moment)
{
	static const struct {
		char unit;
		int seconds;
	} units[] = { { 's', 1 }, { 'm', 60 }, { 'h', 60 * 60 }, { 'd', DAY } };
	char *end;
	unsigned long count = strtoul(typed + 1, &end, 10);

	if (typed[1] < '0' || typed[1] > '9' || count > 1000000000)
		return -EINVAL;
	for (size_t i = 0; i < ARRAY_SIZE(units); i++) {
		if (*end != units[i].unit || end[1])
			continue;
		*moment = now - (time_t)count * units[i].seconds;
		return 0;
	}
	return -EINVAL;
}

static time_t midnight(time_t now, int days)
{
	struct tm tm;

	localtime_r(&now, &tm);
	tm.tm_mday += days;
	tm.tm_hour = 0;
	tm.tm_min = 0;
	tm.tm_sec = 0;
	tm.tm_isdst = -1;
	return mktime(&tm);
}

/* At the end of summer time, an hour comes twice: the later one is taken if @is_end. */
static time_t local_time(const struct tm *typed, bool is_end)
{
	struct tm tm = *typed;
	time_t moment;

	tm.tm_isdst = -1;
	moment = mktime(&tm);
	for (int is_dst = 0; is_dst <= 1; is_dst++) {
		time_t other;

		tm = *typed;
		tm.tm_isdst = is_dst;
		other = mktime(&tm);
		if (tm.tm_isdst == is_dst && (is_end ? other > moment : other < moment))
			moment = other;
	}
	return moment;
}

static int form_parse(const struct form *form, const char *typed, time_t now,
		      bool is_end, time_t *moment)
{
	struct tm tm = { 0 };
	struct tm day;
	const char *end;

	if (form->is_today)
		localtime_r(&now, &tm);
	tm.tm_sec = 0;
	end = strptime(typed, form->format, &tm);
	if (!end || *end)
		return -EINVAL;
	/* strptime() accepts February 31, of which timegm() makes March 3 */
	day = (struct tm){ .tm_year = tm.tm_year, .tm_mon = tm.tm_mon, .tm_mday = tm.tm_mday };
	timegm(&day);
	if (day.tm_mday != tm.tm_mday)
		return -EINVAL;
	*moment = form->is_utc ? timegm(&tm) : local_time(&tm, is_end);
	return *moment > 0 ? 0 : -EINVAL;
}

/* "2026-11-21T15:13:22.345Z": cuts ".345" out of @typed. Returns -1 if it has none. */
static int milliseconds_parse(char *typed)
{
	char *dot = strrchr(typed, '.');
	int ms = 0;

	if (!dot || strspn(dot + 1, "0123456789") != 3 || strcmp(dot + 4, "Z"))
		return -1;
	for (int i = 1; i <= 3; i++)
		ms = ms * 10 + dot[i] - '0';
	memcpy(dot, "Z", sizeof("Z"));
	return ms;
}

static int date_parse(const char *typed, time_t now, bool is_end, int64_t *time_ms)
{
	char copy[64];
	time_t moment;
	int ms;

	if (strlen(typed) >= sizeof(copy))
		return -EINVAL;
	strcpy(copy, typed);
	ms = milliseconds_parse(copy);
	for (size_t i = 0; i < ARRAY_SIZE(forms); i++) {
		if (form_parse(&forms[i], copy, now, is_end, &moment))
			continue;
		if (ms < 0)
			ms = is_end && forms[i].has_seconds ? 999 : 0;
		*time_ms = (int64_t)moment * 1000 + ms;
		return 0;
	}
	return -EINVAL;
}

/**
 * time_parse() - Parse a time
 * @typed: "2026-11-21 15:13:22", "2026-11-21 15:13", "2026-11-21", "15:13:22",
 *	"15:13", "today", "yesterday", "now", a time before now as in "-2h", or a time in
 *	a form that the command prints or that is in subj=
 * @now: current time in seconds since 1970
 * @is_end: set @time_ms to the last millisecond of a second, not the first, and to the
 *	later one of two equal local times
 * @time_ms: filled in, in milliseconds since 1970
 *
 * Return: 0 or -EINVAL.
 */
int time_parse(const char *typed, time_t now, bool is_end, int64_t *time_ms)
{
	time_t moment = now;
	int err = 0;

	if (typed[0] == '-')
		err = before_parse(typed, now, &moment);
	else if (!strcmp(typed, "today"))
		moment = midnight(now, 0);
	else if (!strcmp(typed, "yesterday"))
		moment = midnight(now, -1);
	else if (strcmp(typed, "now"))
		return date_parse(typed, now, is_end, time_ms);
	*time_ms = (int64_t)moment * 1000;
	return err;
}
