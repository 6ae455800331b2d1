// SPDX-License-Identifier: GPL-2.0-only
/* Tables of accesses with their times and counts. */
#include <errno.h>
#include <libsmartcols.h>
#include <string.h>
#include <time.h>

#include "render.h"

/**
 * cell_time() - Format a time for a table
 * @time_ms: milliseconds since 1970; 0 if unknown
 *
 * Return: the local time, or "-" if unknown.
 */
struct cell cell_time(int64_t time_ms)
{
	time_t seconds = (time_t)(time_ms / 1000);
	struct cell cell = { "-" };
	struct tm tm;

	if (time_ms && localtime_r(&seconds, &tm) &&
	    !strftime(cell.text, sizeof(cell.text), "%Y-%m-%d %H:%M:%S", &tm))
		cell = (struct cell){ "-" };
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

static int wider(int width, struct cell cell)
{
	int len = (int)strlen(cell.text);

	return len > width ? len : width;
}

/**
 * times_measure() - Compute the column widths of a table of accesses
 * @table: set to the widths
 * @access: rows of the table
 * @count: number of rows
 */
void times_measure(struct times_table *table, struct access *const *access,
		   size_t count)
{
	struct access most = { 0 };
	struct cell last_number;

	for (size_t i = 0; i < count; i++) {
		const struct access_times *seen = &access[i]->seen;

		if (seen->first_ms > most.seen.first_ms)
			most.seen.first_ms = seen->first_ms;
		if (seen->last_ms > most.seen.last_ms)
			most.seen.last_ms = seen->last_ms;
		if (access_uses(access[i]) > most.seen.count)
			most.seen.count = seen->count;
	}
	snprintf(last_number.text, sizeof(last_number.text), "%zu",
		 count ? count - 1 : 0);
	table->number = wider(0, last_number);
	table->first = wider(strlen("FIRST"), cell_time(most.seen.first_ms));
	table->last = wider(strlen("LAST"), cell_time(most.seen.last_ms));
	table->count = wider(strlen("COUNT"), cell_count(&most));
	table->has_times = most.seen.first_ms;
}

static void times_write(const struct times_table *table, const char *number,
			const char *first, const char *last, const char *count,
			const char *access, struct text *out)
{
	text_format(out, "%*s %-*s %-*s %*s %s", table->number + 1, number,
		    table->first, first, table->last, last, table->count,
		    count, access);
}

/**
 * times_head() - Append the header of a table of accesses
 * @table: from times_measure()
 * @out: text to append the line to, without a newline
 */
void times_head(const struct times_table *table, struct text *out)
{
	times_write(table, "", "FIRST", "LAST", "COUNT", "ACCESS", out);
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
	times_write(table, place.text, cell_time(access->seen.first_ms).text,
		    cell_time(access->seen.last_ms).text,
		    cell_count(access).text, access->line->text, out);
}

/**
 * render_times() - Print the accesses of a domain with their times
 * @domain: domain
 * @out: output file
 *
 * Return: 0 or -ENOMEM.
 */
int render_times(const struct domain *domain, FILE *out)
{
	struct times_table table;
	struct text line = { 0 };
	int err;

	if (!domain->access_count)
		return 0;
	times_measure(&table, domain->access, domain->access_count);
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
