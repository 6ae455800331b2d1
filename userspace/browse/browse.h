/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_BROWSE_H
#define ASHIATO_BROWSE_H

#include <stdio.h>

#include "base/colour.h"
#include "finder.h"
#include "outline.h"
#include "model/model.h"
#include "prompt.h"
#include "session/report.h"

struct browse;
struct view;

/**
 * struct view_kind - Operations of a kind of view
 * @size: size in bytes of the kind's struct, which begins with struct view
 * @keys: appends keys of this kind that do something now, with keys_add()
 * @fill: sets all rows and titles; returns 0, -ENOMEM, or -ENOENT after a message
 *	if there is nothing to show
 * @enter: handles Enter on a row; may be NULL
 * @key: handles a key and returns true, or returns false for an unknown key; may
 *	be NULL
 * @domain: appends the name of the domain that the current row, or the view, is about;
 *	may be NULL
 * @free: frees what the kind added to struct view; may be NULL
 */
struct view_kind {
	size_t size;
	void (*keys)(const struct browse *browse, const struct view *view,
		     struct text *out);
	int (*fill)(struct browse *browse, struct view *view);
	void (*enter)(struct browse *browse, struct view *view,
		      const struct outline_row *row);
	bool (*key)(struct browse *browse, struct view *view, int key);
	void (*domain)(const struct view *view, struct text *out);
	void (*free)(struct view *view);
};

/**
 * struct view - One full-screen view
 * @kind: operations
 * @below: view to return to when this one is closed
 * @target: name of the domain or file that the view shows; may be empty
 * @outline: rows
 * @title: left half of the first line
 * @summary: right half of the first line
 * @subtitle: second line; if empty, the name of the current row is shown
 * @header: column headers; may be empty
 */
struct view {
	const struct view_kind *kind;
	struct view *below;
	struct text target;
	struct outline outline;
	struct text title;
	struct text summary;
	struct text subtitle;
	struct text header;
};

extern const struct view_kind view_about;
extern const struct view_kind view_tree;
extern const struct view_kind view_access;
extern const struct view_kind view_processes;
extern const struct view_kind view_diff;
extern const struct view_kind view_help;

/**
 * struct browse - State of "ashiato browse"
 * @command: name of the command, for messages
 * @names: names of the sources, NULL-terminated
 * @model: domains and accesses from the sources
 * @source: description of the sources, for titles
 * @colours: marks for screen_line(), or no colours
 * @order: sort order of accesses
 * @without_times: hide the times of accesses
 * @with_patterns: compare with patterns, as "ashiato diff --patterns" does
 * @view: visible view, the top of the stack; NULL ends the program
 * @finder: latest search
 * @prompt: line that is being edited
 * @ask: purpose of @prompt; NULL if no line is being edited
 * @note: shown after @prompt; may be NULL
 * @old: name of the file that was last compared with the sources
 * @output: name of the file to which a view was written last
 * @message: shown in the last lines of the screen until a key is pressed
 * @first_row: row of the screen with the first row of the view
 * @clicked: row that was clicked last, plus 1; 0 if something else happened since
 * @no_mouse: the mouse was left to the terminal
 * @overhang: number of characters that the longest visible row extends beyond the
 *	right edge of the screen
 */
struct browse {
	const char *command;
	char *const *names;
	struct model model;
	struct text source;
	const struct colours *colours;
	enum access_order order;
	bool without_times;
	bool with_patterns;
	struct view *view;
	struct finder finder;
	struct prompt prompt;
	const struct ask *ask;
	const char *note;
	struct text old;
	struct text output;
	struct text message;
	int first_row;
	size_t clicked;
	bool no_mouse;
	size_t overhang;
};

/**
 * struct ask - A question that the user answers at the prompt
 * @label: text before the prompt
 * @is_file: the answer is a file name, which Tab completes
 * @take: called with the answer
 * @look: called when the line was edited, and with an empty line when the user gave up;
 *	may be NULL
 */
struct ask {
	const char *label;
	bool is_file;
	void (*take)(struct browse *browse, struct span typed);
	void (*look)(struct browse *browse, struct span typed);
};

int browse_read(struct browse *browse);
void browse_read_again(struct browse *browse);
struct view *browse_open(struct browse *browse, const struct view_kind *kind,
			 const char *target);
void browse_close(struct browse *browse);
void browse_fill_again(struct browse *browse);
bool browse_has_processes(const struct browse *browse);
bool browse_can_reload(const struct browse *browse);
void browse_free(struct browse *browse);
void browse_draw(struct browse *browse);
void browse_key(struct browse *browse, int key);
void browse_message(struct browse *browse, const char *message);
int view_print(const void *view, FILE *out);
void fold_mark(const struct outline *outline, size_t row,
	       const struct colours *colours, struct text *out);
void keys_add(struct text *out, const char *key);
void count_write(struct text *out, size_t count, const char *one,
		 const char *more);

#endif
