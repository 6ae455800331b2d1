// SPDX-License-Identifier: GPL-2.0-only
/* One line of an audit log: type, node, event ID and body. */
#include <ctype.h>
#include <errno.h>
#include <libaudit.h>
#include <stdlib.h>
#include <string.h>

#include "audit_line.h"
#include "base/array.h"

/* MAX_AUDIT_MESSAGE_LENGTH is 8970 in the kernel; auditd adds user names. */
#define AUDIT_LINE_MAX	(16 * 1024)

static int type_find(struct audit_type *type, struct span name)
{
	if (span_is(name, type->name))
		return type->number;
	if (!name.len || name.len >= sizeof(type->name))
		return -1;
	memcpy(type->name, name.ptr, name.len);
	type->name[name.len] = '\0';
	type->number = audit_name_to_msg_type(type->name);
	return type->number;
}

/* Remove @prefix, a word and the @stop after the word from the start of @from. */
static bool span_shift(struct span *from, const char *prefix, char stop,
		       struct span *word)
{
	size_t skip = strlen(prefix);
	const char *end;

	if (!span_begins(*from, prefix))
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

/* "1399165623.768:149": enough digits for the year 5000 and a 64-bit serial */
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

/*
 * Whether a line can come from auditd. The only control bytes that auditd
 * writes are tabs and 0x1d, the separator of log_format=ENRICHED.
 */
static bool is_log_text(struct span text)
{
	for (size_t i = 0; i < text.len; ) {
		uint64_t eight;
		unsigned char c;

		if (text.len - i >= sizeof(eight)) {
			memcpy(&eight, text.ptr + i, sizeof(eight));
			if (!has_control(eight)) {
				i += sizeof(eight);
				continue;
			}
		}
		c = (unsigned char)text.ptr[i++];
		if ((c < ' ' && c != 0x1d && c != '\t') || c == 0x7f)
			return false;
	}
	return true;
}

/* ausearch prints such lines between events. */
static bool is_separator(struct span text)
{
	return !text.len || span_is(text, "----") ||
	       (text.len > 6 && span_begins(text, "time->"));
}

/**
 * audit_id_time() - Read the time in the ID of an event
 * @id: ID from audit_line_parse()
 *
 * Return: milliseconds since 1970.
 */
int64_t audit_id_time(struct span id)
{
	/* is_id() made sure that there is a dot between digits. */
	const char *dot = memchr(id.ptr, '.', id.len);

	return strtoll(id.ptr, NULL, 10) * 1000 + strtoll(dot + 1, NULL, 10);
}

/**
 * audit_line_time() - Find the time of an event without parsing the whole line
 * @line: line of an audit log
 *
 * Return: milliseconds since 1970; 0 when the line has no event ID.
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
	if (!span_shift(&rest, before, ')', &id) || !is_id(id))
		return 0;
	return audit_id_time(id);
}

/**
 * audit_line_parse() - Parse a line of an audit log
 * @parsed: filled in; points into @line
 * @line: line
 * @type: cache, zeroed before the first line
 *
 * Return: 0; -ENOENT for a line that ausearch prints between events; -EBADMSG
 * when the line is damaged.
 */
int audit_line_parse(struct audit_line *parsed, const struct line *line,
		     struct audit_type *type)
{
	struct span rest = { line->ptr, line->len };
	struct span word;

	if (line->is_cut)
		return -EBADMSG;
	if (rest.len && rest.ptr[rest.len - 1] == '\r')
		rest.len--;
	if (is_separator(rest))
		return -ENOENT;
	if (rest.len > AUDIT_LINE_MAX || !is_log_text(rest))
		return -EBADMSG;
	parsed->text = rest;
	parsed->boot = 0;
	parsed->node = (struct span){ rest.ptr, 0 };
	if (span_shift(&rest, "node=", ' ', &word))
		parsed->node.len = (size_t)(rest.ptr - parsed->node.ptr);
	if (!span_shift(&rest, "type=", ' ', &word))
		return -EBADMSG;
	parsed->type = type_find(type, word);
	if (parsed->type < 0 ||
	    !span_shift(&rest, "msg=audit(", ')', &parsed->id) ||
	    !is_id(parsed->id) || !span_begins(rest, ":"))
		return -EBADMSG;
	if (parsed->node.len >= AUDIT_ID_MAX || parsed->id.len >= AUDIT_ID_MAX)
		return -EBADMSG;
	/* is_id() made sure that there is a colon; a ) follows the digits. */
	parsed->serial = strtoull((char *)memchr(parsed->id.ptr, ':',
						 parsed->id.len) + 1, NULL, 10);
	rest.ptr++;
	rest.len--;
	if (span_begins(rest, " ")) {
		rest.ptr++;
		rest.len--;
	}
	parsed->body = rest;
	return 0;
}

/**
 * audit_field() - Find a field of a record
 * @body: body of a record
 * @field: space, name and "=" of the field
 *
 * Return: the value, still encoded; empty if there is no such field.
 */
struct span audit_field(struct span body, const char *field)
{
	const size_t len = strlen(field);
	const char *end = body.ptr + body.len;
	const char *found = memmem(body.ptr, body.len, field, len);
	const char *stop;

	if (!found && span_begins(body, field + 1))
		found = body.ptr - 1;
	if (!found)
		return (struct span){ body.ptr, 0 };
	found += len;
	for (stop = found; stop < end && *stop != ' ' && *stop != 0x1d; stop++)
		;
	return (struct span){ found, (size_t)(stop - found) };
}

/**
 * audit_user() - Find the name of a user of a record
 * @record: text of a record. With log_format=ENRICHED, names follow a byte 0x1d:
 *	ARCH=x86_64 SYSCALL=openat AUID="alice" UID="root"
 * @field: UID=" for the user that made the access, AUID=" for the user who logged in
 *
 * Return: the name; empty if the record has none.
 */
struct span audit_user(struct span record, const char *field)
{
	const size_t len = strlen(field);
	const char *end = record.ptr + record.len;
	const char *at = memchr(record.ptr, 0x1d, record.len);

	while (at) {
		at = memmem(at, (size_t)(end - at), field, len);
		if (!at)
			break;
		at += len;
		/* Not AUID, EUID and others */
		if (at[-(int)len - 1] == ' ' || at[-(int)len - 1] == 0x1d) {
			const char *quote = memchr(at, '"', (size_t)(end - at));

			return (struct span){ at, quote ? (size_t)(quote - at) : 0 };
		}
	}
	return (struct span){ record.ptr, 0 };
}
