// SPDX-License-Identifier: GPL-2.0-only
/* The table of "ashiato new", policy/ranking: the ranks of accesses, and the reasons. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "cover.h"
#include "lkm/policy/pattern.h"
#include "match.h"
#include "ranking.h"
#include "source/op.h"
#include "table_ranking.h"

/**
 * struct ranking_line - A line of the table
 * @rank: rank, reason and group
 * @text: operations, pattern, program and reason, each with a NUL
 * @ops: list for ops_have(); NULL: any operation
 * @is_change: any operation on files that changes something, instead of @ops
 * @pattern: pattern of a word; NULL: any object
 * @from: pattern of a program of the domain; NULL: any domain
 * @has_op: the line is for the operation of the access that was looked up last
 */
struct ranking_line {
	struct rank rank;
	char *text;
	const char *ops;
	bool is_change;
	const char *pattern;
	const char *from;
	bool has_op;
};

static const struct rank rank_other = {
	.rank = RANK_OTHER,
	.reason = "Other accesses",
	.group = UINT32_MAX,
	.is_general = true,
};

/* Copy a word to @to, with a NUL. Returns the copy. */
static char *word_copy(char **to, struct span word)
{
	char *copy = *to;

	*to = mempcpy(*to, word.ptr, word.len);
	*(*to)++ = '\0';
	return copy;
}

/* "any", or a pattern */
static bool is_object(struct span word)
{
	return pattern_is_valid(word.ptr, word.len);
}

/* In operations, "-" stands for the space between words of a keyword. */
static bool ops_set(struct ranking_line *line, char *ops)
{
	for (char *c = ops; *c; c++)
		if (*c == '-')
			*c = ' ';
	line->is_change = !strcmp(ops, "change");
	if (strcmp(ops, "any") != 0 && !line->is_change)
		line->ops = ops;
	for (size_t i = 0; i < DOMAIN_FLAGS; i++)
		if (!strcmp(ops, domain_flags[i].name))
			return true;
	return !line->ops || !ops_unknown(ops).ptr;
}

/* Lines with the same rank and reason are one group. */
static void group_set(const struct ranking *ranking, struct ranking_line *line)
{
	line->rank.group = line->rank.rank * CONF_LINES_MAX + (unsigned int)ranking->count;
	for (size_t i = 0; i < ranking->count; i++)
		if (ranking->line[i].rank.rank == line->rank.rank &&
		    !strcmp(ranking->line[i].rank.reason, line->rank.reason)) {
			line->rank.group = ranking->line[i].rank.group;
			break;
		}
}

static int ranking_take(void *ctx, struct span rest)
{
	struct ranking *ranking = ctx;
	struct span rank = conf_word(&rest);
	struct span ops = conf_word(&rest);
	struct span object = conf_word(&rest);
	struct span from = { rest.ptr, 0 };
	struct ranking_line line = { 0 };
	uint64_t number;
	char *to;

	if (span_begins(rest, "from ")) {
		conf_word(&rest);
		from = conf_word(&rest);
	}
	if (span_number(rank, &number) || !number || number >= RANK_OTHER ||
	    !is_object(object) || (from.len && !is_object(from)) || !rest.len ||
	    !text_is_printable(rest.ptr, rest.len) || memchr(ops.ptr, '\0', ops.len))
		return -EINVAL;
	if (array_grow(ranking->line, ranking->count))
		return -ENOMEM;
	line.rank.rank = (unsigned int)number;
	line.text = malloc(ops.len + object.len + from.len + rest.len + 4);
	if (!line.text)
		return -ENOMEM;
	to = line.text;
	if (!ops_set(&line, word_copy(&to, ops))) {
		free(line.text);
		return -EINVAL;
	}
	line.pattern = span_is(object, "any") ? NULL : to;
	word_copy(&to, object);
	line.from = from.len && !span_is(from, "any") ? to : NULL;
	word_copy(&to, from);
	line.rank.reason = word_copy(&to, rest);
	line.rank.is_general = !line.pattern;
	group_set(ranking, &line);
	ranking->line[ranking->count++] = line;
	return 0;
}

const struct conf ranking_conf = {
	.name = "ranking",
	.shipped = table_ranking,
	.form = "RANK OPERATION[,OPERATION...] PATTERN [from PROGRAM] REASON",
	.take = ranking_take,
};

/**
 * ranking_read() - Read the table
 * @ranking: empty; filled in; the caller frees it, on errors as well
 * @error: empty; gets a message
 *
 * Return: 0; -ENOMEM without a message; another -errno.
 */
int ranking_read(struct ranking *ranking, struct text *error)
{
	return conf_read(&ranking_conf, ranking, error);
}

static bool op_matches(const struct ranking_line *entry, const char *line)
{
	if (entry->is_change)
		return op_is_change(line) && !strncmp(line, "file ", 5) &&
		       strncmp(line, "file execute ", 13) != 0;
	return !entry->ops || ops_have(entry->ops, line);
}

/* Whether a word of the line is below the directory, whose pattern ends in a slash. */
static bool is_below(const char *pattern, const char *line)
{
	const struct span wide = { pattern, strlen(pattern) };

	for (struct words words = words_of(line); words.word.len; words_next(&words)) {
		struct span name = words.word;
		const char *end = name.ptr + name.len;

		for (const char *at = name.ptr; (at = memchr(at, '/', (size_t)(end - at))); at++) {
			name.len = (size_t)(at + 1 - name.ptr);
			if (name_covers(wide, name))
				return true;
		}
	}
	return false;
}

static bool object_matches(const char *pattern, const char *line)
{
	if (!pattern)
		return true;
	if (pattern[strlen(pattern) - 1] == '/')
		return is_below(pattern, line);
	return match_access(pattern, line, MATCH_ALL);
}

static bool has_program(const struct domain *domain, const char *pattern)
{
	for (; domain; domain = domain->parent)
		if (pattern_matches(pattern, strlen(pattern), domain->name->text,
				    domain->name->len))
			return true;
	return false;
}

/**
 * ranking_find() - Get the rank of an access
 * @ranking: table
 * @domain: domain that made the access
 * @line: policy line, or flag of the domain
 *
 * Return: the rank of the first line that matches.
 */
const struct rank *ranking_find(struct ranking *ranking, const struct domain *domain,
				const char *line)
{
	const struct op *op = op_of(line);

	if (!op || op != ranking->op)
		for (size_t i = 0; i < ranking->count; i++)
			ranking->line[i].has_op = op_matches(&ranking->line[i], line);
	ranking->op = op;
	for (size_t i = 0; i < ranking->count; i++) {
		const struct ranking_line *entry = &ranking->line[i];

		if (entry->has_op && object_matches(entry->pattern, line) &&
		    (!entry->from || has_program(domain, entry->from)))
			return &entry->rank;
	}
	return &rank_other;
}

/**
 * ranking_group() - Get rank and reason of a group
 * @ranking: table
 * @group: &rank.group
 *
 * Return: the rank.
 */
const struct rank *ranking_group(const struct ranking *ranking, unsigned int group)
{
	for (size_t i = 0; i < ranking->count; i++)
		if (ranking->line[i].rank.group == group)
			return &ranking->line[i].rank;
	return &rank_other;
}

/**
 * ranking_free() - Free the contents of a table
 * @ranking: table; empty and reusable afterwards
 */
void ranking_free(struct ranking *ranking)
{
	for (size_t i = 0; i < ranking->count; i++)
		free(ranking->line[i].text);
	free(ranking->line);
	*ranking = (struct ranking){ 0 };
}
