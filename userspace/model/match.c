// SPDX-License-Identifier: GPL-2.0-only
/*
 * Patterns that users type: words in TOMOYO's pattern syntax. They match
 * consecutive words of an access; a pattern that begins with < matches the first
 * words of a domain's name.
 */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "cover.h"
#include "lkm/policy/pattern.h"
#include "match.h"

static struct span word_at(const char *text)
{
	return (struct span){ text, strcspn(text, " ") };
}

static const char *word_next(struct span word)
{
	const char *end = word.ptr + word.len;

	return end + (*end == ' ');
}

/**
 * match_parse() - Parse a pattern that a user typed
 * @pattern: empty; set to the words, separated by one space; the caller frees it,
 *	on errors as well
 * @typed: what the user typed; bytes that policy lines write as \ooo may be
 *	literal
 *
 * Return: 0, -EINVAL if it is not a valid pattern, or -ENOMEM.
 */
int match_parse(struct text *pattern, struct span typed)
{
	while (typed.len) {
		const char *space = memchr(typed.ptr, ' ', typed.len);
		size_t len = space ? (size_t)(space - typed.ptr) : typed.len;
		size_t start = pattern->len + (pattern->len && len);

		if (start != pattern->len)
			text_puts(pattern, " ");
		text_add_name(pattern, typed.ptr, len);
		if (pattern->failed)
			return -ENOMEM;
		if (len && !pattern_is_valid(pattern->data + start,
					     pattern->len - start))
			return -EINVAL;
		len += space != NULL;
		typed.ptr += len;
		typed.len -= len;
	}
	return pattern->len ? 0 : -EINVAL;
}

/* A literal path without the / at its end matches a directory: /etc matches /etc/. */
static bool name_matches(struct span pattern, struct span name)
{
	if (pattern_matches(pattern.ptr, pattern.len, name.ptr, name.len))
		return true;
	return name.len && name.ptr[name.len - 1] == '/' &&
	       pattern_is_literal(pattern.ptr, pattern.len) &&
	       pattern_matches(pattern.ptr, pattern.len, name.ptr,
			       name.len - 1);
}

/* The value of a condition matches, too: exec.realpath="/usr/bin/dash". */
static bool word_matches(struct span pattern, const struct words *words,
			 enum match_extent extent)
{
	struct span value = word_value(words->word);

	if (name_matches(pattern, words->word) ||
	    (value.len != words->word.len && name_matches(pattern, value)))
		return true;
	if (extent == MATCH_ANY)
		return word_overlaps(words->type, pattern, words->word);
	return word_covers(words->type, pattern, words->word) ||
	       word_covers(words->type, pattern, value);
}

/* Whether a text begins with the words of a pattern. */
static bool words_match(const char *pattern, struct words words,
			enum match_extent extent)
{
	while (*pattern) {
		struct span wanted = word_at(pattern);

		/* "any" is any domain */
		if (extent == MATCH_ANY && words.type == WORD_TARGET &&
		    span_is(words.word, "any") && *pattern == '<')
			return true;
		if (!words.word.len || !word_matches(wanted, &words, extent))
			return false;
		pattern = word_next(wanted);
		words_next(&words);
	}
	return true;
}

/**
 * match_access() - Check whether a pattern matches an access
 * @pattern: from match_parse()
 * @line: policy line
 * @extent: how much of the access the pattern must match, if the access has patterns
 *	or ranges itself
 *
 * Return: true if the pattern matches at the beginning of the line, or anywhere
 * after the words that name the operation.
 */
bool match_access(const char *pattern, const char *line, enum match_extent extent)
{
	struct words words = words_of(line);
	size_t skip = words.op ? strlen(words.op->keyword) : 0;

	if (words_match(pattern, words, extent))
		return true;
	for (; *words.word.ptr; words_next(&words))
		if (words.word.ptr >= line + skip &&
		    words_match(pattern, words, extent))
			return true;
	return false;
}

/**
 * match_domain() - Check whether a pattern matches a domain or an ancestor of it
 * @pattern: from match_parse()
 * @name: whole name of the domain
 *
 * Return: true if it does; always false if the pattern does not begin with <.
 */
bool match_domain(const char *pattern, const char *name)
{
	const struct words words = {
		.word = word_at(name),
		.type = WORD_NAME,
	};

	return pattern[0] == '<' && words_match(pattern, words, MATCH_ALL);
}

/**
 * match_list_line() - Add a line of a pattern file to a list; a line_take
 * @list: struct match_list
 * @line: a pattern, an empty line, or a comment that begins with #
 *
 * Return: 0, -EINVAL if it is not a valid pattern, or -ENOMEM.
 */
int match_list_line(void *list, const struct line *line)
{
	struct span typed = { line->ptr, line->len };
	struct match_list *l = list;
	struct text *pattern;

	/* An overlong line has no text; a last line without newline is cut, too */
	if (line->is_cut && !line->len)
		return -EINVAL;
	for (size_t i = 0; i < typed.len; i++)
		if (iscntrl((unsigned char)typed.ptr[i]))
			return -EINVAL;
	while (typed.len && *typed.ptr == ' ') {
		typed.ptr++;
		typed.len--;
	}
	if (!typed.len || *typed.ptr == '#')
		return 0;
	if (array_grow(l->pattern, l->count))
		return -ENOMEM;
	pattern = &l->pattern[l->count++];
	*pattern = (struct text){ 0 };
	l->has_domains |= *typed.ptr == '<';
	return match_parse(pattern, typed);
}

/**
 * match_list_access() - Check whether any pattern of a list matches an access
 * @list: list
 * @line: policy line
 *
 * Return: true if one matches all accesses that @line stands for.
 */
bool match_list_access(const struct match_list *list, const char *line)
{
	for (size_t i = 0; i < list->count; i++)
		if (match_access(list->pattern[i].data, line, MATCH_ALL))
			return true;
	return false;
}

/**
 * match_list_domain() - Check whether any pattern of a list matches a domain or
 *	an ancestor of it
 * @list: list
 * @name: whole name of the domain
 *
 * Return: true if one does.
 */
bool match_list_domain(const struct match_list *list, const char *name)
{
	for (size_t i = 0; i < list->count; i++)
		if (match_domain(list->pattern[i].data, name))
			return true;
	return false;
}

/**
 * match_list_free() - Free the contents of a list
 * @list: list; empty and reusable afterwards
 */
void match_list_free(struct match_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		text_free(&list->pattern[i]);
	free(list->pattern);
	*list = (struct match_list){ 0 };
}
