/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_SCREEN_H
#define ASHIATO_SCREEN_H

#include <stdbool.h>
#include <stddef.h>

/**
 * enum screen_key - What is no byte on a keyboard
 * @SCREEN_NONE: nothing that is known
 * @SCREEN_END: the terminal has gone
 * @SCREEN_RESIZE: it has another size
 * @SCREEN_ENTER: and so on, what is written on the keys
 */
enum screen_key {
	SCREEN_NONE = 256,
	SCREEN_END,
	SCREEN_RESIZE,
	SCREEN_ENTER,
	SCREEN_ESCAPE,
	SCREEN_BACKSPACE,
	SCREEN_DELETE,
	SCREEN_UP,
	SCREEN_DOWN,
	SCREEN_LEFT,
	SCREEN_RIGHT,
	SCREEN_PAGE_UP,
	SCREEN_PAGE_DOWN,
	SCREEN_FIRST,
	SCREEN_LAST,
};

/* What Ctrl makes of a letter. */
#define SCREEN_CTRL(letter)	((letter) & 0x1f)

/**
 * enum screen_style - How a line looks
 * @SCREEN_PLAIN: as its marks say
 * @SCREEN_STRONG: bold
 * @SCREEN_CURSOR: the line where the cursor is
 */
enum screen_style {
	SCREEN_PLAIN,
	SCREEN_STRONG,
	SCREEN_CURSOR,
};

int screen_open(bool with_colours);
void screen_close(void);
void screen_interrupts(bool are_taken);
int screen_key(void);
void screen_repaint(void);
void screen_size(int *height, int *width);
void screen_clear(void);
size_t screen_line(int row, enum screen_style style, const char *text,
		   size_t left);
void screen_bar(int row, const char *left, const char *right);
void screen_show(int row, int column, bool is_typed_at);

#endif
