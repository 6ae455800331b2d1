// SPDX-License-Identifier: GPL-2.0-only
/*
 * Audit records of the module, and the subj= of all audit records.
 *
 * The values come from the text of the record and not from auparse, because
 * auparse removes ) , : and ' from the end of each value, which changes the
 * address "::".
 */
#include <cap-ng.h>
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/array.h"
#include "escape.h"
#include "record.h"

static int record_split(struct record *record, const char *body, size_t len)
{
	const char *end = body + len;

	while (body < end) {
		const char *stop = memchr(body, ' ', (size_t)(end - body));
		const char *equal;

		if (!stop)
			stop = end;
		if (stop == body) {
			body++;
			continue;
		}
		equal = memchr(body, '=', (size_t)(stop - body));
		if (!equal || record->count == RECORD_FIELDS_MAX)
			return -EBADMSG;
		record->field[record->count].name =
			(struct span){ body, (size_t)(equal - body) };
		record->field[record->count].value =
			(struct span){ equal + 1, (size_t)(stop - equal - 1) };
		record->count++;
		body = stop;
	}
	return 0;
}

/* res= is the last field. A record without it does not know the outcome. */
static int outcome_read(struct record *record)
{
	const struct span name = record->field[record->count - 1].name;
	const struct span value = record->field[record->count - 1].value;

	record->outcome = OUTCOME_UNKNOWN;
	if (!span_is(name, "res"))
		return 0;
	if (span_is(value, "1"))
		record->outcome = OUTCOME_DONE;
	else if (span_is(value, "0"))
		record->outcome = OUTCOME_REFUSED;
	else
		return -EBADMSG;
	return 0;
}

/**
 * record_parse() - Parse a KERNEL_OTHER record
 * @record: filled in; points into @body
 * @body: text after "msg=audit(...): "
 * @len: length of @body in bytes
 *
 * Return: 0; -ENOENT when another module wrote the record; -EBADMSG when ashiato
 * wrote it and it is damaged.
 */
int record_parse(struct record *record, const char *body, size_t len)
{
	/* With log_format=ENRICHED, auditd appends more fields after 0x1d. */
	const char *enriched = memchr(body, 0x1d, len);
	struct span op;
	int err;

	record->count = 0;
	if (enriched)
		len = (size_t)(enriched - body);
	if (len < 3 || memcmp(body, "op=", 3))
		return -ENOENT;
	err = record_split(record, body, len);
	if (err)
		return err;
	op = record->field[0].value;
	record->op = op_find(op);
	if (!record->op)
		return record_field(record, "domain").len ? -EBADMSG : -ENOENT;
	if (!record_field(record, "domain").len)
		return -EBADMSG;
	return outcome_read(record);
}

/**
 * record_field() - Find a field
 * @record: record
 * @name: name of the field
 *
 * Return: the value, still encoded; empty if there is no such field.
 */
struct span record_field(const struct record *record, const char *name)
{
	for (unsigned int i = 0; i < record->count; i++)
		if (span_is(record->field[i].name, name))
			return record->field[i].value;
	return (struct span){ NULL, 0 };
}

/* A record has the number of a capability, a policy line has its name. */
static int capability_add(struct text *out, struct span value)
{
	const char *name = NULL;
	unsigned int number = 0;

	/* Capabilities that only AKARI has are recorded by name: they have no number. */
	if (value.ptr[0] == '"')
		return text_add_untrusted(out, value);
	if (value.len > 3)
		return -EBADMSG;
	for (size_t i = 0; i < value.len; i++) {
		if (!isdigit((unsigned char)value.ptr[i]))
			return -EBADMSG;
		number = number * 10 + (unsigned int)(value.ptr[i] - '0');
	}
	if (number <= CAP_LAST_CAP)
		name = capng_capability_to_name(number);
	if (!name) {
		text_add(out, value.ptr, value.len);
		return 0;
	}
	for (; *name; name++) {
		char c = (char)toupper((unsigned char)*name);

		text_add(out, &c, 1);
	}
	return 0;
}

static bool is_bare(const char *field)
{
	static const char *const bare[] = {
		"mode", "major", "minor", "ouid", "ogid", "ioctlcmd", "flags",
		"laddr", "lport", "faddr", "fport", "sig", "request",
		"limit", "full", "owner",
	};

	for (size_t i = 0; i < ARRAY_SIZE(bare); i++)
		if (!strcmp(field, bare[i]))
			return true;
	return false;
}

static int record_add_word(const struct record *record, const char *field,
			   struct text *out)
{
	struct span value = record_field(record, field);

	if (!value.len)
		return -EBADMSG;
	text_add(out, " ", 1);
	if (!strcmp(field, "capability"))
		return capability_add(out, value);
	/* "any" stands for all domains. */
	if (!strcmp(field, "target") && !span_is(value, "\"any\""))
		return record_domain(value, out);
	if (value.ptr[0] != '"' && is_bare(field)) {
		text_add_name(out, value.ptr, value.len);
		return 0;
	}
	return text_add_untrusted(out, value);
}

/* Append prefix="value", or nothing if the record lacks the field. */
static int record_add_condition(const struct record *record, const char *field,
				const char *prefix, struct text *out)
{
	char name[32];
	size_t len = (size_t)(prefix - field);
	struct span value;
	int err;

	if (len >= sizeof(name))
		return -EBADMSG;
	memcpy(name, field, len);
	name[len] = '\0';
	value = record_field(record, name);
	if (!value.len)
		return 0;
	text_add(out, " ", 1);
	text_puts(out, prefix + 1);
	text_add(out, "=\"", 2);
	err = text_add_untrusted(out, value);
	text_add(out, "\"", 1);
	return err;
}

/**
 * record_access() - Write the access of a record as a policy line
 * @record: record
 * @out: the line is appended
 *
 * Return: 0; -EBADMSG when a field is missing or damaged; -ENOMEM.
 */
int record_access(const struct record *record, struct text *out)
{
	const struct op *op = record->op;
	int err = 0;

	text_puts(out, op->keyword);
	for (int i = 0; op->field[i] && !err; i++) {
		const char *prefix = strchr(op->field[i], '=');

		if (prefix)
			err = record_add_condition(record, op->field[i],
						   prefix, out);
		else
			err = record_add_word(record, op->field[i], out);
	}
	if (err)
		return err;
	return out->failed ? -ENOMEM : 0;
}

/* Get the chain of names between the quotes; empty if there is none. */
static struct span chain_of(struct span value)
{
	struct span chain;

	if (value.len < 3 || value.ptr[0] != '"' ||
	    value.ptr[value.len - 1] != '"')
		return (struct span){ NULL, 0 };
	chain = (struct span){ value.ptr + 1, value.len - 2 };
	/* A > in a name is escaped: a chain that ends in => was cut. */
	if (chain.ptr[chain.len - 1] == '>' && chain.len > 1 &&
	    chain.ptr[chain.len - 2] == '=')
		return (struct span){ NULL, 0 };
	return chain;
}

/**
 * chain_shift() - Remove the first name from a chain joined by "=>"
 * @chain: chain, which is not empty
 *
 * Return: the name.
 */
struct span chain_shift(struct span *chain)
{
	const char *arrow = memmem(chain->ptr, chain->len, "=>", 2);
	struct span first = *chain;

	if (arrow) {
		first.len = (size_t)(arrow - chain->ptr);
		chain->len -= first.len + 2;
		chain->ptr = arrow + 2;
	} else {
		chain->ptr += chain->len;
		chain->len = 0;
	}
	return first;
}

/**
 * record_domain() - Write the value of domain= as the name of a domain
 * @value: value with the quotes: "<kernel>=>/sbin/init=>/bin/sh", or, if it was
 *	too long for a record, its last programs: "...=>/bin/sh"
 * @out: the name is appended: <kernel> /sbin/init /bin/sh; <kernel> ... /bin/sh
 *
 * Return: 0; -EBADMSG when the value is damaged; -ENOMEM.
 */
int record_domain(struct span value, struct text *out)
{
	struct span chain = chain_of(value);
	struct span rest = chain;
	bool is_first = true;

	if (!chain.len)
		return -EBADMSG;
	/* As in record_history(): the root is unknown, and is assumed. */
	if (span_is(chain_shift(&rest), "..."))
		text_puts(out, "<kernel> ");
	else if (chain.ptr[0] != '<')
		return -EBADMSG;
	while (chain.len) {
		struct span name = chain_shift(&chain);
		int err;

		if (!name.len)
			return -EBADMSG;
		if (!is_first)
			text_add(out, " ", 1);
		is_first = false;
		err = text_add_subject(out, name, true);
		if (err)
			return err;
	}
	return out->failed ? -ENOMEM : 0;
}

/* Whether text is the time in "comm(2026/11/21-01:04:33)". */
static bool is_time(struct span text)
{
	static const char shape[] = "(0000/00/00-00:00:00)";

	if (text.len != sizeof(shape) - 1)
		return false;
	for (size_t i = 0; i < text.len; i++) {
		if (shape[i] == '0' ? !isdigit((unsigned char)text.ptr[i])
				    : text.ptr[i] != shape[i])
			return false;
	}
	return true;
}

/* Split "comm(2026/11/21-01:04:33)"; false if there is no time. */
static bool entry_split(struct span entry, struct span *name, struct span *time)
{
	const char *open = memchr(entry.ptr, '(', entry.len);

	if (!open)
		return false;
	*name = (struct span){ entry.ptr, (size_t)(open - entry.ptr) };
	*time = (struct span){ open, entry.len - name->len };
	return is_time(*time);
}

/**
 * record_program() - Read one name of a chain
 * @entry: name with the time of the execution from subj=, or name from domain=
 * @name: the name is appended
 * @time_ms: set to the time in milliseconds since 1970; 0 if there is none
 *
 * Return: 0; -EBADMSG when the name is damaged; -ENOMEM.
 */
int record_program(struct span entry, struct text *name, int64_t *time_ms)
{
	struct span comm = entry;
	struct span time;
	bool has_time = entry_split(entry, &comm, &time);
	struct tm tm = { 0 };
	int err;

	*time_ms = 0;
	if (has_time) {
		/* is_time() made sure that these are numbers */
		sscanf(time.ptr, "(%4d/%2d/%2d-%2d:%2d:%2d", &tm.tm_year, &tm.tm_mon,
		       &tm.tm_mday, &tm.tm_hour, &tm.tm_min, &tm.tm_sec);
		tm.tm_year -= 1900;
		tm.tm_mon--;
		*time_ms = (int64_t)timegm(&tm) * 1000;
	}
	err = text_add_subject(name, has_time ? comm : entry, !has_time);
	if (!err && !name->len)
		text_add(name, "\\000", 4);
	return err ? err : name->failed ? -ENOMEM : 0;
}

/**
 * record_history() - Write the comm names in subj= as the name of a domain
 * @value: value with the quotes:
 *	"init(2026/11/21-01:04:33)=>sh(2026/11/21-01:07:03)"
 * @out: the name is appended: <kernel> init sh
 *
 * Return: 0; -ENOENT when it is the label of another security module; -EBADMSG
 * when it begins as a process history and is damaged; -ENOMEM.
 */
int record_history(struct span value, struct text *out)
{
	struct span chain = chain_of(value);
	bool is_history = false;

	if (!chain.len)
		return -ENOENT;
	text_puts(out, "<kernel>");
	if (span_is(chain, "<kernel>"))
		return out->failed ? -ENOMEM : 0;
	while (chain.len) {
		struct span name = chain_shift(&chain);
		struct span time;
		int err;

		/* "...": older programs were left out of the history. */
		if (!is_history && (span_is(name, "...") ||
				 span_is(name, "<kernel>"))) {
			if (name.ptr[0] == '.')
				text_puts(out, " ...");
			is_history = true;
			continue;
		}
		/* "?": a program for which the kernel had no memory */
		if (span_is(name, "?") && (is_history || chain.len)) {
			text_puts(out, " ?");
			continue;
		}
		if (!entry_split(name, &name, &time))
			return is_history ? -EBADMSG : -ENOENT;
		is_history = true;
		text_add(out, " ", 1);
		if (!name.len)
			text_add(out, "\\000", 4);
		err = text_add_subject(out, name, false);
		if (err)
			return err;
	}
	return out->failed ? -ENOMEM : 0;
}
