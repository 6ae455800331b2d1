/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_RENDER_H
#define ASHIATO_RENDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "model/classes.h"
#include "model/model.h"

/**
 * struct cell - Text of a table cell
 * @text: NUL-terminated string
 */
struct cell {
	char text[64];
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
 * enum access_form - Form of a list of accesses
 * @ACCESS_LINES: policy lines
 * @ACCESS_TIMES: table of times and counts
 * @ACCESS_REFUSED: table of last refusals and counts
 * @ACCESS_SUMMARY: table of classes and directories
 */
enum access_form {
	ACCESS_LINES,
	ACCESS_TIMES,
	ACCESS_REFUSED,
	ACCESS_SUMMARY,
};

/**
 * enum times_column - Column of a table of accesses
 * @TIMES_FIRST: first use
 * @TIMES_LAST: last use
 * @TIMES_LAST_REFUSAL: last use that was refused
 * @TIMES_COUNT: number of uses: opens of a file, connections and so on
 * @TIMES_REFUSED: number of uses that were refused
 * @TIMES_COLUMNS: number of columns
 */
enum times_column {
	TIMES_FIRST,
	TIMES_LAST,
	TIMES_LAST_REFUSAL,
	TIMES_COUNT,
	TIMES_REFUSED,
	TIMES_COLUMNS,
};

/**
 * struct times_table - Columns of a table of accesses
 * @number: width of the row numbers, without the colon, in characters
 * @width: width of each column; 0: the column is not shown
 * @user: width of the column of the users whose logins made the access; 0: not shown
 * @count_header: header of TIMES_COUNT: what is counted, if that is the same in all rows
 * @has_times: the time of at least one access is known
 */
struct times_table {
	int number;
	int width[TIMES_COLUMNS];
	int user;
	const char *count_header;
	bool has_times;
};

struct libscols_table;
struct libscols_table *table_new(const struct table_column *columns,
				 size_t count, FILE *out);
struct cell cell_time(int64_t time_ms);
struct cell cell_count(const struct access *access);
struct cell cell_refused(const struct access *access);
struct cell refused_mark(const struct access *access, bool with_counts);
void users_times(const struct access *access, struct text *out);

int render_domain(const struct domain *domain, FILE *out);
int render_access(const struct model *model, const char *pattern,
		  enum access_form form, const struct classes *classes, FILE *out,
		  size_t *found);
int render_access_json(const struct model *model, const char *pattern,
		       FILE *out, size_t *found);
int number_width(size_t count);
int render_summary(const struct domain *domain, const struct classes *classes, FILE *out);
void times_measure(struct times_table *table, enum access_form form,
		   struct access *const *access, size_t count);
void times_head(const struct times_table *table, struct text *out);
void times_cells(const struct times_table *table, const struct access *access,
		 struct text *out);
void times_row(const struct times_table *table, size_t number,
	       const struct access *access, struct text *out);
int render_times(const struct domain *domain, enum access_form form, FILE *out);
int render_event(const struct fact *fact, FILE *out);
int render_event_json(const struct fact *fact, FILE *out);
int render_policy(const struct model *model, const char *head, FILE *out);

#endif
