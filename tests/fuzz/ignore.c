// SPDX-License-Identifier: GPL-2.0-only
/*
 * The inputs of diff: an ignore file, an old and a new policy, separated by \1.
 * Ignoring entries never adds a difference, and equal policies do not differ.
 */
#include <errno.h>
#include <string.h>

#include "fuzz.h"
#include "model/patternize.h"
#include "render/render_diff.h"
#include "show.h"
#include "source/source.h"

#define SEPARATOR	'\1'

static int ignore_line(void *ctx, const struct line *line)
{
	struct match_list *list = ctx;
	size_t before = list->count;
	int err = match_list_line(list, line);
	struct text again = { 0 };

	if (err || list->count == before)
		return err == -EINVAL ? -EBADMSG : err;
	/* A parsed pattern, parsed again, is unchanged */
	check(!match_parse(&again, (struct span){ list->pattern[before].data,
						  list->pattern[before].len }));
	check(!strcmp(again.data, list->pattern[before].data));
	text_free(&again);
	return 0;
}

static void ignore_read(struct match_list *list, const struct piece *piece)
{
	struct damage damage = { 0 };
	int fd = fuzz_file(piece->data, piece->size);
	struct source file = { .fd = fd };

	check(!lines_each(fd, ignore_line, list, &damage));
	source_close(&file);
}

/* Read a policy; @patterned is the same model with patterns for numbers and temporary names. */
static void model_read(const struct piece *piece, struct model *model,
		       struct model *patterned)
{
	struct source source = { .fd = fuzz_file(piece->data, piece->size) };

	source_read(&source, model_add, model);
	source_close(&source);
	model_sort(model);
	check(!patternize_model(model, patterned));
}

static size_t diff_show(const struct match_list *ignore,
			const struct model *old, const struct model *new)
{
	struct show show;
	size_t found[2];

	show_begin(&show);
	check(!render_diff(ignore, old, new, &colours_none, show.out, &found[0]));
	show_end(&show, SHOW_TEXT);
	show_free(&show);
	show_begin(&show);
	check(!render_diff_json(ignore, old, new, show.out, &found[1]));
	show_end(&show, SHOW_JSON);
	show_free(&show);
	check(found[0] == found[1]);
	return found[0];
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct piece patterns = fuzz_shift(&data, &size, SEPARATOR);
	struct piece old = fuzz_shift(&data, &size, SEPARATOR);
	struct piece new = fuzz_shift(&data, &size, SEPARATOR);
	struct model model[2] = { 0 };
	struct model patterned[2] = { 0 };
	struct match_list ignore = { 0 };

	ignore_read(&ignore, &patterns);
	model_read(&old, &model[0], &patterned[0]);
	model_read(&new, &model[1], &patterned[1]);
	check(diff_show(&ignore, &model[0], &model[1]) <=
	      diff_show(NULL, &model[0], &model[1]));
	diff_show(&ignore, &patterned[0], &patterned[1]);
	for (int i = 0; i < 2; i++) {
		check(!diff_show(NULL, &model[i], &model[i]));
		model_free(&model[i]);
		model_free(&patterned[i]);
	}
	match_list_free(&ignore);
	fuzz_free(&patterns);
	fuzz_free(&old);
	fuzz_free(&new);
	return 0;
}
