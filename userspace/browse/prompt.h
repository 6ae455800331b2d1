/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_PROMPT_H
#define ASHIATO_PROMPT_H

#include "base/text.h"

/**
 * struct prompt - A line that a user types
 * @typed: its bytes
 * @at: how many of them are before the cursor
 */
struct prompt {
	struct text typed;
	size_t at;
};

/**
 * enum prompt_state - What a key did
 * @PROMPT_GOES_ON: it was one of the line
 * @PROMPT_DONE: the line is complete
 * @PROMPT_CANCELLED: the user does not want it any more
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
