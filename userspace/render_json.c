// SPDX-License-Identifier: GPL-2.0-only
/* JSON. All our texts are printable ASCII: jansson takes each. */
#include <errno.h>
#include <string.h>
#include <time.h>

#include "op.h"
#include "render_json.h"

/**
 * json_list_add() - Print an item of a list
 * @list: list; zeroed but for @out and @is_lines before the first
 * @item: taken over; NULL when there was no memory for it
 *
 * Return: 0 or -ENOMEM.
 */
int json_list_add(struct json_list *list, json_t *item)
{
	int err;

	if (!item)
		return -ENOMEM;
	if (!list->is_lines)
		fputs(list->count ? ",\n" : "[\n", list->out);
	err = json_dumpf(item, list->out, JSON_COMPACT);
	if (list->is_lines)
		fputc('\n', list->out);
	list->count++;
	json_decref(item);
	/* A failure to write is seen where the file is closed */
	return err && !ferror(list->out) ? -ENOMEM : 0;
}

/**
 * json_list_end() - End a list
 * @list: list
 */
void json_list_end(struct json_list *list)
{
	if (!list->is_lines)
		fputs(list->count ? "\n]\n" : "[]\n", list->out);
}

/**
 * json_time() - Write a time as RFC 3339 does
 * @time_ms: milliseconds since 1970; 0 when it is not known
 *
 * Return: string or null; NULL without memory.
 */
json_t *json_time(int64_t time_ms)
{
	time_t seconds = (time_t)(time_ms / 1000);
	char date[32];
	struct tm tm;

	if (!time_ms || !gmtime_r(&seconds, &tm) ||
	    !strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%S", &tm))
		return json_null();
	return json_sprintf("%s.%03dZ", date, (int)(time_ms % 1000));
}

/**
 * json_flags() - Write what the kernel says about a domain
 * @domain: domain
 *
 * Return: array of names; NULL without memory.
 */
json_t *json_flags(const struct domain *domain)
{
	json_t *flags = json_array();

	for (size_t i = 0; i < DOMAIN_FLAGS; i++)
		if (domain->flags & domain_flags[i].flag)
			json_array_append_new(flags,
					      json_string(domain_flags[i].name));
	return flags;
}

/* The words behind the operation. */
static json_t *json_arguments(const char *rest)
{
	json_t *arguments = json_array();

	while (*rest) {
		size_t len = strcspn(rest, " ");

		json_array_append_new(arguments, json_stringn(rest, len));
		rest += len + (rest[len] == ' ');
	}
	return arguments;
}

/**
 * json_access_times() - Write an access with its times
 * @access: access
 *
 * Return: object; NULL without memory.
 */
json_t *json_access_times(const struct access *access)
{
	const char *line = access->line->text;
	const struct op *op = op_of(line);
	size_t len = op ? strlen(op->keyword) : strcspn(line, " ");
	json_t *count = access_uses(access) ?
		json_integer((json_int_t)access_uses(access)) : json_null();

	return json_pack("{s:s, s:s%, s:o, s:o, s:o, s:o}", "access", line,
			 "operation", line, len, "arguments",
			 json_arguments(line + len + (line[len] == ' ')),
			 "first", json_time(access->seen.first_ms),
			 "last", json_time(access->seen.last_ms),
			 "count", count);
}

/**
 * json_access() - Write an access with its domain and times
 * @domain: name of the domain
 * @access: access
 *
 * Return: object; NULL without memory.
 */
json_t *json_access(const char *domain, const struct access *access)
{
	json_t *object = json_pack("{s:s}", "domain", domain);

	if (json_object_update_new(object, json_access_times(access))) {
		json_decref(object);
		return NULL;
	}
	return object;
}
