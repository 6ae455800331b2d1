// SPDX-License-Identifier: GPL-2.0-only
/* Transition rules, in the syntax of TOMOYO's exception_policy. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "rules.h"

#define FROM	" from "

/* @is_last: without "from", the argument is the domain and not the program */
static const struct {
	const char *keyword;
	const char *form;
	bool is_transition;
	bool is_last;
} kinds[] = {
	{ "initialize_domain", "PROGRAM [from DOMAIN]", true, false },
	{ "no_initialize_domain", "PROGRAM [from DOMAIN]", true, false },
	{ "keep_domain", "[PROGRAM from] DOMAIN", true, true },
	{ "no_keep_domain", "[PROGRAM from] DOMAIN", true, true },
	{ "reset_domain", "PROGRAM [from DOMAIN]", true, false },
	{ "no_reset_domain", "PROGRAM [from DOMAIN]", true, false },
	{ "aggregator", "PATTERN NAME", false, false },
	{ "path_group", "GROUP PATTERN", false, false },
	{ "file_pattern", "PATTERN [NAME]", false, false },
	{ "cgroup_domain", "PATTERN [as NAME]", false, false },
};

/* Find the kind of a rule, or of the rule after "delete"; -1 if there is none. */
static int kind_find(const char *line)
{
	if (!strncmp(line, "delete ", 7))
		line += 7;
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		size_t len = strlen(kinds[i].keyword);

		if (!strncmp(line, kinds[i].keyword, len) &&
		    (!line[len] || line[len] == ' '))
			return (int)i;
	}
	return -1;
}

/**
 * rule_form() - Get the syntax of a rule, for a message
 * @rule: rule, or "delete" and a rule
 *
 * Return: the syntax, valid until the next call; NULL if the keyword is unknown.
 */
const char *rule_form(const struct rule *rule)
{
	static char form[80];
	int kind = kind_find(rule->line);

	if (kind < 0)
		return NULL;
	snprintf(form, sizeof(form), "%s%s %s",
		 strncmp(rule->line, "delete ", 7) ? "" : "delete ",
		 kinds[kind].keyword, kinds[kind].form);
	return form;
}

/* "initialize_domain /x" is short for "initialize_domain /x from any". */
static void canonical_add(struct text *out, const char *line)
{
	int kind = kind_find(line);
	const char *rest = strchr(line, ' ');

	if (kind >= 0 && rest && !strcmp(kinds[kind].keyword, "cgroup_domain")) {
		text_puts(out, line);
		if (!strstr(rest, " as "))
			text_puts(out, " as /unit/");
	} else if (kind < 0 || !kinds[kind].is_transition || !rest ||
	    strstr(rest, FROM)) {
		text_puts(out, line);
	} else if (kinds[kind].is_last) {
		text_puts(out, kinds[kind].keyword);
		text_puts(out, " any from");
		text_puts(out, rest);
	} else {
		text_puts(out, line);
		text_puts(out, " from any");
	}
}

/* Leave one space between words and none around them. A NUL byte is no space. */
static void line_squeeze(struct text *out, const struct line *line)
{
	bool is_gap = false;

	for (size_t i = 0; i < line->len; i++) {
		char c = line->ptr[i];

		if (c == ' ' || c == '\t' || c == '\r') {
			is_gap = true;
			continue;
		}
		if (is_gap && out->len)
			text_add(out, " ", 1);
		is_gap = false;
		text_add(out, &c, 1);
	}
}

static int rule_add(struct rules *rules, struct text *squeezed,
		    unsigned long number)
{
	struct text canonical = { 0 };

	if (array_grow(rules->rule, rules->count))
		return -ENOMEM;
	canonical_add(&canonical, squeezed->data);
	if (canonical.failed) {
		text_free(&canonical);
		return -ENOMEM;
	}
	rules->rule[rules->count++] = (struct rule){
		.line = squeezed->data,
		.canonical = canonical.data,
		.number = number,
	};
	/* The rule owns the string now. */
	*squeezed = (struct text){ 0 };
	return 0;
}

static int rule_line(void *ctx, const struct line *line)
{
	struct rules *rules = ctx;
	struct text text = { 0 };
	int err = 0;

	if (rules->kind == SOURCE_UNKNOWN)
		rules->kind = source_recognise(line->ptr, line->len);
	line_squeeze(&text, line);
	if (text.failed)
		err = -ENOMEM;
	/* A last line without a newline is complete; a line that is too long is empty. */
	else if ((line->is_cut && !line->len) ||
		 !text_is_printable(text_str(&text), text.len))
		err = -EBADMSG;
	else if (text.len && text.data[0] != '#')
		err = rule_add(rules, &text, line->number);
	text_free(&text);
	return err;
}

/**
 * rules_read() - Read all rules of a file
 * @rules: filled in; free them with rules_free() even on error
 * @fd: file
 *
 * Return: 0 or -errno.
 */
int rules_read(struct rules *rules, int fd)
{
	*rules = (struct rules){ 0 };
	return lines_each(fd, rule_line, rules, &rules->damage);
}

/**
 * rules_have() - Whether rules include a rule
 * @rules: rules
 * @rule: rule, possibly in another spelling
 *
 * Return: true if they do.
 */
bool rules_have(const struct rules *rules, const struct rule *rule)
{
	for (size_t i = 0; i < rules->count; i++)
		if (!strcmp(rules->rule[i].canonical, rule->canonical))
			return true;
	return false;
}

/**
 * rules_free() - Free rules
 * @rules: rules
 */
void rules_free(struct rules *rules)
{
	for (size_t i = 0; i < rules->count; i++) {
		free(rules->rule[i].line);
		free(rules->rule[i].canonical);
	}
	free(rules->rule);
	*rules = (struct rules){ 0 };
}
