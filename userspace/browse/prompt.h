/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_PROMPT_H
#define ASHIATO_PROMPT_H

#include "base/text.h"

/**
 * struct prompt - A line that the user edits
 * @typed: text of the line
 * @cursor: number of bytes before the cursor
 */
struct prompt {
	struct text typed;
	size_t cursor;
};

/**
 * enum prompt_state - Result of a key
 * @PROMPT_GOES_ON: the line is still being edited
 * @PROMPT_DONE: the user accepted the line
 * @PROMPT_CANCELLED: the user gave up
 */
enum prompt_state {
	PROMPT_GOES_ON,
	PROMPT_DONE,
	PROMPT_CANCELLED,
};

void prompt_set(struct prompt *prompt, const char *typed);
enum prompt_state prompt_key(struct prompt *prompt, int key);
size_t prompt_write(const struct prompt *prompt, struct text *out);
void prompt_free(struct prompt *prompt);

#endif
