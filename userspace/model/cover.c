// SPDX-License-Identifier: GPL-2.0-only
/*
 * Patterns and ranges in accesses: which accesses one line stands for. The module
 * writes such a line for names beyond a bound, or because of a rule.
 */
#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cover.h"
#include "lkm/policy/pattern.h"

/*
 * Limits of cover_has(), which keep its time linear in the size of the input: parts
 * of a line that may be the start of a pattern, and lines to compare with.
 */
#define STARTS_MAX	64
#define TRIES_MAX	256

/* Longest address with its terminator */
#define ADDRESS_SIZE	46

static struct span word_at(const char *text)
{
	return (struct span){ text, strcspn(text, " ") };
}

/**
 * words_of() - Start to read the words of a policy line
 * @line: policy line
 *
 * Return: the first word.
 */
struct words words_of(const char *line)
{
	const struct op *op = op_of(line);

	return (struct words){
		.word = word_at(line),
		.type = op_word_type(op, 0),
		.op = op,
	};
}

/**
 * words_next() - Read the next word
 * @words: from words_of()
 */
void words_next(struct words *words)
{
	const char *end = words->word.ptr + words->word.len;

	words->word = word_at(end + (*end == ' '));
	words->number++;
	/* A target has many words */
	if (words->type != WORD_TARGET)
		words->type = op_word_type(words->op, words->number);
}

static bool spans_equal(struct span one, struct span two)
{
	return one.len == two.len && !memcmp(one.ptr, two.ptr, one.len);
}

/* Split "a-b"; both parts are the word itself if it is no range. */
static bool range_split(struct span word, struct span part[2])
{
	const char *dash = memchr(word.ptr, '-', word.len);

	part[0] = word;
	part[1] = word;
	if (!dash)
		return false;
	part[0].len = (size_t)(dash - word.ptr);
	part[1] = (struct span){ dash + 1, word.len - part[0].len - 1 };
	return true;
}

/**
 * struct numbers - A range of numbers
 * @base: base in which they are written
 * @bound: first and last number
 */
struct numbers {
	int base;
	uint64_t bound[2];
};

static int number_base(struct span word)
{
	if (span_begins(word, "0x"))
		return 16;
	return word.len > 1 && word.ptr[0] == '0' ? 8 : 10;
}

static bool number_parse(struct span word, int base, uint64_t *number)
{
	char text[24];
	char *end;

	if (!word.len || word.len >= sizeof(text) ||
	    !isdigit((unsigned char)word.ptr[0]) || number_base(word) != base)
		return false;
	memcpy(text, word.ptr, word.len);
	text[word.len] = '\0';
	*number = strtoull(text, &end, base);
	return !*end;
}

static bool numbers_parse(struct span word, struct numbers *numbers)
{
	struct span part[2];

	range_split(word, part);
	numbers->base = number_base(part[0]);
	for (int i = 0; i < 2; i++)
		if (!number_parse(part[i], numbers->base, &numbers->bound[i]))
			return false;
	return true;
}

/**
 * struct addresses - A range of addresses
 * @family: AF_INET or AF_INET6
 * @bound: first and last address
 */
struct addresses {
	int family;
	unsigned char bound[2][sizeof(struct in6_addr)];
};

static bool addresses_parse(struct span word, struct addresses *addresses)
{
	struct span part[2];

	range_split(word, part);
	*addresses = (struct addresses){
		.family = memchr(part[0].ptr, ':', part[0].len) ? AF_INET6
								: AF_INET
	};
	for (int i = 0; i < 2; i++) {
		char text[ADDRESS_SIZE];

		if (part[i].len >= sizeof(text))
			return false;
		memcpy(text, part[i].ptr, part[i].len);
		text[part[i].len] = '\0';
		if (inet_pton(addresses->family, text, addresses->bound[i]) != 1)
			return false;
	}
	return true;
}

static int bytes_compare(const unsigned char *one, const unsigned char *two)
{
	return memcmp(one, two, sizeof(struct in6_addr));
}

/**
 * name_is_pattern() - Whether a word of a policy line, or of a domain, is a pattern
 * @word: word
 *
 * Return: true if it is a valid pattern that matches other names.
 */
bool name_is_pattern(struct span word)
{
	return memchr(word.ptr, '\\', word.len) &&
	       !pattern_is_literal(word.ptr, word.len) &&
	       pattern_is_valid(word.ptr, word.len);
}

/*
 * Write a name that a pattern matches: with one character for each wildcard or, if
 * @is_long, several different ones. A pattern without \- that matches both names also
 * matches all other names. @any stands for any character.
 */
static bool name_sample(struct text *out, struct span pattern, bool is_long,
			const char *any)
{
	size_t braces = 0;

	text_clear(out);
	for (size_t i = 0; i < pattern.len; i++) {
		char next = i + 1 < pattern.len ? pattern.ptr[i + 1] : '\0';

		if (pattern.ptr[i] != '\\' || !next) {
			text_add(out, pattern.ptr + i, 1);
			continue;
		}
		i++;
		switch (next) {
		case '*':
			text_puts(out, is_long ? "." : "");
			/* fall through */
		case '@':
			text_puts(out, is_long ? any : "");
			/* fall through */
		case '?':
			text_puts(out, any);
			break;
		case '$':
		case '+':
			text_puts(out, !is_long ? "7" : next == '$' ? "408" : "0");
			break;
		case 'X':
		case 'x':
			text_puts(out, !is_long ? "f" : next == 'X' ? "0b3" : "0");
			break;
		case 'A':
		case 'a':
			text_puts(out, !is_long ? "k" : next == 'A' ? "QwL" : "Q");
			break;
		case '{':
			braces = out->len;
			break;
		case '}':
			if (is_long) {
				struct text again = { 0 };

				text_format(&again, "/%s", out->data + braces);
				text_puts(out, text_str(&again));
				text_free(&again);
			}
			break;
		case '-':
			/* The sample could be a name that \- excludes */
			return false;
		default:
			/* \\ or \ooo: the rest is literal */
			text_add(out, pattern.ptr + i - 1, 2);
		}
	}
	return !out->failed;
}

/**
 * name_covers() - Whether a pattern matches all names that another one matches
 * @wide: pattern or name
 * @narrow: pattern or name
 *
 * Return: true if it does. Patterns with \- only cover names, and themselves.
 */
bool name_covers(struct span wide, struct span narrow)
{
	struct text sample = { 0 };
	bool result = true;

	if (spans_equal(wide, narrow))
		return true;
	if (!name_is_pattern(wide))
		return false;
	if (!name_is_pattern(narrow))
		return pattern_matches(wide.ptr, wide.len, narrow.ptr, narrow.len);
	/* The samples do not test the names that \- excludes */
	if (memmem(wide.ptr, wide.len, "\\-", 2))
		return false;
	for (int is_long = 0; is_long < 2 && result; is_long++)
		result = name_sample(&sample, narrow, is_long, "\001") &&
			 pattern_matches(wide.ptr, wide.len, sample.data,
					 sample.len);
	text_free(&sample);
	return result;
}

/* Whether @pattern matches a sample of @name, or a directory of that name. */
static bool name_meets(struct span pattern, struct span name)
{
	struct text sample = { 0 };
	bool result = false;

	for (int is_long = 0; is_long < 2 && !result; is_long++) {
		if (!name_sample(&sample, name, is_long, "\001"))
			break;
		result = pattern_matches(pattern.ptr, pattern.len, sample.data,
					 sample.len);
		text_puts(&sample, "/");
		if (!result && !sample.failed)
			result = pattern_matches(pattern.ptr, pattern.len,
						 sample.data, sample.len);
	}
	text_free(&sample);
	return result;
}

/* "misc env \*" stands for any variable, but an address or a path is none. */
static bool is_variable(struct span word)
{
	for (size_t i = 0; i < word.len; i++)
		if (!isalnum((unsigned char)word.ptr[i]) && word.ptr[i] != '_')
			return false;
	return word.len && !isdigit((unsigned char)word.ptr[0]);
}

/* TOMOYO's \* does not match a /, but these patterns of the module do. */
static bool is_any_text(struct span word)
{
	return span_is(word, "\\*");
}

static bool is_any_abstract(struct span word)
{
	return span_is(word, "\\000\\*");
}

static bool name_overlaps(struct span asked, struct span word)
{
	if (!name_is_pattern(word))
		return false;
	if (spans_equal(asked, word))
		return true;
	if (is_any_text(word))
		return is_variable(asked);
	if (is_any_abstract(word))
		return span_begins(asked, "\\000");
	return name_meets(word, asked) ||
	       (name_is_pattern(asked) && name_meets(asked, word));
}

static bool numbers_overlap(struct span asked, struct span word)
{
	struct numbers one;
	struct numbers two;

	return numbers_parse(asked, &one) && numbers_parse(word, &two) &&
	       one.base == two.base && one.bound[0] <= two.bound[1] &&
	       two.bound[0] <= one.bound[1];
}

static bool addresses_overlap(struct span asked, struct span word)
{
	struct text sample = { 0 };
	struct addresses one;
	struct addresses two;
	bool result = false;

	if (!addresses_parse(word, &two))
		return false;
	if (name_is_pattern(asked)) {
		if (!name_sample(&sample, asked, false, "7"))
			goto out;
		asked = (struct span){ sample.data, sample.len };
	}
	result = addresses_parse(asked, &one) && one.family == two.family &&
		 bytes_compare(one.bound[0], two.bound[1]) <= 0 &&
		 bytes_compare(two.bound[0], one.bound[1]) <= 0;
out:
	text_free(&sample);
	return result;
}

/**
 * word_overlaps() - Whether a recorded word may stand for what a user asks for
 * @type: type of @word
 * @asked: a word, a pattern, or a range
 * @word: word of a policy line
 *
 * Return: true if @word is a pattern or range, or @asked is a range, and both have
 * a name, number or address in common.
 */
bool word_overlaps(enum word_type type, struct span asked, struct span word)
{
	switch (type) {
	case WORD_NUMBER:
		return numbers_overlap(asked, word);
	case WORD_ADDRESS:
		return addresses_overlap(asked, word);
	case WORD_ANY:
		return name_overlaps(asked, word) ||
		       numbers_overlap(asked, word) ||
		       addresses_overlap(asked, word);
	default:
		return name_overlaps(asked, word);
	}
}

static bool numbers_cover(struct span wide, struct span narrow)
{
	struct numbers one;
	struct numbers two;

	return numbers_parse(wide, &one) && numbers_parse(narrow, &two) &&
	       one.base == two.base && one.bound[0] <= two.bound[0] &&
	       two.bound[1] <= one.bound[1];
}

static bool addresses_cover(struct span wide, struct span narrow)
{
	struct addresses one;
	struct addresses two;

	return addresses_parse(wide, &one) && addresses_parse(narrow, &two) &&
	       one.family == two.family &&
	       bytes_compare(one.bound[0], two.bound[0]) <= 0 &&
	       bytes_compare(two.bound[1], one.bound[1]) <= 0;
}

/**
 * word_covers() - Whether a word stands for all that another word stands for
 * @type: type of the words
 * @wide: a word, a pattern, or a range
 * @narrow: a word, a pattern, or a range
 *
 * Return: true if it does.
 */
bool word_covers(enum word_type type, struct span wide, struct span narrow)
{
	if (name_covers(wide, narrow))
		return true;
	return ((type == WORD_NUMBER || type == WORD_ANY) &&
		numbers_cover(wide, narrow)) ||
	       ((type == WORD_ADDRESS || type == WORD_ANY) &&
		addresses_cover(wide, narrow));
}

/**
 * word_value() - Get the value of a condition
 * @word: word
 *
 * Return: R of exec.realpath="R"; the whole word if it is no condition.
 */
struct span word_value(struct span word)
{
	const char *quote = memchr(word.ptr, '"', word.len);
	const char *end = word.ptr + word.len;

	if (!quote || quote == word.ptr || quote[-1] != '=' ||
	    quote == end - 1 || end[-1] != '"')
		return word;
	return (struct span){ quote + 1, (size_t)(end - quote) - 2 };
}

/**
 * word_has_pattern() - Whether a word of a policy line is a pattern or a range
 * @type: its type
 * @word: word
 *
 * Return: true if it is.
 */
bool word_has_pattern(enum word_type type, struct span word)
{
	struct addresses addresses;
	struct numbers numbers;
	struct span part[2];

	if (type == WORD_TARGET && span_is(word, "any"))
		return true;
	if (name_is_pattern(word_value(word)))
		return true;
	if (type == WORD_NAME || type == WORD_TARGET || !range_split(word, part))
		return false;
	return numbers_parse(word, &numbers) || addresses_parse(word, &addresses);
}

/* As word_covers(), for two recorded words. */
static bool recorded_covers(enum word_type type, struct span wide,
			    struct span narrow)
{
	struct span wide_value = word_value(wide);
	struct span narrow_value = word_value(narrow);
	size_t before = (size_t)(wide_value.ptr - wide.ptr);

	if (before != (size_t)(narrow_value.ptr - narrow.ptr) ||
	    memcmp(wide.ptr, narrow.ptr, before))
		return false;
	if (is_any_text(wide_value) ||
	    (is_any_abstract(wide) && span_begins(narrow, "\\000")))
		return true;
	return word_covers(type, wide_value, narrow_value);
}

/* Whether the rest of an access stands for all that the rest of another stands for. */
static bool words_cover(struct words wide, struct words narrow)
{
	for (; wide.word.len && narrow.word.len;
	     words_next(&wide), words_next(&narrow)) {
		if (wide.type == WORD_TARGET && span_is(wide.word, "any"))
			return true;
		if (!recorded_covers(wide.type, wide.word, narrow.word))
			return false;
	}
	return !wide.word.len && !narrow.word.len;
}

/**
 * struct cover_line - An access with a pattern or range
 * @line: policy line
 * @is_refused: it was never done
 * @literal: length of the text before the pattern
 * @words: first word with a pattern
 * @next: next access with the same key
 */
struct cover_line {
	const char *line;
	bool is_refused;
	size_t literal;
	struct words words;
	struct cover_line *next;
};

/*
 * The key of an access with a pattern: the text before the pattern, up to the last
 * space or slash; and the text after the word, or a mark if it has patterns, too.
 */
static uint64_t key_hash(const char *line, size_t before, const char *after)
{
	uint64_t part[] = {
		table_hash(line, before),
		after ? table_hash(after, strlen(after)) : 0
	};

	return table_hash(part, sizeof(part));
}

static bool hash_is_enough(const void *item, const void *key)
{
	(void)item;
	(void)key;
	return true;
}

/**
 * word_literal() - Get the length of the text before the wildcards in a word
 * @word: word of a policy line
 *
 * Return: length in bytes; 0 for a condition, a range, or a word without wildcards.
 */
size_t word_literal(struct span word)
{
	size_t len = 0;

	if (word_value(word).ptr != word.ptr)
		return 0;
	while (len < word.len && (word.ptr[len] != '\\' ||
				  !strchr("*@?$+XxAa{-", word.ptr[len + 1])))
		/* \\* is a backslash and a star */
		len += !strncmp(word.ptr + len, "\\\\", 2) ? 2 : 1;
	return len < word.len ? len : 0;
}

/**
 * words_to_pattern() - Find the first word of a policy line with a pattern or a range
 * @line: policy line
 *
 * Return: the word; empty if there is none.
 */
struct words words_to_pattern(const char *line)
{
	struct words words = words_of(line);

	while (words.word.len && !word_has_pattern(words.type, words.word))
		words_next(&words);
	return words;
}

static int cover_add(struct cover *cover, struct cover_line *line)
{
	struct words words = line->words;
	struct span word = words.word;
	size_t before = (size_t)(word.ptr - line->line);
	const char *after = words.type == WORD_TARGET ? "" : word.ptr + word.len;
	const char *slash = memrchr(word.ptr, '/', word_literal(word));
	struct cover_line *head;
	uint64_t hash;

	line->literal = before + word_literal(word);
	if (slash)
		before = (size_t)(slash + 1 - line->line);
	for (words_next(&words); after && *after && words.word.len;
	     words_next(&words))
		if (word_has_pattern(words.type, words.word))
			after = NULL;
	hash = key_hash(line->line, before, after);
	head = table_find(&cover->table, hash, hash_is_enough, NULL);
	if (!head)
		return table_add(&cover->table, hash, line);
	line->next = head->next;
	head->next = line;
	return 0;
}

/**
 * cover_init() - Find the accesses of a domain that were recorded with patterns or ranges
 * @cover: zeroed; to be freed with cover_free(), on errors as well
 * @domain: domain, which must not change until then
 *
 * Return: 0 or -ENOMEM.
 */
int cover_init(struct cover *cover, const struct domain *domain)
{
	struct cover_line *line = calloc(domain->access_count + 1, sizeof(*line));
	int err = 0;

	cover->line = line;
	if (!line)
		return -ENOMEM;
	for (size_t i = 0; i < domain->access_count && !err; i++) {
		if (!domain->access[i]->is_recorded)
			continue;
		line->line = domain->access[i]->line->text;
		line->is_refused = access_outcome(domain->access[i]) ==
				   OUTCOME_REFUSED;
		line->words = words_to_pattern(line->line);
		if (line->words.word.len)
			err = cover_add(cover, line++);
	}
	return err;
}

/**
 * cover_free() - Free the contents of a cover
 * @cover: cover; empty and reusable afterwards
 */
void cover_free(struct cover *cover)
{
	table_free(&cover->table);
	free(cover->line);
	*cover = (struct cover){ 0 };
}

/* The text before the pattern is the same, so its word begins at the same offset. */
static bool cover_line_has(const struct cover_line *wide, const char *line)
{
	struct words narrow = wide->words;

	if (strncmp(wide->line, line, wide->literal))
		return false;
	narrow.word = word_at(line + (narrow.word.ptr - wide->line));
	return words_cover(wide->words, narrow);
}

/* A pattern for refused accesses does not cover one that was done. */
static bool key_has(const struct cover *cover, const struct access *access,
		    size_t before, const char *after, unsigned int *tries)
{
	const bool is_done = access_outcome(access) == OUTCOME_DONE;
	const char *line = access->line->text;
	const struct cover_line *wide =
		table_find(&cover->table, key_hash(line, before, after),
			   hash_is_enough, NULL);

	for (; wide && *tries; wide = wide->next, --*tries)
		if (!(is_done && wide->is_refused) && cover_line_has(wide, line))
			return true;
	return false;
}

/**
 * cover_has() - Whether an access with a pattern or range covers another access
 * @cover: after cover_init()
 * @access: access
 *
 * Return: true if one does. False if there are too many to compare with.
 */
bool cover_has(const struct cover *cover, const struct access *access)
{
	const char *line = access->line->text;
	unsigned int starts = STARTS_MAX;
	unsigned int tries = TRIES_MAX;

	if (!cover->table.count)
		return false;
	for (struct words words = words_of(line); words.word.len;
	     words_next(&words)) {
		const char *start = words.word.ptr;
		const char *end = start + words.word.len;
		const char *after = words.type == WORD_TARGET ? "" : end;

		for (; start && starts; starts--) {
			size_t before = (size_t)(start - line);

			if (key_has(cover, access, before, after, &tries) ||
			    key_has(cover, access, before, NULL, &tries))
				return true;
			start = memchr(start, '/', (size_t)(end - start));
			start = start ? start + 1 : NULL;
		}
	}
	return false;
}
