// SPDX-License-Identifier: GPL-2.0-only
/* Colours, for terminals only. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "colour.h"

const struct colours colours_none = { "", "", "", "", "", "" };

const struct colours colours_marks = {
	"\001", "\002", "\003", "\004", "\005", "\006",
};

static const struct colours colours_ansi = {
	.came = "\033[32m",
	.went = "\033[31m",
	.faint = "\033[2m",
	.strong = "\033[1m",
	.warning = "\033[33m",
	.off = "\033[0m",
};

/**
 * colours_wanted() - Find out whether standard output is to be coloured
 *
 * Return: colours if it is a terminal that knows them, and NO_COLOR
 * (https://no-color.org) is not set; else empty strings.
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
