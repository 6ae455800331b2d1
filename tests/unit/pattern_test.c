// SPDX-License-Identifier: GPL-2.0-only
/* Patterns: examples, comparison with a slow and simple matcher, running time. */
#include <time.h>

#include "policy/pattern.h"
#include "unit.h"

/* Copies without a NUL, so that ASan detects an overread. */
static char *copy(const char *text, size_t len)
{
	char *ptr = malloc(len + !len);

	assert_non_null(ptr);
	memcpy(ptr, text, len);
	return ptr;
}

static bool matches(const char *pattern, size_t pattern_len, const char *name, size_t name_len)
{
	char *p = copy(pattern, pattern_len), *n = copy(name, name_len);
	bool ret = pattern_matches(p, pattern_len, n, name_len);

	free(p);
	free(n);
	return ret;
}

static bool is_valid(const char *pattern, size_t len)
{
	char *p = copy(pattern, len);
	bool ret = pattern_is_valid(p, len);

	free(p);
	return ret;
}

/* --- examples ------------------------------------------------------------- */

static void examples(void **state)
{
	static const struct {
		const char *pattern;
		const char *yes[8];
		const char *no[8];
	} cases[] = {
		{ "/bin/sh", { "/bin/sh" }, { "/bin/s", "/bin/sh/", "/bin/shh", "/bin/Sh", "" } },
		{ "/a\\040b", { "/a\\040b" }, { "/a b", "/a\\041b", "/ab" } },
		{ "/a\\\\b", { "/a\\\\b" }, { "/a\\b", "/a\\\\", "/ab" } },
		{ "/\\*", { "/a", "/a.b", "/\\\\", "/\\001\\377" },
		  { "/", "/a/", "/a/b", "a", "" } },
		{ "/a\\*/b", { "/a/b", "/aa/b", "/a.c/b" }, { "/b/b", "/a/c/b", "/ab", "/a/b/" } },
		{ "/\\*.so", { "/.so", "/x.so", "/x.so.so" }, { "/x.so.", "/x.sox", "/so" } },
		{ "/\\@.so", { "/.so", "/x.so" }, { "/x.so.so", "/x.sox" } },
		{ "/x\\@", { "/x", "/xab", "/x\\056" }, { "/xa.b", "/x.", "/x/" } },
		{ "/\\?", { "/a", "/.", "/\\\\", "/\\001" }, { "/", "/ab", "/\\001a", "/a/" } },
		{ "/\\+", { "/0", "/9" }, { "/", "/a", "/10", "/\\061" } },
		{ "/\\$", { "/0", "/10", "/0123456789" }, { "/", "/a", "/1a", "/a1" } },
		{ "/\\x", { "/0", "/a", "/F" }, { "/", "/g", "/G", "/aa" } },
		{ "/\\X", { "/0", "/aF9" }, { "/", "/g", "/ag", "/0x1" } },
		{ "/\\a", { "/a", "/z", "/A", "/Z" }, { "/", "/0", "/@", "/[", "/`", "/{" } },
		{ "/\\A", { "/a", "/aZ" }, { "/", "/a0", "/0a", "/a-b" } },
		{ "/\\A\\$", { "/a1", "/abc123" }, { "/1a", "/a", "/1", "/a1b" } },
		{ "/\\$\\$", { "/12", "/123" }, { "/1", "/a" } },
		{ "/x\\*\\*\\*", { "/x", "/xa", "/xabcd" }, { "/xa/" } },
		{ "/\\*a\\*b\\*", { "/ab", "/xaxbx", "/aabb" }, { "/ba", "/a", "/b" } },
		{ "/tmp/\\*.\\?\\?\\?", { "/tmp/a.b.abc", "/tmp/.abc" }, { "/tmp/abc", "/tmp/a.ab" } },
		{ "/\\*\\-a", { "/b", "/aa", "/ab" }, { "/", "/a", "/b/" } },
		{ "/\\*\\-a\\*\\-\\*b", { "/c", "/ca" }, { "/a", "/b", "/ac", "/cb", "/ab" } },
		{ "/\\*\\-/x", { "/a/x" }, { "//x", "/x" } },
		{ "/\\*\\-proc/\\*", { "/etc/x", "/proc2/x" }, { "/proc/x" } },
		{ "/\\?\\*/\\*\\-a", { "/x/b" }, { "/x/a", "/x/a/b" } },
		{ "/\\{a\\}/", { "/a/", "/a/a/", "/a/a/a/" }, { "/", "/b/", "/a", "/a/b/", "/a/a" } },
		{ "/\\{a\\}/b", { "/a/b", "/a/a/b" }, { "/b", "/a/c/b", "/a/b/", "/a/a" } },
		{ "/\\{\\*\\}/b", { "/a/b", "/b/b", "/b/b/b", "/a/c/b" }, { "/b", "/a/c", "/b/b/" } },
		{ "/\\{\\*\\-b\\}/b", { "/a/b", "/a/a/b" }, { "/b/b", "/a/b/b", "/b" } },
		{ "/\\{\\*\\}/\\{a\\}/b", { "/x/a/b", "/a/a/b", "/a/x/a/a/b" },
		  { "/a/b", "/x/b", "/a/x/b" } },
		{ "/\\{\\*\\}/x/\\{\\*\\}/y", { "/a/x/b/y", "/x/x/x/y/y" }, { "/a/x/y", "/x/a/y" } },
		{ "/\\{\\$\\}/\\*", { "/1/a", "/1/22/a", "/1/2" }, { "/a/1", "/1" } },
		{ "proc:/\\$/exe", { "proc:/1/exe" }, { "proc:/self/exe", "proc:/1/exe/" } },
		{ "pipe:[\\$]", { "pipe:[123]" }, { "pipe:[]", "pipe:[123" } },
		/* Unexpected results; see pattern_matches(). */
		{ "/a\\@\\-ab", { "/ab", "/aabb" }, { "/aab", "/a", "/a.b" } },
		{ "/\\?/\\@", { "/a", "/a/b", "/a/bc" }, { "/aa", "/a/b.c" } },
		{ "/\\*\\\\-a", { "/\\\\-a", "/x\\\\-a" }, { "/x", "/-a", "/a" } },
		{ "/ab\\-b", { NULL }, { "/ab", "/b", "/a" } },
		/* A name that is not validly encoded is matched byte by byte. */
		{ "/\\*", { "/a\200", "/\001" }, { "/\\", "/a\\", "/\\4", "/\\01", "/\\400", "/a\\x" } },
		{ "/\\?", { "/\377" }, { "/\\", "/\\x", "/\\01" } },
		{ "/\\*/\\*", { "//a" }, { "//", "///" } },
	};
	size_t i, j;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		const char *pattern = cases[i].pattern;
		size_t len = strlen(pattern);

		assert_true(is_valid(pattern, len));
		for (j = 0; j < ARRAY_SIZE(cases[i].yes) && cases[i].yes[j]; j++) {
			if (!matches(pattern, len, cases[i].yes[j], strlen(cases[i].yes[j])))
				fail_msg("%s does not match %s", pattern, cases[i].yes[j]);
		}
		for (j = 0; j < ARRAY_SIZE(cases[i].no) && cases[i].no[j]; j++) {
			if (matches(pattern, len, cases[i].no[j], strlen(cases[i].no[j])))
				fail_msg("%s matches %s", pattern, cases[i].no[j]);
		}
	}
}

static void valid_patterns(void **state)
{
	static const char *const yes[] = {
		"a", "/", "/bin/sh", "/\\\\", "/\\001", "/\\040", "/\\177", "/\\377", "/\\000",
		"\\*\\@\\$\\X\\A\\?\\+\\x\\a\\-", "/\\{a\\}/", "/\\{\\}/", "/\\{a\\-b\\}/c",
		"/\\{a\\}/\\{b\\}/", "\\-", "any", "@x", "<a>",
		"\\*\\*\\*\\*\\*\\*\\*\\*\\*\\*\\*\\*\\*\\*\\*\\*\\*\\*\\*\\*",
	};
	static const char *const no[] = {
		"", " ", "a b", "a\t", "\177", "\200", "\377", "\\", "a\\", "\\4", "\\0", "\\01",
		"\\008", "\\041", "\\101", "\\176", "\\400", "\\n", "\\ ", "\\/", "\\{a\\}/",
		"a\\{a\\}/", "/\\{a\\}", "/\\{a\\}b", "/\\{a/", "/\\{a", "/\\{a/b\\}/", "/a\\}/",
		"/\\{a\\}\\}/", "/\\{\\{a\\}/", "\\b", "\\B",
		"\\*\\*\\*\\*\\*\\*\\*\\*\\*\\*\\*\\*\\*\\*\\*\\*\\*\\*\\*\\*\\*",
		"\\A\\*\\@\\$\\X\\*\\*\\*\\*\\*\\*\\*\\*\\*\\*\\*\\*\\*\\*/\\{a\\}/",
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(yes); i++) {
		if (!is_valid(yes[i], strlen(yes[i])))
			fail_msg("%s is not valid", yes[i]);
	}
	for (i = 0; i < ARRAY_SIZE(no); i++) {
		if (is_valid(no[i], strlen(no[i])))
			fail_msg("%s is valid", no[i]);
	}
	assert_false(is_valid("a\0b", 3));
	assert_false(is_valid("\\\0", 2));
	assert_true(pattern_is_literal("/a\\\\\\001", 8));
	assert_false(pattern_is_literal("/a\\*", 4));
	assert_false(pattern_is_literal("/a\\-b", 5));
}

/* --- a slow and simple matcher -------------------------------------------- */

/* A text, split into characters and tokens. */
struct words {
	int count;
	char word[80][5];
};

static struct words words_of(const char *text)
{
	struct words words = { 0 };

	while (*text) {
		size_t len = *text != '\\' ? 1 : text[1] >= '0' && text[1] <= '9' ? 4 : 2;

		memcpy(words.word[words.count], text, len);
		words.word[words.count++][len] = '\0';
		text += len;
	}
	return words;
}

typedef const char (*word_t)[5];

static bool word_is(const char *word, const char *other)
{
	return !strcmp(word, other);
}

static bool is_literal(const char *word)
{
	return word[0] != '\\' || word[1] == '\\' || (word[1] >= '0' && word[1] <= '9');
}

static bool stands_for(const char *token, const char *c)
{
	if (is_literal(token))
		return word_is(token, c);
	switch (token[1]) {
	case '@':
		return !word_is(c, ".");
	case '$':
	case '+':
		return strlen(c) == 1 && strchr("0123456789", *c);
	case 'X':
	case 'x':
		return strlen(c) == 1 && strchr("0123456789abcdefABCDEF", *c);
	case 'A':
	case 'a':
		return strlen(c) == 1 && ((*c | 32) >= 'a' && (*c | 32) <= 'z');
	}
	return true;
}

/* Backtracking: tries each number of characters for each token. */
static bool simple_part(word_t p, int np, word_t n, int nn)
{
	int least = 1, most = 1, take;

	if (!np)
		return !nn;
	if (word_is(p[0], "\\*") || word_is(p[0], "\\@"))
		least = 0;
	if (!is_literal(p[0]) && strchr("*@$XA", p[0][1]))
		most = nn;
	for (take = 0; take <= most && take <= nn; take++) {
		if (take && !stands_for(p[0], n[take - 1]))
			return false;
		if (take >= least && simple_part(p + 1, np - 1, n + take, nn - take))
			return true;
	}
	return false;
}

static int find(word_t words, int count, const char *word)
{
	int i;

	for (i = 0; i < count && !word_is(words[i], word); i++)
		;
	return i;
}

static bool simple_component(word_t p, int np, word_t n, int nn)
{
	int part = find(p, np, "\\-");

	if (!simple_part(p, part, n, nn))
		return false;
	while (part < np) {
		p += part + 1;
		np -= part + 1;
		part = find(p, np, "\\-");
		if (simple_part(p, part, n, nn))
			return false;
	}
	return true;
}

static bool simple_path(word_t p, int np, word_t n, int nn)
{
	int pc = find(p, np, "/"), nc = find(n, nn, "/"), i;
	int p_rest = pc + (pc < np), n_rest = nc + (nc < nn);

	if (!nn) {
		for (i = 0; i < np; i++) {
			if (!word_is(p[i], "\\*") && !word_is(p[i], "\\@"))
				return false;
		}
		return true;
	}
	if (!np)
		return false;
	if (word_is(p[0], "\\{"))
		return nc < nn && simple_component(p + 1, pc - 2, n, nc) &&
		       (simple_path(p + p_rest, np - p_rest, n + n_rest, nn - n_rest) ||
			simple_path(p, np, n + n_rest, nn - n_rest));
	return simple_component(p, pc, n, nc) &&
	       simple_path(p + p_rest, np - p_rest, n + n_rest, nn - n_rest);
}

static bool simple_matches(const struct words *p, const struct words *n)
{
	int i;

	for (i = 0; i < p->count && is_literal(p->word[i]); i++) {
		if (i == n->count || !word_is(p->word[i], n->word[i]))
			return false;
	}
	if (i == p->count)
		return i == n->count;
	if (word_is(p->word[p->count - 1], "/") !=
	    (n->count && word_is(n->word[n->count - 1], "/")))
		return false;
	return simple_path(p->word + i, p->count - i, n->word + i, n->count - i);
}

static unsigned long compared, agreed_yes;

static void compare(const char *pattern, const struct words *p, const char *name,
		    const struct words *n)
{
	bool wanted = simple_matches(p, n);

	if (pattern_matches(pattern, strlen(pattern), name, strlen(name)) != wanted)
		fail_msg("%s %s %s", pattern, wanted ? "does not match" : "matches", name);
	compared++;
	agreed_yes += wanted;
}

/* Build text number @number of all texts of up to @most words; false: there is no such text. */
static bool nth_text(const char *const *words, u32 count, u32 most, u64 number, char *text)
{
	u64 texts = 1;
	u32 length;

	for (length = 0; length <= most; length++, texts *= count) {
		if (number < texts)
			break;
		number -= texts;
	}
	if (length > most)
		return false;
	for (*text = '\0'; length; length--, number /= count)
		strcat(text, words[number % count]);
	return true;
}

struct alphabet {
	const char *tokens[16];
	u32 tokens_most;
	const char *characters[8];
	u32 characters_most;
};

static u32 words_in(const char *const *words, u32 room)
{
	u32 count = 0;

	while (count < room && words[count])
		count++;
	return count;
}

/* All short patterns, on all short names. */
static void all_short(const struct alphabet *alphabet)
{
	u32 tokens = words_in(alphabet->tokens, ARRAY_SIZE(alphabet->tokens));
	u32 characters = words_in(alphabet->characters, ARRAY_SIZE(alphabet->characters));
	static char names[4000][32];
	static struct words names_words[4000];
	u64 i, j, count = 0;
	char pattern[64];

	while (nth_text(alphabet->characters, characters, alphabet->characters_most, count,
			names[count])) {
		names_words[count] = words_of(names[count]);
		assert_true(++count < ARRAY_SIZE(names));
	}
	for (i = 0; nth_text(alphabet->tokens, tokens, alphabet->tokens_most, i, pattern); i++) {
		struct words words;

		if (!pattern_is_valid(pattern, strlen(pattern)))
			continue;
		words = words_of(pattern);
		for (j = 0; j < count; j++)
			compare(pattern, &words, names[j], &names_words[j]);
	}
}

static void all_short_components(void **state)
{
	static const struct alphabet alphabet = {
		.tokens = { "a", "1", ".", "\\*", "\\@", "\\$", "\\A", "\\?", "\\-" },
		.tokens_most = 4,
		.characters = { "a", "1", ".", "\\001" },
		.characters_most = 4,
	};

	(void)state;
	compared = agreed_yes = 0;
	all_short(&alphabet);
	assert_in_range(compared, 2000000, ULONG_MAX);
	assert_in_range(agreed_yes, 100000, compared / 2);
}

static void all_short_paths(void **state)
{
	static const struct alphabet alphabet = {
		.tokens = { "/", "a", "/\\{", "\\}/", "\\*", "\\-", "\\?" },
		.tokens_most = 5,
		.characters = { "/", "a", "b" },
		.characters_most = 5,
	};

	(void)state;
	compared = agreed_yes = 0;
	all_short(&alphabet);
	assert_in_range(compared, 1000000, ULONG_MAX);
	assert_in_range(agreed_yes, 20000, compared / 2);
}

/* --- random patterns and names ---------------------------------------------- */

static void put_random(char *text, const char *const *words, u32 count, u32 most, u64 *seed)
{
	u32 length = unit_random(seed) % (most + 1);

	for (*text = '\0'; length; length--)
		strcat(text, words[unit_random(seed) % count]);
}

static void long_patterns_and_names(void **state)
{
	static const char *const tokens[] = {
		"/", "/", "a", "b", "1", ".", "\\\\", "\\001", "\\*", "\\*", "\\@", "\\$", "\\X",
		"\\A", "\\?", "\\+", "\\x", "\\a", "\\-", "/\\{a\\}/", "/\\{\\*\\}/",
		"/\\{\\?\\-a\\}/", "/\\{\\@1\\*\\-b\\}/",
	};
	static const char *const characters[] = {
		"/", "/", "a", "a", "b", "1", ".", "\\\\", "\\001", "g",
	};
	char pattern[256], name[128];
	u64 seed = 7;
	int i, j;

	(void)state;
	compared = agreed_yes = 0;
	for (i = 0; i < 60000; i++) {
		struct words p, n;

		put_random(pattern, tokens, ARRAY_SIZE(tokens), 8, &seed);
		if (!pattern_is_valid(pattern, strlen(pattern)))
			continue;
		p = words_of(pattern);
		for (j = 0; j < 8; j++) {
			put_random(name, characters, ARRAY_SIZE(characters), 12, &seed);
			n = words_of(name);
			compare(pattern, &p, name, &n);
		}
	}
	assert_in_range(compared, 100000, ULONG_MAX);
	assert_in_range(agreed_yes, 1000, compared);
}

/* Random bytes: the matcher reads only its input, and terminates. */
static void random_bytes(void **state)
{
	static const char likely[] = "//\\\\\\\\\\**@$XA?+xa-{}0137ab.";
	char pattern[64], name[64];
	u64 seed = 8;
	int i;
	size_t j;

	(void)state;
	for (i = 0; i < 300000; i++) {
		size_t p = unit_random(&seed) % sizeof(pattern);
		size_t n = unit_random(&seed) % sizeof(name);

		for (j = 0; j < p; j++)
			pattern[j] = unit_random(&seed) % 16 ?
				likely[unit_random(&seed) % (sizeof(likely) - 1)] :
				(char)unit_random(&seed);
		for (j = 0; j < n; j++)
			name[j] = unit_random(&seed) % 16 ?
				likely[unit_random(&seed) % (sizeof(likely) - 1)] :
				(char)unit_random(&seed);
		is_valid(pattern, p);
		matches(pattern, p, name, n);
		assert_true(!is_valid(pattern, p) || !pattern_is_literal(pattern, p) ||
			    matches(pattern, p, pattern, p));
	}
}

/* --- running time --------------------------------------------------------- */

static char *repeated(const char *head, const char *body, int times, const char *tail)
{
	char *text = malloc(strlen(head) + strlen(body) * times + strlen(tail) + 1);

	assert_non_null(text);
	strcpy(text, head);
	while (times--)
		strcat(text, body);
	strcat(text, tail);
	return text;
}

static void slow_patterns(void **state)
{
	static const struct {
		const char *head, *body;
		int times;
		const char *tail;
		const char *name_head, *name_body;
		int name_times;
		const char *name_tail;
		bool matches;
	} cases[] = {
		{ "/", "\\*", 20, "b", "/", "a", 4000, "", false },
		{ "/", "\\*", 20, "b", "/", "a", 4000, "b", true },
		{ "/", "\\*a", 20, "b", "/", "a", 4000, "", false },
		{ "/", "\\*a", 20, "b", "/", "a", 4000, "b", true },
		{ "/", "\\@a", 20, "b", "/", "a", 4000, "", false },
		{ "/", "\\A", 20, "1", "/", "a", 4000, "", false },
		{ "/", "\\A", 20, "1", "/", "a", 4000, "1", true },
		{ "/", "\\$\\X\\A", 6, "b.", "/", "1", 4000, "a", false },
		{ "/", "\\A\\*", 10, "\\?\\?\\?1", "/", "a", 4000, "", false },
		{ "/", "\\*\\-\\*a\\*b", 5, "", "/", "a", 4000, "", true },
		{ "/\\*", "a", 2000, "b", "/", "a", 4000, "", false },
		{ "/\\A", "a", 2000, "b", "/", "a", 4000, "", false },
		{ "", "/\\{\\*\\}", 10, "/b", "", "/a", 2000, "/c", false },
		{ "", "/\\{\\*\\}/a", 10, "/b", "", "/a", 2000, "/c", false },
		{ "", "/\\{\\*\\}/a", 10, "/c", "", "/a", 2000, "/c", true },
		{ "", "/\\{\\*a\\-b\\}/\\?", 6, "/b", "", "/a", 2000, "", false },
		{ "/", "\\?", 1990, "b", "/", "a", 4000, "", false },
		/* Invalid: any result is accepted. */
		{ "/", "\\*", 2000, "b", "/", "a", 4000, "", false },
		{ "/", "\\*a", 1000, "b", "/", "a", 4000, "", false },
		{ "", "/\\{\\*\\}", 500, "/b", "", "/a", 2000, "/c", false },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		char *pattern = repeated(cases[i].head, cases[i].body, cases[i].times,
					 cases[i].tail);
		char *name = repeated(cases[i].name_head, cases[i].name_body,
				      cases[i].name_times, cases[i].name_tail);
		clock_t start = clock();
		double seconds;

		if (pattern_matches(pattern, strlen(pattern), name, strlen(name)) !=
		    cases[i].matches)
			fail_msg("%s on %.20s...", pattern, name);
		seconds = (double)(clock() - start) / CLOCKS_PER_SEC;
		if (seconds > 1)
			fail_msg("%.60s took %.1f s", pattern, seconds);
		free(pattern);
		free(name);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		unit_case(examples),
		unit_case(valid_patterns),
		unit_case(all_short_components),
		unit_case(all_short_paths),
		unit_case(long_patterns_and_names),
		unit_case(random_bytes),
		unit_case(slow_patterns),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
