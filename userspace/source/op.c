// SPDX-License-Identifier: GPL-2.0-only
/* The kinds of access that the module and the command share. */
#include <stddef.h>
#include <string.h>

#include "base/array.h"
#include "base/nearest.h"
#include "op.h"

static const struct op ops[] = {
#define ACCESS(id, keyword, ...) { keyword, { __VA_ARGS__ } },
#include "lkm/core/ops.def"
#undef ACCESS
	/* No access, and only in audit logs: the end of a process; see exit.c. */
	{ "exit", { NULL } },
	/* Likewise: a limit of the module was reached. */
	{ "limit", { "limit", "full", "owner" } },
};

/* "file read" on a policy line is file-read in an audit record. */
static bool op_is(const struct op *op, struct span name)
{
	for (size_t i = 0; i < name.len; i++) {
		char c = op->keyword[i] == ' ' ? '-' : op->keyword[i];

		/* Also stop at the end of the keyword. */
		if (!c || c != name.ptr[i])
			return false;
	}
	return !op->keyword[name.len];
}

/**
 * op_find() - Look up a kind of access by its name in an audit record
 * @name: value of op=
 *
 * Return: the kind, or NULL if no kind has this name.
 */
const struct op *op_find(struct span name)
{
	for (size_t i = 0; i < ARRAY_SIZE(ops); i++)
		if (op_is(&ops[i], name))
			return &ops[i];
	return NULL;
}

/**
 * op_of() - Look up the kind of access of a policy line
 * @line: policy line
 *
 * Return: the kind, or NULL if the module does not record this access.
 */
const struct op *op_of(const char *line)
{
	for (size_t i = 0; i < ARRAY_SIZE(ops); i++) {
		size_t len = strlen(ops[i].keyword);

		if (!strncmp(line, ops[i].keyword, len) && line[len] == ' ')
			return &ops[i];
	}
	return NULL;
}

/* Whether words, such as "write" or "file write", are consecutive words of a keyword. */
static bool keyword_has(struct span keyword, struct span words)
{
	const char *end = keyword.ptr + keyword.len;

	for (const char *at = keyword.ptr; words.len && words.len <= (size_t)(end - at);) {
		if (!memcmp(at, words.ptr, words.len) &&
		    (at + words.len == end || at[words.len] == ' '))
			return true;
		at = memchr(at, ' ', (size_t)(end - at));
		if (!at)
			break;
		at++;
	}
	return false;
}

/* Cut the next operation off a list. */
static struct span ops_shift(const char **list)
{
	struct span words = { *list, strcspn(*list, ",") };

	*list += words.len + ((*list)[words.len] == ',');
	return words;
}

/**
 * ops_have() - Whether an access has an operation
 * @list: operations, separated by commas; words of keywords: "read,network inet"
 * @line: policy line
 *
 * Return: true if one of them is its operation, or a part of it.
 */
bool ops_have(const char *list, const char *line)
{
	const struct op *op = op_of(line);
	size_t first = strcspn(line, " ");
	struct span keyword = { line, first };

	if (op)
		keyword.len = strlen(op->keyword);
	else if (line[first])
		keyword.len += 1 + strcspn(line + first + 1, " ");
	while (*list)
		if (keyword_has(keyword, ops_shift(&list)))
			return true;
	return false;
}

static bool op_is_known(struct span words)
{
	for (size_t i = 0; i < ARRAY_SIZE(ops); i++)
		if (keyword_has((struct span){ ops[i].keyword, strlen(ops[i].keyword) },
				words))
			return true;
	return false;
}

/**
 * ops_unknown() - Find an operation that the module cannot record
 * @list: operations for ops_have()
 *
 * Return: the first such operation of the list; empty if the list is. @ptr is NULL if there is
 * none.
 */
struct span ops_unknown(const char *list)
{
	do {
		struct span words = ops_shift(&list);

		if (!op_is_known(words))
			return words;
	} while (*list);
	return (struct span){ 0 };
}

/**
 * ops_nearest() - Find the operation that a user probably wanted to type
 * @nearest: compared with the keywords, and with their last words
 */
void ops_nearest(struct nearest *nearest)
{
	for (size_t i = 0; i < ARRAY_SIZE(ops); i++)
		for (const char *word = ops[i].keyword; word; word = strchr(word, ' '))
			nearest_try(nearest, word += *word == ' ');
}

/**
 * op_is_change() - Whether an access may change something
 * @line: policy line
 *
 * Return: true, unless the access only reads: opens a file for reading, looks it up, sends
 * an ioctl request, or has an environment variable.
 */
bool op_is_change(const char *line)
{
	static const char *const reads[] = {
		"file read ", "file getattr ", "file ioctl ", "misc env ",
	};

	for (size_t i = 0; i < ARRAY_SIZE(reads); i++)
		if (!strncmp(line, reads[i], strlen(reads[i])))
			return false;
	return true;
}

/**
 * op_word_type() - Get the type of a word of an access
 * @op: kind of the access, or NULL
 * @number: number of the word in the policy line, from 0
 *
 * Return: the type.
 */
enum word_type op_word_type(const struct op *op, size_t number)
{
	static const struct {
		const char *field;
		enum word_type type;
	} types[] = {
		{ "laddr", WORD_ADDRESS },
		{ "faddr", WORD_ADDRESS },
		{ "lport", WORD_NUMBER },
		{ "fport", WORD_NUMBER },
		{ "mode", WORD_NUMBER },
		{ "major", WORD_NUMBER },
		{ "minor", WORD_NUMBER },
		{ "ouid", WORD_NUMBER },
		{ "ogid", WORD_NUMBER },
		{ "ioctlcmd", WORD_NUMBER },
		{ "flags", WORD_NUMBER },
		{ "sig", WORD_NUMBER },
		{ "owner", WORD_NUMBER },
		{ "target", WORD_TARGET },
	};
	const char *const *field;

	if (!op)
		return WORD_ANY;
	field = op->field;
	for (const char *c = op->keyword; c; c = strchr(c + 1, ' '))
		if (!number--)
			return WORD_NAME;
	while (number && *field) {
		number--;
		field++;
	}
	for (size_t i = 0; *field && i < ARRAY_SIZE(types); i++)
		if (!strcmp(*field, types[i].field))
			return types[i].type;
	return WORD_NAME;
}
