// SPDX-License-Identifier: GPL-2.0-only
/* Handles keys. */
#include <errno.h>
#include <glob.h>
#include <stdint.h>
#include <string.h>

#include "browse.h"
#include "screen.h"
#include "session/save_file.h"

/* Rows that the wheel of the mouse scrolls */
#define WHEEL_ROWS	3

/* Announce a long operation and let signals interrupt it. */
static void busy_begin(struct browse *browse)
{
	browse_message(browse, "Reading ...");
	browse_draw(browse);
	text_clear(&browse->message);
	screen_interrupts(true);
}

static void busy_end(void)
{
	screen_interrupts(false);
}

static void find(struct browse *browse, bool is_forward)
{
	struct outline *outline = &browse->view->outline;
	struct text *message = &browse->message;

	if (!browse->finder.wanted.len) {
		browse_message(browse, "No search yet: type /");
		return;
	}
	switch (finder_next(&browse->finder, outline, is_forward)) {
	case OUTLINE_NOT_FOUND:
		text_format(message, "Not found: %s",
			    browse->finder.wanted.data);
		break;
	case OUTLINE_WRAPPED:
		browse_message(browse, is_forward ?
			       "Search wrapped to the top" :
			       "Search wrapped to the bottom");
		break;
	case OUTLINE_FOUND:
		break;
	}
}

/* Search from where the user typed / again, because the text may have become shorter. */
static void find_look(struct browse *browse, struct span typed)
{
	struct outline *outline = &browse->view->outline;
	struct finder finder = { 0 };

	outline_return(outline);
	browse->note = NULL;
	/* A pattern may still be incomplete */
	if (typed.len && !finder_set(&finder, typed) &&
	    finder_next(&finder, outline, true) == OUTLINE_NOT_FOUND)
		browse->note = "  (not found)";
	finder_free(&finder);
}

static void find_take(struct browse *browse, struct span typed)
{
	int err = typed.len ? finder_set(&browse->finder, typed) : 0;

	outline_return(&browse->view->outline);
	if (err == -EINVAL)
		browse_message(browse,
			       "Invalid pattern: see PATTERNS in ashiato-policy(5); type \\\\ for a backslash");
	else if (err)
		browse_message(browse, "Out of memory");
	else
		find(browse, true);
}

static void diff_take(struct browse *browse, struct span typed)
{
	text_clear(&browse->old);
	text_add(&browse->old, typed.ptr, typed.len);
	if (!typed.len)
		return;
	/* Keys or the sources come from standard input */
	if (span_is(typed, "-")) {
		browse_message(browse,
			       "Standard input cannot be compared: type the name of a file");
		return;
	}
	busy_begin(browse);
	browse_open(browse, &view_diff, browse->old.data);
	busy_end();
}

static const struct ask ask_find = {
	.label = "/", .take = find_take, .look = find_look,
};
static const struct ask ask_diff = {
	.label = "Compare with saved state or log: ", .is_file = true, .take = diff_take,
};

static void view_write(struct browse *browse, bool is_new);

static void replace_take(struct browse *browse, struct span typed)
{
	if (span_is(typed, "y"))
		view_write(browse, false);
	else
		browse_message(browse, "Not written");
}

static const struct ask ask_replace = {
	.label = "The file exists. Type y to replace it: ", .take = replace_take,
};

static void write_take(struct browse *browse, struct span typed)
{
	text_clear(&browse->output);
	text_add(&browse->output, typed.ptr, typed.len);
	if (!typed.len)
		return;
	if (!file_replaces(text_str(&browse->output)))
		browse_message(browse, "Not written: that is no regular file");
	else
		view_write(browse, true);
}

static const struct ask ask_write = {
	.label = "Write these lines to file: ", .is_file = true, .take = write_take,
};

static size_t prefix_length(const char *one, const char *two)
{
	size_t len = 0;

	while (one[len] && one[len] == two[len])
		len++;
	return len;
}

/* Extend what was typed by the longest common prefix of all matching names. */
static void file_complete(struct prompt *prompt)
{
	const char *typed = text_str(&prompt->typed);
	struct text pattern = { 0 };
	glob_t found;
	size_t len;

	for (; *typed; typed++) {
		if (strchr("*?[\\", *typed))
			text_puts(&pattern, "\\");
		text_add(&pattern, typed, 1);
	}
	text_puts(&pattern, "*");
	if (!pattern.failed && !glob(pattern.data, GLOB_MARK, NULL, &found)) {
		len = strlen(found.gl_pathv[0]);
		for (size_t i = 1; i < found.gl_pathc; i++) {
			size_t shared = prefix_length(found.gl_pathv[0],
						   found.gl_pathv[i]);

			len = shared < len ? shared : len;
		}
		found.gl_pathv[0][len] = '\0';
		prompt_set(prompt, found.gl_pathv[0]);
		globfree(&found);
	}
	text_free(&pattern);
}

static void ask(struct browse *browse, const struct ask *what,
		const char *typed)
{
	prompt_set(&browse->prompt, typed);
	browse->ask = what;
	browse->note = NULL;
	outline_mark(&browse->view->outline);
}

static void view_write(struct browse *browse, bool is_new)
{
	const struct content content = {
		.print = view_print, .ctx = browse->view, .is_new = is_new,
	};
	const char *file = text_str(&browse->output);
	int err = file_save(&content, file);

	if (err == -EEXIST && is_new) {
		ask(browse, &ask_replace, "");
		return;
	}
	text_puts(&browse->message, err ? "Not written: " : "Written to ");
	if (err)
		text_puts(&browse->message, strerror(-err));
	else
		text_add_line(&browse->message, file, strlen(file));
}

static void ask_key(struct browse *browse, int key)
{
	const struct ask *what = browse->ask;
	struct text *typed = &browse->prompt.typed;

	if (key == '\t' && what->is_file)
		file_complete(&browse->prompt);
	switch (prompt_key(&browse->prompt, key)) {
	case PROMPT_GOES_ON:
		if (what->look)
			what->look(browse, (struct span){ text_str(typed), typed->len });
		break;
	case PROMPT_DONE:
		browse->ask = NULL;
		what->take(browse, (struct span){ text_str(typed), typed->len });
		break;
	case PROMPT_CANCELLED:
		browse->ask = NULL;
		if (what->look)
			what->look(browse, (struct span){ "", 0 });
		break;
	}
}

/* Open the processes, or return to the view below them if they are open. */
static void processes_switch(struct browse *browse)
{
	struct view *view = browse->view;

	while (view->kind != &view_processes && view->below)
		view = view->below;
	if (view->kind == &view_processes) {
		while (browse->view != view)
			browse_close(browse);
		browse_close(browse);
	} else if (!browse_has_processes(browse)) {
		browse_message(browse,
			       "Only the running kernel has processes: run \"ashiato browse\"");
	} else {
		browse_open(browse, &view_processes, NULL);
	}
}

static void diff_switch(struct browse *browse)
{
	if (browse->view->kind == &view_diff)
		browse_close(browse);
	else
		ask(browse, &ask_diff, text_str(&browse->old));
}

/* Open the summary of the program, or return from it. */
static void about_switch(struct browse *browse)
{
	const struct view *view = browse->view;
	struct text name = { 0 };
	const char *program;

	if (view->kind == &view_about) {
		browse_close(browse);
		return;
	}
	if (view->kind->domain)
		view->kind->domain(view, &name);
	program = strrchr(text_str(&name), ' ');
	program = program ? program + 1 : text_str(&name);
	if (*program) {
		busy_begin(browse);
		browse_open(browse, &view_about, program);
		busy_end();
	} else {
		browse_message(browse, "No domain here: type i in the tree or in accesses");
	}
	text_free(&name);
}

static void read_again(struct browse *browse)
{
	busy_begin(browse);
	browse_read_again(browse);
	busy_end();
	if (!browse->message.len)
		browse_message(browse, "Reloaded");
}

static void enter(struct browse *browse)
{
	struct view *view = browse->view;
	const struct outline_row *row = outline_current(&view->outline);

	if (row && view->kind->enter)
		view->kind->enter(browse, view, row);
}

static size_t half_screen(void)
{
	int rows;
	int columns;

	screen_size(&rows, &columns);
	return (size_t)columns / 2;
}

static void left(struct browse *browse)
{
	struct outline *outline = &browse->view->outline;
	size_t by = half_screen();

	if (outline->left)
		outline->left -= outline->left < by ? outline->left : by;
	else if (browse->view->below)
		browse_close(browse);
}

static void right(struct browse *browse)
{
	size_t by = half_screen();

	browse->view->outline.left += browse->overhang < by ? browse->overhang
							     : by;
}

static void fold(struct browse *browse, int key)
{
	struct outline *outline = &browse->view->outline;
	const struct outline_row *row = outline_current(outline);

	if (row)
		outline_fold(outline, key == ' ' ? !row->is_folded : key == '-');
}

/*
 * A click selects a row. Another one on the same row folds or unfolds what is below it,
 * or does what Enter does. A click on the mark of folded rows unfolds them at once.
 */
static void click(struct browse *browse, size_t clicked)
{
	struct outline *outline = &browse->view->outline;
	const struct outline_row *row;
	struct text text = { 0 };
	int at;
	int column;
	size_t place;
	bool is_mark;

	screen_clicked(&at, &column);
	place = outline->top + (size_t)(at - browse->first_row);
	if (at < browse->first_row || place >= outline->top + outline->height ||
	    place >= outline->shown_count)
		return;
	outline_select(outline, place);
	row = outline_current(outline);
	outline_plain(outline, outline->shown[place], &text);
	is_mark = row->is_folded && (size_t)column + outline->left > text.len;
	fold_mark(outline, outline->shown[place], &colours_none, &text);
	is_mark = is_mark && (size_t)column + outline->left < text.len;
	text_free(&text);
	browse->clicked = outline->shown[place] + 1;
	if (!is_mark && browse->clicked != clicked)
		return;
	if (outline_can_fold(outline, outline->shown[place]))
		outline_fold(outline, !row->is_folded);
	else
		enter(browse);
	browse->clicked = 0;
}

static void mouse_switch(struct browse *browse)
{
	browse->no_mouse = !browse->no_mouse;
	if (!screen_mouse(!browse->no_mouse))
		browse_message(browse, "This terminal does not report the mouse");
	else
		browse_message(browse, browse->no_mouse ?
			       "The mouse selects text now: type m to use it here again" :
			       "The mouse is used here: type m to select text");
}

/* Keys that move the cursor. Returns false for other keys. */
static bool move_key(struct outline *outline, int key)
{
	const ptrdiff_t page = (ptrdiff_t)outline->height;

	switch (key) {
	case SCREEN_UP:
	case 'k':
		outline_move(outline, -1);
		return true;
	case SCREEN_DOWN:
	case 'j':
		outline_move(outline, 1);
		return true;
	case SCREEN_PAGE_UP:
	case SCREEN_CTRL('b'):
		outline_move(outline, -page);
		return true;
	case SCREEN_PAGE_DOWN:
	case SCREEN_CTRL('f'):
		outline_move(outline, page);
		return true;
	case SCREEN_FIRST:
	case 'g':
		outline_move(outline, -PTRDIFF_MAX);
		return true;
	case SCREEN_LAST:
	case 'G':
		outline_move(outline, PTRDIFF_MAX);
		return true;
	case SCREEN_WHEEL_UP:
		outline_scroll(outline, -WHEEL_ROWS);
		return true;
	case SCREEN_WHEEL_DOWN:
		outline_scroll(outline, WHEEL_ROWS);
		return true;
	default:
		return false;
	}
}

/* Keys that all views have, except those that move the cursor. */
static void view_key(struct browse *browse, int key)
{
	switch (key) {
	case SCREEN_LEFT:
		left(browse);
		break;
	case SCREEN_RIGHT:
		right(browse);
		break;
	case SCREEN_ENTER:
		enter(browse);
		break;
	case ' ':
	case '-':
	case '+':
		fold(browse, key);
		break;
	case '/':
		ask(browse, &ask_find, "");
		break;
	case 'n':
	case 'N':
		find(browse, key == 'n');
		break;
	case '@':
		processes_switch(browse);
		break;
	case 'd':
		diff_switch(browse);
		break;
	case 'i':
		about_switch(browse);
		break;
	case 'r':
		read_again(browse);
		break;
	case 'w':
		ask(browse, &ask_write, text_str(&browse->output));
		break;
	case '?':
		if (browse->view->kind != &view_help)
			browse_open(browse, &view_help, NULL);
		break;
	case SCREEN_ESCAPE:
		if (browse->view->below)
			browse_close(browse);
		break;
	case 'q':
		browse_close(browse);
		break;
	case 'm':
		mouse_switch(browse);
		break;
	case SCREEN_CTRL('l'):
		screen_repaint();
		break;
	default:
		if (key < SCREEN_NONE || key == SCREEN_NONE)
			browse_message(browse, "Unknown key: type ? for help");
	}
}

/**
 * browse_key() - Handle a key
 * @browse: state
 * @key: from screen_key()
 */
void browse_key(struct browse *browse, int key)
{
	const struct view *view = browse->view;
	size_t clicked = browse->clicked;

	if (key == SCREEN_RESIZE)
		return;
	text_clear(&browse->message);
	browse->clicked = 0;
	if (key == SCREEN_END) {
		while (browse->view)
			browse_close(browse);
	} else if (browse->ask) {
		ask_key(browse, key);
	} else if (key == SCREEN_CLICK) {
		click(browse, clicked);
	} else if ((!view->kind->key ||
		    !view->kind->key(browse, browse->view, key)) &&
		   !move_key(&browse->view->outline, key)) {
		view_key(browse, key);
	}
}
