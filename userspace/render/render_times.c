// SPDX-License-Identifier: GPL-2.0-only
/* Tables of accesses with their times and counts. */
#include <errno.h>
#include <libsmartcols.h>
#include <string.h>
#include <time.h>

#include "base/array.h"
#include "base/passwd.h"
#include "render.h"

#define QUARTER	(15 * 60)
#define QUARTERS	256

/**
 * struct quarter - Local time of a quarter of an hour, in which nothing but minutes and
 *	seconds changes
 * @start: its beginning in seconds since 1970, divided by QUARTER; 0: none
 * @minute: minute of the beginning
 * @text: time of the beginning
 */
struct quarter {
	time_t start;
	int minute;
	char text[sizeof("2026-11-21 15:00:00")];
};

/*
 * Find the quarter of a time. Most times of a list are in few quarters, and strftime() is
 * slow. NULL: the time zone or the year is an unusual one.
 */
static const struct quarter *quarter_of(time_t seconds)
{
	static struct quarter cache[QUARTERS];
	struct quarter *quarter = &cache[seconds / QUARTER % QUARTERS];
	time_t begin = seconds - seconds % QUARTER;
	struct tm tm;

	if (quarter->start == seconds / QUARTER)
		return quarter;
	quarter->start = 0;
	if (!localtime_r(&begin, &tm) || tm.tm_sec || tm.tm_min % 15 ||
	    strftime(quarter->text, sizeof(quarter->text), "%Y-%m-%d %H:%M:%S",
		     &tm) != sizeof(quarter->text) - 1)
		return NULL;
	quarter->start = seconds / QUARTER;
	quarter->minute = tm.tm_min;
	return quarter;
}

/**
 * cell_time() - Format a time for a table
 * @time_ms: milliseconds since 1970; 0 if unknown
 *
 * Return: the local time, or "-" if unknown.
 */
struct cell cell_time(int64_t time_ms)
{
	time_t seconds = (time_t)(time_ms / 1000);
	const struct quarter *quarter = time_ms > 0 ? quarter_of(seconds) : NULL;
	struct cell cell = { "-" };
	struct tm tm;

	if (quarter) {
		int minute = quarter->minute + (int)(seconds % QUARTER / 60);
		int second = (int)(seconds % 60);
		char *end = cell.text + sizeof(quarter->text) - 1;

		memcpy(cell.text, quarter->text, sizeof(quarter->text));
		end[-5] = (char)('0' + minute / 10);
		end[-4] = (char)('0' + minute % 10);
		end[-2] = (char)('0' + second / 10);
		end[-1] = (char)('0' + second % 10);
	} else if (time_ms && localtime_r(&seconds, &tm) &&
		   !strftime(cell.text, sizeof(cell.text), "%Y-%m-%d %H:%M:%S", &tm)) {
		cell = (struct cell){ "-" };
	}
	return cell;
}

/**
 * cell_count() - Format the number of uses of an access for a table
 * @access: access
 *
 * Return: the number, or "-" if unknown.
 */
struct cell cell_count(const struct access *access)
{
	struct cell cell = { "-" };

	if (access->seen.first_ms)
		snprintf(cell.text, sizeof(cell.text), "%llu",
			 (unsigned long long)access->seen.count);
	return cell;
}

/**
 * cell_refused() - Format the number of refused uses of an access for a table
 * @access: access
 *
 * Return: the number, or "-" if the outcome of all uses is unknown.
 */
struct cell cell_refused(const struct access *access)
{
	struct cell cell = { "-" };

	if (access->seen.refused.count || access->seen.done.count)
		snprintf(cell.text, sizeof(cell.text), "%llu",
			 (unsigned long long)access->seen.refused.count);
	return cell;
}

/**
 * refused_mark() - Get the mark behind an access that was refused
 * @access: access
 * @with_counts: mark an access of which some uses were refused, too
 *
 * Return: the mark after a space; empty if there is none.
 */
struct cell refused_mark(const struct access *access, bool with_counts)
{
	struct cell mark = { "" };

	if (access_outcome(access) == OUTCOME_REFUSED)
		return (struct cell){ " (refused)" };
	if (with_counts && access->seen.refused.count)
		snprintf(mark.text, sizeof(mark.text), " (refused %llu of %llu)",
			 (unsigned long long)access->seen.refused.count,
			 (unsigned long long)access->seen.count);
	return mark;
}

/**
 * table_new() - Create a table
 * @columns: columns
 * @count: number of columns
 * @out: output file
 *
 * Return: table, to be freed with scols_unref_table(), or NULL if memory is short.
 */
struct libscols_table *table_new(const struct table_column *columns,
				 size_t count, FILE *out)
{
	struct libscols_table *table = scols_new_table();

	if (!table)
		return NULL;
	scols_table_set_stream(table, out);
	/* All text is printable; libsmartcols must not encode \x in names */
	scols_table_enable_noencoding(table, 1);
	for (size_t i = 0; i < count; i++) {
		if (scols_table_new_column(table, columns[i].name, 1,
					   columns[i].flags))
			continue;
		scols_unref_table(table);
		return NULL;
	}
	return table;
}

static const char *const headers[TIMES_COLUMNS] = {
	[TIMES_FIRST] = "FIRST",
	[TIMES_LAST] = "LAST",
	[TIMES_LAST_REFUSAL] = "LAST REFUSAL",
	[TIMES_COUNT] = "USES",
	[TIMES_REFUSED] = "REFUSED",
};

/* Get the word of a file or network access that says what is done: "read", "connect". */
static struct span verb_of(const char *line)
{
	int before = !strncmp(line, "file ", 5) ? 1 : !strncmp(line, "network ", 8) ? 3 : 0;
	bool is_known = before;

	while (before-- && *line) {
		line += strcspn(line, " ");
		line += *line == ' ';
	}
	return (struct span){ line, is_known ? strcspn(line, " ") : 0 };
}

/* Get the header of a column of counts: what the count of an access counts. */
static const char *count_header(const struct access *access)
{
	static const struct {
		const char *verb;
		const char *header;
	} counted[] = {
		{ "read", "OPENS" },
		{ "write", "OPENS" },
		{ "append", "OPENS" },
		{ "execute", "EXECUTIONS" },
		{ "connect", "CONNECTIONS" },
		{ "accept", "CONNECTIONS" },
		{ "send", "DATAGRAMS" },
		{ "recv", "DATAGRAMS" },
	};
	const struct span verb = verb_of(access->line->text);

	for (size_t i = 0; i < ARRAY_SIZE(counted); i++)
		if (span_is(verb, counted[i].verb))
			return counted[i].header;
	return headers[TIMES_COUNT];
}

static struct cell cell_of(const struct access *access, enum times_column column)
{
	switch (column) {
	case TIMES_FIRST:
		return cell_time(access->seen.first_ms);
	case TIMES_LAST:
		return cell_time(access->seen.last_ms);
	case TIMES_LAST_REFUSAL:
		return cell_time(access->seen.refused.last_ms);
	case TIMES_COUNT:
		return cell_count(access);
	default:
		return cell_refused(access);
	}
}

static const char *header_of(const struct times_table *table, enum times_column column)
{
	return column == TIMES_COUNT ? table->count_header : headers[column];
}

static void most_take(struct access *most, const struct access *access)
{
	const struct access_times *seen = &access->seen;

	if (seen->first_ms > most->seen.first_ms)
		most->seen.first_ms = seen->first_ms;
	if (seen->last_ms > most->seen.last_ms)
		most->seen.last_ms = seen->last_ms;
	if (access_uses(access) > most->seen.count)
		most->seen.count = seen->count;
	if (seen->refused.last_ms > most->seen.refused.last_ms)
		most->seen.refused.last_ms = seen->refused.last_ms;
	if (seen->refused.count > most->seen.refused.count)
		most->seen.refused.count = seen->refused.count;
}

/* Append the users whose logins made an access, separated by commas; "-" if there are none. */
static void users_write(const struct access *access, struct text *out)
{
	const struct login_list none = { 0 };
	const struct login_list *logins = access->logins ? access->logins : &none;

	for (size_t i = 0; i < logins->count; i++) {
		text_puts(out, i ? "," : "");
		text_puts(out, passwd_name((int64_t)logins->login[i].uid));
	}
	text_puts(out, logins->others ? ",..." : logins->count ? "" : "-");
}

/**
 * users_times() - Append the users whose logins made an access, with their times
 * @access: access
 * @out: text to append to; unchanged if there are none
 */
void users_times(const struct access *access, struct text *out)
{
	const struct login_list *logins = access->logins;

	for (size_t i = 0; logins && i < logins->count; i++) {
		const struct login_uses *login = &logins->login[i];

		text_format(out, "%s%s: %llu, %s to %s", i ? "; " : "",
			    passwd_name((int64_t)login->uid), (unsigned long long)login->count,
			    cell_time(login->first_ms).text, cell_time(login->last_ms).text);
	}
	if (logins && logins->others)
		text_format(out, "%sothers: %llu", logins->count ? "; " : "",
			    (unsigned long long)logins->others);
}

/* Measure the column of users; 0 if no login made the accesses. */
static size_t users_width(struct access *const *access, size_t count)
{
	struct text users = { 0 };
	size_t width = 0;

	for (size_t i = 0; i < count; i++) {
		if (!access[i]->logins)
			continue;
		text_clear(&users);
		users_write(access[i], &users);
		if (users.len > width)
			width = users.len;
	}
	text_free(&users);
	return !width || width > strlen("USER") ? width : strlen("USER");
}

/* Append the cell of the users, or its header, if there is such a column. */
static void users_cell(const struct times_table *table, const struct access *access,
		       struct text *out)
{
	size_t end = out->len + (size_t)table->user;

	if (!table->user)
		return;
	if (access)
		users_write(access, out);
	else
		text_puts(out, "USER");
	while (out->len <= end && !out->failed)
		text_add(out, " ", 1);
}

/**
 * number_width() - Get the width of the row numbers of a list
 * @count: number of rows, which are numbered from 0
 *
 * Return: number of digits of the last one.
 */
int number_width(size_t count)
{
	return snprintf(NULL, 0, "%zu", count ? count - 1 : 0);
}

/**
 * times_measure() - Compute the column widths of a table of accesses
 * @table: set to the widths
 * @form: ACCESS_TIMES, which has the column REFUSED if a use was refused; or
 *	ACCESS_REFUSED
 * @access: rows of the table
 * @count: number of rows
 */
void times_measure(struct times_table *table, enum access_form form,
		   struct access *const *access, size_t count)
{
	struct access most = { 0 };

	table->count_header = count ? count_header(access[0]) : headers[TIMES_COUNT];
	for (size_t i = 0; i < count; i++) {
		most_take(&most, access[i]);
		if (access[i]->line != access[0]->line &&
		    count_header(access[i]) != table->count_header)
			table->count_header = headers[TIMES_COUNT];
	}
	table->has_times = most.seen.first_ms;
	table->number = number_width(count);
	for (enum times_column i = 0; i < TIMES_COLUMNS; i++) {
		int head = (int)strlen(header_of(table, i));
		int width = (int)strlen(cell_of(&most, i).text);

		table->width[i] = width > head ? width : head;
	}
	if (form == ACCESS_REFUSED)
		table->width[TIMES_FIRST] = table->width[TIMES_LAST] = 0;
	else
		table->width[TIMES_LAST_REFUSAL] = 0;
	if (!most.seen.refused.count)
		table->width[TIMES_REFUSED] = 0;
	table->user = (int)users_width(access, count);
}

/* Append a text and fill its column with blanks. Faster than text_format(). */
static void column_write(int width, bool is_number, const char *text,
			 struct text *out)
{
	int pad = width - (int)strlen(text);

	if (!is_number)
		text_puts(out, text);
	while (pad-- > 0)
		text_add(out, " ", 1);
	if (is_number)
		text_puts(out, text);
}

/**
 * times_cells() - Append the cells of an access, each before a space
 * @table: from times_measure()
 * @access: access; NULL: append the headers
 * @out: text to append to
 */
void times_cells(const struct times_table *table, const struct access *access,
		 struct text *out)
{
	for (enum times_column i = 0; i < TIMES_COLUMNS; i++) {
		if (!table->width[i])
			continue;
		column_write(table->width[i], i >= TIMES_COUNT,
			     access ? cell_of(access, i).text : header_of(table, i),
			     out);
		text_puts(out, " ");
	}
	users_cell(table, access, out);
}

static void times_write(const struct times_table *table, const char *number,
			const struct access *access, struct text *out)
{
	column_write(table->number + 1, true, number, out);
	text_puts(out, " ");
	times_cells(table, access, out);
}

/**
 * times_head() - Append the header of a table of accesses
 * @table: from times_measure()
 * @out: text to append the line to, without a newline
 */
void times_head(const struct times_table *table, struct text *out)
{
	times_write(table, "", NULL, out);
	text_puts(out, "ACCESS");
}

/**
 * times_row() - Append a row of a table of accesses
 * @table: from times_measure()
 * @number: row number
 * @access: access
 * @out: text to append the line to, without a newline
 */
void times_row(const struct times_table *table, size_t number,
	       const struct access *access, struct text *out)
{
	struct cell place;

	snprintf(place.text, sizeof(place.text), "%zu:", number);
	times_write(table, place.text, access, out);
	text_add(out, access->line->text, access->line->len);
	text_puts(out, refused_mark(access, false).text);
}

/**
 * render_times() - Print the accesses of a domain with their times
 * @domain: domain
 * @form: ACCESS_TIMES or ACCESS_REFUSED
 * @out: output file
 *
 * Return: 0 or -ENOMEM.
 */
int render_times(const struct domain *domain, enum access_form form, FILE *out)
{
	struct times_table table;
	struct text line = { 0 };
	int err;

	if (!domain->access_count)
		return 0;
	times_measure(&table, form, domain->access, domain->access_count);
	times_head(&table, &line);
	fprintf(out, "%s\n", text_str(&line));
	for (size_t i = 0; i < domain->access_count && !line.failed; i++) {
		text_clear(&line);
		times_row(&table, i, domain->access[i], &line);
		fprintf(out, "%s\n", text_str(&line));
	}
	err = line.failed ? -ENOMEM : 0;
	text_free(&line);
	return err;
}
