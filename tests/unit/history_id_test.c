// SPDX-License-Identifier: GPL-2.0-only
/* The IDs of histories, with a model of their table in history.c. */
#include "core/history_id.h"
#include "unit.h"

enum { PLACES = 64, LIVE_MAX = 40, ZOMBIES_MAX = 12, ZOMBIES_MIN = 8 };

struct list {
	u32 place[PLACES];
	u32 count;
};

static struct {
	u32 id[PLACES];
	bool is_used[PLACES];
	struct list live, zombies;
	u32 next, round, replaced;
	/* For each place and kind of ID: the round of the last one, plus 1; 0 for none. */
	u32 last[PLACES][2];
	/* Number of zombies since the round began. */
	u32 ended;
} model;

static void add(struct list *list, u32 place)
{
	list->place[list->count++] = place;
}

static u32 take(struct list *list, u32 index)
{
	u32 place = list->place[index];

	list->count--;
	memmove(&list->place[index], &list->place[index + 1],
		(list->count - index) * sizeof(*list->place));
	return place;
}

/* Gives an ID to a history. The place must not have had one of the same kind in this round. */
static void give(u32 id, bool replaces)
{
	u32 place = id_place(id), *last = &model.last[place][replaces];

	assert_int_equal(id, id_make(place, model.round, replaces));
	assert_true(*last < model.round + 1);
	*last = model.round + 1;
	model.id[place] = id;
	model.is_used[place] = true;
	add(&model.live, place);
}

static void replace(void)
{
	u32 before = model.round, old = model.id[take(&model.zombies, 0)];
	u32 id = id_replace(old, &model.round);

	assert_int_equal(id_place(id), id_place(old));
	model.replaced++;
	if (model.round != before) {
		/* Unless the round of the old ID is the same modulo 2^ROUND_BITS only. */
		assert_int_equal(model.round, before + 1);
		assert_true(model.ended > ZOMBIES_MIN ||
			    model.last[id_place(id)][old >> PLACE_BITS & 1] <= before);
		model.ended = 0;
	}
	give(id, true);
}

static void round_begin(void)
{
	model.round++;
	model.ended = 0;
}

static void create(void)
{
	if (model.zombies.count > ZOMBIES_MIN) {
		replace();
		return;
	}
	do {
		if (!(++model.next % PLACES))
			round_begin();
	} while (model.is_used[model.next % PLACES]);
	give(id_make(model.next % PLACES, model.round, false), false);
}

static void end(u32 index, bool is_zombie)
{
	u32 place = take(&model.live, index);

	if (!is_zombie) {
		model.is_used[place] = false;
		return;
	}
	model.ended++;
	add(&model.zombies, place);
	if (model.zombies.count > ZOMBIES_MAX)
		model.is_used[take(&model.zombies, 0)] = false;
}

/* No ID is used twice in 2^ROUND_BITS rounds, however histories are created and end. */
static void ids_are_not_reused_early(void **state)
{
	u64 seed = 1;
	u32 i, zombies_of_8, creates_of_8;

	(void)state;
	memset(&model, 0, sizeof(model));
	for (i = 0; i < 400000; i++) {
		/* Phases: from almost no zombies to zombies only, from growth to mass ends */
		zombies_of_8 = i / 500 % 9;
		creates_of_8 = 2 + i / 60 % 5;
		if (unit_random(&seed) % 8 < creates_of_8 && model.live.count < LIVE_MAX)
			create();
		else if (model.live.count)
			end(unit_random(&seed) % model.live.count,
			    unit_random(&seed) % 8 < zombies_of_8);
	}
	assert_true(model.round > 1000);
	assert_true(model.replaced > 10000);
}

/* The parts of an ID do not overlap, and fill ID_BITS. */
static void parts_are_separate(void **state)
{
	const u32 round = BIT(ROUND_BITS) - 1;

	(void)state;
	assert_int_equal(ID_BITS, 30);
	assert_int_equal(id_make(PLACE_MAX, 0, false) ^ id_make(0, 0, true) ^
			 id_make(0, round, false), BIT(ID_BITS) - 1);
	assert_int_equal(id_make(5, round + 1, true), id_make(5, 0, true));
	assert_int_equal(id_place(id_make(5, round, true)), 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		unit_case(ids_are_not_reused_early),
		unit_case(parts_are_separate),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
