// SPDX-License-Identifier: GPL-2.0-only
/* What came and went since a state was saved, as "ashiato diff" prints it. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "browse.h"
#include "model/patternize.h"
#include "render/render_diff.h"

/**
 * struct diff_view - A difference
 * @view: about the name of the older source
 * @lines: all that was printed, each line terminated
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

/* Each line is a sign, a blank, and a tree; marks may be before them. */
static unsigned int line_depth(const char *line)
{
	line += strspn(line, "\001\002\003\004\005\006");
	return *line ? (unsigned int)strspn(line + 1, " ") : 0;
}

/* Behind an empty line stands how much it is. */
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
		text_add(&view->numbers, line + 1, strcspn(line + 1, "\n"));
	return err;
}

static int diff_print(const struct browse *browse, struct diff_view *own,
		      const struct model *old, const struct model *new,
		      size_t *found)
{
	size_t size;
	FILE *out;
	int err;

	free(own->lines);
	own->lines = NULL;
	out = open_memstream(&own->lines, &size);
	if (!out)
		return -ENOMEM;
	err = render_diff(NULL, old, new, browse->colours, out, found);
	return fclose(out) ? -ENOMEM : err;
}

static int diff_print_patterned(const struct browse *browse,
			      struct diff_view *own, const struct model *old,
			      size_t *found)
{
	struct model patterned[2] = { 0 };
	int err = patternize_model(old, &patterned[0]);

	if (!err)
		err = patternize_model(&browse->model, &patterned[1]);
	if (!err)
		err = diff_print(browse, own, &patterned[0], &patterned[1], found);
	model_free(&patterned[0]);
	model_free(&patterned[1]);
	return err;
}

static int diff_fill(struct browse *browse, struct view *view)
{
	struct diff_view *own = (struct diff_view *)view;
	struct model old;
	size_t found;
	int err;

	if (command_model(browse->self, view->about.data, &old, false) !=
	    COMMAND_GO_ON) {
		model_free(&old);
		return -ENOENT;
	}
	if (browse->with_patterns)
		err = diff_print_patterned(browse, own, &old, &found);
	else
		err = diff_print(browse, own, &old, &browse->model, &found);
	model_free(&old);
	if (err)
		return err;
	text_puts(&view->title, text_str(&browse->source));
	text_puts(&view->subject, browse->with_patterns ?
		  "with patterns: + came, - went since " :
		  "+ came, - went since ");
	text_add_line(&view->subject, view->about.data, view->about.len);
	view->outline.write = diff_write;
	if (found)
		return lines_add(view, own->lines);
	browse_say(browse, "There is no difference.");
	/* Not opened for that; but it stays open */
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

static void diff_free(struct view *view)
{
	free(((struct diff_view *)view)->lines);
}

const struct view_kind view_diff = {
	.size = sizeof(struct diff_view),
	.keys = "? help  q back  / find  - fold  p patterns  r read again",
	.fill = diff_fill,
	.key = diff_key,
	.free = diff_free,
};
