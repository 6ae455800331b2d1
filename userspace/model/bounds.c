// SPDX-License-Identifier: GPL-2.0-only
/* The module's files patterns and users: where its bounds were reached, and by whom. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/passwd.h"
#include "bounds.h"
#include "cover.h"
#include "source/lines.h"

/* A line is the name of a domain, a tab, and a policy line. */
static int pattern_line(void *ctx, const struct line *line)
{
	struct bounds *bounds = ctx;
	const char *tab = memchr(line->ptr, '\t', line->len);
	size_t length = tab ? (size_t)(tab - line->ptr) : 0;
	struct fact fact = { .kind = FACT_ACCESS };
	struct text domain = { 0 };
	struct text access = { 0 };
	int err;

	if (!tab || line->is_cut || length + 1 == line->len || tab[1] == ' ')
		return -EBADMSG;
	text_add_line(&domain, line->ptr, length);
	text_add_line(&access, tab + 1, line->len - length - 1);
	fact.domain = text_str(&domain);
	fact.access = text_str(&access);
	err = domain.failed || access.failed ? -ENOMEM :
	      model_add(&bounds->patterns, &fact);
	text_free(&domain);
	text_free(&access);
	return err;
}

/* The directory of the first pattern, or the file of an ioctl, or the kind of access. */
static struct bounds_place place_of(const struct access *access)
{
	const char *line = access->line->text;
	const struct words first = words_to_pattern(line);
	const char *slash = memrchr(first.word.ptr, '/', word_literal(first.word));
	struct bounds_place place = {
		.domain = access->domain,
		.where = { line, first.op ? strlen(first.op->keyword)
					  : strcspn(line, " ") },
		.pattern = first.word.len ? first.word :
			   (struct span){ line, strcspn(line, " ") },
		.is_directory = slash,
		.count = 1,
	};

	if (slash) {
		place.where = (struct span){
			first.word.ptr, (size_t)(slash + 1 - first.word.ptr)
		};
	} else if (!strncmp(line, "file ", 5) && line[place.where.len]) {
		place.where.ptr += place.where.len + 1;
		place.where.len = strcspn(place.where.ptr, " ");
	}
	return place;
}

static int place_compare(const void *a, const void *b)
{
	const struct bounds_place *one = a;
	const struct bounds_place *two = b;
	size_t len = one->where.len < two->where.len ? one->where.len
						     : two->where.len;
	int order;

	if (one->domain != two->domain)
		return one->order < two->order ? -1 : 1;
	order = memcmp(one->where.ptr, two->where.ptr, len);
	if (order || one->where.len != two->where.len)
		return order ? order : one->where.len < two->where.len ? -1 : 1;
	return one->order < two->order ? -1 : one->order > two->order;
}

static int place_compare_count(const void *a, const void *b)
{
	const struct bounds_place *one = a;
	const struct bounds_place *two = b;

	if (one->count != two->count)
		return one->count < two->count ? 1 : -1;
	return one->order < two->order ? -1 : one->order > two->order;
}

static bool is_same_place(const struct bounds_place *one,
			  const struct bounds_place *two)
{
	return one->domain == two->domain && one->where.len == two->where.len &&
	       !memcmp(one->where.ptr, two->where.ptr, one->where.len);
}

/* The pattern of a directory's files is a better example than that of its directories. */
static void place_merge(struct bounds_place *place, const struct bounds_place *other)
{
	place->count += other->count;
	if (place->pattern.ptr[place->pattern.len - 1] == '/')
		place->pattern = other->pattern;
}

/* Adds up the accesses with the same domain and place. */
static void places_merge(struct bounds *bounds)
{
	struct bounds_place *place = bounds->place;
	size_t kept = 0;

	if (!bounds->place_count)
		return;
	qsort(place, bounds->place_count, sizeof(*place), place_compare);
	for (size_t i = 1; i < bounds->place_count; i++)
		if (is_same_place(&place[kept], &place[i]))
			place_merge(&place[kept], &place[i]);
		else
			place[++kept] = place[i];
	bounds->place_count = kept + 1;
	qsort(place, bounds->place_count, sizeof(*place), place_compare_count);
}

/**
 * bounds_read_patterns() - Read the module's file patterns
 * @bounds: zeroed at first; to be freed with bounds_free(), on errors as well
 * @fd: the file
 *
 * Return: 0 or -errno; damaged lines are skipped.
 */
int bounds_read_patterns(struct bounds *bounds, int fd)
{
	struct damage damage = { 0 };
	int err = lines_each(fd, pattern_line, bounds, &damage);

	model_sort(&bounds->patterns);
	for (const struct domain *domain = model_first(&bounds->patterns);
	     domain && !err; domain = model_next(&bounds->patterns, domain))
		for (size_t i = 0; i < domain->access_count && !err; i++) {
			err = array_grow(bounds->place, bounds->place_count);
			if (err)
				break;
			bounds->place[bounds->place_count] =
				place_of(domain->access[i]);
			bounds->place[bounds->place_count].order =
				bounds->place_count;
			bounds->place_count++;
		}
	places_merge(bounds);
	return err;
}

/**
 * struct users_reader - Reads the file users
 * @bounds: result
 * @column: names of the columns: the first line
 */
struct users_reader {
	struct bounds *bounds;
	struct text column;
};

static struct span field_shift(struct span *rest)
{
	const char *tab = memchr(rest->ptr, '\t', rest->len);
	struct span field = *rest;

	if (tab)
		field.len = (size_t)(tab - rest->ptr);
	rest->ptr += field.len + !!tab;
	rest->len -= field.len + !!tab;
	return field;
}

static void word_copy(char *word, size_t size, struct span from)
{
	size_t len = from.len < size ? from.len : size - 1;

	memcpy(word, from.ptr, len);
	word[len] = '\0';
}

static int user_set(struct bounds_user *user, struct span column,
		    struct span value)
{
	if (span_is(column, "accesses"))
		return span_number(value, &user->accesses);
	if (span_is(column, "domains"))
		return span_number(value, &user->domains);
	if (span_is(column, "histories"))
		return span_number(value, &user->histories);
	if (span_is(column, "bytes"))
		return span_number(value, &user->bytes);
	if (span_is(column, "lost"))
		return span_number(value, &user->lost);
	if (!text_is_printable(value.ptr, value.len))
		return -EBADMSG;
	if (span_is(column, "uid"))
		word_copy(user->uid, sizeof(user->uid), value);
	else if (span_is(column, "full"))
		word_copy(user->full, sizeof(user->full), value);
	return 0;
}

static int user_line(void *ctx, const struct line *line)
{
	struct users_reader *reader = ctx;
	struct bounds *bounds = reader->bounds;
	struct bounds_user user = { .uid = "-", .full = "-" };
	struct span rest = { line->ptr, line->len };
	struct span columns;
	int err = 0;

	if (line->is_cut)
		return -EBADMSG;
	if (!reader->column.len) {
		text_add(&reader->column, line->ptr, line->len);
		return reader->column.failed ? -ENOMEM : 0;
	}
	columns = (struct span){ reader->column.data, reader->column.len };
	while (columns.len && rest.len && !err) {
		struct span column = field_shift(&columns);

		err = user_set(&user, column, field_shift(&rest));
	}
	if (!err)
		err = array_grow(bounds->user, bounds->user_count);
	if (!err)
		bounds->user[bounds->user_count++] = user;
	return err;
}

static int user_compare(const void *a, const void *b)
{
	const struct bounds_user *one = a;
	const struct bounds_user *two = b;

	if (user_is_full(one) != user_is_full(two))
		return user_is_full(one) ? -1 : 1;
	if (one->bytes != two->bytes)
		return one->bytes < two->bytes ? 1 : -1;
	return strcmp(one->uid, two->uid);
}

/**
 * bounds_read_users() - Read the module's file users
 * @bounds: zeroed at first; to be freed with bounds_free(), on errors as well
 * @fd: the file
 *
 * Return: 0 or -errno; damaged lines are skipped.
 */
int bounds_read_users(struct bounds *bounds, int fd)
{
	struct users_reader reader = { .bounds = bounds };
	struct damage damage = { 0 };
	int err = lines_each(fd, user_line, &reader, &damage);

	text_free(&reader.column);
	if (bounds->user_count)
		qsort(bounds->user, bounds->user_count, sizeof(*bounds->user),
		      user_compare);
	return err;
}

/**
 * bounds_free() - Free the contents of bounds
 * @bounds: bounds; empty and reusable afterwards
 */
void bounds_free(struct bounds *bounds)
{
	model_free(&bounds->patterns);
	free(bounds->place);
	free(bounds->user);
	*bounds = (struct bounds){ 0 };
}

/**
 * user_is_full() - Whether a user has reached a limit
 * @user: user
 *
 * Return: true if something of this user cannot be recorded.
 */
bool user_is_full(const struct bounds_user *user)
{
	return strcmp(user->full, "-") != 0;
}

/**
 * user_name() - Write the name of a user
 * @user: user
 * @out: the name is appended: "alice (1000)", "1000" or "others"
 */
void user_name(const struct bounds_user *user, struct text *out)
{
	struct span uid = { user->uid, strlen(user->uid) };
	const char *name = NULL;
	uint64_t number;

	if (!span_number(uid, &number) && number <= UINT32_MAX)
		name = passwd_find((int64_t)number);
	if (name)
		text_format(out, "%s (%s)", name, user->uid);
	else
		text_puts(out, span_is(uid, "-") ? "others" : user->uid);
}
