// SPDX-License-Identifier: GPL-2.0-only
/* A list or tree with a cursor, folding and search; independent of the terminal. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "outline.h"

/**
 * outline_add() - Append a row
 * @outline: outline; call outline_show() after the last row
 * @item: content
 * @depth: depth in the tree: more than that of the parent row
 *
 * Return: 0 or -ENOMEM.
 */
int outline_add(struct outline *outline, const void *item, unsigned int depth)
{
	if (array_grow(outline->row, outline->count) ||
	    array_grow(outline->shown, outline->count))
		return -ENOMEM;
	outline->row[outline->count++] = (struct outline_row){
		.item = item, .depth = depth };
	return 0;
}

/**
 * outline_below() - Count the rows below a row in the tree
 * @outline: outline
 * @row: row number
 *
 * Return: number of following rows that are deeper, up to the first that is not.
 */
size_t outline_below(const struct outline *outline, size_t row)
{
	size_t end = row + 1;

	while (end < outline->count &&
	       outline->row[end].depth > outline->row[row].depth)
		end++;
	return end - row - 1;
}

/**
 * outline_can_fold() - Check whether rows can be folded or unfolded
 * @outline: outline
 * @row: row number
 *
 * Return: true if there are rows below the row.
 */
bool outline_can_fold(const struct outline *outline, size_t row)
{
	return row + 1 < outline->count &&
	       outline->row[row + 1].depth > outline->row[row].depth;
}

/* Move the cursor to @row, or to its folded ancestor if @row is hidden. */
static void shown_make(struct outline *outline, size_t row)
{
	outline->shown_count = 0;
	outline->cursor = 0;
	for (size_t i = 0; i < outline->count; i++) {
		if (i <= row)
			outline->cursor = outline->shown_count;
		outline->shown[outline->shown_count++] = i;
		if (outline->row[i].is_folded)
			i += outline_below(outline, i);
	}
}

static size_t row_of_cursor(const struct outline *outline)
{
	return outline->shown_count ? outline->shown[outline->cursor] : 0;
}

/**
 * outline_show() - Update which rows are visible
 * @outline: outline, after rows were added or folded
 */
void outline_show(struct outline *outline)
{
	shown_make(outline, row_of_cursor(outline));
}

/**
 * outline_clear() - Remove all rows
 * @outline: outline; cursor and window stay where they are
 */
void outline_clear(struct outline *outline)
{
	outline->count = 0;
	outline->shown_count = 0;
}

/**
 * outline_free() - Free the contents of an outline
 * @outline: outline; empty and reusable afterwards
 */
void outline_free(struct outline *outline)
{
	free(outline->row);
	free(outline->shown);
	table_free(&outline->memory.folded);
	*outline = (struct outline){ 0 };
}

/**
 * outline_current() - Get the current row
 * @outline: outline
 *
 * Return: the row, or NULL if there are no rows.
 */
const struct outline_row *outline_current(const struct outline *outline)
{
	return outline->shown_count ? &outline->row[row_of_cursor(outline)]
				    : NULL;
}

/**
 * outline_move() - Move the cursor, at most to the first or last row
 * @outline: outline
 * @by: number of rows, negative for up; if it is at least the height of the
 *	window, the window is scrolled by as many rows
 */
void outline_move(struct outline *outline, ptrdiff_t by)
{
	ptrdiff_t height = (ptrdiff_t)outline->height;
	bool is_page = by <= -height || by >= height;
	ptrdiff_t cursor = (ptrdiff_t)outline->cursor;
	ptrdiff_t last = (ptrdiff_t)outline->shown_count - 1;
	ptrdiff_t top = (ptrdiff_t)outline->top;

	if (last < 0)
		return;
	if (by < -cursor)
		by = -cursor;
	if (by > last - cursor)
		by = last - cursor;
	outline->cursor = (size_t)(cursor + by);
	if (is_page)
		outline->top = top + by > 0 ? (size_t)(top + by) : 0;
}

/**
 * outline_go() - Move the cursor to a row, and unfold its ancestors
 * @outline: outline
 * @row: row number
 */
void outline_go(struct outline *outline, size_t row)
{
	unsigned int depth = outline->row[row].depth;

	for (size_t i = row; depth && i--; ) {
		if (outline->row[i].depth >= depth)
			continue;
		depth = outline->row[i].depth;
		outline->row[i].is_folded = false;
	}
	shown_make(outline, row);
}

/**
 * outline_select() - Move the cursor to a visible row
 * @outline: outline
 * @place: index in &outline.shown
 */
void outline_select(struct outline *outline, size_t place)
{
	if (place < outline->shown_count)
		outline->cursor = place;
}

/**
 * outline_scroll() - Scroll the window, and keep the cursor in it
 * @outline: outline, after outline_window()
 * @by: number of rows, negative for up
 */
void outline_scroll(struct outline *outline, ptrdiff_t by)
{
	ptrdiff_t most = (ptrdiff_t)outline->shown_count - (ptrdiff_t)outline->height;
	ptrdiff_t top = (ptrdiff_t)outline->top + by;

	if (!outline->height || !outline->shown_count)
		return;
	top = top > most ? most : top;
	outline->top = top > 0 ? (size_t)top : 0;
	if (outline->cursor < outline->top)
		outline->cursor = outline->top;
	if (outline->cursor >= outline->top + outline->height)
		outline->cursor = outline->top + outline->height - 1;
}

/**
 * outline_window() - Scroll the window so that the cursor is in it
 * @outline: outline
 * @height: height of the window in rows
 */
void outline_window(struct outline *outline, size_t height)
{
	size_t most = outline->shown_count > height ?
		      outline->shown_count - height : 0;

	outline->height = height;
	if (outline->top + height <= outline->cursor)
		outline->top = outline->cursor + 1 - height;
	if (outline->top > outline->cursor)
		outline->top = outline->cursor;
	if (outline->top > most)
		outline->top = most;
}

/**
 * outline_fold() - Fold or unfold the rows below the current row
 * @outline: outline
 * @is_folded: true to hide them, false to show them
 */
void outline_fold(struct outline *outline, bool is_folded)
{
	size_t row = row_of_cursor(outline);

	if (!outline->shown_count || !outline_can_fold(outline, row))
		return;
	outline->row[row].is_folded = is_folded;
	shown_make(outline, row);
}

/**
 * outline_find() - Move the cursor to the next row that matches
 * @outline: outline; hidden rows are searched, too, and unfolded if they match
 * @is_forward: search towards the end; otherwise towards the beginning
 * @match: predicate
 * @ctx: passed to @match
 *
 * Return: enum outline_found.
 */
enum outline_found outline_find(struct outline *outline, bool is_forward,
				outline_match match, void *ctx)
{
	size_t from = row_of_cursor(outline);
	size_t row = from;

	for (size_t i = 0; i < outline->count; i++) {
		if (is_forward)
			row = row + 1 < outline->count ? row + 1 : 0;
		else
			row = (row ? row : outline->count) - 1;
		if (!match(ctx, outline, row))
			continue;
		outline_go(outline, row);
		return row != from && (row > from) == is_forward ?
		       OUTLINE_FOUND : OUTLINE_WRAPPED;
	}
	return OUTLINE_NOT_FOUND;
}

/**
 * outline_mark() - Save cursor, window and folds for outline_return()
 * @outline: outline
 */
void outline_mark(struct outline *outline)
{
	for (size_t i = 0; i < outline->count; i++)
		outline->row[i].was_folded = outline->row[i].is_folded;
	outline->marked_row = row_of_cursor(outline);
	outline->marked_top = outline->top;
}

/**
 * outline_return() - Restore cursor, window and folds of outline_mark()
 * @outline: outline with the same rows
 */
void outline_return(struct outline *outline)
{
	for (size_t i = 0; i < outline->count; i++)
		outline->row[i].is_folded = outline->row[i].was_folded;
	shown_make(outline, outline->marked_row);
	outline->top = outline->marked_top;
}

static uint64_t row_id(const struct outline *outline, size_t row,
		       struct text *name)
{
	text_clear(name);
	outline->name(outline, row, name);
	return table_hash(text_str(name), name->len);
}

/* Equal 64-bit hashes are enough: a collision would only fold a wrong row. */
static bool id_match(const void *item, const void *key)
{
	(void)item;
	(void)key;
	return true;
}

/**
 * outline_remember() - Save folds and cursor before the outline is rebuilt
 * @outline: outline, whose items are still valid
 *
 * Return: 0 or -ENOMEM.
 */
int outline_remember(struct outline *outline)
{
	struct outline_memory *memory = &outline->memory;
	struct text name = { 0 };
	int err = 0;

	memory->row = row_of_cursor(outline);
	memory->has_ids = outline->name && outline->count;
	if (memory->has_ids)
		memory->id = row_id(outline, memory->row, &name);
	for (size_t i = 0; memory->has_ids && !err && i < outline->count; i++)
		if (outline->row[i].is_folded)
			err = table_add(&memory->folded,
					row_id(outline, i, &name), outline);
	text_free(&name);
	return err;
}

/**
 * outline_recall() - Restore folds and cursor of rows that still exist
 * @outline: rebuilt outline; outline_show() is not needed
 */
void outline_recall(struct outline *outline)
{
	struct outline_memory *memory = &outline->memory;
	struct text name = { 0 };

	for (size_t i = 0; memory->has_ids && i < outline->count; i++) {
		uint64_t id = row_id(outline, i, &name);

		if (id == memory->id)
			memory->row = i;
		outline->row[i].is_folded = table_find(&memory->folded, id,
						       id_match, NULL);
	}
	shown_make(outline, memory->row);
	table_free(&memory->folded);
	text_free(&name);
}

/**
 * outline_plain() - Get the text of a row without marks of colours
 * @outline: outline
 * @row: row number
 * @out: set to the text
 */
void outline_plain(const struct outline *outline, size_t row, struct text *out)
{
	size_t kept = 0;

	text_clear(out);
	outline->write(outline, row, out);
	for (size_t i = 0; i < out->len; i++)
		if (out->data[i] >= ' ')
			out->data[kept++] = out->data[i];
	out->len = kept;
	if (out->data)
		out->data[kept] = '\0';
}
