// SPDX-License-Identifier: GPL-2.0-only
/*
 * Layout of a view: title, subtitle, column headers if it has some, rows, and at
 * the bottom the keys, a message or the prompt.
 */
#include <string.h>

#include "browse.h"
#include "screen.h"

/* Smallest useful size of the terminal. */
#define ROWS_MIN	5
#define COLUMNS_MIN	20

/* A long name is cut at its beginning: its end is more specific. */
static void subtitle_draw(const struct view *view, int columns)
{
	const struct outline *outline = &view->outline;
	struct text subtitle = { 0 };
	size_t width = (size_t)columns;
	size_t over;

	if (view->subtitle.len)
		text_puts(&subtitle, view->subtitle.data);
	else if (outline_current(outline) && outline->name)
		outline->name(outline, outline->shown[outline->cursor],
			      &subtitle);
	over = subtitle.len > width ? subtitle.len - width : 0;
	if (over)
		memcpy(subtitle.data + over, "...", 3);
	screen_line(1, SCREEN_STRONG, text_str(&subtitle) + over, 0);
	text_free(&subtitle);
}

/**
 * fold_mark() - Append the number of folded rows
 * @outline: outline
 * @row: number of a folded row
 * @colours: colours to use
 * @out: text to append to
 */
void fold_mark(const struct outline *outline, size_t row,
	       const struct colours *colours, struct text *out)
{
	text_format(out, " %s[%zu folded]%s", colours->warning,
		    outline_below(outline, row), colours->off);
}

static void row_draw(struct browse *browse, int at, size_t place, int columns)
{
	const struct outline *outline = &browse->view->outline;
	size_t end = outline->left + (size_t)columns;
	size_t row = outline->shown[place];
	struct text text = { 0 };
	size_t len;

	outline->write(outline, row, &text);
	if (outline->row[row].is_folded)
		fold_mark(outline, row, browse->colours, &text);
	len = screen_line(at, place == outline->cursor ? SCREEN_CURSOR :
			  SCREEN_PLAIN, text_str(&text), outline->left);
	if (len > end && len - end > browse->overhang)
		browse->overhang = len - end;
	text_free(&text);
}

/* Scroll the line so that the cursor is visible. Returns the cursor's column. */
static int prompt_draw(const struct browse *browse, int row, int columns)
{
	struct text line = { 0 };
	size_t cursor;
	size_t over;

	text_puts(&line, browse->ask->label);
	cursor = prompt_write(&browse->prompt, &line);
	if (browse->note)
		text_puts(&line, browse->note);
	over = cursor >= (size_t)columns ? cursor - (size_t)columns + 1 : 0;
	screen_line(row, SCREEN_PLAIN, text_str(&line), over);
	text_free(&line);
	return (int)(cursor - over);
}

/*
 * Number of bytes of a message that fit into one row. A row ends after a blank, or
 * within a word that is longer than a row.
 */
static size_t message_row(const char *message, size_t columns)
{
	size_t len = strnlen(message, columns);
	const char *blank = message[len] ? memrchr(message, ' ', len + 1) : NULL;

	return blank ? (size_t)(blank - message) + 1 : len;
}

/* Rows for the message at the bottom: at most half of the screen's rows. */
static int message_rows(const struct browse *browse, int rows, int columns)
{
	const char *message = text_str(&browse->message);
	int needed = 0;

	if (browse->ask || !*message)
		return 1;
	for (; *message && needed < (rows - 2) / 2; needed++)
		message += message_row(message, (size_t)columns);
	return needed;
}

static void message_draw(const struct browse *browse, int row, int rows,
			 int columns)
{
	const char *message = text_str(&browse->message);
	struct text part = { 0 };

	for (; row < rows; row++) {
		size_t len = message_row(message, (size_t)columns);

		text_clear(&part);
		text_add(&part, message, len && message[len - 1] == ' ' ?
			 len - 1 : len);
		screen_line(row, SCREEN_STRONG, text_str(&part), 0);
		message += len;
	}
	text_free(&part);
}

/**
 * keys_add() - Append a key to the last line of the screen
 * @out: text to append to
 * @key: key and a word for what it does
 */
void keys_add(struct text *out, const char *key)
{
	if (out->len)
		text_puts(out, "  ");
	text_puts(out, key);
}

/* Keys that do something now, the most useful first; as many as fit. */
static void keys_draw(const struct browse *browse, int row, size_t columns)
{
	const struct view *view = browse->view;
	const struct outline *outline = &view->outline;
	const struct outline_row *current = outline_current(outline);
	struct text keys = { 0 };

	if (view->kind != &view_help)
		keys_add(&keys, "? help");
	keys_add(&keys, view->below ? "q back" : "q quit");
	if (view->kind->keys)
		view->kind->keys(browse, view, &keys);
	if (current && outline_can_fold(outline, outline->shown[outline->cursor]))
		keys_add(&keys, current->is_folded ? "+ unfold" : "- fold");
	if (outline->count > 1)
		keys_add(&keys, "/ search");
	if (outline->count > 1 && browse->finder.wanted.len)
		keys_add(&keys, "n next");
	if (view->kind != &view_help && browse_can_reload(browse))
		keys_add(&keys, "r reload");
	keys_add(&keys, "w write");
	while (keys.len > columns) {
		while (keys.len && memcmp(keys.data + keys.len, "  ", 2))
			keys.len--;
		keys.data[keys.len] = '\0';
	}
	screen_line(row, SCREEN_PLAIN, text_str(&keys), 0);
	text_free(&keys);
}

static void view_draw(struct browse *browse, int rows, int columns)
{
	struct view *view = browse->view;
	struct outline *outline = &view->outline;
	int first = view->header.len ? 3 : 2;
	int last = rows - message_rows(browse, rows, columns);
	int column = 0;
	int row;

	outline_window(outline, (size_t)(last - first));
	browse->first_row = first;
	browse->overhang = 0;
	screen_clear();
	screen_bar(0, text_str(&view->title), text_str(&view->summary));
	subtitle_draw(view, columns);
	if (view->header.len)
		screen_line(2, SCREEN_STRONG, view->header.data, outline->left);
	for (row = first; row < last; row++) {
		size_t place = outline->top + (size_t)(row - first);

		if (place >= outline->shown_count)
			break;
		row_draw(browse, row, place, columns);
	}
	row = first + (int)(outline->cursor - outline->top);
	if (browse->ask) {
		row = last;
		column = prompt_draw(browse, last, columns);
	} else if (browse->message.len) {
		message_draw(browse, last, rows, columns);
	} else {
		keys_draw(browse, last, (size_t)columns);
	}
	screen_show(row, column, browse->ask);
}

/**
 * browse_draw() - Draw the screen
 * @browse: state
 */
void browse_draw(struct browse *browse)
{
	int rows;
	int columns;

	screen_size(&rows, &columns);
	if (rows >= ROWS_MIN && columns >= COLUMNS_MIN) {
		view_draw(browse, rows, columns);
		return;
	}
	screen_clear();
	screen_line(0, SCREEN_PLAIN, "Minimum size: 20x5", 0);
	screen_show(0, 0, false);
}
