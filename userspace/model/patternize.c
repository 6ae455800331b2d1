// SPDX-License-Identifier: GPL-2.0-only
/*
 * Replaces numbers and names that differ on each run, such as process IDs, inode
 * numbers, dates and names of temporary files, by TOMOYO patterns, as
 * tomoyo-patternize(8) does. policy/patterns has the names that are replaced as a whole.
 */
#include <ctype.h>
#include <errno.h>
#include <regex.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "cover.h"
#include "patternize.h"

#define NUMBER	"\\$"
#define ANY	"\\*"
/* As the module records the peer's port */
#define PORTS	"1024-65535"
#define EXECUTE	"file execute "

static size_t count_of(struct span span, int (*is)(int))
{
	size_t count = 0;

	for (size_t i = 0; i < span.len; i++)
		count += is((unsigned char)span.ptr[i]) != 0;
	return count;
}

/* For directories of temporary files: accept tmp.x8ziv3, but not cache.backup. */
static bool is_random(struct span span)
{
	return count_of(span, isdigit) || count_of(span, isupper);
}

/* For any directory: accept passwd.qX2bYz, but not x.sha256, x.README, x.Config. */
static bool is_mixed(struct span span)
{
	return count_of(span, islower) &&
	       count_of((struct span){ span.ptr + 1, span.len - 1 }, isupper);
}

/**
 * struct rule - Replaces a number or name that differs on each run
 * @hint: cheap test: a text without this string is skipped
 * @regex: extended regular expression; its first group is replaced. Anchor it at
 *	the start of the word if it matches through a word, to avoid quadratic
 *	matching. Do not match process 1, which is the same on each boot.
 * @with: replacement
 * @is_name: skipped unless names are replaced, too; rules without it replace
 *	numbers that mean nothing outside the kernel
 * @accepts: further test of what the group matched, or NULL
 */
static const struct rule {
	const char *hint;
	const char *regex;
	const char *with;
	bool is_name;
	bool (*accepts)(struct span found);
} rules[] = {
	{ "pipe:[", "[ \"]pipe:\\[([0-9]+)\\]", NUMBER, false, NULL },
	{ "socket:[", "[ \"]socket:\\[([^] ]+)\\]", NUMBER, false, NULL },
	{ "proc:/", "[ \"]proc:/(([2-9]|[1-9][0-9])[0-9]*)/", NUMBER, false, NULL },
	{ "/task/", "[ \"]proc:/[^ \"]*/task/([0-9]+)/", NUMBER, false, NULL },
	{ "devpts:/", "[ \"]devpts:/([0-9]+)", NUMBER, false, NULL },
	{ "/#", "/#([0-9]+)\\\\040\\(deleted\\)", NUMBER, false, NULL },
	/* Files of O_TMPFILE */
	{ "/#", "/#([0-9]+)([ \"]|$)", NUMBER, true, NULL },
	/* UUIDs and other long hexadecimal IDs */
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
	/* Ephemeral port of the peer of a connection or a datagram */
	{ "network inet stream accept", " ([3-6][0-9]{4})$", PORTS, true, NULL },
	{ "network inet dgram ", " ([3-6][0-9]{4})$", PORTS, true, NULL },
};

/**
 * struct patternizer - Compiled rules and buffers
 * @regex: compiled expressions of rules[]
 * @count: number of compiled expressions
 * @names: table of names, which is applied first; NULL: do not apply rules with is_name
 * @text: result
 * @spare: buffer for the next rule's output
 */
struct patternizer {
	regex_t regex[ARRAY_SIZE(rules)];
	size_t count;
	const struct patterns *names;
	struct text text;
	struct text spare;
};

/**
 * patternizer_new() - Compile the rules
 * @names: also replace the names of this table, temporary names, dates and ephemeral
 *	ports; NULL: replace only numbers that the kernel assigns
 *
 * Return: patternizer, to be freed with patternizer_free(), or NULL if memory is
 * short.
 */
struct patternizer *patternizer_new(const struct patterns *names)
{
	struct patternizer *patternizer = calloc(1, sizeof(*patternizer));

	if (!patternizer)
		return NULL;
	patternizer->names = names;
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
 * patternizer_free() - Free a patternizer
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

/* Replace the first group of each match in the text. */
static void rule_apply(struct patternizer *patternizer, const struct rule *rule,
		       const regex_t *regex)
{
	struct text old = patternizer->text;
	struct text *out = &patternizer->spare;
	const char *from = old.data;
	regmatch_t match[2] = { { 0, (regoff_t)old.len } };

	text_clear(out);
	/* REG_STARTEND: otherwise each call would measure the string again */
	while (!regexec(regex, from, ARRAY_SIZE(match), match, REG_STARTEND)) {
		struct span found = { from + match[1].rm_so,
				      (size_t)(match[1].rm_eo - match[1].rm_so) };

		text_add(out, from, (size_t)match[1].rm_so);
		if (rule->accepts && !rule->accepts(found))
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

/* Append the replaced directory of a program, and the program's own file name. */
static void program_add(struct text *out, struct span old, struct span new)
{
	const char *base = memrchr(old.ptr, '/', old.len);
	const char *end = memrchr(new.ptr, '/', new.len);

	/* The name of a cgroup is not that of a program */
	if (!base || !end || span_begins(old, "/unit/") || span_begins(old, "/container/")) {
		text_add(out, new.ptr, new.len);
		return;
	}
	text_add(out, new.ptr, (size_t)(end - new.ptr));
	text_add(out, base, (size_t)(old.ptr + old.len - base));
}

/*
 * Restore the names of executed programs: the replacement of one program must not stand for
 * another one. Replacements have no blanks, so both texts have the same number of words.
 */
static void programs_restore(struct patternizer *patternizer, const char *old)
{
	struct text replaced = patternizer->text;
	struct text *out = &patternizer->spare;
	const char *new = text_str(&replaced);
	bool is_domain = *old == '<';

	if (!is_domain && strncmp(old, EXECUTE, strlen(EXECUTE)) != 0)
		return;
	text_clear(out);
	for (size_t number = 0; *old; number++) {
		struct span before = { old, strcspn(old, " ") };
		struct span after = { new, strcspn(new, " ") };
		struct span value = word_value(after);

		text_add(out, new, (size_t)(value.ptr - new));
		if (is_domain || number == 2 || span_begins(before, "exec.realpath="))
			program_add(out, word_value(before), value);
		else
			text_add(out, value.ptr, value.len);
		old += before.len;
		new += after.len;
		text_add(out, value.ptr + value.len, (size_t)(new - value.ptr) - value.len);
		if (*old) {
			text_add(out, " ", 1);
			old++;
			new++;
		}
	}
	patternizer->text = *out;
	patternizer->spare = replaced;
}

/**
 * patternize_text() - Replace numbers and names that differ on each run in a text
 * @patternizer: from patternizer_new()
 * @text: policy line or name of a domain
 *
 * Return: text with patterns, valid until the next call; NULL if memory is short.
 */
const char *patternize_text(struct patternizer *patternizer, const char *text)
{
	text_clear(&patternizer->text);
	if (patternizer->names)
		patterns_apply(patternizer->names, text, &patternizer->text);
	else
		text_puts(&patternizer->text, text);
	for (size_t i = 0; i < patternizer->count && !patternizer->text.failed; i++)
		if ((patternizer->names || !rules[i].is_name) &&
		    strstr(text_str(&patternizer->text), rules[i].hint))
			rule_apply(patternizer, &rules[i], &patternizer->regex[i]);
	if (patternizer->names && !patternizer->text.failed)
		programs_restore(patternizer, text);
	return patternizer->text.failed ? NULL : text_str(&patternizer->text);
}

/* Whether a name without patterns of its own was replaced. */
static bool is_replaced(const char *old, const char *new, bool had_pattern)
{
	return !had_pattern && strcmp(old, new) != 0;
}

/* @name is a buffer for the name of the domain. */
static int domain_patternize(struct patternizer *patternizer,
			     const struct domain *domain, struct text *name,
			     struct model *result)
{
	const struct span last = { domain->name->text, domain->name->len };
	struct fact fact = {
		.kind = domain->is_kept ? FACT_DOMAIN : FACT_HISTORY,
		.flags = domain->flags,
	};
	const char *space;
	int err;

	text_clear(name);
	err = domain_name(domain, name);
	if (err)
		return err;
	fact.domain = patternize_text(patternizer, name->data);
	if (!fact.domain)
		return -ENOMEM;
	/* Keep a copy: each access overwrites the patternizer's buffer */
	text_clear(name);
	text_puts(name, fact.domain);
	fact.domain = text_str(name);
	space = strrchr(fact.domain, ' ');
	fact.flags |= is_replaced(last.ptr, space ? space + 1 : fact.domain,
				  name_is_pattern(last)) ? FACT_REPLACED : FACT_NOT_REPLACED;
	err = name->failed ? -ENOMEM : model_add(result, &fact);
	for (size_t i = 0; i < domain->cgroup_count && !err; i++) {
		fact.cgroup = domain->cgroup[i]->text;
		err = model_add(result, &fact);
	}
	fact.cgroup = NULL;
	fact.kind = FACT_ACCESS;
	for (size_t i = 0; i < domain->access_count && !err; i++) {
		const char *line = domain->access[i]->line->text;

		fact.access = patternize_text(patternizer, line);
		if (!fact.access)
			return -ENOMEM;
		fact.is_replaced = is_replaced(line, fact.access,
					       words_to_pattern(line).word.len);
		fact.outcome = access_outcome(domain->access[i]);
		err = model_add(result, &fact);
	}
	return err;
}

/**
 * patternize_model() - Replace numbers and names that differ on each run in a model
 * @model: sorted model
 * @names: table of names that are new each time
 * @result: empty; set to the sorted result, without times; the caller frees it,
 *	on errors as well
 *
 * Return: 0 or -ENOMEM.
 */
int patternize_model(const struct model *model, const struct patterns *names,
		     struct model *result)
{
	struct patternizer *patternizer = patternizer_new(names);
	struct text name = { 0 };
	int err = patternizer ? 0 : -ENOMEM;

	for (const struct domain *domain = model_first(model); domain && !err;
	     domain = model_next(model, domain))
		err = domain_patternize(patternizer, domain, &name, result);
	patternizer_free(patternizer);
	text_free(&name);
	model_sort(result);
	return err;
}
