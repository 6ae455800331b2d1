// SPDX-License-Identifier: GPL-2.0-only
/*
 * Audit logs as facts: each record of the module is an access.
 *
 * The process that made the access is in the SYSCALL record of the same event;
 * audit_event.c puts the two together. A reader that does not need the process
 * takes each record of the module by itself, which is three times as fast.
 */
#include <errno.h>
#include <libaudit.h>
#include <stdlib.h>
#include <string.h>

#include "audit_event.h"
#include "escape.h"
#include "exit.h"
#include "record.h"
#include "source.h"

/**
 * struct audit_reader - Turns lines of an audit log into facts
 * @sink: gets the facts
 * @ctx: argument of @sink
 * @events: events that wait for more records; NULL without processes
 * @with_logins: read logins, too
 * @boots: boots up to the current line
 * @login: login of a record that names its process
 * @has_execution: the module has a record of the execution in the current event
 * @type: cache of audit_line_parse()
 * @has_domains: a record of the module was seen: the log has whole domain
 *	names, and the chains of comm names in subj= are not needed
 * @subject: subj= that was reported last
 * @domain: domain of the current record
 * @next: domain that the access leads to, or empty
 * @access: access of the current record
 * @cgroup: control group of the current record, or empty
 * @next_cgroup: control group of the program that is executed, or empty
 * @ended: how a process ended, if the current record reports that
 * @comm: comm of the task
 * @exe: file of its program
 * @user: name of its user
 */
struct audit_reader {
	fact_sink sink;
	void *ctx;
	struct audit_events *events;
	bool with_logins;
	struct boots boots;
	struct login_reader login;
	bool has_execution;
	struct audit_type type;
	bool has_domains;
	struct text subject;
	struct text domain;
	struct text next;
	struct text access;
	struct text cgroup;
	struct text next_cgroup;
	struct process_exit ended;
	struct text comm;
	struct text exe;
	struct text user;
};

/* Write domain, access and next domain of a record to the reader's strings. */
static int record_read(struct audit_reader *reader, const struct record *record)
{
	struct span next = record_field(record, "next");
	struct span cgroup = record_field(record, "cgroup");
	struct span next_cgroup = record_field(record, "next_cgroup");
	int err;

	text_clear(&reader->domain);
	text_clear(&reader->next);
	text_clear(&reader->access);
	text_clear(&reader->cgroup);
	text_clear(&reader->next_cgroup);
	err = record_domain(record_field(record, "domain"), &reader->domain);
	/* The kernel writes "?" when it had no memory for the name. */
	if (!err && next.len && !span_is(next, "?"))
		err = record_domain(next, &reader->next);
	if (!err && record_is_exit(record))
		err = exit_read(&reader->ended, record, &reader->access);
	else if (!err)
		err = record_access(record, &reader->access);
	if (!err && cgroup.len)
		err = text_add_untrusted(&reader->cgroup, cgroup);
	if (!strcmp(record->op->keyword, "file execute") && !next_cgroup.len)
		next_cgroup = cgroup;
	if (!err && next_cgroup.len && !span_is(next_cgroup, "\"?\""))
		err = text_add_untrusted(&reader->next_cgroup, next_cgroup);
	return err;
}

static enum fact_kind kind_of(const struct record *record)
{
	if (record_is_exit(record))
		return FACT_EXIT;
	return strcmp(record->op->keyword, "limit") ? FACT_ACCESS : FACT_LIMIT;
}

/* Report what record_read() wrote. */
static int record_report(struct audit_reader *reader,
			 const struct record *record, struct fact *fact)
{
	int err;

	fact->kind = kind_of(record);
	fact->ended = &reader->ended;
	fact->outcome = record->outcome;
	fact->domain = reader->domain.data;
	fact->access = reader->access.data;
	fact->cgroup = reader->cgroup.len ? reader->cgroup.data : NULL;
	fact->next_cgroup = reader->next_cgroup.len ? reader->next_cgroup.data : NULL;
	err = reader->sink(reader->ctx, fact);
	if (err || !reader->next.len)
		return err;
	fact->kind = FACT_DOMAIN;
	fact->domain = reader->next.data;
	fact->access = NULL;
	fact->cgroup = fact->next_cgroup;
	return reader->sink(reader->ctx, fact);
}

/* Get the chain between the quotes of domain= or next=. */
static const char *chain_read(const struct record *record, const char *field, struct text *out)
{
	struct span value = record_field(record, field);

	text_clear(out);
	if (value.len > 2)
		text_add(out, value.ptr + 1, value.len - 2);
	return text_str(out);
}

/*
 * Report what record_read() wrote, with the programs of the process in its login. The
 * subj= of a SYSCALL record is not used: it may have a new program already. Without
 * histories, domains stand for them.
 */
static int record_report_login(struct audit_reader *reader, const struct record *record,
			       struct span body, const struct fact *event)
{
	struct fact fact = *event;
	struct login login;

	if (!fact.login)
		return record_report(reader, record, &fact);
	login = *fact.login;
	login_history(body, &reader->login.text[LOGIN_HISTORY]);
	login.history = text_str(&reader->login.text[LOGIN_HISTORY]);
	if (!*login.history && !*login.after) {
		login.history = chain_read(record, "domain", &reader->login.text[LOGIN_HISTORY]);
		login.after = chain_read(record, "next", &reader->login.text[LOGIN_AFTER]);
	}
	fact.login = &login;
	return record_report(reader, record, &fact);
}

/* Report the execution of a program, unless a record of the module did. */
static int event_end(struct audit_reader *reader, struct fact *fact)
{
	const struct login *login = fact->login;
	bool is_missing = login && login->arguments && !login->failed && !reader->has_execution;

	reader->has_execution = false;
	fact->kind = FACT_EXECUTE;
	fact->domain = "";
	return is_missing ? reader->sink(reader->ctx, fact) : 0;
}

/* Callback of audit_event.c. Damage was counted before the record was added. */
static int event_record(void *ctx, struct fact *fact, const char *body)
{
	struct audit_reader *reader = ctx;
	struct record record;
	int err;

	if (!body)
		return event_end(reader, fact);
	err = record_parse(&record, body, strlen(body));
	if (!err)
		err = record_read(reader, &record);
	if (err)
		return err;
	reader->has_execution |= !strcmp(record.op->keyword, "file execute");
	return record_report_login(reader, &record, (struct span){ body, strlen(body) }, fact);
}

/**
 * audit_reader_new() - Begin to read an audit log
 * @sink: gets the facts
 * @ctx: argument of @sink
 * @detail: what to read
 *
 * Return: reader, or NULL when there is no memory.
 */
struct audit_reader *audit_reader_new(fact_sink sink, void *ctx,
				      enum audit_detail detail)
{
	struct audit_reader *reader = calloc(1, sizeof(*reader));

	if (!reader)
		return NULL;
	reader->sink = sink;
	reader->ctx = ctx;
	reader->with_logins = detail == AUDIT_LOGINS;
	if (detail == AUDIT_ACCESSES)
		return reader;
	reader->events = audit_events_new(event_record, reader,
					  reader->with_logins);
	if (!reader->events) {
		free(reader);
		return NULL;
	}
	return reader;
}

/**
 * audit_reader_idle() - Report events that have waited long enough for records
 * @reader: reader of a log that grows; to be called regularly, also when the
 *	log has no new lines
 *
 * Return: 0, or what the sink returned.
 */
int audit_reader_idle(struct audit_reader *reader)
{
	return reader->events ? audit_events_age(reader->events) : 0;
}

/**
 * audit_reader_free() - Report the events that are left, end reading
 * @reader: reader
 *
 * Return: 0, or what the sink returned.
 */
int audit_reader_free(struct audit_reader *reader)
{
	int err = reader->events ? audit_events_free(reader->events) : 0;

	text_free(&reader->subject);
	text_free(&reader->domain);
	text_free(&reader->next);
	text_free(&reader->access);
	text_free(&reader->cgroup);
	text_free(&reader->next_cgroup);
	text_free(&reader->comm);
	text_free(&reader->exe);
	text_free(&reader->user);
	login_free(&reader->login);
	free(reader);
	return err;
}

static int64_t number_of(struct span value)
{
	uint64_t number;

	/* 32 bits have ten digits at most. */
	if (value.len > 10 || span_number(value, &number))
		return -1;
	return (int64_t)number;
}

static int64_t field_number(const struct record *record, const char *name)
{
	return number_of(record_field(record, name));
}

static const char *field_text(const struct record *record, const char *name,
			      struct text *out)
{
	text_clear(out);
	if (text_add_untrusted(out, record_field(record, name)) || out->failed)
		return NULL;
	return text_str(out);
}

/* Report a record by itself, with the process if the record names it. */
static int record_report_alone(struct audit_reader *reader,
			       const struct record *record,
			       const struct audit_line *line)
{
	const struct span user = audit_user(line->text, "UID=\"");
	struct fact fact = {
		.time_ms = audit_id_time(line->id),
		.serial = line->serial,
		.pid = field_number(record, "pid"),
		.uid = field_number(record, "uid"),
		.comm = field_text(record, "comm", &reader->comm),
		.exe = field_text(record, "exe", &reader->exe),
	};

	text_clear(&reader->user);
	text_add_name(&reader->user, user.ptr, user.len);
	if (user.len && !reader->user.failed)
		fact.user = reader->user.data;
	if (!reader->with_logins)
		return record_report(reader, record, &fact);
	login_clear(&reader->login);
	login_read(&reader->login, line);
	fact.login = login_get(&reader->login);
	return record_report_login(reader, record, line->body, &fact);
}

/* Report how many records the rate limit of a user left out, if the record says so. */
static int record_report_left_out(struct audit_reader *reader,
				  const struct record *record,
				  const struct audit_line *line)
{
	struct fact fact = {
		.kind = FACT_LEFT_OUT,
		.domain = "",
		.time_ms = audit_id_time(line->id),
		.serial = line->serial,
		.pid = -1,
		.uid = field_number(record, "uid"),
	};

	if (!span_is(record_field(record, "op"), "suppressed") ||
	    span_number(record_field(record, "count"), &fact.left_out))
		return 0;
	return reader->sink(reader->ctx, &fact);
}

/*
 * Read a KERNEL_OTHER record; -ENOENT when another module wrote it, or when it is no
 * access and no end of a process.
 */
static int reader_record(struct audit_reader *reader,
			 const struct audit_line *line)
{
	struct record record;
	int err;

	err = record_parse(&record, line->body.ptr, line->body.len);
	if (err == -ENOENT)
		return record_report_left_out(reader, &record, line) ?: err;
	/* Read every field now, so that damage is counted at this line. */
	if (!err)
		err = record_read(reader, &record);
	if (err)
		return err;
	reader->has_domains = true;
	/* With record=own, a record names its process and has no SYSCALL record. */
	if (!reader->events || record_field(&record, "pid").len)
		return record_report_alone(reader, &record, line);
	return audit_events_open(reader->events, line);
}

/* Report an event of a login. */
static int reader_login(struct audit_reader *reader, const struct audit_line *line,
			enum login_event event)
{
	const struct span result = audit_field(line->body, " res=");
	struct fact fact = {
		.kind = FACT_LOGIN,
		.outcome = span_begins(result, "failed") || span_begins(result, "0")
			   ? OUTCOME_REFUSED : OUTCOME_DONE,
		.domain = "",
		.time_ms = audit_id_time(line->id),
		.serial = line->serial,
		.pid = number_of(audit_field(line->body, " pid=")),
		.uid = number_of(audit_field(line->body, " uid=")),
	};

	login_clear(&reader->login);
	if (!login_read(&reader->login, line))
		return 0;
	login_read_message(&reader->login, line);
	reader->login.login.event = event;
	fact.login = login_get(&reader->login);
	return reader->sink(reader->ctx, &fact);
}

/*
 * Report the process history in the subj= of any record. With record=off, a
 * log has nothing else.
 */
static int reader_subject(struct audit_reader *reader, struct span body)
{
	static const char field[] = " subj=";
	const char *found = memmem(body.ptr, body.len, field, sizeof(field) - 1);
	struct fact fact = { .kind = FACT_HISTORY, .pid = -1, .uid = -1 };
	struct span value;
	const char *end;
	int err;

	if (!found)
		return 0;
	value.ptr = found + sizeof(field) - 1;
	value.len = (size_t)(body.ptr + body.len - value.ptr);
	end = memchr(value.ptr, ' ', value.len);
	if (end)
		value.len = (size_t)(end - value.ptr);
	if (value.len && span_is(value, text_str(&reader->subject)))
		return 0;
	text_clear(&reader->domain);
	err = record_history(value, &reader->domain);
	if (err)
		return err == -ENOENT ? 0 : err;
	text_clear(&reader->subject);
	text_add(&reader->subject, value.ptr, value.len);
	fact.domain = reader->domain.data;
	return reader->sink(reader->ctx, &fact);
}

/**
 * audit_reader_line() - Read a line of an audit log
 * @reader: reader
 * @line: line
 *
 * Return: 0; -EBADMSG when the line is damaged; what the sink returned.
 */
int audit_reader_line(struct audit_reader *reader, const struct line *line)
{
	struct audit_line parsed;
	enum login_event event;
	int err = audit_line_parse(&parsed, line, &reader->type);

	if (err)
		return err == -ENOENT ? 0 : err;
	if (reader->with_logins) {
		parsed.boot = boots_note(&reader->boots, &parsed);
		if (login_is_event(parsed.type, &event))
			err = reader_login(reader, &parsed, event);
		if (err)
			return err;
	}
	switch (parsed.type) {
	case AUDIT_KERNEL_OTHER:
		err = reader_record(reader, &parsed);
		if (err != -ENOENT)
			return err;
		break;
	case AUDIT_SYSCALL:
	case AUDIT_EXECVE:
	case AUDIT_PROCTITLE:
	case AUDIT_EOE:
		err = reader->events ? audit_events_add(reader->events, &parsed) : 0;
		if (err)
			return err;
		break;
	default:
		break;
	}
	return reader->has_domains ? 0 : reader_subject(reader, parsed.body);
}
