// SPDX-License-Identifier: GPL-2.0-only
/*
 * The table of names that are new each time, policy/patterns. Each line has a pattern for
 * one or more consecutive components of a name, and what replaces them.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "cover.h"
#include "lkm/policy/pattern.h"
#include "patterns.h"
#include "table_patterns.h"

/**
 * struct patterns_line - A line of the table
 * @text: pattern, NUL, replacement, NUL
 * @len: length of the pattern
 * @with: replacement
 * @slashes: number of slashes in the pattern
 * @is_directory: the pattern ends in a slash
 * @last: last byte of each name that the pattern matches; 0: any
 */
struct patterns_line {
	char *text;
	size_t len;
	const char *with;
	size_t slashes;
	bool is_directory;
	char last;
};

static bool has(struct span word, const char *token)
{
	return memmem(word.ptr, word.len, token, strlen(token));
}

static char last_of(struct span pattern)
{
	/* The last byte may be part of \$ or \040, or of a name that \- excludes */
	const char *backslash = memrchr(pattern.ptr, '\\', pattern.len);
	size_t after = backslash ? (size_t)(pattern.ptr + pattern.len - backslash) : 5;

	return after < 5 || has(pattern, "\\-") ? '\0' : pattern.ptr[pattern.len - 1];
}

/* A pattern that begins with a backslash may match any first byte. */
static int index_add(struct patterns *patterns, unsigned char first, size_t line)
{
	for (size_t i = 0; i < ARRAY_SIZE(patterns->index); i++) {
		struct patterns_index *index = &patterns->index[i];

		if (i != first && first != '\\')
			continue;
		if (array_grow(index->line, index->count))
			return -ENOMEM;
		index->line[index->count++] = line;
	}
	return 0;
}

static int patterns_take(void *ctx, struct span line)
{
	struct patterns *patterns = ctx;
	struct span pattern = conf_word(&line);
	struct span with = line.len ? conf_word(&line) : pattern;
	struct patterns_line *entry;

	/* \{ would stand for a varying number of components */
	if (line.len || !pattern_is_valid(pattern.ptr, pattern.len) ||
	    !pattern_is_valid(with.ptr, with.len) || has(pattern, "\\{") ||
	    (pattern.ptr[pattern.len - 1] == '/') != (with.ptr[with.len - 1] == '/'))
		return -EINVAL;
	if (array_grow(patterns->line, patterns->count))
		return -ENOMEM;
	entry = &patterns->line[patterns->count];
	*entry = (struct patterns_line){
		.text = malloc(pattern.len + with.len + 2),
		.len = pattern.len,
		.is_directory = pattern.ptr[pattern.len - 1] == '/',
		.last = last_of(pattern),
	};
	if (!entry->text)
		return -ENOMEM;
	patterns->count++;
	for (size_t i = 0; i < pattern.len; i++)
		entry->slashes += pattern.ptr[i] == '/';
	*(char *)mempcpy(entry->text, pattern.ptr, pattern.len) = '\0';
	entry->with = entry->text + pattern.len + 1;
	*(char *)mempcpy(entry->text + pattern.len + 1, with.ptr, with.len) = '\0';
	return index_add(patterns, (unsigned char)pattern.ptr[0], patterns->count - 1);
}

const struct conf patterns_conf = {
	.name = "patterns",
	.shipped = table_patterns,
	.form = "PATTERN [NAME]",
	.take = patterns_take,
};

/**
 * patterns_read() - Read the table of names that are new each time
 * @patterns: empty; filled in; the caller frees it, on errors as well
 * @error: empty; gets a message
 *
 * Return: 0; -ENOMEM without a message; another -errno.
 */
int patterns_read(struct patterns *patterns, struct text *error)
{
	return conf_read(&patterns_conf, patterns, error);
}

/* Returns the length of the components at the start of @name that the line is for. */
static size_t components(const struct patterns_line *line, struct span name)
{
	const char *end = name.ptr + name.len;
	const char *at = name.ptr;

	for (size_t i = 0;; i++) {
		const char *slash = memchr(at, '/', (size_t)(end - at));

		if (i == line->slashes)
			return (size_t)((slash ? slash : end) - name.ptr);
		if (!slash)
			return 0;
		at = slash + 1;
		if (line->is_directory && i + 1 == line->slashes)
			return (size_t)(at - name.ptr);
	}
}

/* Returns the line that matches components at the start of @name; sets their length. */
static const struct patterns_line *line_find(const struct patterns *patterns,
					     struct span name, size_t *len)
{
	const struct patterns_index *index = &patterns->index[(unsigned char)name.ptr[0]];

	for (size_t i = 0; i < index->count; i++) {
		const struct patterns_line *line = &patterns->line[index->line[i]];

		*len = components(line, name);
		if (*len && (!line->last || line->last == name.ptr[*len - 1]) &&
		    pattern_matches(line->text, line->len, name.ptr, *len))
			return line;
	}
	return NULL;
}

/* Append a name, with replaced components. */
static void name_apply(const struct patterns *patterns, struct span name,
		       struct text *out)
{
	const char *end = name.ptr + name.len;

	while (name.ptr < end) {
		const struct patterns_line *line;
		size_t len;

		name.len = (size_t)(end - name.ptr);
		line = line_find(patterns, name, &len);
		if (line) {
			text_puts(out, line->with);
		} else {
			len = strcspn(name.ptr, "/ ");
			if (len > name.len)
				len = name.len;
			text_add(out, name.ptr, len);
		}
		name.ptr += len;
		if (name.ptr < end && *name.ptr == '/') {
			text_add(out, "/", 1);
			name.ptr++;
		}
	}
}

/**
 * patterns_apply() - Replace names that are new each time
 * @patterns: table
 * @line: policy line or name of a domain; only words with a slash are changed
 * @out: the result is appended
 */
void patterns_apply(const struct patterns *patterns, const char *line, struct text *out)
{
	while (*line) {
		struct span word = { line, strcspn(line, " ") };
		struct span value = word_value(word);

		if (memchr(value.ptr, '/', value.len)) {
			text_add(out, line, (size_t)(value.ptr - line));
			name_apply(patterns, value, out);
			line = value.ptr + value.len;
			text_add(out, line, (size_t)(word.ptr + word.len - line));
		} else {
			text_add(out, word.ptr, word.len);
		}
		line = word.ptr + word.len;
		if (*line)
			text_add(out, line++, 1);
	}
}

/**
 * patterns_free() - Free the contents of a table
 * @patterns: table; empty and reusable afterwards
 */
void patterns_free(struct patterns *patterns)
{
	for (size_t i = 0; i < patterns->count; i++)
		free(patterns->line[i].text);
	free(patterns->line);
	for (size_t i = 0; i < ARRAY_SIZE(patterns->index); i++)
		free(patterns->index[i].line);
	*patterns = (struct patterns){ 0 };
}
