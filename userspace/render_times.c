// SPDX-License-Identifier: GPL-2.0-only
/* When and how often a domain made its accesses, as a table. */
#include <errno.h>
#include <libsmartcols.h>
#include <time.h>

#include "array.h"
#include "render.h"

enum { COLUMN_NUMBER, COLUMN_FIRST, COLUMN_LAST, COLUMN_COUNT, COLUMN_ACCESS };

static const struct table_column own_columns[] = {
	[COLUMN_NUMBER] = { "", SCOLS_FL_RIGHT },
	[COLUMN_FIRST] = { "FIRST", 0 },
	[COLUMN_LAST] = { "LAST", 0 },
	[COLUMN_COUNT] = { "COUNT", SCOLS_FL_RIGHT },
	[COLUMN_ACCESS] = { "ACCESS", 0 },
};

/**
 * cell_time() - Write a time for a table
 * @time_ms: milliseconds since 1970; 0 when it is not known
 *
 * Return: the local time, or -.
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
 * cell_count() - Write for a table how often an access was made
 * @access: access
 *
 * Return: the number, or -.
 */
struct cell cell_count(const struct access *access)
{
	struct cell cell = { "-" };

	if (access->seen.first_ms)
		snprintf(cell.text, sizeof(cell.text), "%llu",
			 (unsigned long long)access->seen.count);
	return cell;
}

static int table_row(struct libscols_table *table, size_t number,
		     const struct access *access)
{
	struct libscols_line *line = scols_table_new_line(table, NULL);
	struct cell place;

	snprintf(place.text, sizeof(place.text), "%zu:", number);
	if (!line || scols_line_set_data(line, COLUMN_NUMBER, place.text) ||
	    scols_line_set_data(line, COLUMN_FIRST,
				cell_time(access->seen.first_ms).text) ||
	    scols_line_set_data(line, COLUMN_LAST,
				cell_time(access->seen.last_ms).text) ||
	    scols_line_set_data(line, COLUMN_COUNT, cell_count(access).text) ||
	    scols_line_set_data(line, COLUMN_ACCESS, access->line->text))
		return -ENOMEM;
	return 0;
}

/**
 * table_new() - Begin a table
 * @columns: its columns
 * @count: how many
 * @out: where it will be printed
 *
 * Return: table, to be unreferenced; NULL without memory.
 */
struct libscols_table *table_new(const struct table_column *columns,
				 size_t count, FILE *out)
{
	struct libscols_table *table = scols_new_table();

	if (!table)
		return NULL;
	scols_table_set_stream(table, out);
	/* All is printable, and \x is a part of names */
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

/**
 * render_times() - Print the accesses of a domain with their times
 * @domain: domain
 * @out: where to
 *
 * Return: 0 or -ENOMEM.
 */
int render_times(const struct domain *domain, FILE *out)
{
	struct libscols_table *table;
	int err = 0;

	if (!domain->access_count)
		return 0;
	table = table_new(own_columns, ARRAY_SIZE(own_columns), out);
	if (!table)
		return -ENOMEM;
	for (size_t i = 0; i < domain->access_count && !err; i++)
		err = table_row(table, i, domain->access[i]);
	if (!err)
		err = scols_print_table(table);
	scols_unref_table(table);
	return err;
}
