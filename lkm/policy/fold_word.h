/* SPDX-License-Identifier: GPL-2.0-only */
/* Internals of policy/: the words of an access. */
#ifndef ASHIATO_FOLD_WORD_H
#define ASHIATO_FOLD_WORD_H

#include "core/access.h"
#include "core/platform.h"

enum word_kind {
	WORD_FIXED,	/* the kernel has few values */
	WORD_PATH,
	WORD_NUMBER,
	WORD_TEXT,	/* becomes \* */
	WORD_ADDRESS,
	WORD_PORT,
	WORD_VARIABLE,
	WORD_TARGET,
};

/**
 * struct field_kind - a field of accesses
 * @field: name of the field, as in ops.def
 * @kind: kind of its values
 * @range: range of all values of a number or port; else NULL
 */
struct field_kind {
	const char *field;
	enum word_kind kind;
	const char *range;
};

/* Longest replacement of a word: two IPv6 addresses. */
#define WORD_TAIL_MAX 96

/**
 * struct word - a word of an access
 * @kind: kind of the field; NULL for the name of a program
 * @text: the word, not terminated
 * @len: length of @text in bytes
 * @skip: length of the part before the value: prefix="
 * @kept: length of the part of the value that is kept
 * @tail: text that replaces the rest of the value
 */
struct word {
	const struct field_kind *kind;
	const char *text;
	size_t len;
	size_t skip;
	size_t kept;
	char tail[WORD_TAIL_MAX];
};

static inline const char *word_value(const struct word *word)
{
	return word->text + word->skip;
}

static inline bool word_is_folded(const struct word *word)
{
	return word->tail[0];
}

void word_begin(struct word *word, const struct field_kind *kind, const char *text, size_t len);
void word_fold(struct word *word, size_t kept, const char *tail);
u64 word_hash(u64 seed, const struct word *word);
int words_split(enum access_op op, const char *object, struct word *words);
char *words_join(const struct word *words, int count, gfp_t gfp);
void words_init(void);

#endif
