// SPDX-License-Identifier: GPL-2.0-only
/* Parses transition rules: a line of text to a struct rule_line. Pure C: see core/platform.h. */
#include "pattern.h"
#include "transition_rule.h"

const char *const rule_keywords[RULE_TYPES] = {
	[RULE_NO_RESET] = "no_reset_domain",
	[RULE_RESET] = "reset_domain",
	[RULE_NO_INITIALIZE] = "no_initialize_domain",
	[RULE_INITIALIZE] = "initialize_domain",
	[RULE_NO_KEEP] = "no_keep_domain",
	[RULE_KEEP] = "keep_domain",
	[RULE_AGGREGATOR] = "aggregator",
	[RULE_PATH_GROUP] = "path_group",
	[RULE_FILE_PATTERN] = "file_pattern",
	[RULE_CGROUP] = "cgroup_domain",
};

/**
 * span_shift() - remove the first word of a text
 * @rest: words with one space between them; set to the text after the first word
 *
 * Context: any.
 * Return: the first word; empty if @rest is empty.
 */
struct span span_shift(struct span *rest)
{
	const char *space = memchr(rest->ptr, ' ', rest->len);
	struct span word = { rest->ptr, space ? (size_t)(space - rest->ptr) : rest->len };
	size_t taken = word.len + !!space;

	rest->ptr += taken;
	rest->len -= taken;
	return word;
}

static bool word_is_valid(struct span word)
{
	return pattern_is_valid(word.ptr, word.len);
}

/* Returns 0 for a component of a name, 1 for the whole name of a file, 2 for a directory. */
static int file_kind(struct span name)
{
	return !!memchr(name.ptr, '/', name.len) + (name.ptr[name.len - 1] == '/');
}

/* Whether a word is valid and contains a slash, and no dot before the first slash. */
static bool path_is_valid(struct span path)
{
	const char *slash = memchr(path.ptr, '/', path.len);

	return slash && !memchr(path.ptr, '.', slash - path.ptr) && word_is_valid(path);
}

/* Whether a word is <kernel> or the name of another namespace. */
static bool root_is_valid(struct span root)
{
	struct span name = { root.ptr + 1, root.len - 2 };

	return root.len > 2 && root.ptr[0] == '<' && root.ptr[root.len - 1] == '>' &&
	       word_is_valid(name);
}

static bool domain_is_valid(struct span name)
{
	if (!root_is_valid(span_shift(&name)))
		return false;
	while (name.len) {
		if (!path_is_valid(span_shift(&name)))
			return false;
	}
	return true;
}

static bool group_is_valid(struct span name)
{
	struct span rest = { name.ptr + 1, name.len - 1 };

	return name.len && name.ptr[0] == '@' && word_is_valid(rest);
}

static bool program_is_valid(struct span program)
{
	return span_is(program, "any") || group_is_valid(program) || path_is_valid(program);
}

/* Parses "PROGRAM from DOMAIN". A single operand of a keep rule is the domain. */
static bool transition_parse(struct rule_line *line, struct span rest)
{
	static const struct span any = { "any", 3 };
	const size_t from_len = strlen(RULE_FROM);
	size_t i;

	line->first = rest;
	line->second = any;
	for (i = 0; i + from_len <= rest.len; i++) {
		if (memcmp(rest.ptr + i, RULE_FROM, from_len))
			continue;
		line->first.len = i;
		line->second.ptr = rest.ptr + i + from_len;
		line->second.len = rest.len - i - from_len;
		break;
	}
	if (line->first.len == rest.len && line->type >= RULE_NO_KEEP) {
		line->first = any;
		line->second = rest;
	}
	return program_is_valid(line->first) &&
	       (domain_is_valid(line->second) || program_is_valid(line->second));
}

static bool aggregator_parse(struct rule_line *line, struct span rest)
{
	line->first = span_shift(&rest);
	line->second = span_shift(&rest);
	return !rest.len && word_is_valid(line->first) && path_is_valid(line->second) &&
	       (file_kind(line->first) == 2) == (file_kind(line->second) == 2) &&
	       pattern_is_literal(line->second.ptr, line->second.len);
}

static bool path_group_parse(struct rule_line *line, struct span rest)
{
	line->first = span_shift(&rest);
	line->second = span_shift(&rest);
	return !rest.len && word_is_valid(line->first) && word_is_valid(line->second);
}

static bool file_pattern_parse(struct rule_line *line, struct span rest)
{
	line->first = span_shift(&rest);
	line->second = span_shift(&rest);
	return !rest.len && word_is_valid(line->first) &&
	       (!line->second.len || (word_is_valid(line->second) &&
				      file_kind(line->first) == file_kind(line->second)));
}

/* Whether a word can stand in the name of a domain. TOMOYO's tools expect a slash at its start. */
static bool element_is_valid(struct span word)
{
	return word.len > 1 && word.ptr[0] == '/' && word_is_valid(word);
}

/* Parses "PATTERN [as NAME]". The domains of other namespaces than <kernel> follow no cgroup. */
static bool cgroup_parse(struct rule_line *line, struct span rest)
{
	static const struct span unit = { "/unit/", 6 };
	bool has_name;

	line->first = span_shift(&rest);
	line->second = unit;
	has_name = rest.len;
	if (has_name && !span_is(span_shift(&rest), "as"))
		return false;
	if (has_name)
		line->second = span_shift(&rest);
	return !rest.len && span_is(line->root, "<kernel>") && element_is_valid(line->first) &&
	       file_kind(line->first) == 1 && element_is_valid(line->second);
}

/**
 * rule_line_parse() - parse a line: [delete] [<NAMESPACE>] KEYWORD OPERAND...
 * @line: filled in; its spans point into @text
 * @text: words with one space between them
 *
 * Context: any.
 * Return: true if the line is a valid rule.
 */
bool rule_line_parse(struct rule_line *line, struct span text)
{
	static const struct span kernel = { "<kernel>", 8 };
	struct span word = span_shift(&text);
	int type;

	line->is_delete = span_is(word, "delete");
	if (line->is_delete)
		word = span_shift(&text);
	line->root = kernel;
	if (word.len && word.ptr[0] == '<') {
		if (!root_is_valid(word))
			return false;
		line->root = word;
		word = span_shift(&text);
	}
	for (type = 0; type < RULE_TYPES && !span_is(word, rule_keywords[type]); type++)
		;
	line->type = type;
	switch (line->type) {
	case RULE_TYPES:
		return false;
	case RULE_AGGREGATOR:
		return aggregator_parse(line, text);
	case RULE_PATH_GROUP:
		return path_group_parse(line, text);
	case RULE_FILE_PATTERN:
		return file_pattern_parse(line, text);
	case RULE_CGROUP:
		return cgroup_parse(line, text);
	default:
		return transition_parse(line, text);
	}
}
