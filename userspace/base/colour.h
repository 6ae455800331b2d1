/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_COLOUR_H
#define ASHIATO_COLOUR_H

/**
 * struct colours - Text that switches colours on and off; empty for no colour
 * @added: before something new
 * @removed: before something that is gone
 * @faint: before something less important
 * @strong: before something important
 * @warning: before a warning
 * @off: after each of them
 */
struct colours {
	const char *added;
	const char *removed;
	const char *faint;
	const char *strong;
	const char *warning;
	const char *off;
};

extern const struct colours colours_none;
/*
 * Marks instead of colours: each member is one byte, 1 to 6 in the order of the
 * struct. screen_line() draws text with marks.
 */
extern const struct colours colours_marks;

const struct colours *colours_wanted(void);

#endif
