/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_RECORD_H
#define ASHIATO_RECORD_H

#include "op.h"
#include "times.h"
#include "base/text.h"

#define RECORD_FIELDS_MAX	32

/**
 * struct record - A parsed audit record of the module
 * @op: kind of access
 * @outcome: its outcome
 * @count: number of fields
 * @field: names and values, still encoded
 */
struct record {
	const struct op *op;
	enum outcome outcome;
	unsigned int count;
	struct {
		struct span name;
		struct span value;
	} field[RECORD_FIELDS_MAX];
};

int record_parse(struct record *record, const char *body, size_t len);
struct span record_field(const struct record *record, const char *name);
int record_access(const struct record *record, struct text *out);
int record_domain(struct span value, struct text *out);
int record_history(struct span value, struct text *out);
struct span chain_shift(struct span *chain);
int record_program(struct span entry, struct text *name, int64_t *time_ms);

#endif
