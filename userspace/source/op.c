// SPDX-License-Identifier: GPL-2.0-only
/* The kinds of access that the module and the command share. */
#include <stddef.h>
#include <string.h>

#include "base/array.h"
#include "op.h"

static const struct op ops[] = {
#define ACCESS(id, keyword, ...) { keyword, { __VA_ARGS__ } },
#include "lkm/core/ops.def"
#undef ACCESS
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
