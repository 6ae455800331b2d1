/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_RENDER_H
#define ASHIATO_RENDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "model/model.h"

/**
 * struct cell - Text of a table cell
 * @text: NUL-terminated string
 */
struct cell {
	char text[32];
};

/**
 * struct table_column - A column of a table
 * @name: header
 * @flags: SCOLS_FL_* of libsmartcols
 */
struct table_column {
	const char *name;
	int flags;
};

/**
 * struct times_table - Column widths of a table of accesses, in characters
 * @number: row numbers, without the colon
 * @first: column FIRST
 * @last: column LAST
 * @count: column COUNT
 * @has_times: the time of at least one access is known
 */
struct times_table {
	int number;
	int first;
	int last;
	int count;
	bool has_times;
};

struct libscols_table;
struct libscols_table *table_new(const struct table_column *columns,
				 size_t count, FILE *out);
struct cell cell_time(int64_t time_ms);
struct cell cell_count(const struct access *access);

int render_access(const struct model *model, const char *pattern,
		  bool with_times, FILE *out, size_t *found);
int render_access_json(const struct model *model, const char *pattern,
		       FILE *out, size_t *found);
void times_measure(struct times_table *table, struct access *const *access,
		   size_t count);
void times_head(const struct times_table *table, struct text *out);
void times_row(const struct times_table *table, size_t number,
	       const struct access *access, struct text *out);
int render_times(const struct domain *domain, FILE *out);
int render_event(const struct fact *fact, FILE *out);
int render_event_json(const struct fact *fact, FILE *out);
int render_uses(const struct model *model, const char *pattern, FILE *out,
		size_t *found);
int render_uses_json(const struct model *model, const char *pattern, FILE *out,
		     size_t *found);
int render_policy(const struct model *model, const char *head, FILE *out);

#endif
