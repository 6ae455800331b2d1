// SPDX-License-Identifier: GPL-2.0-only
/* Looks for what a user typed in the rows of an outline. */
#include <errno.h>
#include <string.h>

#include "finder.h"
#include "model/match.h"

/**
 * finder_set() - Take what a user types
 * @finder: finder; stays as it is when there is an error
 * @typed: with a backslash in it, a pattern as match_parse() takes it; else a
 *	part of a row; bytes that names write as \ooo may stand as they are
 *
 * Return: 0, -EINVAL when it is no pattern, -ENOMEM.
 */
int finder_set(struct finder *finder, struct span typed)
{
	bool is_pattern = memchr(typed.ptr, '\\', typed.len);
	struct text wanted = { 0 };
	int err = 0;

	if (is_pattern)
		err = match_parse(&wanted, typed);
	else
		text_add_line(&wanted, typed.ptr, typed.len);
	if (wanted.failed)
		err = -ENOMEM;
	if (err) {
		text_free(&wanted);
		return err;
	}
	text_free(&finder->wanted);
	finder->wanted = wanted;
	finder->is_pattern = is_pattern;
	return 0;
}

/* Behind <, it may be the whole name of what the row is about. */
static bool finder_match(void *ctx, const struct outline *outline, size_t row)
{
	struct finder *finder = ctx;
	const char *wanted = finder->wanted.data;

	outline_plain(outline, row, &finder->text);
	if (finder->is_pattern ? match_access(wanted, text_str(&finder->text))
			       : !!strstr(text_str(&finder->text), wanted))
		return true;
	if (wanted[0] != '<' || !outline->name)
		return false;
	text_clear(&finder->text);
	outline->name(outline, row, &finder->text);
	return finder->is_pattern ?
	       match_domain(wanted, text_str(&finder->text)) :
	       !strncmp(text_str(&finder->text), wanted, finder->wanted.len);
}

/**
 * finder_next() - Move the cursor of an outline to what is looked for
 * @finder: set
 * @outline: outline
 * @is_forward: towards the end
 *
 * Return: enum outline_found.
 */
enum outline_found finder_next(struct finder *finder, struct outline *outline,
			       bool is_forward)
{
	return outline_find(outline, is_forward, finder_match, finder);
}

/**
 * finder_free() - Give the memory of a finder back
 * @finder: empty and usable afterwards
 */
void finder_free(struct finder *finder)
{
	text_free(&finder->wanted);
	text_free(&finder->text);
	*finder = (struct finder){ 0 };
}
