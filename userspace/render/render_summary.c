// SPDX-License-Identifier: GPL-2.0-only
/* The accesses of domains, counted by class and directory. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "render.h"
#include "source/op.h"

/* If a domain has more rows, directories are counted together with those below them. */
#define ROWS_MAX	40
#define DEPTH_MAX	12
#define DEPTH_MIN	2

/**
 * struct row - An access; then the accesses of a class in a directory
 * @class: class
 * @place: path, or the operation if the access has none; then the directory
 * @accesses: number of accesses
 * @uses: number of their uses
 */
struct row {
	enum class class;
	struct span place;
	size_t accesses;
	uint64_t uses;
};

static struct span place_of(const char *line)
{
	const struct op *op = op_of(line);
	struct span path = access_path(line);

	if (path.len)
		return path;
	return (struct span){ line, op ? strlen(op->keyword) : strcspn(line, " ") };
}

/* At most @depth directories of a path; /etc/pam.d/ is a directory itself. */
static struct span place_cut(struct span place, unsigned int depth)
{
	const char *colon = memchr(place.ptr, ':', place.len);
	size_t len = 0;

	for (size_t i = 0; i < place.len && depth; i++) {
		if (place.ptr[i] != '/')
			continue;
		len = i + 1;
		/* The first one is that of the root */
		depth -= i != 0;
	}
	/* "pipe:[1234]" */
	if (!len && colon)
		len = (size_t)(colon + 1 - place.ptr);
	return (struct span){ place.ptr, len ? len : place.len };
}

static int row_compare(const void *a, const void *b)
{
	const struct row *one = a;
	const struct row *two = b;
	size_t len = one->place.len < two->place.len ? one->place.len : two->place.len;
	int order;

	if (one->class != two->class)
		return one->class < two->class ? -1 : 1;
	order = memcmp(one->place.ptr, two->place.ptr, len);
	return order ? order : (one->place.len > two->place.len) -
			       (one->place.len < two->place.len);
}

static void rows_fill(struct row *row, const struct domain *domain,
		      const struct classes *classes)
{
	for (size_t i = 0; i < domain->access_count; i++) {
		const struct access *access = domain->access[i];

		row[i] = (struct row){
			.class = class_of(classes, access->line->text),
			.place = place_of(access->line->text),
			.accesses = 1,
			.uses = access_uses(access),
		};
	}
}

/* Add up the rows of each directory. Returns the number of rows that are left. */
static size_t rows_merge(struct row *row, size_t count, unsigned int depth)
{
	size_t kept = 0;

	for (size_t i = 0; i < count; i++)
		row[i].place = place_cut(row[i].place, depth);
	qsort(row, count, sizeof(*row), row_compare);
	for (size_t i = 1; i < count; i++) {
		if (row_compare(&row[kept], &row[i])) {
			row[++kept] = row[i];
			continue;
		}
		row[kept].accesses += row[i].accesses;
		if (__builtin_add_overflow(row[kept].uses, row[i].uses, &row[kept].uses))
			row[kept].uses = UINT64_MAX;
	}
	return kept + 1;
}

/**
 * render_summary() - Print how many accesses a domain has, by class and directory
 * @domain: domain
 * @classes: table of classes
 * @out: output file
 *
 * Return: 0 or -ENOMEM.
 */
int render_summary(const struct domain *domain, const struct classes *classes, FILE *out)
{
	struct row *row;
	size_t count;

	if (!domain->access_count)
		return 0;
	row = calloc(domain->access_count, sizeof(*row));
	if (!row)
		return -ENOMEM;
	rows_fill(row, domain, classes);
	count = rows_merge(row, domain->access_count, DEPTH_MAX);
	for (unsigned int depth = DEPTH_MAX - 1; count > ROWS_MAX && depth >= DEPTH_MIN;
	     depth--)
		count = rows_merge(row, count, depth);
	fprintf(out, "ACCESSES       USES CLASS       WHERE\n");
	for (size_t i = 0; i < count; i++) {
		char uses[24] = "-";

		if (row[i].uses)
			snprintf(uses, sizeof(uses), "%llu", (unsigned long long)row[i].uses);
		fprintf(out, "%8zu %10s %-11s %.*s\n", row[i].accesses, uses,
			class_names[row[i].class], (int)row[i].place.len, row[i].place.ptr);
	}
	free(row);
	return 0;
}
