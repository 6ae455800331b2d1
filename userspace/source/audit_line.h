/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_AUDIT_LINE_H
#define ASHIATO_AUDIT_LINE_H

#include <stdint.h>

#include "base/text.h"
#include "lines.h"

/* The node and the ID of an event are shorter than this. */
#define AUDIT_ID_MAX	128

/**
 * struct audit_type - The record type that was looked up last
 * @name: name in the log; empty before the first
 * @number: number in <linux/audit.h>, negative for an unknown name
 *
 * Records of one type often follow each other: this saves most look-ups.
 */
struct audit_type {
	char name[32];
	int number;
};

/**
 * struct audit_line - One record of an audit log
 * @text: the whole line, without the line end
 * @type: number of the record type
 * @node: "node=... " or empty
 * @id: ID of the event: 1399165623.768:149
 * @serial: last number of @id
 * @boot: from boots_note(); 0 if boots are not counted
 * @body: text after "msg=audit(...): "
 */
struct audit_line {
	struct span text;
	int type;
	struct span node;
	struct span id;
	uint64_t serial;
	uint64_t boot;
	struct span body;
};

int audit_line_parse(struct audit_line *parsed, const struct line *line,
		     struct audit_type *type);
int64_t audit_line_time(const struct line *line);
int64_t audit_id_time(struct span id);
struct span audit_field(struct span body, const char *field);
struct span audit_user(struct span record, const char *field);

#endif
