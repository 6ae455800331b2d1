// SPDX-License-Identifier: GPL-2.0-only
/* JSON output. All names are printable ASCII, so that jansson accepts them. */
#include <errno.h>
#include <string.h>

#include "source/op.h"
#include "render.h"
#include "render_json.h"

/**
 * json_list_add() - Print an item of a list
 * @list: list; only @out and @is_lines are set before the first item
 * @item: item, whose reference is taken over; NULL if memory was short
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
	/* Write errors are detected when the file is closed */
	return err && !ferror(list->out) ? -ENOMEM : 0;
}

/**
 * json_list_end() - Finish a list
 * @list: list
 */
void json_list_end(struct json_list *list)
{
	if (!list->is_lines)
		fputs(list->count ? "\n]\n" : "[]\n", list->out);
}

/**
 * json_time() - Convert a time to RFC 3339
 * @time_ms: milliseconds since 1970; 0 if unknown
 *
 * Return: JSON string, or JSON null if unknown; NULL if memory is short.
 */
json_t *json_time(int64_t time_ms)
{
	const struct stamp stamp = stamp_of(time_ms);

	return *stamp.text ? json_string(stamp.text) : json_null();
}

/**
 * json_count() - Convert the number of uses of an access
 * @access: access
 *
 * Return: JSON number, or JSON null if unknown; NULL if memory is short.
 */
json_t *json_count(const struct access *access)
{
	uint64_t uses = access_uses(access);

	if (uses > INT64_MAX)
		uses = INT64_MAX;
	return uses ? json_integer((json_int_t)uses) : json_null();
}

/**
 * json_flags() - Convert the flags of a domain
 * @domain: domain
 *
 * Return: JSON array of names; NULL if memory is short.
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

/**
 * json_domain() - Convert the name and the flags of a domain
 * @domain: domain
 *
 * Return: JSON object; NULL if memory is short.
 */
json_t *json_domain(const struct domain *domain)
{
	struct text name = { 0 };
	json_t *object = NULL;

	if (!domain_name(domain, &name))
		object = json_pack("{s:s, s:o}", "domain", name.data, "flags",
				   json_flags(domain));
	text_free(&name);
	return object;
}

/* The words after the operation. */
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

static json_t *json_line(const char *line)
{
	const struct op *op = op_of(line);
	size_t len = op ? strlen(op->keyword) : strcspn(line, " ");

	return json_pack("{s:s, s:s%, s:o}", "access", line, "operation", line,
			 len, "arguments",
			 json_arguments(line + len + (line[len] == ' ')));
}

static int json_add_times(json_t *object, const struct access *access)
{
	return json_object_update_new(object, json_pack(
		"{s:o, s:o, s:o}", "first", json_time(access->seen.first_ms),
		"last", json_time(access->seen.last_ms), "count",
		json_count(access)));
}

/**
 * json_accesses() - Convert all accesses of a domain
 * @domain: domain
 *
 * Return: JSON array; NULL if memory is short.
 */
json_t *json_accesses(const struct domain *domain)
{
	json_t *array = json_array();

	for (size_t i = 0; i < domain->access_count; i++) {
		json_t *object = json_line(domain->access[i]->line->text);

		if (json_add_times(object, domain->access[i]) ||
		    json_array_append(array, object)) {
			json_decref(array);
			array = NULL;
		}
		json_decref(object);
	}
	return array;
}

/**
 * json_access() - Convert an access with its domain and times
 * @domain: whole name of the domain
 * @access: access
 *
 * Return: JSON object; NULL if memory is short.
 */
json_t *json_access(const char *domain, const struct access *access)
{
	json_t *object = json_pack("{s:s}", "domain", domain);

	if (json_object_update_new(object, json_line(access->line->text)) ||
	    json_add_times(object, access)) {
		json_decref(object);
		return NULL;
	}
	return object;
}

/**
 * render_access_json() - Print the accesses of domains as JSON
 * @model: sorted model
 * @pattern: domains to print, a pattern of domain_matches(); NULL for all
 * @out: output file
 * @found: set to the number of domains printed
 *
 * Return: 0 or -ENOMEM.
 */
int render_access_json(const struct model *model, const char *pattern,
		       FILE *out, size_t *found)
{
	struct json_list list = { .out = out };
	int err = 0;

	for (const struct domain *domain = model_first(model); domain && !err;
	     domain = model_next(model, domain)) {
		json_t *object;

		if (pattern && !domain_matches(domain, pattern))
			continue;
		object = json_domain(domain);
		if (json_object_set_new(object, "accesses",
					json_accesses(domain))) {
			json_decref(object);
			object = NULL;
		}
		err = json_list_add(&list, object);
	}
	if (!err)
		json_list_end(&list);
	*found = list.count;
	return err;
}

/**
 * render_event_json() - Print an access with its process and time as one line
 * @fact: FACT_ACCESS with a time
 * @out: output file
 *
 * Return: 0 or -ENOMEM.
 */
int render_event_json(const struct fact *fact, FILE *out)
{
	struct json_list lines = { .out = out, .is_lines = true };
	json_t *object = json_pack("{s:o, s:I, s:s}", "time",
				   json_time(fact->time_ms), "serial",
				   (json_int_t)fact->serial, "domain",
				   fact->domain);

	if (json_object_update_new(object, json_line(fact->access)) ||
	    json_object_update_new(object, json_pack(
		"{s:o, s:o, s:s?, s:s?}",
		"pid", fact->pid < 0 ? json_null() : json_integer(fact->pid),
		"uid", fact->uid < 0 ? json_null() : json_integer(fact->uid),
		"comm", fact->comm, "exe", fact->exe))) {
		json_decref(object);
		object = NULL;
	}
	return json_list_add(&lines, object);
}
