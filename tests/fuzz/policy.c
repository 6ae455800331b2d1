// SPDX-License-Identifier: GPL-2.0-only
/*
 * A policy or a saved state: reading, saving and reading it again gives the same
 * model; a saved state that was changed or truncated is refused, or read with a warning;
 * and the model can be printed.
 */
#include <string.h>

#include "source/checksum.h"
#include "fuzz.h"
#include "render/render.h"
#include "show.h"
#include "source/source.h"

/* How many damaged and truncated copies of a saved state to try. */
#define TIMES	2

static int policy_read(const void *data, size_t size, bool skips_damage,
		       struct source *source, struct model *model)
{
	int err;

	*source = (struct source){
		.fd = fuzz_file(data, size),
		.skips_damage = skips_damage,
	};
	err = source_read(source, model_add, model);
	source_close(source);
	model_sort(model);
	return err;
}

static void state_save(const struct model *model, struct show *show)
{
	struct text head = { 0 };

	checksum_head(&head, "saved some time");
	check(!head.failed);
	show_begin(show);
	check(!render_policy(model, head.data, show->out));
	show_end(show, SHOW_TEXT);
	text_free(&head);
}

static void check_refused(const char *state, size_t size)
{
	struct model model = { 0 };
	struct source source;

	check(policy_read(state, size, false, &source, &model));
	model_free(&model);
	/* The undamaged part is read, but never without a warning */
	check(policy_read(state, size, true, &source, &model) || source.damage.count ||
	      source.error);
	model_free(&model);
}

static void check_damaged(const struct show *state)
{
	for (size_t i = 0; i < TIMES; i++) {
		size_t place = fuzz_choose(state->data, state->size, i,
					   state->size);
		char kept = state->data[place];

		state->data[place] ^= (char)(1 + fuzz_choose(state->data,
						state->size, i, 255));
		check_refused(state->data, state->size);
		state->data[place] = kept;
		/* An empty file is not recognizable as a truncated state */
		if (place)
			check_refused(state->data, place);
	}
}

/* Save the model, read it back and save it again: both files are equal. */
static void check_again(const struct model *model, bool skips_damage)
{
	struct model again = { 0 };
	struct source source;
	struct show one;
	struct show two;

	state_save(model, &one);
	check(!policy_read(one.data, one.size, skips_damage, &source, &again));
	check(!source.damage.count && !source.error);
	check(source.kind == SOURCE_POLICY);
	state_save(&again, &two);
	check(one.size == two.size && !memcmp(one.data, two.data, one.size));
	check_damaged(&one);
	show_free(&one);
	show_free(&two);
	model_free(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct model model = { 0 };
	struct source source;
	int err = policy_read(data, size, false, &source, &model);

	show_model(&model, data, size);
	if (!err && source.kind == SOURCE_POLICY && model_first(&model))
		for (int skips_damage = 0; skips_damage < 2; skips_damage++)
			check_again(&model, skips_damage);
	model_free(&model);
	/* Any text, not only a state with one fault */
	policy_read(data, size, true, &source, &model);
	model_free(&model);
	return 0;
}
