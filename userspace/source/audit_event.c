// SPDX-License-Identifier: GPL-2.0-only
/*
 * Events of an audit log: the module's records, each with the process from the
 * SYSCALL record of the same event.
 *
 * auparse collects the records of an event. Only events with a record of the
 * module are fed to it, so that a large log costs little more than reading it;
 * and at most OPEN_MAX events are open at a time, because auparse walks all
 * open events for every record.
 */
#include <auparse.h>
#include <errno.h>
#include <libaudit.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit_event.h"
#include "escape.h"

#define OPEN_MAX		128
/* useradd(8) permits 32 characters. */
#define USER_MAX		64
#define EVENT_RECORDS_MAX	4096

/**
 * struct open_event - An event that auparse has not completed yet
 * @node: "node=... " or empty
 * @id: ID of the event; empty when this place of the ring is free
 * @records: number of records fed to auparse
 * @user: name of the user in the SYSCALL record: auparse passes on the record without it
 * @login: login of the process, and the arguments of a program
 */
struct open_event {
	char node[AUDIT_ID_MAX];
	char id[AUDIT_ID_MAX];
	unsigned int records;
	char user[USER_MAX];
	struct login_reader login;
};

/**
 * struct audit_events - Collects the records of events
 * @record: gets the module's records
 * @ctx: argument of @record
 * @with_logins: also collect other events of logins
 * @auparse: state of auparse
 * @open: ring of open events
 * @serial: serial number of each; kept apart for a fast search
 * @next: place of the ring that is used next
 * @feed: line on its way to auparse
 * @comm: text of the task's comm
 * @exe: text of its program
 * @user: text of its user's name
 * @error: first error of @record, kept because auparse's callback returns nothing
 */
struct audit_events {
	audit_event_record *record;
	void *ctx;
	bool with_logins;
	auparse_state_t *auparse;
	struct open_event open[OPEN_MAX];
	uint64_t serial[OPEN_MAX];
	unsigned int next;
	struct text feed;
	struct text comm;
	struct text exe;
	struct text user;
	int error;
};

/*
 * Find a field of auparse's current record. auparse_find_field() would go on
 * to the records after it.
 */
static const char *field_find(auparse_state_t *au, const char *name)
{
	if (auparse_first_field(au) <= 0)
		return NULL;
	do {
		const char *field = auparse_get_field_name(au);

		if (field && !strcmp(field, name))
			return auparse_get_field_str(au);
	} while (auparse_next_field(au) > 0);
	return NULL;
}

static const char *field_text(auparse_state_t *au, const char *name,
			      struct text *out)
{
	const char *value = field_find(au, name);
	int err;

	if (!value)
		return NULL;
	text_clear(out);
	err = text_add_untrusted(out, (struct span){ value, strlen(value) });
	return err || out->failed ? NULL : out->data;
}

static int64_t field_number(auparse_state_t *au, const char *name)
{
	const char *value = field_find(au, name);
	long long number;
	char *end;

	if (!value)
		return -1;
	number = strtoll(value, &end, 10);
	return *end || end == value ? -1 : number;
}

static void process_read(struct audit_events *events, struct fact *fact)
{
	auparse_state_t *au = events->auparse;

	fact->pid = field_number(au, "pid");
	fact->uid = field_number(au, "uid");
	fact->comm = field_text(au, "comm", &events->comm);
	fact->exe = field_text(au, "exe", &events->exe);
	fact->user = events->user.len ? text_str(&events->user) : NULL;
}

static int record_handle(struct audit_events *events, struct fact *fact)
{
	const char *text = auparse_get_record_text(events->auparse);
	const struct line line = { .ptr = (char *)text, .len = text ? strlen(text) : 0 };
	struct audit_type type = { 0 };
	struct audit_line parsed;

	if (audit_line_parse(&parsed, &line, &type))
		return 0;
	return events->record(events->ctx, fact, parsed.body.ptr);
}

/* auparse has closed an event: free its place, keep its user, and get its login. */
static void open_event_forget(struct audit_events *events, struct fact *fact)
{
	const char *name = auparse_get_node(events->auparse);
	char node[AUDIT_ID_MAX + sizeof("node= ")] = "";

	if (name)
		snprintf(node, sizeof(node), "node=%s ", name);
	free((char *)name);
	text_clear(&events->user);
	for (unsigned int i = 0; i < OPEN_MAX; i++) {
		struct open_event *event = &events->open[i];
		const struct span id = { event->id, strlen(event->id) };

		/* Serial numbers repeat on other machines and after a reboot */
		if (events->serial[i] != fact->serial || !id.len ||
		    audit_id_time(id) != fact->time_ms || strcmp(event->node, node) != 0)
			continue;
		text_add_name(&events->user, event->user, strlen(event->user));
		fact->login = login_get(&event->login);
		event->id[0] = '\0';
		break;
	}
}

/* Callback of auparse: an event is complete. */
static void event_ready(auparse_state_t *au, auparse_cb_event_t type, void *ctx)
{
	struct audit_events *events = ctx;
	struct fact fact = { .pid = -1, .uid = -1 };

	if (type != AUPARSE_CB_EVENT_READY || events->error)
		return;
	fact.time_ms = (int64_t)auparse_get_time(au) * 1000 +
		       auparse_get_milli(au);
	fact.serial = auparse_get_serial(au);
	open_event_forget(events, &fact);
	if (auparse_first_record(au) <= 0)
		return;
	do {
		if (auparse_get_type(au) == AUDIT_SYSCALL)
			process_read(events, &fact);
	} while (auparse_next_record(au) > 0);
	auparse_first_record(au);
	do {
		int err = 0;

		if (auparse_get_type(au) == AUDIT_KERNEL_OTHER)
			err = record_handle(events, &fact);
		if (err && err != -ENOENT && err != -EBADMSG)
			events->error = err;
	} while (!events->error && auparse_next_record(au) > 0);
	if (!events->error && events->with_logins)
		events->error = events->record(events->ctx, &fact, NULL);
}

/**
 * audit_events_new() - Begin to collect events
 * @record: gets the module's records of each complete event
 * @ctx: argument of @record
 * @with_logins: also find out to which login the process of an event belongs, and
 *	collect other events of logins
 *
 * Return: events, or NULL when there is no memory.
 */
struct audit_events *audit_events_new(audit_event_record *record, void *ctx,
				      bool with_logins)
{
	struct audit_events *events = calloc(1, sizeof(*events));

	if (!events)
		return NULL;
	events->record = record;
	events->ctx = ctx;
	events->with_logins = with_logins;
	events->auparse = auparse_init(AUSOURCE_FEED, NULL);
	if (!events->auparse) {
		free(events);
		return NULL;
	}
	auparse_add_callback(events->auparse, event_ready, events, NULL);
	return events;
}

static int events_feed(struct audit_events *events, struct span text)
{
	text_clear(&events->feed);
	text_add(&events->feed, text.ptr, text.len);
	text_add(&events->feed, "\n", 1);
	if (events->feed.failed ||
	    auparse_feed(events->auparse, events->feed.data,
			 events->feed.len) < 0)
		return -ENOMEM;
	return events->error;
}

static struct open_event *open_event_find(struct audit_events *events,
					  const struct audit_line *line)
{
	for (unsigned int i = 0; i < OPEN_MAX; i++) {
		struct open_event *event = &events->open[i];

		if (events->serial[i] == line->serial &&
		    span_is(line->id, event->id) &&
		    span_is(line->node, event->node))
			return event;
	}
	return NULL;
}

/* auparse reports an event with the line after its last record: feed an empty line. */
static int events_report(struct audit_events *events)
{
	return events_feed(events, (struct span){ "", 0 });
}

/* Feed an end-of-event record, so that auparse completes the event now. */
static int open_event_close(struct audit_events *events, struct open_event *event)
{
	char eoe[2 * AUDIT_ID_MAX + 64];
	int err;
	int len;

	if (!event->id[0])
		return 0;
	len = snprintf(eoe, sizeof(eoe), "%stype=EOE msg=audit(%s): ",
		       event->node, event->id);
	err = events_feed(events, (struct span){ eoe, (size_t)len });
	/* Before its user and its login are forgotten */
	if (!err)
		err = events_report(events);
	event->id[0] = '\0';
	return err;
}

/* auparse holds all records of an open event in memory: limit their number. */
static int open_event_feed(struct audit_events *events, struct open_event *event,
			   struct span text)
{
	int err = events_feed(events, text);

	if (!err && ++event->records >= EVENT_RECORDS_MAX)
		err = open_event_close(events, event);
	return err;
}

/* Use the oldest place of the ring for a new event. */
static int open_event_new(struct audit_events *events, const struct audit_line *line,
			  struct open_event **result)
{
	unsigned int place = events->next++ % OPEN_MAX;
	struct open_event *event = &events->open[place];
	int err = open_event_close(events, event);

	if (err)
		return err;
	events->serial[place] = line->serial;
	memcpy(event->node, line->node.ptr, line->node.len);
	event->node[line->node.len] = '\0';
	memcpy(event->id, line->id.ptr, line->id.len);
	event->id[line->id.len] = '\0';
	event->records = 0;
	event->user[0] = '\0';
	login_clear(&event->login);
	*result = event;
	return 0;
}

/**
 * audit_events_open() - Add one of the module's records
 * @events: events; the oldest open one is completed when too many are open
 * @line: record
 *
 * Return: 0, -ENOMEM, or what @record returned.
 */
int audit_events_open(struct audit_events *events, const struct audit_line *line)
{
	struct open_event *event = open_event_find(events, line);
	int err = event ? 0 : open_event_new(events, line, &event);

	return err ? err : open_event_feed(events, event, line->text);
}

/**
 * audit_events_add() - Add another record of an event, if the event is open
 * @events: events; the SYSCALL record of a login opens its event, if logins are wanted
 * @line: SYSCALL, EXECVE, PROCTITLE or EOE record
 *
 * Return: 0, -ENOMEM, or what @record returned.
 */
int audit_events_add(struct audit_events *events, const struct audit_line *line)
{
	struct open_event *event = open_event_find(events, line);
	const bool is_process = line->type == AUDIT_SYSCALL;
	int err = 0;

	if (!event && is_process && events->with_logins && login_has(line))
		err = open_event_new(events, line, &event);
	if (err || !event)
		return err;
	if (is_process) {
		const struct span user = audit_user(line->text, "UID=\"");

		snprintf(event->user, sizeof(event->user), "%.*s", (int)user.len,
			 user.ptr);
	}
	if (is_process && events->with_logins)
		login_read(&event->login, line);
	/* Its values are read here: auparse need not keep them */
	if (line->type == AUDIT_EXECVE) {
		if (events->with_logins)
			login_read_arguments(&event->login, line);
		return 0;
	}
	err = open_event_feed(events, event, line->text);
	/* A record that names its process must not overtake the execution of the program */
	if (!err && line->type == AUDIT_PROCTITLE && events->with_logins)
		err = events_report(events);
	return err;
}

/**
 * audit_events_age() - Complete events that have been open for too long
 * @events: events
 *
 * Return: 0, or what @record returned.
 */
int audit_events_age(struct audit_events *events)
{
	auparse_feed_age_events(events->auparse);
	return events->error;
}

/**
 * audit_events_free() - Complete all open events, and free the memory
 * @events: events
 *
 * Return: 0, or what @record returned.
 */
int audit_events_free(struct audit_events *events)
{
	int err;

	auparse_flush_feed(events->auparse);
	auparse_destroy(events->auparse);
	err = events->error;
	text_free(&events->feed);
	text_free(&events->comm);
	text_free(&events->exe);
	text_free(&events->user);
	for (size_t i = 0; i < OPEN_MAX; i++)
		login_free(&events->open[i].login);
	free(events);
	return err;
}
