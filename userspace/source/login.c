// SPDX-License-Identifier: GPL-2.0-only
/*
 * Logins in an audit log: the session that a record belongs to, the arguments of
 * executed programs, and the boot, because session numbers start again with it.
 */
#include <ctype.h>
#include <libaudit.h>
#include <stdlib.h>
#include <string.h>

#include "escape.h"
#include "login.h"
#include "record.h"

/* Longer argument lists are cut: the kernel permits 2 MB. */
#define ARGUMENTS_MAX	8192

static struct machine_boots *machine_find(struct boots *boots, struct span node)
{
	struct machine_boots *machine;

	for (size_t i = 0; i < boots->count; i++)
		if (span_is(node, boots->machine[i].node))
			return &boots->machine[i];
	if (boots->count == BOOTS_MAX)
		return &boots->machine[BOOTS_MAX - 1];
	machine = &boots->machine[boots->count++];
	memcpy(machine->node, node.ptr, node.len);
	return machine;
}

/**
 * boots_note() - Count the boots up to a record
 * @boots: zeroed before the first record
 * @line: the next record of the log
 *
 * A boot begins with a SYSTEM_BOOT record. Because this record is not the first one, and may
 * be missing, a boot also begins where serial numbers start again.
 *
 * Return: number of the boot of the machine that wrote the record.
 */
uint64_t boots_note(struct boots *boots, const struct audit_line *line)
{
	struct machine_boots *machine = machine_find(boots, line->node);
	int64_t time_ms = audit_id_time(line->id);

	/* auditd itself numbers these records */
	if (line->type >= AUDIT_FIRST_DAEMON && line->type <= AUDIT_LAST_DAEMON)
		return machine->boot;
	/* Records of one boot are out of order by some hundreds at most */
	if (line->serial < machine->serial / 2 && time_ms > machine->time_ms) {
		machine->boot++;
		machine->is_new = true;
		machine->serial = 0;
	}
	if (line->type == AUDIT_SYSTEM_BOOT) {
		machine->boot += !machine->is_new;
		machine->is_new = false;
	}
	if (line->serial > machine->serial)
		machine->serial = line->serial;
	if (time_ms > machine->time_ms)
		machine->time_ms = time_ms;
	return machine->boot;
}

/**
 * login_is_event() - Whether a record reports an event of a login
 * @type: type of the record
 * @event: set to the event
 *
 * Return: true if it does.
 */
bool login_is_event(int type, enum login_event *event)
{
	switch (type) {
	case AUDIT_LOGIN:
		*event = LOGIN_BEGIN;
		return true;
	case AUDIT_USER_LOGIN:
	case AUDIT_USER_START:
		*event = LOGIN_OPEN;
		return true;
	case AUDIT_USER_LOGOUT:
	case AUDIT_USER_END:
		*event = LOGIN_CLOSE;
		return true;
	case AUDIT_USER_AUTH:
	case AUDIT_USER_CMD:
		*event = LOGIN_REFUSED;
		return true;
	default:
		return false;
	}
}

/**
 * login_clear() - Forget an event, but keep the memory
 * @reader: reader
 */
void login_clear(struct login_reader *reader)
{
	reader->login = (struct login){ .ppid = -1 };
	reader->is_known = false;
	reader->has_arguments = false;
	for (size_t i = 0; i < LOGIN_TEXTS; i++)
		text_clear(&reader->text[i]);
}

/**
 * login_free() - Free the memory of a reader
 * @reader: reader
 */
void login_free(struct login_reader *reader)
{
	for (size_t i = 0; i < LOGIN_TEXTS; i++)
		text_free(&reader->text[i]);
}

static bool number_read(struct span body, const char *field, int64_t *number)
{
	uint64_t value;

	if (span_number(audit_field(body, field), &value) || value > LOGIN_UNSET)
		return false;
	*number = (int64_t)value;
	return true;
}

/**
 * login_has() - Whether the process of a record belongs to a login
 * @line: record with auid= and ses=
 *
 * Return: true if it does.
 */
bool login_has(const struct audit_line *line)
{
	int64_t auid;
	int64_t ses;

	return number_read(line->body, " auid=", &auid) &&
	       number_read(line->body, " ses=", &ses) &&
	       auid != LOGIN_UNSET && ses != LOGIN_UNSET;
}

/**
 * login_history() - Read the programs in subj=
 * @body: body of a record
 * @out: set to the programs; empty if subj= is the label of another security module
 */
void login_history(struct span body, struct text *out)
{
	struct span value = audit_field(body, " subj=");
	struct text names = { 0 };

	text_clear(out);
	if (!record_history(value, &names))
		text_add(out, value.ptr + 1, value.len - 2);
	text_free(&names);
}

/**
 * login_read() - Read the login of a record
 * @reader: reader, cleared before the first record of an event
 * @line: a SYSCALL record, or a record that names its process
 *
 * Return: false if the process belongs to no login.
 */
bool login_read(struct login_reader *reader, const struct audit_line *line)
{
	const struct span user = audit_user(line->text, "AUID=\"");
	struct login *login = &reader->login;
	struct span success = audit_field(line->body, " success=");

	if (!login_has(line))
		return false;
	number_read(line->body, " auid=", &login->auid);
	number_read(line->body, " ses=", &login->ses);
	if (!number_read(line->body, " ppid=", &login->ppid))
		login->ppid = -1;
	login->boot = line->boot;
	login->failed = span_is(success, "no");
	text_clear(&reader->text[LOGIN_NODE]);
	/* "node=NAME " */
	if (line->node.len > 6)
		text_add_name(&reader->text[LOGIN_NODE], line->node.ptr + 5, line->node.len - 6);
	text_clear(&reader->text[LOGIN_USER]);
	text_add_name(&reader->text[LOGIN_USER], user.ptr, user.len);
	login_history(line->body, line->type == AUDIT_SYSCALL ? &reader->text[LOGIN_AFTER]
							     : &reader->text[LOGIN_HISTORY]);
	reader->is_known = true;
	return true;
}

/* Whether a field is an argument, a0, or a part of an argument, a0[1]; but not a0_len. */
static bool is_argument(struct span name, bool *is_more)
{
	size_t at = 1;

	if (name.len < 2 || name.ptr[0] != 'a')
		return false;
	while (at < name.len && isdigit((unsigned char)name.ptr[at]))
		at++;
	*is_more = at < name.len && name.ptr[at] == '[' &&
		   !span_begins((struct span){ name.ptr + at, name.len - at }, "[0]");
	return at > 1 && (at == name.len || name.ptr[at] == '[');
}

/**
 * login_read_arguments() - Read an EXECVE record
 * @reader: reader
 * @line: one of the EXECVE records of an event, in their order
 */
void login_read_arguments(struct login_reader *reader, const struct audit_line *line)
{
	const char *end = line->body.ptr + line->body.len;
	struct text *out = &reader->text[LOGIN_ARGUMENTS];

	for (const char *at = line->body.ptr; at < end;) {
		const char *stop = memchr(at, ' ', (size_t)(end - at)) ?: end;
		const char *equal = memchr(at, '=', (size_t)(stop - at));
		struct span name = { at, equal ? (size_t)(equal - at) : 0 };
		bool is_more;

		at = stop + 1;
		if (!is_argument(name, &is_more) || out->len > ARGUMENTS_MAX)
			continue;
		if (reader->has_arguments && !is_more)
			text_add(out, " ", 1);
		reader->has_arguments = true;
		if (text_add_argument(out, (struct span){ equal + 1, (size_t)(stop - equal - 1) }))
			text_add(out, "?", 1);
		if (out->len > ARGUMENTS_MAX) {
			out->len = ARGUMENTS_MAX;
			text_puts(out, " ...");
		}
	}
}

/* Read a word of a program's message: a name, or ? if it is unknown. */
static void word_read(struct span body, const char *field, struct text *out)
{
	struct span value = audit_field(body, field);

	if (value.len && value.ptr[value.len - 1] == '\'')
		value.len--;
	if (!span_is(value, "?"))
		text_add_name(out, value.ptr, value.len);
}

/* Read a text of a program's message; it is empty if the text is damaged. */
static void text_read(struct span body, const char *field, struct text *out)
{
	if (text_add_untrusted(out, audit_field(body, field)))
		text_clear(out);
}

/**
 * login_read_message() - Read what a program reports on a login
 * @reader: reader, cleared and then used for login_read() with this record
 * @line: record for which login_is_event() is true
 */
void login_read_message(struct login_reader *reader, const struct audit_line *line)
{
	text_read(line->body, " acct=", &reader->text[LOGIN_ACCOUNT]);
	text_read(line->body, " cmd=", &reader->text[LOGIN_COMMAND]);
	text_read(line->body, " exe=", &reader->text[LOGIN_PROGRAM]);
	word_read(line->body, " addr=", &reader->text[LOGIN_ADDRESS]);
	word_read(line->body, " terminal=", &reader->text[LOGIN_TERMINAL]);
}

/**
 * login_get() - Get what was read from the records of an event
 * @reader: reader
 *
 * Return: the login, valid until the reader is used again; NULL if there is none.
 */
const struct login *login_get(struct login_reader *reader)
{
	struct login *login = &reader->login;

	if (!reader->is_known)
		return NULL;
	login->node = text_str(&reader->text[LOGIN_NODE]);
	login->user = text_str(&reader->text[LOGIN_USER]);
	login->history = text_str(&reader->text[LOGIN_HISTORY]);
	login->after = text_str(&reader->text[LOGIN_AFTER]);
	login->arguments = reader->has_arguments ? text_str(&reader->text[LOGIN_ARGUMENTS]) : NULL;
	login->command = text_str(&reader->text[LOGIN_COMMAND]);
	login->account = text_str(&reader->text[LOGIN_ACCOUNT]);
	login->address = text_str(&reader->text[LOGIN_ADDRESS]);
	login->terminal = text_str(&reader->text[LOGIN_TERMINAL]);
	login->program = text_str(&reader->text[LOGIN_PROGRAM]);
	return login;
}
