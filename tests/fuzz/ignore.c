// SPDX-License-Identifier: GPL-2.0-only
/*
 * The inputs of diff and new: an ignore file, which is also read as tables of names that are
 * new each time and of ranks, an old and a new policy, separated by \1.
 * Ignoring entries never adds a difference, and equal policies do not differ.
 */
#include <errno.h>
#include <string.h>

#include "fuzz.h"
#include "model/patternize.h"
#include "render/render.h"
#include "render/render_diff.h"
#include "render/render_new.h"
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

static void names_read(struct patterns *names, const struct piece *piece)
{
	struct text error = { 0 };
	int err = conf_read_text(&patterns_conf, names, "names",
				 (struct span){ piece->data, piece->size }, &error);

	check(!err == !error.len);
	text_free(&error);
}

static void new_show(const struct piece *piece, const struct match_list *ignore,
		     const struct model *old, const struct model *new)
{
	const struct filter filter = { .depth = DEPTH_ALL };
	struct ranking ranking = { 0 };
	const struct novelty novelty = { &ranking, ignore, &filter, old, new };
	struct text error = { 0 };
	int err = conf_read_text(&ranking_conf, &ranking, "ranking",
				 (struct span){ piece->data, piece->size }, &error);
	struct show show;
	size_t found[2];

	check(!err == !error.len);
	text_free(&error);
	for (int is_json = 0; is_json < 2; is_json++) {
		show_begin(&show);
		check(!render_new(&novelty, is_json ? NULL : &colours_none, show.out,
				  &found[is_json]));
		show_end(&show, is_json ? SHOW_JSON : SHOW_TEXT);
		show_free(&show);
	}
	check(found[0] == found[1]);
	ranking_free(&ranking);
}

/* Sum the accesses up by classes: the lines of the tables are tried as those, too. */
static void classes_show(const struct piece *piece, const struct model *model)
{
	struct classes classes = { 0 };
	struct text error = { 0 };
	int err = conf_read_text(&classes_conf, &classes, "classes",
				 (struct span){ piece->data, piece->size }, &error);
	struct show show;
	size_t found;

	check(!err == !error.len);
	text_free(&error);
	show_begin(&show);
	check(!render_access(model, NULL, ACCESS_SUMMARY, &classes, show.out, &found));
	show_end(&show, SHOW_TEXT);
	show_free(&show);
	classes_free(&classes);
}

/* Read a policy; @patterned is the same model with patterns for numbers and temporary names. */
static void model_read(const struct piece *piece, const struct patterns *names,
		       struct model *model, struct model *patterned)
{
	struct source source = { .fd = fuzz_file(piece->data, piece->size) };

	source_read(&source, model_add, model);
	source_close(&source);
	model_sort(model);
	check(!patternize_model(model, names, patterned));
}

static size_t diff_show(const struct match_list *ignore,
			const struct model *old, const struct model *new)
{
	struct show show;
	const struct comparison comparison = { .ignore = ignore };
	size_t found[2];

	for (int is_json = 0; is_json < 2; is_json++) {
		show_begin(&show);
		check(!render_diff_summary(&comparison, old, new,
					   is_json ? NULL : &colours_none, show.out, &found[is_json]));
		show_end(&show, is_json ? SHOW_JSON : SHOW_TEXT);
		show_free(&show);
	}
	check(found[0] == found[1]);
	show_begin(&show);
	check(!render_diff(ignore, NULL, old, new, &colours_none, show.out, &found[0]));
	show_end(&show, SHOW_TEXT);
	show_free(&show);
	show_begin(&show);
	check(!render_diff_json(ignore, NULL, old, new, show.out, &found[1]));
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
	struct patterns names = { 0 };

	ignore_read(&ignore, &patterns);
	names_read(&names, &patterns);
	model_read(&old, &names, &model[0], &patterned[0]);
	model_read(&new, &names, &model[1], &patterned[1]);
	check(diff_show(&ignore, &model[0], &model[1]) <=
	      diff_show(NULL, &model[0], &model[1]));
	diff_show(&ignore, &patterned[0], &patterned[1]);
	new_show(&patterns, &ignore, &patterned[0], &patterned[1]);
	classes_show(&patterns, &model[0]);
	for (int i = 0; i < 2; i++) {
		check(!diff_show(NULL, &model[i], &model[i]));
		model_free(&model[i]);
		model_free(&patterned[i]);
	}
	match_list_free(&ignore);
	patterns_free(&names);
	fuzz_free(&patterns);
	fuzz_free(&old);
	fuzz_free(&new);
	return 0;
}
