// SPDX-License-Identifier: GPL-2.0-only
/*
 * Unit tests of the parts of "ashiato browse" that need no terminal: outlines,
 * search and the prompt. Run by "make -C userspace unit-outline", built with ASan
 * and UBSan.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/array.h"
#include "base/colour.h"
#include "browse/finder.h"
#include "browse/prompt.h"
#include "browse/screen.h"

/* The text of a row is its name, indented by its depth. */
static void row_name(const struct outline *outline, size_t row,
		     struct text *out)
{
	text_puts(out, outline->row[row].item);
}

static void row_write(const struct outline *outline, size_t row,
		      struct text *out)
{
	text_puts(out, colours_marks.faint);
	for (unsigned int i = 0; i < outline->row[row].depth; i++)
		text_puts(out, " ");
	text_puts(out, colours_marks.off);
	row_name(outline, row, out);
}

static void rows_add(struct outline *outline, const char *const names[],
		     size_t count)
{
	outline->write = row_write;
	outline->name = row_name;
	for (size_t i = 0; i < count; i++) {
		size_t depth = strspn(names[i], " ");

		assert_int_equal(outline_add(outline, names[i] + depth,
					     (unsigned int)depth), 0);
	}
}

/* The rows of the window, the current one in brackets. */
static const char *seen(const struct outline *outline)
{
	static char text[512];
	size_t len = 0;

	text[0] = '\0';
	for (size_t i = outline->top; i < outline->shown_count &&
	     i < outline->top + outline->height; i++)
		len += (size_t)snprintf(text + len, sizeof(text) - len,
					i == outline->cursor ? "[%s]" : "%s",
					(char *)outline->row[outline->shown[i]].item);
	return text;
}

static const char *const tree[] = {
	"a", " b", "  c", "  d", " e", "f", " g",
};

static void tree_make(struct outline *outline)
{
	*outline = (struct outline){ 0 };
	rows_add(outline, tree, ARRAY_SIZE(tree));
	outline_show(outline);
	outline_window(outline, 9);
}

static void moves_cursor(void **state)
{
	static const struct {
		ptrdiff_t by;
		const char *seen;
	} cases[] = {
		{ 0, "[a]bc" }, { 1, "a[b]c" }, { -2, "[a]bc" }, { 2, "ab[c]" },
		{ 1, "bc[d]" }, { -1, "b[c]d" },
		/* Move by a whole window, down and up */
		{ -PTRDIFF_MAX, "[a]bc" }, { 3, "[d]ef" }, { 1, "d[e]f" },
		{ -3, "a[b]c" }, { PTRDIFF_MAX, "ef[g]" }, { 1, "ef[g]" },
		{ -1, "e[f]g" }, { -2, "[d]ef" }, { 3, "ef[g]" },
	};
	struct outline outline;

	(void)state;
	tree_make(&outline);
	outline_window(&outline, 3);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		outline_move(&outline, cases[i].by);
		outline_window(&outline, 3);
		if (strcmp(seen(&outline), cases[i].seen))
			fail_msg("%zu: %s", i, seen(&outline));
	}
	/* Another height: the cursor stays visible, and no row stays empty */
	outline_window(&outline, 2);
	assert_string_equal(seen(&outline), "f[g]");
	outline_window(&outline, 9);
	assert_string_equal(seen(&outline), "abcdef[g]");
	outline_window(&outline, 0);
	assert_string_equal(seen(&outline), "");
	outline_free(&outline);
}

static void empty_outline(void **state)
{
	struct outline outline = { 0 };
	struct finder finder = { 0 };

	(void)state;
	outline_show(&outline);
	outline_window(&outline, 5);
	outline_move(&outline, 1);
	outline_move(&outline, -PTRDIFF_MAX);
	outline_fold(&outline, true);
	assert_null(outline_current(&outline));
	assert_int_equal(finder_set(&finder, (struct span){ "x", 1 }), 0);
	assert_int_equal(finder_next(&finder, &outline, true),
			 OUTLINE_NOT_FOUND);
	assert_int_equal(outline_remember(&outline), 0);
	outline_recall(&outline);
	assert_null(outline_current(&outline));
	finder_free(&finder);
	outline_free(&outline);
}

static void folds_rows(void **state)
{
	struct outline outline;

	(void)state;
	tree_make(&outline);
	assert_int_equal(outline_below(&outline, 0), 4);
	assert_int_equal(outline_below(&outline, 6), 0);
	outline_go(&outline, 1);
	outline_fold(&outline, true);
	assert_string_equal(seen(&outline), "a[b]efg");
	/* A row stays folded when its parent is folded and unfolded */
	outline_move(&outline, -1);
	outline_fold(&outline, true);
	assert_string_equal(seen(&outline), "[a]fg");
	outline_fold(&outline, false);
	assert_string_equal(seen(&outline), "[a]befg");
	/* Going to a hidden row unfolds its ancestors */
	outline_fold(&outline, true);
	outline_go(&outline, 3);
	assert_string_equal(seen(&outline), "abc[d]efg");
	/* A row without rows below it cannot be folded */
	outline_fold(&outline, true);
	assert_false(outline.row[3].is_folded);
	outline_free(&outline);
}

static void finds_rows(void **state)
{
	static const struct {
		const char *typed;
		bool is_forward;
		enum outline_found found;
		const char *seen;
	} cases[] = {
		{ "c", true, OUTLINE_FOUND, "ab[c]defg" },
		{ "c", true, OUTLINE_WRAPPED, "ab[c]defg" },
		{ "c", false, OUTLINE_WRAPPED, "ab[c]defg" },
		{ "x", true, OUTLINE_NOT_FOUND, "ab[c]defg" },
		{ "C", true, OUTLINE_NOT_FOUND, "ab[c]defg" },
		{ "a", true, OUTLINE_WRAPPED, "[a]bcdefg" },
		{ "a", false, OUTLINE_WRAPPED, "[a]bcdefg" },
		{ "f", false, OUTLINE_WRAPPED, "abcde[f]g" },
		{ "e", false, OUTLINE_FOUND, "abcd[e]fg" },
		/* Indentation is part of the text */
		{ "  d", true, OUTLINE_WRAPPED, "abc[d]efg" },
		{ "\\@", true, OUTLINE_FOUND, "abcd[e]fg" },
		{ "\\$", true, OUTLINE_NOT_FOUND, "abcd[e]fg" },
	};
	struct outline outline;
	struct finder finder = { 0 };

	(void)state;
	tree_make(&outline);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct span typed = { cases[i].typed, strlen(cases[i].typed) };

		assert_int_equal(finder_set(&finder, typed), 0);
		if (finder_next(&finder, &outline, cases[i].is_forward) !=
		    cases[i].found || strcmp(seen(&outline), cases[i].seen))
			fail_msg("%zu: %s", i, seen(&outline));
	}
	/* Hidden rows are found, too */
	outline_go(&outline, 0);
	outline_fold(&outline, true);
	assert_string_equal(seen(&outline), "[a]fg");
	finder_set(&finder, (struct span){ "d", 1 });
	assert_int_equal(finder_next(&finder, &outline, true), OUTLINE_FOUND);
	assert_string_equal(seen(&outline), "abc[d]efg");
	/* An invalid pattern keeps the previous search */
	assert_int_equal(finder_set(&finder, (struct span){ "\\q", 2 }), -EINVAL);
	assert_string_equal(finder.wanted.data, "d");
	/* Bytes are escaped as in names */
	assert_int_equal(finder_set(&finder, (struct span){ "\303", 1 }), 0);
	assert_string_equal(finder.wanted.data, "\\303");
	finder_free(&finder);
	outline_free(&outline);
}

static void scrolls_window(void **state)
{
	static const struct {
		ptrdiff_t by;
		const char *seen;
	} cases[] = {
		{ 1, "[b]cd" }, { 1, "[c]de" }, { -1, "b[c]d" }, { -1, "ab[c]" },
		{ -1, "ab[c]" }, { 9, "[e]fg" }, { 9, "[e]fg" },
		{ PTRDIFF_MAX / 2, "[e]fg" }, { -PTRDIFF_MAX / 2, "ab[c]" },
	};
	struct outline outline;

	(void)state;
	tree_make(&outline);
	outline_window(&outline, 3);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		outline_scroll(&outline, cases[i].by);
		outline_window(&outline, 3);
		if (strcmp(seen(&outline), cases[i].seen))
			fail_msg("%zu: %s", i, seen(&outline));
	}
	outline_select(&outline, 1);
	assert_string_equal(seen(&outline), "a[b]c");
	outline_select(&outline, 7);
	assert_string_equal(seen(&outline), "a[b]c");
	/* All rows fit */
	outline_window(&outline, 9);
	outline_scroll(&outline, 3);
	assert_string_equal(seen(&outline), "a[b]cdefg");
	outline_clear(&outline);
	outline_scroll(&outline, 3);
	assert_null(outline_current(&outline));
	outline_free(&outline);
}

/* A search that is given up goes back to the window and the folds before it. */
static void returns_to_mark(void **state)
{
	struct outline outline;
	struct finder finder = { 0 };

	(void)state;
	tree_make(&outline);
	outline_window(&outline, 3);
	outline_go(&outline, 1);
	outline_fold(&outline, true);
	outline_go(&outline, 5);
	outline_window(&outline, 3);
	outline_move(&outline, -1);
	assert_string_equal(seen(&outline), "b[e]f");
	outline_mark(&outline);
	finder_set(&finder, (struct span){ "c", 1 });
	finder_next(&finder, &outline, true);
	outline_window(&outline, 3);
	assert_string_equal(seen(&outline), "b[c]d");
	outline_return(&outline);
	assert_string_equal(seen(&outline), "b[e]f");
	/* Any number of times, and without rows */
	outline_return(&outline);
	assert_string_equal(seen(&outline), "b[e]f");
	outline_clear(&outline);
	outline_mark(&outline);
	outline_return(&outline);
	assert_null(outline_current(&outline));
	finder_free(&finder);
	outline_free(&outline);
}

/* As in a tree: only the last program is visible. */
static void program_write(const struct outline *outline, size_t row,
			  struct text *out)
{
	const char *name = outline->row[row].item;
	const char *blank = strrchr(name, ' ');

	text_puts(out, blank ? blank + 1 : name);
}

static void finds_domains(void **state)
{
	static const char *const names[] = {
		"<kernel>", "<kernel> /a", "<kernel> /a /b", "<kernel> /ab",
	};
	struct outline outline = { 0 };
	struct finder finder = { 0 };

	(void)state;
	rows_add(&outline, names, ARRAY_SIZE(names));
	outline.write = program_write;
	outline_show(&outline);
	finder_set(&finder, (struct span){ "<kernel> /a /", 13 });
	finder_next(&finder, &outline, true);
	assert_int_equal(outline.cursor, 2);
	finder_set(&finder, (struct span){ "<kernel> /\\*b", 13 });
	finder_next(&finder, &outline, true);
	assert_int_equal(outline.cursor, 3);
	/* Only a search that begins with < looks at names */
	finder_set(&finder, (struct span){ "/a /", 4 });
	assert_int_equal(finder_next(&finder, &outline, true),
			 OUTLINE_NOT_FOUND);
	finder_free(&finder);
	outline_free(&outline);
}

static void position_after_reload(void **state)
{
	static const char *const more[] = {
		"a", " a2", " a3", " b", "  c", "  d", "f", " g", "h",
	};
	struct outline outline;

	(void)state;
	tree_make(&outline);
	outline_go(&outline, 1);
	outline_fold(&outline, true);
	outline_go(&outline, 5);
	outline_fold(&outline, true);
	assert_string_equal(seen(&outline), "abe[f]");
	assert_int_equal(outline_remember(&outline), 0);
	outline_clear(&outline);
	rows_add(&outline, more, ARRAY_SIZE(more));
	outline_recall(&outline);
	assert_string_equal(seen(&outline), "aa2a3b[f]h");
	/* If the row is gone, the cursor stays at its number or at the last row */
	outline_move(&outline, 1);
	assert_int_equal(outline_remember(&outline), 0);
	outline_clear(&outline);
	rows_add(&outline, tree, ARRAY_SIZE(tree));
	outline_recall(&outline);
	assert_string_equal(seen(&outline), "abe[f]");
	/* Without names, the cursor stays at the row number */
	outline.name = NULL;
	outline_move(&outline, -1);
	assert_int_equal(outline_remember(&outline), 0);
	outline_clear(&outline);
	rows_add(&outline, more, ARRAY_SIZE(more));
	outline.name = NULL;
	outline_recall(&outline);
	assert_string_equal(seen(&outline), "aa2a3b[c]dfgh");
	outline_free(&outline);
}

/* --- prompt ----------------------------------------------------------- */

static void prompts(void **state)
{
	static const struct {
		const char *before;
		int keys[8];
		const char *after;
		size_t cursor;
	} cases[] = {
		{ "", { 'a', 'b', SCREEN_LEFT, 'c' }, "acb", 2 },
		{ "ab", { SCREEN_BACKSPACE, 'c' }, "ac", 2 },
		{ "ab", { SCREEN_FIRST, SCREEN_BACKSPACE, SCREEN_DELETE }, "b", 0 },
		{ "ab", { SCREEN_DELETE, SCREEN_RIGHT, 'c' }, "abc", 3 },
		{ "ab", { SCREEN_LEFT, SCREEN_LEFT, SCREEN_LEFT, 'c' }, "cab", 1 },
		{ "ab", { SCREEN_FIRST, SCREEN_LAST, 'c' }, "abc", 3 },
		{ "/a/bc", { SCREEN_CTRL('w') }, "/a/", 3 },
		{ "/a/", { SCREEN_CTRL('w') }, "/", 1 },
		{ "/", { SCREEN_CTRL('w'), SCREEN_CTRL('w') }, "", 0 },
		{ "ab", { SCREEN_LEFT, SCREEN_CTRL('u') }, "b", 0 },
		{ "ab", { SCREEN_LEFT, SCREEN_CTRL('k') }, "a", 1 },
		/* Visible text is escaped */
		{ "", { 0303, 'a', SCREEN_LEFT }, "\\303a", 4 },
		{ "", { SCREEN_UP, SCREEN_NONE, SCREEN_RESIZE, '\t' }, "", 0 },
	};
	struct prompt prompt = { 0 };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct text text = { 0 };
		size_t cursor;

		prompt_set(&prompt, cases[i].before);
		for (const int *key = cases[i].keys; *key; key++)
			assert_int_equal(prompt_key(&prompt, *key),
					 PROMPT_GOES_ON);
		cursor = prompt_write(&prompt, &text);
		if (strcmp(text_str(&text), cases[i].after) ||
		    cursor != cases[i].cursor)
			fail_msg("%zu: %s %zu", i, text_str(&text), cursor);
		text_free(&text);
	}
	assert_int_equal(prompt_key(&prompt, SCREEN_ENTER), PROMPT_DONE);
	assert_int_equal(prompt_key(&prompt, SCREEN_ESCAPE), PROMPT_CANCELLED);
	prompt_set(&prompt, "");
	assert_int_equal(prompt_key(&prompt, SCREEN_BACKSPACE),
			 PROMPT_CANCELLED);
	/* The length of the line is limited */
	for (int i = 0; i < 10000; i++)
		prompt_key(&prompt, 'x');
	assert_true(prompt.typed.len < 10000);
	prompt_free(&prompt);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(moves_cursor),
		cmocka_unit_test(empty_outline),
		cmocka_unit_test(folds_rows),
		cmocka_unit_test(finds_rows),
		cmocka_unit_test(finds_domains),
		cmocka_unit_test(scrolls_window),
		cmocka_unit_test(returns_to_mark),
		cmocka_unit_test(position_after_reload),
		cmocka_unit_test(prompts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
