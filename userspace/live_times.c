// SPDX-License-Identifier: GPL-2.0-only
/*
 * When and how often accesses were made, from the module's file accesses. It
 * numbers the domains by their place in domain_policy, and that is read later.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "lines.h"
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

/* An array with room for one more; NULL, and the old one stays, without memory. */
static void *array_room(void *array, size_t size, size_t count, size_t *room)
{
	size_t more = *room ? *room * 2 : 256;
	void *grown;

	if (count < *room)
		return array;
	grown = reallocarray(array, more, size);
	if (grown)
		*room = more;
	return grown;
}

/* "3\t1795273993\t1795274100\t17\tfile read /etc/passwd" */
static int entry_add(void *ctx, const struct line *line)
{
	struct live_times *times = ctx;
	const char *end = line->ptr + line->len;
	const char *from = line->ptr;
	uint64_t number[4];
	void *entries;

	if (line->is_cut)
		return -EBADMSG;
	for (size_t i = 0; i < ARRAY_SIZE(number); i++)
		if (number_shift(&from, end, &number[i]))
			return -EBADMSG;
	if (from == end || number[1] > SECONDS_MAX || number[2] > SECONDS_MAX ||
	    !text_is_printable(from, (size_t)(end - from)))
		return -EBADMSG;
	entries = array_room(times->entry, sizeof(*times->entry), times->count,
			     &times->room);
	if (!entries)
		return -ENOMEM;
	times->entry = entries;
	times->entry[times->count].id = number[0];
	times->entry[times->count].line = times->lines.len;
	times->entry[times->count].seen = (struct access_times){
		.first_ms = (int64_t)number[1] * 1000,
		.last_ms = (int64_t)number[2] * 1000,
		.count = number[3],
	};
	text_add(&times->lines, from, (size_t)(end - from));
	text_add(&times->lines, "", 1);
	if (times->lines.failed)
		return -ENOMEM;
	times->count++;
	return 0;
}

/**
 * live_times_read() - Read the file
 * @times: zeroed; filled in; to be freed in any case
 * @fd: accesses
 *
 * Return: 0 or -errno.
 */
int live_times_read(struct live_times *times, int fd)
{
	return lines_each(fd, entry_add, times, &times->damage);
}

/**
 * live_times_sink() - Take a fact of domain_policy in; a fact_sink
 * @times: struct live_times, its @model set
 * @fact: what it tells
 *
 * Return: as model_add().
 */
int live_times_sink(void *times, const struct fact *fact)
{
	struct live_times *t = times;
	struct domain *domain = NULL;
	void *domains;
	int err;

	err = model_add(t->model, fact);
	/* Flags are told of a domain that has been told */
	if (fact->kind != FACT_DOMAIN || fact->flags)
		return err;
	if (!err)
		err = model_domain(t->model, fact->domain, &domain);
	domains = array_room(t->domain, sizeof(*t->domain), t->domain_count,
			     &t->domain_room);
	if (!domains)
		return -ENOMEM;
	t->domain = domains;
	/* A damaged one has its number all the same */
	t->domain[t->domain_count++] = domain;
	return err;
}

/**
 * live_times_apply() - Tell the model what was read
 * @times: after all facts; its @model not sorted yet
 *
 * A domain or an access that only one of the files knows is left as it is.
 *
 * Return: 0 or -ENOMEM.
 */
int live_times_apply(struct live_times *times)
{
	for (size_t i = 0; i < times->count; i++) {
		uint64_t id = times->entry[i].id;
		int err;

		if (id >= times->domain_count || !times->domain[id])
			continue;
		err = model_times(times->model, times->domain[id],
				  times->lines.data + times->entry[i].line,
				  &times->entry[i].seen);
		if (err)
			return err;
	}
	return 0;
}

/**
 * live_times_free() - Give the memory back
 * @times: read or zeroed; its model stays
 */
void live_times_free(struct live_times *times)
{
	free(times->entry);
	free(times->domain);
	text_free(&times->lines);
	*times = (struct live_times){ 0 };
}
