// SPDX-License-Identifier: GPL-2.0-only
/*
 * Splits an access into words, and joins them with the patterns and ranges that replace them.
 * Pure C: see core/platform.h.
 */
#include "core/hash.h"
#include "fold_word.h"

static const struct field_kind field_kinds[] = {
	{ "path", WORD_PATH, NULL },
	{ "new", WORD_PATH, NULL },
	{ "dev", WORD_PATH, NULL },
	{ "realpath=exec.realpath", WORD_PATH, NULL },
	{ "argv0=exec.argv[0]", WORD_TEXT, NULL },
	{ "target=symlink.target", WORD_TEXT, NULL },
	/* Any user may pass fuse.NAME. */
	{ "fstype", WORD_TEXT, NULL },
	{ "mode", WORD_NUMBER, "00-07777" },
	{ "major", WORD_NUMBER, "0-4095" },
	{ "minor", WORD_NUMBER, "0-1048575" },
	{ "ouid", WORD_NUMBER, "0-4294967295" },
	{ "ogid", WORD_NUMBER, "0-4294967295" },
	{ "ioctlcmd", WORD_NUMBER, "0x0-0xFFFFFFFF" },
	{ "flags", WORD_NUMBER, "0x0-0xFFFFFFFFFFFFFFFF" },
	{ "laddr", WORD_ADDRESS, NULL },
	{ "faddr", WORD_ADDRESS, NULL },
	{ "lport", WORD_PORT, "0-65535" },
	{ "fport", WORD_PORT, "0-65535" },
	{ "name", WORD_VARIABLE, NULL },
	{ "target", WORD_TARGET, NULL },
	{ "capability", WORD_FIXED, NULL },
	{ "sig", WORD_FIXED, NULL },
	{ "request", WORD_FIXED, NULL },
};

/* For each field of each operation; set by words_init(). */
static const struct field_kind *word_kinds[ACCESS_OPS][ACCESS_FIELDS];

/**
 * word_begin() - initialise a word that is not folded
 * @word: word to initialise
 * @kind: kind of its field; NULL for the name of a program
 * @text: text, which must stay as long as @word
 * @len: length of @text in bytes
 *
 * Context: any.
 */
void word_begin(struct word *word, const struct field_kind *kind, const char *text, size_t len)
{
	const char *prefix = kind ? strchr(kind->field, '=') : NULL;

	word->kind = kind;
	word->text = text;
	word->len = len;
	word->skip = prefix ? strlen(prefix + 1) + strlen("=\"") : 0;
	word->kept = len - word->skip - !!prefix;
	word->tail[0] = '\0';
}

/**
 * word_fold() - replace the end of a word's value
 * @word: word
 * @kept: number of bytes of the value to keep
 * @tail: text that replaces the rest, shorter than WORD_TAIL_MAX
 *
 * Context: any.
 */
void word_fold(struct word *word, size_t kept, const char *tail)
{
	word->kept = kept;
	strscpy(word->tail, tail, sizeof(word->tail));
}

/**
 * word_hash() - hash a word as it is after folding
 * @seed: hash of what precedes the word
 * @word: word
 *
 * Context: any.
 * Return: the hash.
 */
u64 word_hash(u64 seed, const struct word *word)
{
	seed = hash_bytes(seed, word_value(word), word->kept);
	return hash_bytes(seed, word->tail, strlen(word->tail));
}

static size_t word_write(const struct word *word, char *dst)
{
	size_t used = word->skip + word->kept, tail = strlen(word->tail);

	memcpy(dst, word->text, used);
	memcpy(dst + used, word->tail, tail);
	used += tail;
	if (word->skip)
		dst[used++] = '"';
	return used;
}

/**
 * words_split() - split an object into words
 * @op: operation
 * @object: object, as in &struct access_use, which must stay as long as @words
 * @words: words to initialise: ACCESS_FIELDS
 *
 * Context: any; after words_init().
 * Return: number of words.
 */
int words_split(enum access_op op, const char *object, struct word *words)
{
	int count;

	for (count = 0; count < ACCESS_FIELDS && word_kinds[op][count]; count++) {
		const struct field_kind *kind = word_kinds[op][count];
		const char *end = strchrnul(object, kind->kind == WORD_TARGET ? '\0' : ' ');

		word_begin(&words[count], kind, object, end - object);
		object = end;
		/* A long argv[0] is left out. */
		if (!*object)
			return count + 1;
		object++;
	}
	return count;
}

/**
 * words_join() - join folded words to an object
 * @words: words
 * @count: number of words
 * @gfp: allocation flags
 *
 * Context: any that @gfp allows.
 * Return: NULL if no word is folded; otherwise the object, to be freed with kfree(), or
 * ERR_PTR(-ENOMEM).
 */
char *words_join(const struct word *words, int count, gfp_t gfp)
{
	size_t size = 1, used = 0;
	bool is_folded = false;
	char *text;
	int i;

	for (i = 0; i < count; i++) {
		size += words[i].len + WORD_TAIL_MAX + strlen(" \"");
		is_folded |= word_is_folded(&words[i]);
	}
	if (!is_folded)
		return NULL;
	text = kmalloc(size, gfp);
	if (!text)
		return ERR_PTR(-ENOMEM);
	for (i = 0; i < count; i++) {
		if (i)
			text[used++] = ' ';
		used += word_write(&words[i], text + used);
	}
	text[used] = '\0';
	return text;
}

static const struct field_kind *kind_find(const char *field)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(field_kinds); i++) {
		if (!strcmp(field_kinds[i].field, field))
			return &field_kinds[i];
	}
	return NULL;
}

/**
 * words_init() - find the kinds of the words of each operation
 *
 * Context: before words_split().
 */
void words_init(void)
{
	int op, i;

	for (op = 0; op < ACCESS_OPS; op++) {
		for (i = 0; i < ACCESS_FIELDS && access_kinds[op].field[i]; i++)
			word_kinds[op][i] = kind_find(access_kinds[op].field[i]);
	}
}
