// SPDX-License-Identifier: GPL-2.0-only
/* Times and counts of accesses, from the module's file "accesses". */
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

/* Take an access: "1795273993\t1795274100\t17\tfile read /etc/passwd". */
static int entry_add(struct live_times *times, const char *from,
		     const char *end)
{
	uint64_t number[3];

	for (size_t i = 0; i < ARRAY_SIZE(number); i++)
		if (number_shift(&from, end, &number[i]))
			return -EBADMSG;
	if (from == end || number[0] > SECONDS_MAX || number[1] > SECONDS_MAX ||
	    !text_is_printable(from, (size_t)(end - from)))
		return -EBADMSG;
	if (array_grow(times->entry, times->count))
		return -ENOMEM;
	times->entry[times->count].domain = times->domain;
	times->entry[times->count].line = text_keep(times, from, end);
	times->entry[times->count].seen = (struct access_times){
		.first_ms = (int64_t)number[0] * 1000,
		.last_ms = (int64_t)number[1] * 1000,
		.count = number[2],
	};
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
 * @times: zeroed; the caller frees it with live_times_free(), on errors as well
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
 * @times: from live_times_read()
 * @model: read from domain_policy, not sorted yet
 *
 * Accesses that only one of the two files contains stay unchanged.
 *
 * Return: 0 or -ENOMEM.
 */
int live_times_apply(const struct live_times *times, struct model *model)
{
	const char *texts = text_str(&times->texts);
	struct domain *domain;

	for (size_t i = 0; i < times->count; i++) {
		int err = model_domain(model, texts + times->entry[i].domain,
				       &domain);

		if (!err)
			err = model_set_times(model, domain,
					      texts + times->entry[i].line,
					      &times->entry[i].seen);
		if (err && err != -EBADMSG)
			return err;
	}
	return 0;
}

/**
 * live_times_free() - Free the contents
 * @times: read or zeroed
 */
void live_times_free(struct live_times *times)
{
	free(times->entry);
	text_free(&times->texts);
	*times = (struct live_times){ 0 };
}
