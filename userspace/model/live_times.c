// SPDX-License-Identifier: GPL-2.0-only
/* Times and counts of accesses, from the module's file "accesses". */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "source/lines.h"
#include "live_times.h"

static int number_shift(const char **from, const char *end, uint64_t *number)
{
	const char *tab = memchr(*from, '\t', (size_t)(end - *from));

	if (!tab || span_number((struct span){ *from, (size_t)(tab - *from) },
				number))
		return -EBADMSG;
	*from = tab + 1;
	return 0;
}

/* Append a text; return its offset in the texts. */
static size_t text_keep(struct live_times *times, const char *from,
			const char *end)
{
	size_t start = times->texts.len;

	text_add(&times->texts, from, (size_t)(end - from));
	text_add(&times->texts, "", 1);
	return start;
}

/* Take the name of a domain: "<kernel> /sbin/init". */
static int domain_name_add(struct live_times *times, uint64_t id,
			   const char *from, const char *end)
{
	if (!text_is_printable(from, (size_t)(end - from)))
		return -EBADMSG;
	times->id = id;
	times->has_domain = true;
	times->domain = text_keep(times, from, end);
	return times->texts.failed ? -ENOMEM : 0;
}

/* Cut a time in seconds off the line. */
static int time_shift(const char **from, const char *end, int64_t *time_ms)
{
	uint64_t seconds;

	if (number_shift(from, end, &seconds) || seconds > SECONDS_MAX)
		return -EBADMSG;
	*time_ms = (int64_t)seconds * 1000;
	return 0;
}

/* The module may have counted a use whose time it has not written yet. */
static int outcome_shift(const char **from, const char *end,
			 const struct access_times *seen,
			 struct outcome_times *outcome)
{
	if (number_shift(from, end, &outcome->count) ||
	    time_shift(from, end, &outcome->last_ms))
		return -EBADMSG;
	if (!outcome->count)
		outcome->last_ms = 0;
	else if (!outcome->last_ms)
		outcome->last_ms = seen->last_ms;
	return 0;
}

/*
 * Cut the columns DONE, DONE_LAST, REFUSED and REFUSED_LAST off the line. Each is "-" if
 * the module does not know the outcome. Old modules do not have these columns.
 */
static int outcomes_shift(const char **from, const char *end,
			  struct access_times *seen)
{
	static const char unknown[] = "-\t-\t-\t-\t";
	const struct span rest = { *from, (size_t)(end - *from) };

	if (span_begins(rest, unknown))
		*from += strlen(unknown);
	else if (rest.len && isdigit((unsigned char)*rest.ptr) &&
		 (outcome_shift(from, end, seen, &seen->done) ||
		  outcome_shift(from, end, seen, &seen->refused)))
		return -EBADMSG;
	return 0;
}

/* Cut a number off the column of logins: the characters after it are @end. */
static int part_shift(const char **from, char end, uint64_t *number)
{
	const char *stop = *from + strspn(*from, "0123456789");

	if (*stop != end || span_number((struct span){ *from, (size_t)(stop - *from) }, number))
		return -EBADMSG;
	*from = stop + (end != '\0');
	return 0;
}

/* Parse "1000:1795273993:1795274100:17". */
static int login_column(const char *from, struct login_list *logins)
{
	struct login_uses login;
	uint64_t first;
	uint64_t last;

	if (part_shift(&from, ':', &login.uid) || login.uid > UINT32_MAX ||
	    part_shift(&from, ':', &first) || first > SECONDS_MAX ||
	    part_shift(&from, ':', &last) || last > SECONDS_MAX ||
	    part_shift(&from, '\0', &login.count))
		return -EBADMSG;
	login.first_ms = (int64_t)first * 1000;
	login.last_ms = (int64_t)last * 1000;
	login_list_add(logins, &login);
	return 0;
}

/*
 * Cut the column of logins off the line: "-", or users separated by commas, and "+" and the
 * number of uses by others. Old modules do not have this column.
 */
static int logins_shift(const char **from, const char *end, struct login_list **logins)
{
	char *tab = memchr(*from, '\t', (size_t)(end - *from));
	char *column = (char *)*from;
	int err = 0;

	if (!tab)
		return 0;
	*from = tab + 1;
	*tab = '\0';
	if (!strcmp(column, "-"))
		return 0;
	*logins = calloc(1, sizeof(**logins));
	if (!*logins)
		return -ENOMEM;
	for (char *word; !err && (word = strsep(&column, ",")); ) {
		const char *others = word + 1;

		err = *word == '+' ? part_shift(&others, '\0', &(*logins)->others)
				   : login_column(word, *logins);
	}
	return err;
}

/*
 * Take an access: "1795273993\t1795274100\t17\t16\t1795274100\t1\t1795273993\t-\tfile
 * unlink /run/lock".
 */
static int entry_add(struct live_times *times, const char *from,
		     const char *end)
{
	struct access_times seen = { 0 };
	struct login_list *logins = NULL;
	int err;

	if (time_shift(&from, end, &seen.first_ms) ||
	    time_shift(&from, end, &seen.last_ms) ||
	    number_shift(&from, end, &seen.count) ||
	    outcomes_shift(&from, end, &seen))
		return -EBADMSG;
	if (times->only_refused && !seen.refused.count)
		return 0;
	err = logins_shift(&from, end, &logins);
	if (!err && (from == end || !text_is_printable(from, (size_t)(end - from))))
		err = -EBADMSG;
	if (!err)
		err = array_grow(times->entry, times->count);
	if (err) {
		free(logins);
		return err;
	}
	times->entry[times->count].domain = times->domain;
	times->entry[times->count].line = text_keep(times, from, end);
	times->entry[times->count].seen = seen;
	times->entry[times->count].logins = logins;
	times->count++;
	return times->texts.failed ? -ENOMEM : 0;
}

/* A line is "3\t<kernel> /sbin/init", or "3\t" and an access of domain 3. */
static int times_line(void *ctx, const struct line *line)
{
	struct live_times *times = ctx;
	const char *end = line->ptr + line->len;
	const char *from = line->ptr;
	uint64_t id;

	if (line->is_cut || number_shift(&from, end, &id))
		return -EBADMSG;
	if (from < end && *from == '<')
		return domain_name_add(times, id, from, end);
	/* Old modules do not name domains: numbers are indexes into domain_policy */
	if (!times->has_domain)
		return -ENOENT;
	return id == times->id ? entry_add(times, from, end) : -EBADMSG;
}

/**
 * live_times_read() - Read the file "accesses"
 * @times: zeroed but for @only_refused; the caller frees it with live_times_free(), on errors as
 *	well
 * @fd: the open file
 *
 * Return: 0 or -errno; -ENOENT if it comes from an old module, which does not
 * name domains.
 */
int live_times_read(struct live_times *times, int fd)
{
	return lines_each(fd, times_line, times, &times->damage);
}

/**
 * live_times_apply() - Copy times and counts into a model
 * @times: from live_times_read(); the users of its entries move to the model
 * @model: read from domain_policy, not sorted yet
 *
 * Accesses that only one of the two files contains stay unchanged.
 *
 * Return: 0 or -ENOMEM.
 */
int live_times_apply(struct live_times *times, struct model *model)
{
	const char *texts = text_str(&times->texts);
	const struct domain *last = NULL;
	struct domain *domain;
	size_t place = 0;

	for (size_t i = 0; i < times->count; i++) {
		int err = model_domain(model, texts + times->entry[i].domain,
				       &domain);

		if (err && err != -EBADMSG)
			return err;
		if (err)
			continue;
		if (domain != last)
			place = 0;
		last = domain;
		model_set_times(model, domain, &place,
				texts + times->entry[i].line,
				&times->entry[i].seen, &times->entry[i].logins);
	}
	return 0;
}

/**
 * live_times_free() - Free the contents
 * @times: read or zeroed
 */
void live_times_free(struct live_times *times)
{
	for (size_t i = 0; i < times->count; i++)
		free(times->entry[i].logins);
	free(times->entry);
	text_free(&times->texts);
	*times = (struct live_times){ 0 };
}
