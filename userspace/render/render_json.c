// SPDX-License-Identifier: GPL-2.0-only
/* JSON output. All names are printable ASCII, so that jansson accepts them. */
#include <errno.h>
#include <string.h>

#include "base/passwd.h"
#include "source/container.h"
#include "source/exit.h"
#include "source/op.h"
#include "render.h"
#include "render_json.h"

/* Kept, because each new allocation of more than 1 KB would make malloc() tidy up */
static struct json_writer item_writer;

/**
 * json_list_item() - Begin an item of a list
 * @list: list; only @out and @is_lines are set before the first item
 *
 * Return: writer for the item; then call json_list_put().
 */
struct json_writer *json_list_item(const struct json_list *list)
{
	if (!list->is_lines)
		fputs(list->count ? ",\n" : "[\n", list->out);
	writer_clear(&item_writer);
	return &item_writer;
}

/**
 * json_list_put() - Print an item of a list
 * @list: list
 *
 * Return: 0 or -ENOMEM.
 */
int json_list_put(struct json_list *list)
{
	if (list->is_lines)
		text_add(&item_writer.text, "\n", 1);
	list->count++;
	return writer_flush(&item_writer, list->out);
}

static int json_take(const char *part, size_t len, void *text)
{
	text_add(text, part, len);
	return 0;
}

/**
 * json_list_add() - Print an item of a list
 * @list: as for json_list_item()
 * @item: item, whose reference is taken over; NULL if memory was short
 *
 * Return: 0 or -ENOMEM.
 */
int json_list_add(struct json_list *list, json_t *item)
{
	int err;

	if (!item)
		return -ENOMEM;
	/* jansson writes each token by itself, which is slow to a file */
	err = json_dump_callback(item, json_take, &json_list_item(list)->text, JSON_COMPACT);
	json_decref(item);
	return err ? -ENOMEM : json_list_put(list);
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
 * write_time() - Write a time in the format of RFC 3339
 * @writer: writer
 * @time_ms: milliseconds since 1970; 0 if unknown: null is written
 */
void write_time(struct json_writer *writer, int64_t time_ms)
{
	const struct stamp stamp = stamp_of(time_ms);

	writer_string(writer, *stamp.text ? stamp.text : NULL);
}

/**
 * json_number() - Limit a number to the largest one that jansson can have
 * @number: number
 *
 * Return: the number, or INT64_MAX.
 */
json_int_t json_number(uint64_t number)
{
	return number > INT64_MAX ? INT64_MAX : (json_int_t)number;
}

/**
 * write_member() - Write a string as a member of an object
 * @writer: writer in an object
 * @key: key
 * @value: string; null is written if it is NULL
 */
void write_member(struct json_writer *writer, const char *key, const char *value)
{
	writer_key(writer, key);
	writer_string(writer, value);
}

/**
 * write_number() - Write a number as a member of an object
 * @writer: writer in an object
 * @key: key
 * @number: number
 */
void write_number(struct json_writer *writer, const char *key, uint64_t number)
{
	writer_key(writer, key);
	writer_number(writer, number);
}

/**
 * write_stamp() - Write a time as a member of an object
 * @writer: writer in an object
 * @key: key
 * @time_ms: as for write_time()
 */
void write_stamp(struct json_writer *writer, const char *key, int64_t time_ms)
{
	writer_key(writer, key);
	write_time(writer, time_ms);
}

/**
 * write_seen() - Write the first use, the last use, and the number of uses
 * @writer: writer in an object
 * @seen: times; null is written for an unknown time or number
 */
void write_seen(struct json_writer *writer, const struct access_times *seen)
{
	write_stamp(writer, "first", seen->first_ms);
	write_stamp(writer, "last", seen->last_ms);
	writer_key(writer, "count");
	/* Without times, it is only the number of policy lines read */
	if (seen->first_ms && seen->count)
		writer_number(writer, seen->count);
	else
		writer_null(writer);
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
 * write_id() - Write a number that may be unknown
 * @writer: writer in an object
 * @key: key
 * @id: number; null is written if it is negative
 */
void write_id(struct json_writer *writer, const char *key, int64_t id)
{
	writer_key(writer, key);
	if (id < 0)
		writer_null(writer);
	else
		writer_number(writer, (uint64_t)id);
}

static void write_word(struct json_writer *writer, const char *key, struct span word)
{
	writer_key(writer, key);
	if (word.len)
		writer_span(writer, word);
	else
		writer_null(writer);
}

static struct span text_span(const struct text *text)
{
	return (struct span){ text_str(text), text->len };
}

/**
 * write_cgroup() - Write a control group, its unit and its container
 * @writer: writer in an object
 * @cgroup: path of the control group; null is written if it is NULL
 */
void write_cgroup(struct json_writer *writer, const char *cgroup)
{
	const struct cgroup_place place = cgroup_place(cgroup ? : "");
	const struct container *container = container_find(&place);
	const struct span none = { NULL, 0 };

	write_member(writer, "cgroup", cgroup);
	write_word(writer, "unit", place.unit);
	writer_key(writer, "container");
	if (!place.container.len) {
		writer_null(writer);
		return;
	}
	writer_begin(writer, '{');
	write_word(writer, "id", place.container);
	write_member(writer, "engine", container ? container->engine : NULL);
	write_word(writer, "name", container ? text_span(&container->name) : none);
	write_word(writer, "image", container ? text_span(&container->image) : none);
	writer_end(writer, '}');
}

/* Domains from sources without control groups have no such member. */
static void write_cgroups(struct json_writer *writer, const struct domain *domain)
{
	if (!domain->cgroup_count)
		return;
	writer_key(writer, "cgroups");
	writer_begin(writer, '[');
	for (size_t i = 0; i < domain->cgroup_count; i++) {
		writer_begin(writer, '{');
		write_cgroup(writer, domain->cgroup[i]->text);
		writer_end(writer, '}');
	}
	writer_end(writer, ']');
}

/**
 * write_domain() - Write the name and the flags of a domain
 * @writer: writer in an object
 * @domain: domain
 *
 * Return: 0 or -ENOMEM.
 */
int write_domain(struct json_writer *writer, const struct domain *domain)
{
	struct text name = { 0 };
	int err = domain_name(domain, &name);

	write_member(writer, "domain", text_str(&name));
	text_free(&name);
	writer_key(writer, "flags");
	writer_begin(writer, '[');
	for (size_t i = 0; i < DOMAIN_FLAGS; i++)
		if (domain->flags & domain_flags[i].flag)
			writer_string(writer, domain_flags[i].name);
	writer_end(writer, ']');
	write_cgroups(writer, domain);
	return err;
}

/**
 * write_line() - Write the line of an access, its operation, and the words after that
 * @writer: writer in an object
 * @line: policy line
 */
void write_line(struct json_writer *writer, const char *line)
{
	const struct op *op = op_of(line);
	struct span word = { line, op ? strlen(op->keyword) : strcspn(line, " ") };

	write_member(writer, "access", line);
	writer_key(writer, "operation");
	writer_span(writer, word);
	writer_key(writer, "arguments");
	writer_begin(writer, '[');
	for (line += word.len + (line[word.len] == ' '); *line;
	     line += word.len + (line[word.len] == ' ')) {
		word = (struct span){ line, strcspn(line, " ") };
		writer_span(writer, word);
	}
	writer_end(writer, ']');
}

static void write_outcome(struct json_writer *writer, const char *key,
			  const struct access *access,
			  const struct outcome_times *outcome)
{
	writer_key(writer, key);
	/* The module knows both or none */
	if (!access->seen.done.count && !access->seen.refused.count) {
		writer_null(writer);
		return;
	}
	writer_begin(writer, '{');
	write_number(writer, "count", outcome->count);
	write_stamp(writer, "last", outcome->last_ms);
	writer_end(writer, '}');
}

static void write_logins(struct json_writer *writer, const struct login_list *logins)
{
	writer_key(writer, "logins");
	writer_begin(writer, '[');
	for (size_t i = 0; i < logins->count; i++) {
		const struct login_uses *login = &logins->login[i];

		writer_begin(writer, '{');
		write_number(writer, "auid", login->uid);
		write_member(writer, "user", passwd_find((int64_t)login->uid));
		write_seen(writer, &(struct access_times){
			.first_ms = login->first_ms,
			.last_ms = login->last_ms,
			.count = login->count,
		});
		writer_end(writer, '}');
	}
	writer_end(writer, ']');
	write_number(writer, "other_logins", logins->others);
}

/**
 * write_times() - Write the times, the count and the outcomes of an access
 * @writer: writer in an object
 * @access: access
 */
void write_times(struct json_writer *writer, const struct access *access)
{
	write_seen(writer, &access->seen);
	write_outcome(writer, "done", access, &access->seen.done);
	write_outcome(writer, "refused", access, &access->seen.refused);
	if (access->logins)
		write_logins(writer, access->logins);
}

/**
 * write_access() - Write an access with its domain, control groups and times as an object
 * @writer: writer
 * @domain: whole name of the domain; NULL: left out, with its control groups
 * @access: access
 */
void write_access(struct json_writer *writer, const char *domain,
		  const struct access *access)
{
	writer_begin(writer, '{');
	if (domain) {
		write_member(writer, "domain", domain);
		write_cgroups(writer, access->domain);
	}
	write_line(writer, access->line->text);
	write_times(writer, access);
	writer_end(writer, '}');
}

static int domain_put(struct json_list *list, const struct domain *domain)
{
	struct json_writer *writer = json_list_item(list);
	int err;

	writer_begin(writer, '{');
	err = write_domain(writer, domain);
	writer_key(writer, "accesses");
	writer_begin(writer, '[');
	for (size_t i = 0; i < domain->access_count; i++)
		write_access(writer, NULL, domain->access[i]);
	writer_end(writer, ']');
	writer_end(writer, '}');
	return err ? err : json_list_put(list);
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
		if (!domain_is_listed(model, domain, pattern))
			continue;
		err = domain_put(&list, domain);
	}
	if (!err)
		json_list_end(&list);
	*found = list.count;
	return err;
}

/**
 * outcome_word() - Get the name of an outcome in JSON
 * @outcome: outcome
 *
 * Return: the name; NULL if the outcome is not known.
 */
const char *outcome_word(enum outcome outcome)
{
	static const char *const names[] = {
		[OUTCOME_UNKNOWN] = NULL,
		[OUTCOME_DONE] = "done",
		[OUTCOME_REFUSED] = "refused",
	};

	return names[outcome];
}

static void write_exit(struct json_writer *writer, const struct process_exit *ended)
{
	writer_key(writer, "exit");
	writer_begin(writer, '{');
	write_id(writer, "signal", ended->number[EXIT_SIGNAL]);
	writer_key(writer, "core");
	writer_bool(writer, ended->has_core);
	write_id(writer, "status", ended->number[EXIT_STATUS]);
	for (int i = EXIT_STATUS + 1; i < EXIT_NUMBERS; i++)
		write_id(writer, exit_names[i], ended->number[i]);
	writer_end(writer, '}');
}

/**
 * render_event_json() - Print an event with its process and time as one line
 * @fact: FACT_ACCESS, FACT_EXIT or FACT_LIMIT with a time
 * @out: output file
 *
 * Return: 0 or -ENOMEM.
 */
int render_event_json(const struct fact *fact, FILE *out)
{
	struct json_list lines = { .out = out, .is_lines = true };
	struct json_writer *writer = json_list_item(&lines);

	writer_begin(writer, '{');
	write_stamp(writer, "time", fact->time_ms);
	write_number(writer, "serial", fact->serial);
	write_member(writer, "domain", fact->domain);
	write_line(writer, fact->access);
	write_member(writer, "outcome", outcome_word(fact->outcome));
	write_id(writer, "pid", fact->pid);
	write_id(writer, "uid", fact->uid);
	write_member(writer, "comm", fact->comm);
	write_member(writer, "exe", fact->exe);
	write_cgroup(writer, fact->cgroup);
	if (fact->kind == FACT_EXIT)
		write_exit(writer, fact->ended);
	writer_end(writer, '}');
	return json_list_put(&lines);
}
