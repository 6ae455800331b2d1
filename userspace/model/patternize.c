// SPDX-License-Identifier: GPL-2.0-only
/*
 * Numbers and names that are new each time become TOMOYO's patterns for them,
 * as tomoyo-patternize(8) does.
 */
#include <ctype.h>
#include <errno.h>
#include <regex.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "patternize.h"

#define NUMBER	"\\$"
#define ANY	"\\*"

static size_t count_of(struct span span, int (*is)(int))
{
	size_t count = 0;

	for (size_t i = 0; i < span.len; i++)
		count += is((unsigned char)span.ptr[i]) != 0;
	return count;
}

/* In a folder for temporary files: tmp.x8ziv3, but not cache.backup. */
static bool is_random(struct span span)
{
	return count_of(span, isdigit) || count_of(span, isupper);
}

/* Anywhere: passwd.qX2bYz, but not x.sha256, x.README, x.Config. */
static bool is_mixed(struct span span)
{
	return count_of(span, islower) &&
	       count_of((struct span){ span.ptr + 1, span.len - 1 }, isupper);
}

/*
 * The first group of @regex becomes @with, where a text has @hint and @is says
 * yes. Process 1 is always the same one. What is no @name is a number that
 * means nothing to anybody but the kernel. What goes on through a word begins
 * where the word does: else it would be tried at each place of a long one.
 */
static const struct rule {
	const char *hint;
	const char *regex;
	const char *with;
	bool is_name;
	bool (*is)(struct span found);
} rules[] = {
	{ "pipe:[", "[ \"]pipe:\\[([0-9]+)\\]", NUMBER, false, NULL },
	{ "socket:[", "[ \"]socket:\\[([^] ]+)\\]", NUMBER, false, NULL },
	{ "proc:/", "[ \"]proc:/(([2-9]|[1-9][0-9])[0-9]*)/", NUMBER, false, NULL },
	{ "/task/", "[ \"]proc:/[^ \"]*/task/([0-9]+)/", NUMBER, false, NULL },
	{ "devpts:/", "[ \"]devpts:/([0-9]+)", NUMBER, false, NULL },
	{ "/#", "/#([0-9]+)\\\\040\\(deleted\\)", NUMBER, false, NULL },
	{ "/proc/", "[ \"]/proc/(([2-9]|[1-9][0-9])[0-9]*)/", NUMBER, true, NULL },
	/* UUIDs, and other long ones */
	{ "-", "[^0-9a-f]([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})([^0-9a-f]|$)",
	  ANY, true, NULL },
	{ "", "[^0-9a-f]([0-9a-f]{32,})([^0-9a-f]|$)", ANY, true, NULL },
	/* 2026-11-21, 20261121 */
	{ "20", "[^0-9](20[0-9]{2}(-[01][0-9]-[0-3][0-9]|[01][0-9][0-3][0-9]))([^0-9]|$)",
	  ANY, true, NULL },
	/* syslog.1, syslog.2.gz */
	{ "/log/", "[ \"][^ \"]*/log/[^ \"]*\\.([0-9]+)(\\.(gz|xz|bz2|zst))?([ \"]|$)", NUMBER,
	  true, NULL },
	/* /tmp/tmpx8ziv3_q, /tmp/tmp.bQ8ziv3x, /dev/shm/sem.x8ziv3 */
	{ "/tmp/tmp", "/tmp/tmp([0-9a-z_]{8})([/ \"]|$)", ANY, true, NULL },
	{ "/tmp/", "[/._-]([0-9A-Za-z]{6,})([/ \".]|$)", ANY, true, is_random },
	{ "/dev/shm/", "[/._-]([0-9A-Za-z]{6,})([/ \".]|$)", ANY, true, is_random },
	{ ".", "/[^/ \"]*\\.([0-9A-Za-z]{6})([ \"]|$)", ANY, true, is_mixed },
	/* Where a connection or a datagram came from or goes back to */
	{ "network inet stream accept", " ([3-6][0-9]{4})$", NUMBER, true, NULL },
	{ "network inet dgram ", " ([3-6][0-9]{4})$", NUMBER, true, NULL },
};

/**
 * struct patternizer - What is needed on the way
 * @regex: those of rules[]
 * @count: how many of them can be used
 * @with_names: also those that are names, not only numbers
 * @text: what is written anew
 * @spare: the same, before the last change
 */
struct patternizer {
	regex_t regex[ARRAY_SIZE(rules)];
	size_t count;
	bool with_names;
	struct text text;
	struct text spare;
};

/**
 * patternizer_new() - Prepare to make patterns
 * @with_names: also of temporary names, dates and port numbers that are given
 *	by chance; else only of numbers that the kernel gives
 *
 * Return: to be freed; NULL when memory is short.
 */
struct patternizer *patternizer_new(bool with_names)
{
	struct patternizer *patternizer = calloc(1, sizeof(*patternizer));

	if (!patternizer)
		return NULL;
	patternizer->with_names = with_names;
	for (; patternizer->count < ARRAY_SIZE(rules); patternizer->count++)
		if (regcomp(&patternizer->regex[patternizer->count],
			    rules[patternizer->count].regex, REG_EXTENDED))
			goto err_free;
	return patternizer;

err_free:
	patternizer_free(patternizer);
	return NULL;
}

/**
 * patternizer_free() - End making patterns
 * @patternizer: from patternizer_new(), or NULL
 */
void patternizer_free(struct patternizer *patternizer)
{
	if (!patternizer)
		return;
	while (patternizer->count)
		regfree(&patternizer->regex[--patternizer->count]);
	text_free(&patternizer->text);
	text_free(&patternizer->spare);
	free(patternizer);
}

/* Replace the first group of each match. */
static void rule_apply(struct patternizer *patternizer, const struct rule *rule,
		       const regex_t *regex)
{
	struct text old = patternizer->text;
	struct text *out = &patternizer->spare;
	const char *from = old.data;
	regmatch_t match[2] = { { 0, (regoff_t)old.len } };

	text_clear(out);
	/* It need not look for the end each time */
	while (!regexec(regex, from, ARRAY_SIZE(match), match, REG_STARTEND)) {
		struct span found = { from + match[1].rm_so,
				      (size_t)(match[1].rm_eo - match[1].rm_so) };

		text_add(out, from, (size_t)match[1].rm_so);
		if (rule->is && !rule->is(found))
			text_add(out, found.ptr, found.len);
		else
			text_puts(out, rule->with);
		from += match[1].rm_eo;
		match[0] = (regmatch_t){ 0, (regoff_t)(old.data + old.len - from) };
	}
	text_puts(out, from);
	patternizer->text = *out;
	patternizer->spare = old;
}

/**
 * patternize_text() - Make patterns of what is new each time
 * @patternizer: from patternizer_new()
 * @text: policy line, or name of a domain
 *
 * Return: the text, valid until the next call; NULL when memory is short.
 */
const char *patternize_text(struct patternizer *patternizer, const char *text)
{
	text_clear(&patternizer->text);
	text_puts(&patternizer->text, text);
	for (size_t i = 0; i < patternizer->count && !patternizer->text.failed; i++)
		if ((patternizer->with_names || !rules[i].is_name) &&
		    strstr(patternizer->text.data, rules[i].hint))
			rule_apply(patternizer, &rules[i], &patternizer->regex[i]);
	return patternizer->text.failed ? NULL : patternizer->text.data;
}

/**
 * patternize_model() - Make patterns in all names of a model
 * @model: sorted
 * @result: empty; filled in and sorted, without times; to be freed in any case
 *
 * Return: 0 or -ENOMEM.
 */
int patternize_model(const struct model *model, struct model *result)
{
	struct patternizer *patternizer = patternizer_new(true);
	struct text name = { 0 };
	int err = patternizer ? 0 : -ENOMEM;

	for (const struct domain *domain = model_first(model); domain && !err;
	     domain = model_next(model, domain)) {
		struct fact fact = { .flags = domain->flags };
		const char *wide;

		text_clear(&name);
		err = domain_name(domain, &name);
		if (err)
			break;
		wide = patternize_text(patternizer, name.data);
		if (!wide) {
			err = -ENOMEM;
			break;
		}
		text_clear(&name);
		text_puts(&name, wide);
		fact.domain = text_str(&name);
		fact.kind = domain->is_kept ? FACT_DOMAIN : FACT_HISTORY;
		err = name.failed ? -ENOMEM : model_add(result, &fact);
		fact.kind = FACT_ACCESS;
		for (size_t i = 0; i < domain->access_count && !err; i++) {
			fact.access = patternize_text(patternizer,
						   domain->access[i]->line->text);
			err = fact.access ? model_add(result, &fact) : -ENOMEM;
		}
	}
	patternizer_free(patternizer);
	text_free(&name);
	model_sort(result);
	return err;
}
