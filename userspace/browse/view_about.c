// SPDX-License-Identifier: GPL-2.0-only
/* View of the summary of a program, as "ashiato about" prints it. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "browse.h"
#include "screen.h"
#include "session/sight.h"

/* Of "ashiato about", too: longer lines can be scrolled */
#define COLUMNS_MIN	40

/**
 * struct about_card - Summary of a program
 * @view: base; its @target is the path of the program
 * @with_all: show each file and address
 * @lines: output of render_about(), each line NUL-terminated
 */
struct about_card {
	struct view view;
	bool with_all;
	char *lines;
};

static void card_write(const struct outline *outline, size_t row, struct text *out)
{
	text_puts(out, outline->row[row].item);
}

static int lines_add(struct outline *outline, char *line)
{
	int err = 0;

	for (char *end; !err && (end = strchr(line, '\n')); line = end + 1) {
		*end = '\0';
		err = outline_add(outline, line, 0);
	}
	return err;
}

static int card_print(const struct browse *browse, struct about_card *card,
		      const struct sight *sight)
{
	struct about_view look = {
		.sources = browse->names,
		.machine = &sight->machine,
		.since = sight->old_name.len ? sight->old_name.data : NULL,
		.with_all = card->with_all,
		.more = "type a",
		.colours = browse->colours,
	};
	int rows;
	int columns;
	size_t size;
	FILE *out;
	int err;

	screen_size(&rows, &columns);
	look.width = columns < COLUMNS_MIN ? COLUMNS_MIN : (size_t)columns;
	free(card->lines);
	card->lines = NULL;
	out = open_memstream(&card->lines, &size);
	if (!out)
		return -ENOMEM;
	err = render_about(&sight->about, &look, out);
	return fclose(out) ? -ENOMEM : err;
}

static int sight_print(const struct browse *browse, struct about_card *card,
		       struct sight *sight)
{
	if (sight_open(sight) != GO_ON)
		return -ENOENT;
	if (about_find(&sight->about, sight->model, card->view.target.data))
		return -ENOMEM;
	if (!sight->about.domain_count) {
		report_error("Domain not found: type r to reload");
		return -ENOENT;
	}
	if (sight_fill(sight, NULL) != GO_ON)
		return -ENOENT;
	return card_print(browse, card, sight);
}

static int card_fill(struct browse *browse, struct view *view)
{
	struct about_card *card = (struct about_card *)view;
	struct sight sight = {
		.command = browse->command,
		.is_live = browse_has_processes(browse),
		.model = &browse->model,
	};
	int err = sight_print(browse, card, &sight);

	view->outline.write = card_write;
	text_format(&view->title, "%s: about", text_str(&browse->source));
	count_write(&view->summary, sight.about.access_count, "access", "accesses");
	text_puts(&view->subtitle, view->target.data);
	sight_free(&sight);
	return err ? err : lines_add(&view->outline, card->lines);
}

static bool card_key(struct browse *browse, struct view *view, int key)
{
	struct about_card *card = (struct about_card *)view;

	if (key != 'a')
		return false;
	card->with_all = !card->with_all;
	browse_fill_again(browse);
	outline_go(&view->outline, 0);
	return true;
}

static void card_keys(const struct browse *browse, const struct view *view,
		      struct text *out)
{
	(void)browse;
	keys_add(out, ((const struct about_card *)view)->with_all ? "a summary" : "a all");
}

static void card_free(struct view *view)
{
	free(((struct about_card *)view)->lines);
}

const struct view_kind view_about = {
	.size = sizeof(struct about_card),
	.keys = card_keys,
	.fill = card_fill,
	.key = card_key,
	.free = card_free,
};
