// SPDX-License-Identifier: GPL-2.0-only
/* A line that a user types and edits; it knows no terminal. */
#include <string.h>

#include "prompt.h"
#include "screen.h"

/* Longer than any path */
#define PROMPT_MAX	8192

/**
 * prompt_set() - Begin with a line
 * @prompt: prompt
 * @typed: what stands in it; the cursor is behind
 */
void prompt_set(struct prompt *prompt, const char *typed)
{
	text_clear(&prompt->typed);
	text_puts(&prompt->typed, typed);
	prompt->at = prompt->typed.len;
}

static void bytes_remove(struct prompt *prompt, size_t from, size_t to)
{
	struct text *typed = &prompt->typed;

	if (from == to)
		return;
	memmove(typed->data + from, typed->data + to, typed->len - to + 1);
	typed->len -= to - from;
	prompt->at = from;
}

static void byte_insert(struct prompt *prompt, char c)
{
	struct text *typed = &prompt->typed;

	if (typed->len >= PROMPT_MAX)
		return;
	text_add(typed, &c, 1);
	if (typed->failed)
		return;
	memmove(typed->data + prompt->at + 1, typed->data + prompt->at,
		typed->len - prompt->at - 1);
	typed->data[prompt->at++] = c;
}

/* With what is behind it: blanks, or a slash. */
static size_t word_start(const struct prompt *prompt)
{
	const char *typed = prompt->typed.data;
	size_t at = prompt->at;

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
		if (prompt->at)
			bytes_remove(prompt, prompt->at - 1, prompt->at);
		break;
	case SCREEN_DELETE:
	case SCREEN_CTRL('d'):
		if (prompt->at < len)
			bytes_remove(prompt, prompt->at, prompt->at + 1);
		break;
	case SCREEN_CTRL('w'):
		bytes_remove(prompt, word_start(prompt), prompt->at);
		break;
	case SCREEN_CTRL('u'):
		bytes_remove(prompt, 0, prompt->at);
		break;
	case SCREEN_CTRL('k'):
		bytes_remove(prompt, prompt->at, len);
		break;
	case SCREEN_LEFT:
	case SCREEN_CTRL('b'):
		prompt->at -= prompt->at > 0;
		break;
	case SCREEN_RIGHT:
	case SCREEN_CTRL('f'):
		prompt->at += prompt->at < len;
		break;
	case SCREEN_FIRST:
	case SCREEN_CTRL('a'):
		prompt->at = 0;
		break;
	case SCREEN_LAST:
	case SCREEN_CTRL('e'):
		prompt->at = len;
		break;
	default:
		if (key >= ' ' && key < SCREEN_NONE)
			byte_insert(prompt, (char)key);
	}
}

/**
 * prompt_key() - Take a key
 * @prompt: set
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
		/* As in other programs: more than all is deleted */
		if (!prompt->typed.len)
			return PROMPT_CANCELLED;
		break;
	}
	prompt_edit(prompt, key);
	return PROMPT_GOES_ON;
}

/**
 * prompt_write() - Write the line as it is seen
 * @prompt: prompt
 * @out: the line, escaped, appended
 *
 * Return: where the cursor is in @out.
 */
size_t prompt_write(const struct prompt *prompt, struct text *out)
{
	const char *typed = text_str(&prompt->typed);
	size_t cursor;

	text_add_line(out, typed, prompt->at);
	cursor = out->len;
	text_add_line(out, typed + prompt->at, prompt->typed.len - prompt->at);
	return cursor;
}

/**
 * prompt_free() - Give the memory of a line back
 * @prompt: empty and usable afterwards
 */
void prompt_free(struct prompt *prompt)
{
	text_free(&prompt->typed);
	*prompt = (struct prompt){ 0 };
}
