// SPDX-License-Identifier: GPL-2.0-only
/*
 * Audit logs.
 *
 * auparse puts the records of an event together: ours, and the SYSCALL record
 * that says who did it. Only these are fed to it, so that a large log costs
 * little more than reading it; and at most PENDING_MAX events are open in it
 * at a time, because it walks all open events for every record. Where nobody
 * asks who did it, each record of ours is a fact, and auparse is not needed.
 */
#include <auparse.h>
#include <ctype.h>
#include <errno.h>
#include <libaudit.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "record.h"
#include "source.h"

/* The kernel's MAX_AUDIT_MESSAGE_LENGTH is 8970; auditd adds names of users */
#define AUDIT_LINE_MAX	(16 * 1024)
#define PENDING_MAX	128
#define EVENT_RECORDS_MAX	4096
#define STAMP_MAX	128

/**
 * struct audit_line - One line of a log
 * @type: number of the record type
 * @node: "node=... " or empty
 * @id: of the event: 1399165623.768:149
 * @serial: the last number of @id
 * @body: what follows "msg=audit(...): "
 */
struct audit_line {
	int type;
	struct span node;
	struct span id;
	uint64_t serial;
	struct span body;
};

/* An event of which auparse holds a record of ours; no id: none. */
struct pending {
	char node[STAMP_MAX];
	char id[STAMP_MAX];
	unsigned int records;
};

/**
 * struct audit_reader - Turns lines of an audit log into facts
 * @sink: gets them
 * @ctx: for @sink
 * @auparse: its state; NULL when nobody asks who did it
 * @pending: events that auparse has not closed, a ring
 * @serial: serial number of each, side by side for a quick look
 * @pending_next: place of the ring that is used next
 * @type_name: name of the record type that was looked up last
 * @type: its number
 * @has_domains: a record of ours was seen: chains of comm names are not needed
 * @feed: line on its way to auparse
 * @subject: the subj= that was told last
 * @domain: text of the domain of a record
 * @next: text of the domain that it leads to, or empty
 * @access: text of its access
 * @comm: text of the task's comm
 * @exe: text of its program
 * @error: of the sink, seen inside auparse's callback
 */
struct audit_reader {
	fact_sink sink;
	void *ctx;
	auparse_state_t *auparse;
	struct pending pending[PENDING_MAX];
	uint64_t serial[PENDING_MAX];
	unsigned int pending_next;
	char type_name[32];
	int type;
	bool has_domains;
	struct text feed;
	struct text subject;
	struct text domain;
	struct text next;
	struct text access;
	struct text comm;
	struct text exe;
	int error;
};

/*
 * A field of the record that auparse stands on. auparse_find_field() would go
 * on to the records after it.
 */
static const char *event_field(auparse_state_t *au, const char *name)
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

static const char *event_text(auparse_state_t *au, const char *name,
			      struct text *out)
{
	const char *value = event_field(au, name);
	int err;

	if (!value)
		return NULL;
	text_clear(out);
	err = text_add_untrusted(out, (struct span){ value, strlen(value) });
	return err || out->failed ? NULL : out->data;
}

static int64_t event_number(auparse_state_t *au, const char *name)
{
	const char *value = event_field(au, name);
	long long number;
	char *end;

	if (!value)
		return -1;
	number = strtoll(value, &end, 10);
	return *end || end == value ? -1 : number;
}

/* Who did it, from the SYSCALL record of the event. */
static void event_who(struct audit_reader *reader, struct fact *fact)
{
	auparse_state_t *au = reader->auparse;

	fact->pid = event_number(au, "pid");
	fact->uid = event_number(au, "uid");
	fact->comm = event_text(au, "comm", &reader->comm);
	fact->exe = event_text(au, "exe", &reader->exe);
}

/* Write the domain, the access and the next domain of a record as text. */
static int record_read(struct audit_reader *reader, const struct record *record)
{
	struct span next = record_field(record, "next");
	int err;

	text_clear(&reader->domain);
	text_clear(&reader->next);
	text_clear(&reader->access);
	err = record_domain(record_field(record, "domain"), &reader->domain);
	/* "?" where the kernel had no memory for the name */
	if (!err && next.len && !span_is(next, "?"))
		err = record_domain(next, &reader->next);
	if (!err)
		err = record_access(record, &reader->access);
	return err;
}

/* Tell what record_read() wrote. */
static int record_tell(struct audit_reader *reader, struct fact *fact)
{
	int err;

	fact->kind = FACT_ACCESS;
	fact->domain = reader->domain.data;
	fact->access = reader->access.data;
	err = reader->sink(reader->ctx, fact);
	if (err || !reader->next.len)
		return err;
	fact->kind = FACT_DOMAIN;
	fact->domain = reader->next.data;
	fact->access = NULL;
	return reader->sink(reader->ctx, fact);
}

static int event_record(struct audit_reader *reader, struct fact *fact)
{
	const char *text = auparse_get_record_text(reader->auparse);
	const char *body = text ? strstr(text, "): ") : NULL;
	struct record record;
	int err;

	if (!body)
		return 0;
	body += 3;
	err = record_parse(&record, body, strlen(body));
	if (!err)
		err = record_read(reader, &record);
	return err ? err : record_tell(reader, fact);
}

/* auparse has closed an event. On another node it may be open: no harm. */
static void pending_done(struct audit_reader *reader, uint64_t serial)
{
	for (unsigned int i = 0; i < PENDING_MAX; i++)
		if (reader->serial[i] == serial)
			reader->pending[i].id[0] = '\0';
}

/* auparse has an event complete. */
static void event_ready(auparse_state_t *au, auparse_cb_event_t type, void *ctx)
{
	struct audit_reader *reader = ctx;
	struct fact fact = { .pid = -1, .uid = -1 };

	if (type != AUPARSE_CB_EVENT_READY || reader->error)
		return;
	fact.time_ms = (int64_t)auparse_get_time(au) * 1000 +
		       auparse_get_milli(au);
	fact.serial = auparse_get_serial(au);
	pending_done(reader, fact.serial);
	if (auparse_first_record(au) <= 0)
		return;
	do {
		if (auparse_get_type(au) == AUDIT_SYSCALL)
			event_who(reader, &fact);
	} while (auparse_next_record(au) > 0);
	auparse_first_record(au);
	do {
		int err = 0;

		if (auparse_get_type(au) == AUDIT_KERNEL_OTHER)
			err = event_record(reader, &fact);
		/* Others' records; damage was counted before it was fed */
		if (err && err != -ENOENT && err != -EBADMSG)
			reader->error = err;
	} while (!reader->error && auparse_next_record(au) > 0);
}

/**
 * audit_reader_new() - Begin to read an audit log
 * @sink: gets the facts
 * @ctx: for @sink
 * @with_who: the facts say who did it; for large logs that takes three times as long
 *
 * Return: reader, NULL when memory is short.
 */
struct audit_reader *audit_reader_new(fact_sink sink, void *ctx, bool with_who)
{
	struct audit_reader *reader = calloc(1, sizeof(*reader));

	if (!reader)
		return NULL;
	reader->sink = sink;
	reader->ctx = ctx;
	if (!with_who)
		return reader;
	reader->auparse = auparse_init(AUSOURCE_FEED, NULL);
	if (!reader->auparse) {
		free(reader);
		return NULL;
	}
	auparse_add_callback(reader->auparse, event_ready, reader, NULL);
	return reader;
}

/**
 * audit_reader_idle() - Hand over events for which no more records are awaited
 * @reader: reader of a log that grows; now and then, also when nothing comes
 *
 * Return: 0, or what the sink returned.
 */
int audit_reader_idle(struct audit_reader *reader)
{
	if (reader->auparse)
		auparse_feed_age_events(reader->auparse);
	return reader->error;
}

/**
 * audit_reader_free() - Hand over what is left of a log, end reading
 * @reader: reader
 *
 * Return: 0, or what the sink returned.
 */
int audit_reader_free(struct audit_reader *reader)
{
	int err;

	if (reader->auparse) {
		auparse_flush_feed(reader->auparse);
		auparse_destroy(reader->auparse);
	}
	err = reader->error;
	text_free(&reader->feed);
	text_free(&reader->subject);
	text_free(&reader->domain);
	text_free(&reader->next);
	text_free(&reader->access);
	text_free(&reader->comm);
	text_free(&reader->exe);
	free(reader);
	return err;
}

static int audit_type(struct audit_reader *reader, struct span name)
{
	if (span_is(name, reader->type_name))
		return reader->type;
	if (!name.len || name.len >= sizeof(reader->type_name))
		return -1;
	memcpy(reader->type_name, name.ptr, name.len);
	reader->type_name[name.len] = '\0';
	reader->type = audit_name_to_msg_type(reader->type_name);
	return reader->type;
}

/* Cut the first word, up to @stop, off a text. */
static bool span_shift(struct span *from, const char *prefix, char stop,
		       struct span *word)
{
	size_t skip = strlen(prefix);
	const char *end;

	if (from->len < skip || memcmp(from->ptr, prefix, skip))
		return false;
	end = memchr(from->ptr + skip, stop, from->len - skip);
	if (!end)
		return false;
	*word = (struct span){ from->ptr + skip,
			       (size_t)(end - from->ptr) - skip };
	from->len -= (size_t)(end + 1 - from->ptr);
	from->ptr = end + 1;
	return true;
}

/* "1399165623.768:149": enough digits for the year 5000, and 64 bits of serial */
static bool is_id(struct span id)
{
	static const struct {
		size_t least;
		size_t most;
		char stop;
	} parts[] = { { 1, 11, '.' }, { 3, 3, ':' }, { 1, 19, '\0' } };
	size_t at = 0;

	for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
		size_t start = at;

		while (at < id.len && isdigit((unsigned char)id.ptr[at]))
			at++;
		if (at - start < parts[i].least || at - start > parts[i].most)
			return false;
		if (parts[i].stop &&
		    (at == id.len || id.ptr[at++] != parts[i].stop))
			return false;
	}
	return at == id.len;
}

#define EACH_BYTE	0x0101010101010101u

/*
 * Whether one of eight bytes is below a space, or is DEL: hasless() and
 * haszero() of Anderson's "Bit Twiddling Hacks".
 */
static bool has_control(uint64_t eight)
{
	uint64_t del = eight ^ EACH_BYTE * 0x7f;

	return ((eight - EACH_BYTE * ' ') & ~eight & EACH_BYTE * 0x80) ||
	       ((del - EACH_BYTE) & ~del & EACH_BYTE * 0x80);
}

/* Control bytes, other than auditd's separator and tabs, are rubbish. */
static bool is_log_text(const char *src, size_t len)
{
	for (size_t i = 0; i < len; ) {
		uint64_t eight;
		unsigned char c;

		if (len - i >= sizeof(eight)) {
			memcpy(&eight, src + i, sizeof(eight));
			if (!has_control(eight)) {
				i += sizeof(eight);
				continue;
			}
		}
		c = (unsigned char)src[i++];
		if ((c < ' ' && c != 0x1d && c != '\t') || c == 0x7f)
			return false;
	}
	return true;
}

/* Milliseconds since 1970. */
static int64_t id_time(struct span id)
{
	/* is_id() saw digits, a dot and digits */
	const char *dot = memchr(id.ptr, '.', id.len);

	return strtoll(id.ptr, NULL, 10) * 1000 + strtoll(dot + 1, NULL, 10);
}

/**
 * audit_line_time() - Tell when the event of a line was
 * @line: line of an audit log
 *
 * Return: milliseconds since 1970; 0 when the line does not say.
 */
int64_t audit_line_time(const struct line *line)
{
	static const char before[] = " msg=audit(";
	struct span rest = { line->ptr, line->len };
	struct span id;
	const char *found = memmem(rest.ptr, rest.len, before, sizeof(before) - 1);

	if (!found)
		return 0;
	rest.len -= (size_t)(found - rest.ptr);
	rest.ptr = found;
	return span_shift(&rest, before, ')', &id) && is_id(id) ? id_time(id) : 0;
}

static int audit_line_parse(struct audit_reader *reader, struct span text,
			    struct audit_line *line)
{
	struct span word;

	line->node = (struct span){ text.ptr, 0 };
	if (span_shift(&text, "node=", ' ', &word))
		line->node.len = (size_t)(text.ptr - line->node.ptr);
	if (!span_shift(&text, "type=", ' ', &word))
		return -EBADMSG;
	line->type = audit_type(reader, word);
	if (line->type < 0 || !span_shift(&text, "msg=audit(", ')', &line->id) ||
	    !is_id(line->id))
		return -EBADMSG;
	if (!text.len || text.ptr[0] != ':')
		return -EBADMSG;
	if (line->node.len >= STAMP_MAX || line->id.len >= STAMP_MAX)
		return -EBADMSG;
	/* is_id() saw the colon, and a ) follows the digits */
	line->serial = strtoull((char *)memchr(line->id.ptr, ':',
					       line->id.len) + 1, NULL, 10);
	text.ptr++;
	text.len--;
	if (text.len && text.ptr[0] == ' ') {
		text.ptr++;
		text.len--;
	}
	line->body = text;
	return 0;
}

static struct pending *pending_find(struct audit_reader *reader,
				    const struct audit_line *line)
{
	for (unsigned int i = 0; i < PENDING_MAX; i++) {
		struct pending *pending = &reader->pending[i];

		if (reader->serial[i] == line->serial &&
		    span_is(line->id, pending->id) &&
		    span_is(line->node, pending->node))
			return pending;
	}
	return NULL;
}

static int audit_feed(struct audit_reader *reader, struct span text)
{
	text_clear(&reader->feed);
	text_add(&reader->feed, text.ptr, text.len);
	text_add(&reader->feed, "\n", 1);
	if (reader->feed.failed ||
	    auparse_feed(reader->auparse, reader->feed.data,
			 reader->feed.len) < 0)
		return -ENOMEM;
	return reader->error;
}

/* Make auparse close an event for which nothing more is awaited. */
static int pending_close(struct audit_reader *reader, struct pending *pending)
{
	char eoe[2 * STAMP_MAX + 64];
	int len;

	if (!pending->id[0])
		return 0;
	len = snprintf(eoe, sizeof(eoe), "%stype=EOE msg=audit(%s): ",
		       pending->node, pending->id);
	pending->id[0] = '\0';
	return audit_feed(reader, (struct span){ eoe, (size_t)len });
}

static int pending_open(struct audit_reader *reader,
			const struct audit_line *line, struct pending **result)
{
	struct pending *pending = pending_find(reader, line);
	int err;

	if (!pending) {
		unsigned int place = reader->pending_next++ % PENDING_MAX;

		pending = &reader->pending[place];
		err = pending_close(reader, pending);
		if (err)
			return err;
		reader->serial[place] = line->serial;
		memcpy(pending->node, line->node.ptr, line->node.len);
		pending->node[line->node.len] = '\0';
		memcpy(pending->id, line->id.ptr, line->id.len);
		pending->id[line->id.len] = '\0';
		pending->records = 0;
	}
	*result = pending;
	return 0;
}

/* However many records an event has, auparse holds only so many. */
static int pending_feed(struct audit_reader *reader, struct pending *pending,
			struct span text)
{
	int err = audit_feed(reader, text);

	if (!err && ++pending->records >= EVENT_RECORDS_MAX)
		err = pending_close(reader, pending);
	return err;
}

static int64_t field_number(const struct record *record, const char *name)
{
	struct span value = record_field(record, name);
	int64_t number = 0;

	if (!value.len || value.len > 10)
		return -1;
	for (size_t i = 0; i < value.len; i++) {
		if (!isdigit((unsigned char)value.ptr[i]))
			return -1;
		number = number * 10 + value.ptr[i] - '0';
	}
	return number;
}

static const char *field_text(const struct record *record, const char *name,
			      struct text *out)
{
	text_clear(out);
	if (text_add_untrusted(out, record_field(record, name)) || out->failed)
		return NULL;
	return text_str(out);
}

/*
 * A record that says itself who did it (record=own) is no part of an event:
 * auparse has nothing to put together; nor where nobody asks.
 */
static int audit_alone(struct audit_reader *reader, const struct record *record,
		       const struct audit_line *line)
{
	struct fact fact = {
		.time_ms = id_time(line->id),
		.serial = line->serial,
		.pid = field_number(record, "pid"),
		.uid = field_number(record, "uid"),
		.comm = field_text(record, "comm", &reader->comm),
		.exe = field_text(record, "exe", &reader->exe),
	};

	return record_tell(reader, &fact);
}

static int audit_own(struct audit_reader *reader, struct span text,
		     const struct audit_line *line)
{
	struct pending *pending;
	struct record record;
	int err;

	err = record_parse(&record, line->body.ptr, line->body.len);
	/* Every field is read now, so that damage is known with its line */
	if (!err)
		err = record_read(reader, &record);
	if (err)
		return err;
	reader->has_domains = true;
	if (!reader->auparse || record_field(&record, "pid").len)
		return audit_alone(reader, &record, line);
	err = pending_open(reader, line, &pending);
	return err ? err : pending_feed(reader, pending, text);
}

/* The history in anybody's record; all that there is with record=off. */
static int audit_subject(struct audit_reader *reader, struct span body)
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
	if (reader->subject.len == value.len && value.len &&
	    !memcmp(reader->subject.data, value.ptr, value.len))
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

/* What ausearch prints between events. */
static bool is_separator(struct span text)
{
	return !text.len || span_is(text, "----") ||
	       (text.len > 6 && !memcmp(text.ptr, "time->", 6));
}

/**
 * audit_reader_line() - Read a line of an audit log
 * @reader: reader
 * @line: line
 *
 * Return: 0, -EBADMSG when the line is damaged, what the sink returned.
 */
int audit_reader_line(struct audit_reader *reader, const struct line *line)
{
	struct span text = { line->ptr, line->len };
	struct audit_line parsed;
	struct pending *pending;
	int err;

	if (text.len && text.ptr[text.len - 1] == '\r')
		text.len--;
	if (is_separator(text) && !line->is_cut)
		return 0;
	if (line->is_cut || text.len > AUDIT_LINE_MAX ||
	    !is_log_text(text.ptr, text.len))
		return -EBADMSG;
	err = audit_line_parse(reader, text, &parsed);
	if (err)
		return err;
	switch (parsed.type) {
	case AUDIT_KERNEL_OTHER:
		err = audit_own(reader, text, &parsed);
		if (err != -ENOENT)
			return err;
		break;
	case AUDIT_SYSCALL:
	case AUDIT_PROCTITLE:
	case AUDIT_EOE:
		pending = reader->auparse ? pending_find(reader, &parsed) : NULL;
		if (pending)
			return pending_feed(reader, pending, text);
		break;
	default:
		break;
	}
	return reader->has_domains ? 0 : audit_subject(reader, parsed.body);
}
