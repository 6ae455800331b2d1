// SPDX-License-Identifier: GPL-2.0-only
/* Searches the rows of an outline. */
#include <errno.h>
#include <string.h>

#include "finder.h"
#include "model/match.h"

/**
 * finder_set() - Set what to search for
 * @finder: finder; unchanged on errors
 * @typed: what the user typed: with a backslash in it, a pattern for
 *	match_parse(), otherwise a part of a row; bytes that policy lines write as
 *	\ooo may be literal
 *
 * Return: 0, -EINVAL if it is not a valid pattern, or -ENOMEM.
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

/* Text or a pattern that begins with < also matches the row's whole domain name. */
static bool finder_match(void *ctx, const struct outline *outline, size_t row)
{
	struct finder *finder = ctx;
	const char *wanted = finder->wanted.data;

	outline_plain(outline, row, &finder->text);
	if (finder->is_pattern ? match_access(wanted, text_str(&finder->text), MATCH_ANY)
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
 * finder_next() - Move the cursor of an outline to the next match
 * @finder: after finder_set()
 * @outline: outline
 * @is_forward: search towards the end; otherwise towards the beginning
 *
 * Return: enum outline_found.
 */
enum outline_found finder_next(struct finder *finder, struct outline *outline,
			       bool is_forward)
{
	return outline_find(outline, is_forward, finder_match, finder);
}

/**
 * finder_free() - Free the contents of a finder
 * @finder: finder; empty and reusable afterwards
 */
void finder_free(struct finder *finder)
{
	text_free(&finder->wanted);
	text_free(&finder->text);
	*finder = (struct finder){ 0 };
}
