// SPDX-License-Identifier: GPL-2.0-only
/* State of "ashiato browse": a model and a stack of views of it. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "browse.h"
#include "screen.h"
#include "session/load.h"
#include "session/title.h"

/**
 * count_write() - Append a number and a noun
 * @out: text to append to
 * @count: number
 * @one: noun in the singular
 * @more: noun in the plural
 */
void count_write(struct text *out, size_t count, const char *one,
		 const char *more)
{
	text_format(out, "%zu %s", count, count == 1 ? one : more);
}

/**
 * browse_message() - Show a message until a key is pressed
 * @browse: state
 * @message: message
 */
void browse_message(struct browse *browse, const char *message)
{
	text_clear(&browse->message);
	text_puts(&browse->message, message);
}

/**
 * browse_read() - Read the sources
 * @browse: state, without a model
 *
 * Return: GO_ON, or an exit status after reporting an error.
 */
int browse_read(struct browse *browse)
{
	const struct load load = {
		.command = browse->command,
		.names = browse->names,
		.flags = LOAD_TIMES_IF_ANY,
	};
	int result = model_load(&load, &browse->model);

	/* Not before the model is read: peeking at a pipe would consume its data */
	if (result == GO_ON)
		sources_describe(browse->names, &browse->source);
	return result;
}

static int view_fill(struct browse *browse, struct view *view)
{
	int err;

	outline_clear(&view->outline);
	text_clear(&view->title);
	text_clear(&view->summary);
	text_clear(&view->subtitle);
	text_clear(&view->header);
	err = view->kind->fill(browse, view);
	if (err == -ENOMEM)
		report_error("out of memory");
	return err;
}

static void view_free(struct view *view)
{
	if (view->kind->free)
		view->kind->free(view);
	text_free(&view->target);
	outline_free(&view->outline);
	text_free(&view->title);
	text_free(&view->summary);
	text_free(&view->subtitle);
	text_free(&view->header);
	free(view);
}

/**
 * browse_open() - Open a view above the others
 * @browse: state
 * @kind: kind of view
 * @target: name of the domain or file to show, or NULL
 *
 * Return: the view, or NULL after a message.
 */
struct view *browse_open(struct browse *browse, const struct view_kind *kind,
			 const char *target)
{
	struct view *view = calloc(1, kind->size);

	if (!view) {
		report_error("out of memory");
		return NULL;
	}
	view->kind = kind;
	if (target)
		text_puts(&view->target, target);
	if (view_fill(browse, view)) {
		view_free(view);
		return NULL;
	}
	outline_show(&view->outline);
	view->below = browse->view;
	browse->view = view;
	return view;
}

/**
 * browse_close() - Close the visible view
 * @browse: state
 */
void browse_close(struct browse *browse)
{
	struct view *view = browse->view;

	browse->view = view->below;
	view_free(view);
}

/**
 * browse_fill_again() - Rebuild the visible view, and keep cursor and folds
 * @browse: state
 */
void browse_fill_again(struct browse *browse)
{
	struct outline *outline = &browse->view->outline;

	outline_remember(outline);
	view_fill(browse, browse->view);
	outline_recall(outline);
}

/**
 * browse_has_processes() - Check whether running processes can be shown
 * @browse: state
 *
 * Return: true if the source is the running kernel.
 */
bool browse_has_processes(const struct browse *browse)
{
	return !browse->names[0];
}

/**
 * browse_can_reload() - Check whether the sources can be read once more
 * @browse: state
 *
 * Return: false if one of them is standard input.
 */
bool browse_can_reload(const struct browse *browse)
{
	for (char *const *name = browse->names; *name; name++)
		if (!strcmp(*name, "-"))
			return false;
	return true;
}

/**
 * browse_read_again() - Reload the sources; all views keep cursor and folds
 * @browse: state
 *
 * If a source cannot be read, nothing changes and a message says why.
 */
void browse_read_again(struct browse *browse)
{
	struct model old = browse->model;

	if (!browse_can_reload(browse)) {
		report_error("standard input can be read only once");
		return;
	}
	if (browse_read(browse) != GO_ON) {
		model_free(&browse->model);
		browse->model = old;
		return;
	}
	for (struct view *view = browse->view; view; view = view->below)
		outline_remember(&view->outline);
	model_free(&old);
	for (struct view *view = browse->view; view; view = view->below) {
		view_fill(browse, view);
		outline_recall(&view->outline);
	}
}

/**
 * view_print() - Print a view as text: its titles, and all rows that are not folded
 * @view: struct view
 * @out: output file
 *
 * Return: 0 or -ENOMEM.
 */
int view_print(const void *view, FILE *out)
{
	const struct view *shown = view;
	const struct outline *outline = &shown->outline;
	struct text text = { 0 };
	int err;

	fprintf(out, "%s: %s\n", text_str(&shown->title), text_str(&shown->summary));
	if (shown->subtitle.len)
		fprintf(out, "%s\n", shown->subtitle.data);
	if (shown->header.len)
		fprintf(out, "%s\n", shown->header.data);
	for (size_t i = 0; i < outline->shown_count && !text.failed; i++) {
		outline_plain(outline, outline->shown[i], &text);
		if (outline->row[outline->shown[i]].is_folded)
			fold_mark(outline, outline->shown[i], &colours_none, &text);
		fprintf(out, "%s\n", text_str(&text));
	}
	err = text.failed ? -ENOMEM : 0;
	text_free(&text);
	return err;
}

/**
 * browse_free() - Free all memory
 * @browse: state
 */
void browse_free(struct browse *browse)
{
	while (browse->view)
		browse_close(browse);
	model_free(&browse->model);
	finder_free(&browse->finder);
	prompt_free(&browse->prompt);
	text_free(&browse->source);
	text_free(&browse->old);
	text_free(&browse->output);
	text_free(&browse->message);
}
