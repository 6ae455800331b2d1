/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_OUTLINE_H
#define ASHIATO_OUTLINE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/table.h"
#include "base/text.h"

struct outline;

/**
 * typedef outline_text - Appends the text or the name of a row
 * @outline: outline
 * @row: row number
 * @out: text to append to
 */
typedef void (*outline_text)(const struct outline *outline, size_t row,
			     struct text *out);

/**
 * struct outline_row - A row
 * @item: content, used by &outline.write and &outline.name only
 * @depth: depth in the tree
 * @is_folded: the rows below it are hidden
 * @was_folded: @is_folded at the last outline_mark()
 */
struct outline_row {
	const void *item;
	unsigned int depth;
	bool is_folded;
	bool was_folded;
};

/**
 * struct outline_memory - Cursor and folds, saved while an outline is rebuilt
 * @folded: hashes of the names of folded rows
 * @has_ids: rows have names: @folded and @id are valid
 * @id: hash of the name of the current row
 * @row: number of the current row
 */
struct outline_memory {
	struct table folded;
	bool has_ids;
	uint64_t id;
	size_t row;
};

/**
 * struct outline - A list or tree with a cursor, folding and search
 * @row: all rows, each followed by the rows below it in the tree
 * @count: number of rows
 * @shown: numbers of the rows that are not hidden by a fold
 * @shown_count: number of such rows
 * @cursor: index in @shown of the current row
 * @top: index in @shown of the first row of the window
 * @left: number of characters scrolled off at the left
 * @height: height of the window in rows
 * @marked_row: current row at the last outline_mark()
 * @marked_top: @top at the last outline_mark()
 * @memory: used by outline_remember() and outline_recall()
 * @write: appends the visible text of a row, with marks of colours
 * @name: appends the name of a row, which stays the same when the sources are
 *	reloaded; may be NULL
 * @ctx: for @write and @name
 */
struct outline {
	struct outline_row *row;
	size_t count;
	size_t *shown;
	size_t shown_count;
	size_t cursor;
	size_t top;
	size_t left;
	size_t height;
	size_t marked_row;
	size_t marked_top;
	struct outline_memory memory;
	outline_text write;
	outline_text name;
	const void *ctx;
};

/**
 * enum outline_found - Result of a search
 * @OUTLINE_NOT_FOUND: no match
 * @OUTLINE_FOUND: match in the direction of the search
 * @OUTLINE_WRAPPED: match after the search wrapped to the other end
 */
enum outline_found {
	OUTLINE_NOT_FOUND,
	OUTLINE_FOUND,
	OUTLINE_WRAPPED,
};

/**
 * typedef outline_match - Checks whether a row matches a search
 * @ctx: from outline_find()
 * @outline: outline
 * @row: row number
 *
 * Return: true if it matches.
 */
typedef bool (*outline_match)(void *ctx, const struct outline *outline,
			      size_t row);

int outline_add(struct outline *outline, const void *item, unsigned int depth);
void outline_show(struct outline *outline);
void outline_clear(struct outline *outline);
void outline_free(struct outline *outline);
const struct outline_row *outline_current(const struct outline *outline);
size_t outline_below(const struct outline *outline, size_t row);
bool outline_can_fold(const struct outline *outline, size_t row);
void outline_move(struct outline *outline, ptrdiff_t by);
void outline_go(struct outline *outline, size_t row);
void outline_select(struct outline *outline, size_t place);
void outline_scroll(struct outline *outline, ptrdiff_t by);
void outline_window(struct outline *outline, size_t height);
void outline_fold(struct outline *outline, bool is_folded);
enum outline_found outline_find(struct outline *outline, bool is_forward,
				outline_match match, void *ctx);
void outline_mark(struct outline *outline);
void outline_return(struct outline *outline);
int outline_remember(struct outline *outline);
void outline_recall(struct outline *outline);
void outline_plain(const struct outline *outline, size_t row,
		   struct text *out);

#endif
