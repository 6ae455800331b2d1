/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_BROWSE_H
#define ASHIATO_BROWSE_H

#include "base/colour.h"
#include "command/command.h"
#include "finder.h"
#include "outline.h"
#include "prompt.h"

struct browse;
struct view;

/**
 * struct view_kind - What there is to see
 * @size: of the struct that begins with struct view
 * @keys: what can be typed, for the last line
 * @fill: makes all rows and titles, of what the view is about; 0, -ENOMEM, or
 *	-ENOENT when there is nothing to see, which the message tells
 * @enter: Enter was pressed on a row; may be NULL
 * @key: takes another key, and says whether it is one; may be NULL
 * @free: gives back what is behind struct view; may be NULL
 */
struct view_kind {
	size_t size;
	const char *keys;
	int (*fill)(struct browse *browse, struct view *view);
	void (*enter)(struct browse *browse, struct view *view,
		      const struct outline_row *row);
	bool (*key)(struct browse *browse, struct view *view, int key);
	void (*free)(struct view *view);
};

/**
 * struct view - One full screen
 * @kind: what it is
 * @below: the one that is seen when this one is left
 * @about: what it is about: a domain, a file
 * @outline: its rows
 * @title: first line, left
 * @numbers: first line, right
 * @subject: second line; empty: the name of the row where the cursor is
 * @head: head of the columns; may be empty
 */
struct view {
	const struct view_kind *kind;
	struct view *below;
	struct text about;
	struct outline outline;
	struct text title;
	struct text numbers;
	struct text subject;
	struct text head;
};

extern const struct view_kind view_tree;
extern const struct view_kind view_access;
extern const struct view_kind view_processes;
extern const struct view_kind view_diff;
extern const struct view_kind view_help;

/**
 * struct browse - What a user browses in
 * @self: command
 * @names: of the sources, NULL after the last
 * @model: what they told
 * @source: what they are, for titles
 * @colours: marks, or none
 * @order: of accesses
 * @without_times: accesses are shown without their times
 * @with_patterns: what differs in passing numbers and names is no difference
 * @view: the one that is seen; NULL ends it all
 * @finder: what was looked for last
 * @prompt: what is being typed
 * @ask: what it is typed for; NULL when nothing is typed
 * @old: file that was compared last
 * @message: for the last line, until a key is pressed
 * @overhang: how many characters the longest row of the window has on the right
 */
struct browse {
	const struct command *self;
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
	struct text old;
	struct text message;
	size_t overhang;
};

/**
 * struct ask - What a user is asked for
 * @label: before what he types
 * @is_file: the name of a file, which Tab completes
 * @take: gets what he typed
 */
struct ask {
	const char *label;
	bool is_file;
	void (*take)(struct browse *browse, struct span typed);
};

int browse_read(struct browse *browse);
void browse_read_again(struct browse *browse);
struct view *browse_open(struct browse *browse, const struct view_kind *kind,
			 const char *about);
void browse_close(struct browse *browse);
void browse_fill_again(struct browse *browse);
void browse_free(struct browse *browse);
void browse_draw(struct browse *browse);
void browse_key(struct browse *browse, int key);
void browse_say(struct browse *browse, const char *message);
void count_write(struct text *out, size_t count, const char *one,
		 const char *more);

#endif
