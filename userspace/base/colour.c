// SPDX-License-Identifier: GPL-2.0-only
/* Colours of a terminal. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "colour.h"

const struct colours colours_none = { "", "", "", "", "", "" };

const struct colours colours_marks = {
	"\001", "\002", "\003", "\004", "\005", "\006",
};

static const struct colours colours_ansi = {
	.added = "\033[32m",
	.removed = "\033[31m",
	.faint = "\033[2m",
	.strong = "\033[1m",
	.warning = "\033[33m",
	.off = "\033[0m",
};

/**
 * colours_wanted() - Choose the colours for standard output
 *
 * Return: colours_none if it is not a terminal, TERM is unset or "dumb", or
 * NO_COLOR (https://no-color.org) is set; else ANSI colours.
 */
const struct colours *colours_wanted(void)
{
	const char *no_color = getenv("NO_COLOR");
	const char *term = getenv("TERM");

	if ((no_color && *no_color) || !term || !strcmp(term, "dumb") ||
	    !isatty(STDOUT_FILENO))
		return &colours_none;
	return &colours_ansi;
}
