// SPDX-License-Identifier: GPL-2.0-only
/* Times as users type them, in the local time zone. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "time_parse.h"

#define DAY	(24 * 60 * 60)

/* Parts that a format lacks are 0. @is_today: it lacks the date: use today's. */
static const struct {
	const char *format;
	int is_today;
} formats[] = {
	{ "%Y-%m-%d %H:%M:%S", 0 },
	{ "%Y-%m-%dT%H:%M:%S", 0 },
	{ "%Y-%m-%d %H:%M", 0 },
	{ "%Y-%m-%d", 0 },
	{ "%H:%M:%S", 1 },
	{ "%H:%M", 1 },
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

static int date_parse(const char *typed, time_t now, time_t *moment)
{
	for (size_t i = 0; i < ARRAY_SIZE(formats); i++) {
		struct tm tm = { 0 };
		const char *end;

		if (formats[i].is_today)
			localtime_r(&now, &tm);
		tm.tm_sec = 0;
		end = strptime(typed, formats[i].format, &tm);
		if (!end || *end)
			continue;
		tm.tm_isdst = -1;
		*moment = mktime(&tm);
		return *moment > 0 ? 0 : -EINVAL;
	}
	return -EINVAL;
}

/**
 * time_parse() - Parse a time
 * @typed: "2026-11-21 15:13:22", "2026-11-21 15:13", "2026-11-21", "15:13:22",
 *	"15:13", "today", "yesterday", "now", or a time before now as in "-2h"
 * @now: current time in seconds since 1970
 * @time_ms: filled in, in milliseconds since 1970
 *
 * Return: 0 or -EINVAL.
 */
int time_parse(const char *typed, time_t now, int64_t *time_ms)
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
		err = date_parse(typed, now, &moment);
	*time_ms = (int64_t)moment * 1000;
	return err;
}
