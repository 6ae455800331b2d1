// SPDX-License-Identifier: GPL-2.0-only
/*
 * Text output in the style of TOMOYO Linux's tools. Write errors are detected when
 * the file is closed.
 */
#include <errno.h>
#include <string.h>
#include <time.h>

#include "render.h"

static void render_flags(const struct domain *domain, FILE *out)
{
	for (size_t i = 0; i < DOMAIN_FLAGS; i++)
		if (domain->flags & domain_flags[i].flag)
			fprintf(out, " [%s]", domain_flags[i].name);
	fputc('\n', out);
}

static void render_lines(const struct domain *domain, FILE *out)
{
	for (size_t i = 0; i < domain->access_count; i++)
		fprintf(out, "%zu: %s\n", i, domain->access[i]->line->text);
}

/**
 * render_access() - Print the accesses of domains, numbered
 * @model: sorted model
 * @pattern: domains to print, a pattern of domain_matches(); NULL for all
 * @with_times: print times and counts, too
 * @out: output file
 * @found: set to the number of domains printed
 *
 * Return: 0 or -ENOMEM.
 */
int render_access(const struct model *model, const char *pattern,
		  bool with_times, FILE *out, size_t *found)
{
	struct text name = { 0 };
	int err = 0;

	*found = 0;
	for (const struct domain *domain = model_first(model); domain && !err;
	     domain = model_next(model, domain)) {
		if (pattern && !domain_matches(domain, pattern))
			continue;
		text_clear(&name);
		err = domain_name(domain, &name);
		if (err)
			break;
		if ((*found)++)
			fputc('\n', out);
		fputs(name.data, out);
		render_flags(domain, out);
		if (with_times)
			err = render_times(domain, out);
		else
			render_lines(domain, out);
	}
	text_free(&name);
	return err;
}

/* "<kernel> /sbin/init" -> "/sbin/init"; "<kernel>" alone stays. */
static const char *short_name(const char *domain)
{
	const char *space = strchr(domain, ' ');

	return space && !strncmp(domain, "<kernel> ", 9) ? space + 1 : domain;
}

/**
 * render_event() - Print an access with its time, in the local time zone
 * @fact: FACT_ACCESS with a time
 * @out: output file
 *
 * Return: 0, or -ERANGE if the time is out of range.
 */
int render_event(const struct fact *fact, FILE *out)
{
	/* Cache the text: many events have the same second */
	static time_t when_seconds = -1;
	static char when[64];
	time_t seconds = (time_t)(fact->time_ms / 1000);
	const char *access = fact->access;
	struct tm tm;

	if (seconds != when_seconds) {
		if (!localtime_r(&seconds, &tm) ||
		    !strftime(when, sizeof(when), "%a %b %e %H:%M:%S %Y", &tm))
			return -ERANGE;
		when_seconds = seconds;
	}
	if (!strncmp(access, "file ", 5))
		access += 5;
	fprintf(out, "[%s] %s by %s\n", when, access, short_name(fact->domain));
	return 0;
}
