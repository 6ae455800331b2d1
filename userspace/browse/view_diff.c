// SPDX-License-Identifier: GPL-2.0-only
/* View of the differences from a saved state or log, in the format of "ashiato diff". */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "browse.h"
#include "render/render_diff.h"
#include "session/load.h"
#include "session/report.h"

/**
 * struct diff_view - Differences
 * @view: base; its @target is the name of the older source
 * @lines: output of render_diff(), each line NUL-terminated
 */
struct diff_view {
	struct view view;
	char *lines;
};

static void diff_write(const struct outline *outline, size_t row,
		       struct text *out)
{
	text_puts(out, outline->row[row].item);
}

/* A line is a sign, a blank and an indented name; marks may precede the sign. */
static unsigned int line_depth(const char *line)
{
	line += strspn(line, "\001\002\003\004\005\006");
	return *line ? (unsigned int)strspn(line + 1, " ") : 0;
}

/* An empty line separates the tree from the summary. */
static int lines_add(struct view *view, char *line)
{
	int err = 0;

	while (*line && *line != '\n' && !err) {
		char *end = strchrnul(line, '\n');
		bool is_last = !*end;

		*end = '\0';
		err = outline_add(&view->outline, line, line_depth(line));
		line = is_last ? end : end + 1;
	}
	if (*line)
		text_add(&view->summary, line + 1, strcspn(line + 1, "\n"));
	return err;
}

static int diff_print(const struct browse *browse, struct diff_view *diff,
		      const struct model *old, const struct model *new,
		      size_t *found)
{
	size_t size;
	FILE *out;
	int err;

	free(diff->lines);
	diff->lines = NULL;
	out = open_memstream(&diff->lines, &size);
	if (!out)
		return -ENOMEM;
	err = render_diff(NULL, NULL, old, new, browse->colours, out, found);
	return fclose(out) ? -ENOMEM : err;
}

static int diff_print_patterned(const struct browse *browse,
			      struct diff_view *diff, const struct model *old,
			      size_t *found)
{
	struct model patterned[2] = { 0 };
	int err = models_patternize(old, &browse->model, patterned) == GO_ON ? 0 : -ENOENT;

	if (!err)
		err = diff_print(browse, diff, &patterned[0], &patterned[1], found);
	model_free(&patterned[0]);
	model_free(&patterned[1]);
	return err;
}

static int diff_fill(struct browse *browse, struct view *view)
{
	struct diff_view *diff = (struct diff_view *)view;
	char *const names[] = { view->target.data, NULL };
	const struct load load = {
		.command = browse->command,
		.names = names,
	};
	struct model old;
	size_t found;
	int err;

	if (model_load(&load, &old) != GO_ON) {
		model_free(&old);
		return -ENOENT;
	}
	if (browse->with_patterns)
		err = diff_print_patterned(browse, diff, &old, &found);
	else
		err = diff_print(browse, diff, &old, &browse->model, &found);
	model_free(&old);
	if (err)
		return err;
	text_puts(&view->title, text_str(&browse->source));
	text_puts(&view->subtitle, browse->with_patterns ?
		  "with patterns: + added, - removed since " :
		  "+ added, - removed since ");
	text_add_line(&view->subtitle, view->target.data, view->target.len);
	view->outline.write = diff_write;
	if (found)
		return lines_add(view, diff->lines);
	browse_message(browse, "No differences");
	/* Do not open an empty view; but keep one that became empty */
	return view->below ? 0 : -ENOENT;
}

static bool diff_key(struct browse *browse, struct view *view, int key)
{
	(void)view;
	if (key != 'p')
		return false;
	browse->with_patterns = !browse->with_patterns;
	browse_fill_again(browse);
	return true;
}

static void diff_keys(const struct browse *browse, const struct view *view,
		      struct text *out)
{
	(void)view;
	keys_add(out, browse->with_patterns ? "p no patterns" : "p patterns");
}

static void diff_free(struct view *view)
{
	free(((struct diff_view *)view)->lines);
}

const struct view_kind view_diff = {
	.size = sizeof(struct diff_view),
	.keys = diff_keys,
	.fill = diff_fill,
	.key = diff_key,
	.free = diff_free,
};
