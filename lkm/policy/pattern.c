// SPDX-License-Identifier: GPL-2.0-only
/*
 * Patterns of pathnames, in the syntax of TOMOYO Linux 2.x. The module and the command share
 * this file, so it uses no kernel API but string functions.
 *
 *	\\ \ooo		the encoded byte
 *	\?		one character other than /
 *	\+ \x \a	one decimal digit, hexadecimal digit, letter
 *	\$ \X \A	one or more of them
 *	\*		any number of characters other than /
 *	\@		any number of characters other than / and .
 *	A\-B\-C		a component that matches A, but neither B nor C
 *	/\{A\}/		one or more components, each of which matches A
 *
 * A character is one byte of the name, in its encoded form: itself, \\ or \ooo.
 */
#ifdef __KERNEL__
#include <linux/string.h>
#else
#include <string.h>
#endif

#include "pattern.h"

/**
 * struct token - an element of a pattern
 * @kind: byte after the backslash; '/' for a component; 0 for a literal character
 * @repeats: whether the token can match more than one unit (component or character)
 * @begin: start of the pattern of the component, or of the character
 * @end: end of the pattern of the component, or of the character
 * @next: start of the next token
 */
struct token {
	char kind;
	bool repeats;
	const char *begin;
	const char *end;
	const char *next;
};

/**
 * struct choice - the current match of a repeating token
 * @pattern: the token
 * @name: end of the part of the name that it matches
 */
struct choice {
	const char *pattern;
	const char *name;
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_hex(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static bool is_one_of(char c, const char *set)
{
	return c && strchr(set, c);
}

static bool is_octal(char c, char most)
{
	return c >= '0' && c <= most;
}

/* Returns the length of the character at @text in bytes; 0 if there is none. */
static size_t character_length(const char *text, const char *end)
{
	if (text == end)
		return 0;
	if (*text != '\\')
		return 1;
	if (end - text >= 2 && text[1] == '\\')
		return 2;
	if (end - text >= 4 && is_octal(text[1], '3') && is_octal(text[2], '7') &&
	    is_octal(text[3], '7'))
		return 4;
	return 0;
}

/* Returns the length of the literal start of @pattern in bytes. */
static size_t literal_length(const char *pattern, size_t len)
{
	const char *at = pattern, *end = pattern + len;
	size_t step;

	while ((step = character_length(at, end)))
		at += step;
	return at - pattern;
}

/* Whether the pattern starts with a token that matches zero or more characters. */
static bool is_star(const char *pattern, const char *end)
{
	return end - pattern >= 2 && pattern[0] == '\\' &&
	       (pattern[1] == '*' || pattern[1] == '@');
}

static bool are_stars(const char *pattern, const char *end)
{
	while (is_star(pattern, end))
		pattern += 2;
	return pattern == end;
}

/* Reads the next component of a pattern. Returns false if it is not valid. */
static bool token_component(struct token *token, const char *pattern, const char *end)
{
	const char *slash = memchr(pattern, '/', end - pattern);

	token->kind = '/';
	token->begin = pattern;
	token->end = slash ? slash : end;
	token->next = slash ? slash + 1 : end;
	token->repeats = token->end - pattern >= 2 && pattern[0] == '\\' && pattern[1] == '{';
	if (!token->repeats)
		return true;
	if (!slash || slash - pattern < 4 || slash[-2] != '\\' || slash[-1] != '}')
		return false;
	token->begin += 2;
	token->end -= 2;
	return true;
}

/* Reads the next token of the pattern of a component. Returns false if it is not valid. */
static bool token_character(struct token *token, const char *pattern, const char *end)
{
	size_t literal = character_length(pattern, end);

	token->kind = literal ? 0 : pattern[1];
	token->begin = pattern;
	token->end = pattern + (literal ? literal : 2);
	token->next = token->end;
	token->repeats = is_one_of(token->kind, "*@$XA");
	return literal || is_one_of(token->kind, "*@$XA?+xa");
}

static bool token_read(struct token *token, const char *pattern, const char *end, bool path)
{
	if (path)
		return token_component(token, pattern, end);
	/* A single backslash at the end is not valid. */
	if (*pattern == '\\' && end - pattern < 2)
		return false;
	return token_character(token, pattern, end);
}

static bool component_matches(const char *pattern, const char *pattern_end,
			      const char *name, const char *name_end);

/* Returns the end of the component at @name if @token matches it, else NULL. */
static const char *component_end(const struct token *token, const char *name,
				 const char *end)
{
	const char *slash = memchr(name, '/', end - name);

	if (name == end || (token->repeats && !slash))
		return NULL;
	if (!component_matches(token->begin, token->end, name, slash ? slash : end))
		return NULL;
	return slash ? slash + 1 : end;
}

/* Returns the end of the character at @name if @token matches it, else NULL. */
static const char *character_end(const struct token *token, const char *name,
				 const char *end)
{
	size_t len = character_length(name, end), wanted = token->end - token->begin;
	bool is;

	switch (token->kind) {
	case 0:
		is = wanted <= (size_t)(end - name) && !memcmp(token->begin, name, wanted);
		return is ? name + wanted : NULL;
	case '@':
		is = len && *name != '.';
		break;
	case '+':
	case '$':
		is = len && is_digit(*name);
		break;
	case 'x':
	case 'X':
		is = len && is_hex(*name);
		break;
	case 'a':
	case 'A':
		is = len && is_letter(*name);
		break;
	default:
		is = len;
	}
	return is ? name + len : NULL;
}

static const char *unit_end(const struct token *token, const char *name, const char *end)
{
	return token->kind == '/' ? component_end(token, name, end) :
				    character_end(token, name, end);
}

/*
 * Whether a sequence of tokens matches a sequence of units: the components of a @path, or
 * the characters of a component.
 *
 * If the tokens after a repeating token do not match, the search backtracks: it extends the
 * match of the last repeating token by one unit or, if that fails, of the one before. All
 * tokens between two repeating tokens match exactly one unit each. So the later the match of
 * the first repeating token ends, the later the match of the second begins, and the match of
 * each repeating token only moves forward through the name. A position that was tried before
 * is skipped, and the time is at most proportional to the product of both lengths.
 */
static bool sequence_matches(const char *pattern, const char *pattern_end,
			     const char *name, const char *name_end, bool path)
{
	struct choice choice[PATTERN_REPEATS_MAX];
	unsigned int depth = 0, tried = 0;
	struct token token;
	const char *next;

	for (;;) {
		if (name == name_end && are_stars(pattern, pattern_end))
			return true;
		next = NULL;
		if (pattern < pattern_end && token_read(&token, pattern, pattern_end, path)) {
			next = path || !is_star(pattern, pattern_end) ?
				unit_end(&token, name, name_end) : name;
			if (next && token.repeats) {
				if (depth == PATTERN_REPEATS_MAX)
					return false;
				/* Tried before: continue from the end of that match. */
				if (depth < tried && next <= choice[depth].name) {
					next = NULL;
				} else {
					choice[depth].pattern = pattern;
					choice[depth].name = next;
					if (tried <= depth)
						tried = depth + 1;
				}
				depth++;
			}
		}
		while (!next && depth) {
			struct choice *last = &choice[depth - 1];

			token_read(&token, last->pattern, pattern_end, path);
			next = unit_end(&token, last->name, name_end);
			if (next)
				last->name = next;
			else
				depth--;
		}
		if (!next)
			return false;
		name = next;
		pattern = token.next;
	}
}

/* Returns the end of the part of a component's pattern at @pattern: the next \-, or @end. */
static const char *part_end(const char *pattern, const char *end)
{
	for (; end - pattern >= 2; pattern++) {
		if (*pattern != '\\')
			continue;
		if (pattern[1] == '-')
			return pattern;
		pattern++;
	}
	return end;
}

/* The first part must match, the parts after each \- must not. */
static bool component_matches(const char *pattern, const char *pattern_end,
			      const char *name, const char *name_end)
{
	const char *end = part_end(pattern, pattern_end);

	if (!sequence_matches(pattern, end, name, name_end, false))
		return false;
	while (end < pattern_end) {
		pattern = end + 2;
		end = part_end(pattern, pattern_end);
		if (sequence_matches(pattern, end, name, name_end, false))
			return false;
	}
	return true;
}

/**
 * pattern_matches() - match a name against a pattern
 * @pattern: valid pattern; for an invalid one the result is arbitrary
 * @pattern_len: length of @pattern in bytes
 * @name: encoded pathname; any bytes are safe
 * @name_len: length of @name in bytes
 *
 * Patterns match as in TOMOYO, including two special cases. The text before the first
 * backslash is compared first, and the parts after \- are compared with the remaining name:
 * /a\@\-ab matches /ab, but not /aab. A name may end where only \* and \@ are left of the
 * pattern: /\?/\@ matches /a.
 *
 * Context: any. The time is at most proportional to the product of both lengths. Uses less
 * than a kilobyte of stack.
 * Return: true if the pattern matches.
 */
bool pattern_matches(const char *pattern, size_t pattern_len, const char *name,
		     size_t name_len)
{
	const char *pattern_end = pattern + pattern_len, *name_end = name + name_len;
	size_t step;

	for (; (step = character_length(pattern, pattern_end)); pattern += step, name += step) {
		if (name == name_end || *pattern != *name || step > (size_t)(name_end - name) ||
		    (step > 1 && memcmp(pattern, name, step)))
			return false;
	}
	if (pattern == pattern_end)
		return name == name_end;
	/* Only a pattern that ends in '/' matches a directory. */
	if ((name_len && name_end[-1] == '/') != (pattern_end[-1] == '/'))
		return false;
	return sequence_matches(pattern, pattern_end, name, name_end, true);
}

/**
 * pattern_is_literal() - check whether a pattern matches only its own text
 * @pattern: valid pattern
 * @len: length of @pattern in bytes
 *
 * Context: any.
 * Return: true if the pattern has no wildcards.
 */
bool pattern_is_literal(const char *pattern, size_t len)
{
	return literal_length(pattern, len) == len;
}

/**
 * pattern_least() - get the length of the shortest names that a pattern matches
 * @pattern: valid pattern of a component
 * @len: length of @pattern in bytes
 *
 * Context: any.
 * Return: a lower bound, in bytes: no shorter name matches.
 */
size_t pattern_least(const char *pattern, size_t len)
{
	const char *end = part_end(pattern, pattern + len);
	struct token token;
	size_t least = 0;

	for (; pattern < end && token_character(&token, pattern, end); pattern = token.next) {
		if (!token.kind)
			least += token.end - token.begin;
		else if (!is_star(pattern, end))
			least++;
	}
	return least;
}

/* Returns the length of the escape sequence at @text in bytes; 0 if it is not valid. */
static size_t escape_length(const char *text, const char *end)
{
	size_t len = character_length(text, end);
	int byte;

	if (len == 2)
		return len;
	if (len == 4) {
		/* Printable characters are not encoded. */
		byte = (text[1] - '0') << 6 | (text[2] - '0') << 3 | (text[3] - '0');
		return byte <= ' ' || byte >= 127 ? len : 0;
	}
	return end - text >= 2 && is_one_of(text[1], "*@$XA?+xa-{}") ? 2 : 0;
}

/**
 * pattern_is_valid() - check whether a text is a valid pattern
 * @pattern: the text
 * @len: length of @pattern in bytes
 *
 * Context: any.
 * Return: true for an encoded name, or a pattern that contains at most PATTERN_REPEATS_MAX
 * of \* \@ \$ \X \A \{ \}.
 */
bool pattern_is_valid(const char *pattern, size_t len)
{
	const char *at = pattern, *end = pattern + len;
	bool in_braces = false;
	int repeats = 0;
	size_t step;

	for (; at < end; at += step) {
		step = 1;
		if (*at == '\\') {
			step = escape_length(at, end);
			if (!step)
				return false;
			if (is_one_of(at[1], "*@$XA{}") && ++repeats > PATTERN_REPEATS_MAX)
				return false;
			if (at[1] == '{') {
				if (at == pattern || at[-1] != '/')
					return false;
				in_braces = true;
			} else if (at[1] == '}') {
				if (!in_braces || end - at < 3 || at[2] != '/')
					return false;
				in_braces = false;
			}
		} else if (*at <= ' ' || *at >= 127 || (in_braces && *at == '/')) {
			return false;
		}
	}
	return len && !in_braces;
}
