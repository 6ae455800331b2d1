// SPDX-License-Identifier: GPL-2.0-only
/*
 * Text output in the style of TOMOYO Linux's tools. Write errors are detected when
 * the file is closed.
 */
#include <errno.h>
#include <string.h>
#include <time.h>

#include "base/passwd.h"
#include "source/container.h"
#include "source/exit.h"
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
	int width = number_width(domain->access_count);

	for (size_t i = 0; i < domain->access_count; i++)
		fprintf(out, "%*zu: %s%s\n", width, i, domain->access[i]->line->text,
			refused_mark(domain->access[i], true).text);
}

/**
 * render_domain() - Print the name and the flags of a domain as one line
 * @domain: domain
 * @out: output file
 *
 * Return: 0 or -ENOMEM.
 */
int render_domain(const struct domain *domain, FILE *out)
{
	struct text name = { 0 };
	int err = domain_name(domain, &name);

	fputs(text_str(&name), out);
	render_flags(domain, out);
	text_free(&name);
	return err;
}

/**
 * render_access() - Print the accesses of domains, numbered
 * @model: sorted model
 * @pattern: domains to print, a pattern of domain_matches(); NULL for all
 * @form: what to print
 * @classes: with ACCESS_SUMMARY: table of classes
 * @out: output file
 * @found: set to the number of domains printed
 *
 * Return: 0 or -ENOMEM.
 */
int render_access(const struct model *model, const char *pattern,
		  enum access_form form, const struct classes *classes, FILE *out,
		  size_t *found)
{
	int err = 0;

	*found = 0;
	for (const struct domain *domain = model_first(model); domain && !err;
	     domain = model_next(model, domain)) {
		if (!domain_is_listed(model, domain, pattern))
			continue;
		if ((*found)++)
			fputc('\n', out);
		err = render_domain(domain, out);
		if (form == ACCESS_LINES)
			render_lines(domain, out);
		else if (!err)
			err = form == ACCESS_SUMMARY ? render_summary(domain, classes, out)
						     : render_times(domain, form, out);
	}
	return err;
}

/* "/usr/sbin/sshd" -> "sshd"; a directory or a pattern of directories stays. */
static struct span base_name(struct span word)
{
	const char *slash = memrchr(word.ptr, '/', word.len);
	struct span base = word;

	if (slash && slash + 1 < word.ptr + word.len) {
		base.ptr = slash + 1;
		base.len -= (size_t)(base.ptr - word.ptr);
	}
	return base;
}

/* Print the chain of programs, the oldest first: " init sshd bash". Returns the last. */
static struct span chain_print(const char *domain, FILE *out)
{
	struct span word = { domain, strcspn(domain, " ") };
	struct span base = word;

	while (word.ptr[word.len]) {
		word.ptr += word.len + 1;
		word.len = strcspn(word.ptr, " ");
		base = base_name(word);
		if (out)
			fprintf(out, " %.*s", (int)base.len, base.ptr);
	}
	/* A namespace alone, such as <kernel> */
	if (out && base.ptr == domain)
		fprintf(out, " %.*s", (int)base.len, base.ptr);
	return base;
}

/* The time, and the date unless it is that of today. */
static const char *event_time(int64_t time_ms)
{
	/* Cache the text: many events have the same second */
	static time_t when_seconds = -1;
	static char when[64];
	time_t seconds = (time_t)(time_ms / 1000);
	time_t now = time(NULL);
	const char *format = "%Y-%m-%d %H:%M:%S";
	struct tm today;
	struct tm tm;

	if (seconds == when_seconds)
		return when;
	if (!localtime_r(&seconds, &tm) || !localtime_r(&now, &today))
		return NULL;
	if (tm.tm_year == today.tm_year && tm.tm_yday == today.tm_yday)
		format = "%H:%M:%S";
	if (!strftime(when, sizeof(when), format, &tm))
		return NULL;
	when_seconds = seconds;
	return when;
}

static void container_print(const char *cgroup, FILE *out)
{
	struct text label = { 0 };

	if (!cgroup || !cgroup_place(cgroup).container.len)
		return;
	container_label(cgroup, &label);
	fprintf(out, " in %s", text_str(&label));
	text_free(&label);
}

static void exit_print(const struct process_exit *ended, FILE *out)
{
	const int64_t run_ms = ended->number[EXIT_RUN_MS];

	if (run_ms >= 0)
		fprintf(out, " after %lld.%03d s", (long long)run_ms / 1000, (int)(run_ms % 1000));
}

/**
 * render_event() - Print an event with its time, in the local time zone
 * @fact: FACT_ACCESS, FACT_EXIT or FACT_LIMIT with a time
 * @out: output file
 *
 * The line begins with the time, the process, its user and its container, and ends with the names
 * of the programs in the domain.
 *
 * Return: 0, or -ERANGE if the time is out of range.
 */
int render_event(const struct fact *fact, FILE *out)
{
	const char *when = event_time(fact->time_ms);
	const struct span program = chain_print(fact->domain, NULL);
	const char *access = fact->access;

	if (!when)
		return -ERANGE;
	if (!strncmp(access, "file ", 5))
		access += 5;
	fprintf(out, "%s ", when);
	if (fact->comm && *fact->comm)
		fputs(fact->comm, out);
	else
		fprintf(out, "%.*s", (int)program.len, program.ptr);
	if (fact->pid >= 0)
		fprintf(out, "[%lld]", (long long)fact->pid);
	fprintf(out, " %s", fact->user ? fact->user : passwd_name(fact->uid));
	container_print(fact->cgroup, out);
	fprintf(out, " %s%s", access, fact->outcome == OUTCOME_REFUSED ? " (refused)" : "");
	if (fact->kind == FACT_EXIT)
		exit_print(fact->ended, out);
	fputs("   <-", out);
	chain_print(fact->domain, out);
	fputc('\n', out);
	return 0;
}
