// SPDX-License-Identifier: GPL-2.0-only
/* A line that the user edits; independent of the terminal. */
#include <string.h>

#include "prompt.h"
#include "screen.h"

/* Longer than any path */
#define PROMPT_MAX	8192

/**
 * prompt_set() - Set the line, and put the cursor at its end
 * @prompt: prompt
 * @typed: text of the line
 */
void prompt_set(struct prompt *prompt, const char *typed)
{
	text_clear(&prompt->typed);
	text_puts(&prompt->typed, typed);
	prompt->cursor = prompt->typed.len;
}

static void bytes_remove(struct prompt *prompt, size_t from, size_t to)
{
	struct text *typed = &prompt->typed;

	if (from == to)
		return;
	memmove(typed->data + from, typed->data + to, typed->len - to + 1);
	typed->len -= to - from;
	prompt->cursor = from;
}

static void byte_insert(struct prompt *prompt, char c)
{
	struct text *typed = &prompt->typed;

	if (typed->len >= PROMPT_MAX)
		return;
	text_add(typed, &c, 1);
	if (typed->failed)
		return;
	memmove(typed->data + prompt->cursor + 1, typed->data + prompt->cursor,
		typed->len - prompt->cursor - 1);
	typed->data[prompt->cursor++] = c;
}

/* Start of the word before the cursor, or before the blanks and slashes there. */
static size_t word_start(const struct prompt *prompt)
{
	const char *typed = prompt->typed.data;
	size_t at = prompt->cursor;

	while (at && strchr(" /", typed[at - 1]))
		at--;
	while (at && !strchr(" /", typed[at - 1]))
		at--;
	return at;
}

static void prompt_edit(struct prompt *prompt, int key)
{
	size_t len = prompt->typed.len;

	switch (key) {
	case SCREEN_BACKSPACE:
		if (prompt->cursor)
			bytes_remove(prompt, prompt->cursor - 1, prompt->cursor);
		break;
	case SCREEN_DELETE:
	case SCREEN_CTRL('d'):
		if (prompt->cursor < len)
			bytes_remove(prompt, prompt->cursor, prompt->cursor + 1);
		break;
	case SCREEN_CTRL('w'):
		bytes_remove(prompt, word_start(prompt), prompt->cursor);
		break;
	case SCREEN_CTRL('u'):
		bytes_remove(prompt, 0, prompt->cursor);
		break;
	case SCREEN_CTRL('k'):
		bytes_remove(prompt, prompt->cursor, len);
		break;
	case SCREEN_LEFT:
	case SCREEN_CTRL('b'):
		prompt->cursor -= prompt->cursor > 0;
		break;
	case SCREEN_RIGHT:
	case SCREEN_CTRL('f'):
		prompt->cursor += prompt->cursor < len;
		break;
	case SCREEN_FIRST:
	case SCREEN_CTRL('a'):
		prompt->cursor = 0;
		break;
	case SCREEN_LAST:
	case SCREEN_CTRL('e'):
		prompt->cursor = len;
		break;
	default:
		if (key >= ' ' && key < SCREEN_NONE)
			byte_insert(prompt, (char)key);
	}
}

/**
 * prompt_key() - Handle a key
 * @prompt: after prompt_set()
 * @key: from screen_key()
 *
 * Return: enum prompt_state.
 */
enum prompt_state prompt_key(struct prompt *prompt, int key)
{
	switch (key) {
	case SCREEN_ENTER:
		return PROMPT_DONE;
	case SCREEN_ESCAPE:
	case SCREEN_CTRL('g'):
		return PROMPT_CANCELLED;
	case SCREEN_BACKSPACE:
		/* Like less and vi: Backspace in an empty line cancels */
		if (!prompt->typed.len)
			return PROMPT_CANCELLED;
		break;
	}
	prompt_edit(prompt, key);
	return PROMPT_GOES_ON;
}

/**
 * prompt_write() - Append the line, escaped for the terminal
 * @prompt: prompt
 * @out: text to append to
 *
 * Return: offset of the cursor in @out.
 */
size_t prompt_write(const struct prompt *prompt, struct text *out)
{
	const char *typed = text_str(&prompt->typed);
	size_t cursor;

	text_add_line(out, typed, prompt->cursor);
	cursor = out->len;
	text_add_line(out, typed + prompt->cursor, prompt->typed.len - prompt->cursor);
	return cursor;
}

/**
 * prompt_free() - Free the contents of a prompt
 * @prompt: prompt; empty and reusable afterwards
 */
void prompt_free(struct prompt *prompt)
{
	text_free(&prompt->typed);
	*prompt = (struct prompt){ 0 };
}
