/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_SCREEN_H
#define ASHIATO_SCREEN_H

#include <stdbool.h>
#include <stddef.h>

/**
 * enum screen_key - Keys and events that are not a byte
 * @SCREEN_NONE: unknown key
 * @SCREEN_END: the terminal was closed
 * @SCREEN_RESIZE: the size of the terminal changed
 * @SCREEN_ENTER: Enter; the following ones are named after their keys, too
 * @SCREEN_CLICK: the left button of the mouse was pressed: see screen_clicked()
 * @SCREEN_WHEEL_UP: the wheel of the mouse was turned away from the user
 * @SCREEN_WHEEL_DOWN: the wheel of the mouse was turned towards the user
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
	SCREEN_CLICK,
	SCREEN_WHEEL_UP,
	SCREEN_WHEEL_DOWN,
};

/* The byte that Ctrl and a letter send. */
#define SCREEN_CTRL(letter)	((letter) & 0x1f)

/**
 * enum screen_style - Style of a line
 * @SCREEN_PLAIN: marks in the text set the colours
 * @SCREEN_STRONG: bold
 * @SCREEN_CURSOR: reversed: the current row
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
bool screen_mouse(bool is_on);
void screen_clicked(int *row, int *column);
void screen_repaint(void);
void screen_size(int *height, int *width);
void screen_clear(void);
size_t screen_line(int row, enum screen_style style, const char *text,
		   size_t left);
void screen_bar(int row, const char *left, const char *right);
void screen_show(int row, int column, bool is_visible);

#endif
