/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_COLOUR_H
#define ASHIATO_COLOUR_H

/**
 * struct colours - What a terminal is told; empty strings for no colour
 * @came: before what came
 * @went: before what went
 * @faint: before what a reader may skip
 * @strong: before what he looks for
 * @warning: before what he should see
 * @off: behind each of them
 */
struct colours {
	const char *came;
	const char *went;
	const char *faint;
	const char *strong;
	const char *warning;
	const char *off;
};

extern const struct colours colours_none;
/* One byte each, from 1 on in this order: for who draws by himself. */
extern const struct colours colours_marks;

const struct colours *colours_wanted(void);

#endif
