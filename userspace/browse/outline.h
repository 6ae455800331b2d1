/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_OUTLINE_H
#define ASHIATO_OUTLINE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/table.h"
#include "base/text.h"

struct outline;

/**
 * typedef outline_text - Writes something of a row
 * @outline: outline
 * @row: number of the row
 * @out: what is written, appended
 */
typedef void (*outline_text)(const struct outline *outline, size_t row,
			     struct text *out);

/**
 * struct outline_row - A row
 * @item: what stands in it, for who made the outline
 * @depth: how far it is indented
 * @is_folded: the rows below it are not shown
 */
struct outline_row {
	const void *item;
	unsigned int depth;
	bool is_folded;
};

/**
 * struct outline_memory - How an outline was, while it is made anew
 * @folded: hashes of the names of rows
 * @has_ids: there are such hashes
 * @id: hash of the name of the row where the cursor was
 * @row: number of that row
 */
struct outline_memory {
	struct table folded;
	bool has_ids;
	uint64_t id;
	size_t row;
};

/**
 * struct outline - A list in which one can move about, find, and fold
 * @row: all rows, each before those below it
 * @count: how many
 * @shown: numbers of the rows that are not folded away
 * @shown_count: how many
 * @cursor: where the cursor is in @shown
 * @top: which of @shown is the first in the window
 * @left: how many characters of each row are left of the window
 * @height: how many rows are in the window
 * @memory: from outline_remember()
 * @write: writes a row as it is seen, with the marks of colours
 * @name: writes what the row is about, the same whenever it is read; or NULL
 * @ctx: for both
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
	struct outline_memory memory;
	outline_text write;
	outline_text name;
	const void *ctx;
};

/**
 * enum outline_found - How a search ended
 * @OUTLINE_NOT_FOUND: nowhere
 * @OUTLINE_FOUND: on the way to the end
 * @OUTLINE_WRAPPED: from the other end on
 */
enum outline_found {
	OUTLINE_NOT_FOUND,
	OUTLINE_FOUND,
	OUTLINE_WRAPPED,
};

/**
 * typedef outline_match - Whether a row is the one that is looked for
 * @ctx: what outline_find() was given
 * @outline: outline
 * @row: number of the row
 *
 * Return: true when it is.
 */
typedef bool (*outline_match)(void *ctx, const struct outline *outline,
			      size_t row);

int outline_add(struct outline *outline, const void *item, unsigned int depth);
void outline_show(struct outline *outline);
void outline_clear(struct outline *outline);
void outline_free(struct outline *outline);
const struct outline_row *outline_current(const struct outline *outline);
size_t outline_below(const struct outline *outline, size_t row);
void outline_move(struct outline *outline, ptrdiff_t by);
void outline_go(struct outline *outline, size_t row);
void outline_window(struct outline *outline, size_t height);
void outline_fold(struct outline *outline, bool is_folded);
enum outline_found outline_find(struct outline *outline, bool is_forward,
				outline_match match, void *ctx);
int outline_remember(struct outline *outline);
void outline_recall(struct outline *outline);
void outline_plain(const struct outline *outline, size_t row,
		   struct text *out);

#endif
