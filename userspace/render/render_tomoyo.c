// SPDX-License-Identifier: GPL-2.0-only
/*
 * Exports the domain_policy of TOMOYO Linux 2.6. The checks follow the kernel's
 * security/tomoyo: tomoyo_correct_word2(), tomoyo_correct_domain() and the
 * tomoyo_write_*() functions.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "model/patternize.h"
#include "render_tomoyo.h"

/* TOMOYO_EXEC_TMPSIZE - 10: TOMOYO rejects longer names of domains */
#define DOMAIN_LENGTH_MAX	4085
/* TOMOYO stores the length of a name in 16 bits */
#define WORD_LENGTH_MAX		65535

#define NUMBER_BYTES	"0123456789abcdefABCDEFx-"
#define ADDRESS_BYTES	"0123456789abcdefABCDEF.:-"

/*
 * Operations that TOMOYO supports, with the types of the words that follow: n is a
 * number, a an address, p any name, d a domain. Conditions may follow them.
 */
static const struct {
	const char *keyword;
	const char *words;
} operations[] = {
	{ "file execute", "p" },
	{ "file read", "p" },
	{ "file write", "p" },
	{ "file append", "p" },
	{ "file create", "pn" },
	{ "file unlink", "p" },
	{ "file getattr", "p" },
	{ "file mkdir", "pn" },
	{ "file rmdir", "p" },
	{ "file mkfifo", "pn" },
	{ "file mksock", "pn" },
	{ "file mkblock", "pnnn" },
	{ "file mkchar", "pnnn" },
	{ "file truncate", "p" },
	{ "file symlink", "p" },
	{ "file link", "pp" },
	{ "file rename", "pp" },
	{ "file chmod", "pn" },
	{ "file chown", "pn" },
	{ "file chgrp", "pn" },
	{ "file ioctl", "pn" },
	{ "file chroot", "p" },
	{ "file mount", "pppn" },
	{ "file unmount", "p" },
	{ "file pivot_root", "pp" },
	{ "misc env", "p" },
	{ "network inet stream bind", "an" },
	{ "network inet stream listen", "an" },
	{ "network inet stream connect", "an" },
	{ "network inet dgram bind", "an" },
	{ "network inet dgram send", "an" },
	{ "network inet raw bind", "an" },
	{ "network inet raw send", "an" },
	{ "network unix stream bind", "p" },
	{ "network unix stream listen", "p" },
	{ "network unix stream connect", "p" },
	{ "network unix dgram bind", "p" },
	{ "network unix dgram send", "p" },
	{ "network unix seqpacket bind", "p" },
	{ "network unix seqpacket listen", "p" },
	{ "network unix seqpacket connect", "p" },
	{ "task manual_domain_transition", "d" },
};

/**
 * struct conversion - State of a conversion
 * @patternizer: replaces numbers that differ on each run, because no later
 *	access would match them
 * @result: model with the accesses that TOMOYO accepts
 * @left: counts of omitted accesses
 * @domain: buffer for the name of a domain
 */
struct conversion {
	struct patternizer *patternizer;
	struct model *result;
	struct tomoyo_left *left;
	struct text domain;
};

static bool is_octal(const char *c)
{
	return c[0] >= '0' && c[0] <= '3' && c[1] >= '0' && c[1] <= '7' &&
	       c[2] >= '0' && c[2] <= '7';
}

/* TOMOYO rejects escapes of bytes that need none. */
static bool octal_is_valid(const char *c)
{
	int byte = (c[0] - '0') << 6 | (c[1] - '0') << 3 | (c[2] - '0');

	return byte <= ' ' || byte >= 0x7f;
}

static bool word_is_valid(struct span word)
{
	if (!word.len || word.len > WORD_LENGTH_MAX)
		return false;
	while (word.len) {
		size_t skip = 1;

		if (word.ptr[0] == '\\') {
			if (word.len >= 4 && is_octal(word.ptr + 1) &&
			    octal_is_valid(word.ptr + 1))
				skip = 4;
			else if (word.len >= 2 &&
				 strchr("\\$+?*@xXdaA-{}", word.ptr[1]))
				skip = 2;
			else
				return false;
		}
		word.ptr += skip;
		word.len -= skip;
	}
	return true;
}

static struct span word_shift(const char **from)
{
	struct span word = { *from, strcspn(*from, " ") };

	*from += word.len;
	if (**from)
		++*from;
	return word;
}

/* A path, or a name like proc:/self/exe: no dot before the first slash. */
static bool word_is_path(struct span word)
{
	const char *slash = memchr(word.ptr, '/', word.len);

	return slash && !memchr(word.ptr, '.', (size_t)(slash - word.ptr));
}

static bool domain_is_valid(const char *name)
{
	struct span word;

	if (strlen(name) > DOMAIN_LENGTH_MAX)
		return false;
	word = word_shift(&name);
	if (word.len < 3 || word.ptr[0] != '<' ||
	    word.ptr[word.len - 1] != '>' || !word_is_valid(word))
		return false;
	while (*name) {
		word = word_shift(&name);
		if (!word_is_path(word) || !word_is_valid(word))
			return false;
	}
	return true;
}

/* @GROUP is valid for each type. */
static bool argument_is_valid(struct span word, char type)
{
	if (!word_is_valid(word))
		return false;
	if (type == 'p' || word.ptr[0] == '@')
		return true;
	return strspn(word.ptr, type == 'n' ? NUMBER_BYTES : ADDRESS_BYTES) ==
	       word.len;
}

/* Check the words after the operation. */
static bool rest_is_valid(const char *rest, const char *words)
{
	if (*words == 'd')
		return domain_is_valid(rest);
	for (; *words; words++)
		if (!argument_is_valid(word_shift(&rest), *words))
			return false;
	while (*rest) {
		struct span word = word_shift(&rest);

		if (!word_is_valid(word) || word.ptr[0] == '=' ||
		    !memchr(word.ptr, '=', word.len))
			return false;
	}
	return true;
}

static size_t kind_find(const struct tomoyo_left *left, struct span name)
{
	size_t i = 0;

	while (i < left->kind_count && !span_is(name, left->kind[i].name))
		i++;
	return i;
}

static void kind_count(struct tomoyo_left *left, struct span name)
{
	static const char other[] = "other";
	bool is_long = name.len >= sizeof(left->kind[0].name);
	size_t i = kind_find(left, name);

	/* Invalid input must not fill the table: count the rest as "other" */
	if (i == left->kind_count &&
	    (is_long || i >= ARRAY_SIZE(left->kind) - 1)) {
		name = (struct span){ other, sizeof(other) - 1 };
		i = kind_find(left, name);
	}
	if (i == left->kind_count) {
		memcpy(left->kind[i].name, name.ptr, name.len);
		left->kind[i].name[name.len] = '\0';
		left->kind_count++;
	}
	left->kind[i].count++;
}

/* "network inet stream accept", "ipc signal", "capability" */
static struct span kind_of(const char *line)
{
	struct span kind = { line, 0 };
	const char *from = line;
	int words = 2;

	if (!strncmp(line, "network ", 8))
		words = 4;
	else if (!strncmp(line, "capability ", 11))
		words = 1;
	for (; words && *from; words--) {
		struct span word = word_shift(&from);

		kind.len = (size_t)(word.ptr + word.len - line);
	}
	return kind;
}

static bool line_is_valid(const char *line, struct tomoyo_left *left)
{
	for (size_t i = 0; i < ARRAY_SIZE(operations); i++) {
		size_t len = strlen(operations[i].keyword);

		if (strncmp(line, operations[i].keyword, len) || line[len] != ' ')
			continue;
		if (rest_is_valid(line + len + 1, operations[i].words))
			return true;
		left->names++;
		return false;
	}
	kind_count(left, kind_of(line));
	return false;
}

/* TOMOYO's \* does not match a /, but without the condition any text is allowed. */
static void line_simplify(struct text *line, const char *access)
{
	while (*access) {
		struct span word = { access, strcspn(access, " ") };

		access += word.len + (access[word.len] == ' ');
		if (word.len > 5 &&
		    !memcmp(word.ptr + word.len - 5, "=\"\\*\"", 5))
			continue;
		text_puts(line, line->len ? " " : "");
		text_add(line, word.ptr, word.len);
	}
}

static int line_convert(struct conversion *conversion, struct fact *fact)
{
	struct text line = { 0 };
	int err;

	if (!line_is_valid(fact->access, conversion->left))
		return 0;
	fact->access = patternize_text(conversion->patternizer, fact->access);
	if (!fact->access)
		return -ENOMEM;
	line_simplify(&line, fact->access);
	fact->access = text_str(&line);
	err = line.failed ? -ENOMEM : model_add(conversion->result, fact);
	text_free(&line);
	return err;
}

static int domain_convert(struct conversion *conversion,
			  const struct domain *domain)
{
	struct fact fact = { .kind = FACT_DOMAIN, .flags = domain->flags };
	int err;

	text_clear(&conversion->domain);
	err = domain_name(domain, &conversion->domain);
	if (err)
		return err;
	fact.domain = conversion->domain.data;
	if (!domain_is_valid(fact.domain)) {
		conversion->left->domains++;
		return 0;
	}
	err = model_add(conversion->result, &fact);
	fact.kind = FACT_ACCESS;
	for (size_t i = 0; i < domain->access_count && !err; i++) {
		fact.access = domain->access[i]->line->text;
		err = line_convert(conversion, &fact);
	}
	return err;
}

/* The name is the first member of an element. */
static int kind_compare(const void *a, const void *b)
{
	return strcmp(a, b);
}

/**
 * tomoyo_convert() - Reduce a model to what TOMOYO Linux accepts
 * @model: sorted model
 * @result: empty; set to the sorted result, with patterns for numbers that differ
 *	on each run; the caller frees it, on errors as well
 * @left: zeroed; set to the counts of omitted accesses
 *
 * Return: 0 or -ENOMEM.
 */
int tomoyo_convert(const struct model *model, struct model *result,
		   struct tomoyo_left *left)
{
	struct conversion conversion = {
		.patternizer = patternizer_new(NULL),
		.result = result,
		.left = left,
	};
	int err = conversion.patternizer ? 0 : -ENOMEM;

	for (const struct domain *domain = model_first(model); domain && !err;
	     domain = model_next(model, domain))
		err = domain_convert(&conversion, domain);
	patternizer_free(conversion.patternizer);
	text_free(&conversion.domain);
	model_sort(result);
	qsort(left->kind, left->kind_count, sizeof(left->kind[0]),
	      kind_compare);
	return err;
}

/**
 * render_tomoyo() - Print a model as TOMOYO Linux's domain_policy
 * @model: from tomoyo_convert()
 * @profile: number of the profile for all domains
 * @out: output file
 *
 * Return: 0 or -ENOMEM.
 */
int render_tomoyo(const struct model *model, unsigned int profile, FILE *out)
{
	struct text name = { 0 };
	int err = 0;

	for (const struct domain *domain = model_first(model); domain;
	     domain = model_next(model, domain)) {
		text_clear(&name);
		err = domain_name(domain, &name);
		if (err)
			break;
		fprintf(out, "%s\nuse_profile %u\nuse_group 0\n", name.data,
			profile);
		for (size_t i = 0; i < DOMAIN_FLAGS; i++)
			if (domain->flags & domain_flags[i].flag)
				fprintf(out, "%s\n", domain_flags[i].name);
		fputc('\n', out);
		for (size_t i = 0; i < domain->access_count; i++)
			fprintf(out, "%s\n", domain->access[i]->line->text);
		fputc('\n', out);
	}
	text_free(&name);
	return err;
}
