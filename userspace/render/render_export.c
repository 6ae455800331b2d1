// SPDX-License-Identifier: GPL-2.0-only
/* Exports all accesses as JSON, ECS and CSV. */
#include <errno.h>
#include <string.h>

#include "base/passwd.h"
#include "source/op.h"
#include "render_export.h"
#include "render_json.h"

typedef int (*access_take)(void *ctx, const char *domain,
			   const struct access *access);

static int accesses_each(const struct model *model, access_take take, void *ctx)
{
	struct text name = { 0 };
	int err = 0;

	for (const struct domain *domain = model_first(model); domain && !err;
	     domain = model_next(model, domain)) {
		text_clear(&name);
		err = domain_name(domain, &name);
		for (size_t i = 0; i < domain->access_count && !err; i++)
			err = take(ctx, name.data, domain->access[i]);
	}
	text_free(&name);
	return err;
}

static int json_take(void *list, const char *domain, const struct access *access)
{
	write_access(json_list_item(list), domain, access);
	return json_list_put(list);
}

static int ecs_take(void *list, const char *domain, const struct access *access)
{
	write_ecs(json_list_item(list), domain, access);
	return json_list_put(list);
}

static int list_render(const struct model *model, access_take take,
		       bool is_lines, FILE *out)
{
	struct json_list list = { .out = out, .is_lines = is_lines };
	int err = accesses_each(model, take, &list);

	if (!err)
		json_list_end(&list);
	return err;
}

/**
 * render_json() - Print all accesses as a JSON array
 * @model: sorted model
 * @out: output file
 *
 * Return: 0 or -ENOMEM.
 */
int render_json(const struct model *model, FILE *out)
{
	return list_render(model, json_take, false, out);
}

/**
 * render_ndjson() - Print all accesses as JSON, one per line
 * @model: sorted model
 * @out: output file
 *
 * Return: 0 or -ENOMEM.
 */
int render_ndjson(const struct model *model, FILE *out)
{
	return list_render(model, json_take, true, out);
}

/**
 * render_ecs() - Print all accesses in the Elastic Common Schema, one per line
 * @model: sorted model
 * @out: output file
 *
 * Return: 0 or -ENOMEM.
 */
int render_ecs(const struct model *model, FILE *out)
{
	return list_render(model, ecs_take, true, out);
}

/*
 * RFC 4180. Spreadsheets execute a cell that begins with =, +, - or @: an apostrophe
 * prevents it.
 */
static void csv_put(const char *text, size_t len, const char *after, FILE *out)
{
	fputs(len && strchr("=+-@", text[0]) ? "\"'" : "\"", out);
	for (size_t i = 0; i < len; i++) {
		if (text[i] == '"')
			fputc('"', out);
		fputc(text[i], out);
	}
	fprintf(out, "\"%s", after);
}

static void csv_put_outcome(const struct access *access,
			    const struct outcome_times *outcome, FILE *out)
{
	if (!access->seen.done.count && !access->seen.refused.count)
		fputs(",,", out);
	else
		fprintf(out, ",%llu,%s", (unsigned long long)outcome->count,
			stamp_of(outcome->last_ms).text);
}

/* USER FIRST LAST COUNT; ... */
static int csv_put_logins(const struct login_list *logins, FILE *out)
{
	struct text users = { 0 };
	int err;

	for (size_t i = 0; i < logins->count; i++) {
		const struct login_uses *login = &logins->login[i];

		text_format(&users, "%s%s %s %s %llu", i ? "; " : "",
			    passwd_name((int64_t)login->uid), stamp_of(login->first_ms).text,
			    stamp_of(login->last_ms).text, (unsigned long long)login->count);
	}
	if (logins->others)
		text_format(&users, "%sothers %llu", users.len ? "; " : "",
			    (unsigned long long)logins->others);
	csv_put(text_str(&users), users.len, "", out);
	err = users.failed ? -ENOMEM : 0;
	text_free(&users);
	return err;
}

static int csv_take(void *ctx, const char *domain, const struct access *access)
{
	const char *line = access->line->text;
	const struct op *op = op_of(line);
	size_t len = op ? strlen(op->keyword) : strcspn(line, " ");
	const char *rest = line + len + (line[len] == ' ');
	FILE *out = ctx;
	int err = 0;

	csv_put(domain, strlen(domain), ",", out);
	csv_put(line, len, ",", out);
	csv_put(rest, strlen(rest), ",", out);
	fprintf(out, "%s,%s,", stamp_of(access->seen.first_ms).text,
		stamp_of(access->seen.last_ms).text);
	if (access_uses(access))
		fprintf(out, "%llu", (unsigned long long)access_uses(access));
	csv_put_outcome(access, &access->seen.done, out);
	csv_put_outcome(access, &access->seen.refused, out);
	fputs(",", out);
	if (access->logins)
		err = csv_put_logins(access->logins, out);
	fputs("\r\n", out);
	return err;
}

/**
 * render_csv() - Print all accesses as comma-separated values
 * @model: sorted model
 * @out: output file
 *
 * Return: 0 or -ENOMEM.
 */
int render_csv(const struct model *model, FILE *out)
{
	fputs("domain,operation,arguments,first,last,count,done,done_last,refused,refused_last,logins\r\n", out);
	return accesses_each(model, csv_take, out);
}
