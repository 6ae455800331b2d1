// SPDX-License-Identifier: GPL-2.0-only
/* View of the keys. */
#include "base/array.h"
#include "browse.h"

static const char *const lines[] = {
	"Up Down    move one line (also k, j)",
	"PgUp PgDn  move one screen (also Ctrl-B, Ctrl-F)",
	"Home End   move to the first line, to the last line (also g, G)",
	"Left Right scroll long lines; Left at their beginning goes back",
	"Enter      on a domain, show its accesses; on \"file execute\", the accesses of",
	"           the executed program; on another access, the whole line and its users",
	"Esc q      go back; q in the tree quits",
	"- + Space  fold, unfold or toggle the lines below the current one",
	"/ n N      search for text, for a whole name that begins with <kernel>, or for a",
	"           pattern with a backslash, see ashiato-policy(5); next, previous match",
	"i          show a summary of the program; again: go back; a: everything",
	"@          switch between domains and running processes",
	"d          compare with a saved state or a log; again: go back; p: patterns",
	"r Ctrl-L   reload; redraw the screen",
	"w          write the shown lines to a file, as text",
	"t          accesses: show times or hide them",
	"s          accesses: sort by text, newest, recently used or most used first",
	"Mouse m    click: select; again: fold, or Enter; m: let the mouse select text",
	"",
	"[quota_exceeded]    a limit was reached: the recorded accesses are not complete",
	"[transition_failed] an executed program got no domain of its own",
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
	text_puts(&view->summary, "ashiato " ASHIATO_VERSION);
	text_puts(&view->subtitle, "Keys");
	for (size_t i = 0; i < ARRAY_SIZE(lines) && !err; i++)
		err = outline_add(&view->outline, lines[i], 0);
	return err;
}

const struct view_kind view_help = {
	.size = sizeof(struct view),
	.fill = help_fill,
};
