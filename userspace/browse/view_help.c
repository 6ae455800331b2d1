// SPDX-License-Identifier: GPL-2.0-only
/* The keys. */
#include "base/array.h"
#include "browse.h"

static const char *const lines[] = {
	"Up Down    one line (also k j)",
	"PgUp PgDn  one screen",
	"Home End   to the first line, to the last one (also g G)",
	"Left Right along lines that are longer than the screen; Left also goes back",
	"Enter      what the domain uses; on a program that was executed, what that one",
	"           uses; on another access, all of its line",
	"Esc q      back; q in the tree quits",
	"- + Space  fold what is below, unfold it, either",
	"/          find a part of a line; a domain, which begins with <kernel>; with a",
	"           backslash in it, one of the patterns of ashiato(8)",
	"n N        find the next one, the one before",
	"@          the processes that run; again: domains",
	"d          the difference to a saved state or a log; again: back",
	"p          there: with patterns, as diff --patterns, or without",
	"r          read again",
	"t s        accesses: with their times or without; sorted as text, newest first,",
	"           last used first, most used first",
	"Ctrl-L     draw the screen again",
	"",
	"[quota_exceeded] a limit was reached: not all that was used is there",
	"[transition_failed] what was executed had to stay in this domain",
};

static void help_write(const struct outline *outline, size_t row,
		       struct text *out)
{
	text_puts(out, outline->row[row].item);
}

static int help_fill(struct browse *browse, struct view *view)
{
	int err = 0;

	(void)browse;
	view->outline.write = help_write;
	text_puts(&view->title, "Help");
	text_puts(&view->numbers, "ashiato " ASHIATO_VERSION);
	text_puts(&view->subject, "What keys do");
	for (size_t i = 0; i < ARRAY_SIZE(lines) && !err; i++)
		err = outline_add(&view->outline, lines[i], 0);
	return err;
}

const struct view_kind view_help = {
	.size = sizeof(struct view),
	.keys = "q back",
	.fill = help_fill,
};
