// SPDX-License-Identifier: GPL-2.0-only
/* The shares of users. */
#include "core/share.h"
#include "unit.h"

enum { ROOT = 0, DAEMON = 33, ALICE = 1000, BOB = 1001 };

static const struct share access_share = { .accesses = 1 };
static const struct share domain_share = { .domains = 1 };
static const struct share history_share = { .histories = 1 };
static const struct share byte_share = { .bytes = 1 };

/* Takes one after the other until a limit is reached; returns how many were taken. */
static u32 take(u32 uid, const struct share *amount, u32 most, int err)
{
	u32 taken;
	int ret;

	for (taken = 0; taken < most; taken++) {
		ret = share_take(uid, amount);
		if (ret < 0) {
			assert_int_equal(ret, err);
			break;
		}
	}
	return taken;
}

/* The entry of a user, or false. */
static bool user_get(u32 uid, struct share_user *user)
{
	u32 i;

	for (i = 0; i < SHARE_ENTRIES; i++) {
		if (share_user_get(i, user) && user->uid == uid)
			return true;
	}
	return false;
}

/* Each user has an eighth, ordinary ones a half, all but root three quarters; root the rest. */
static void shares(void **state)
{
	const struct {
		const struct share *amount;
		const char *full;
	} cases[] = {
		{ &access_share, "accesses" }, { &domain_share, "domains" },
		{ &history_share, "histories" }, { &byte_share, "bytes" },
	};
	const u32 before = share_histories;
	struct share_user user;
	size_t i;
	u32 uid;

	(void)state;
	share_histories = 80;
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct share *amount = cases[i].amount;

		unit_share(80, 80, 80);
		for (uid = ALICE; uid < ALICE + 4; uid++)
			assert_int_equal(take(uid, amount, 99, -EDQUOT), 10);
		/* Four eighths are a half. */
		assert_int_equal(take(ALICE + 4, amount, 99, -EDQUOT), 0);
		/* A daemon has room, and a second one; a third one has not. */
		assert_int_equal(take(DAEMON, amount, 99, -EDQUOT), 10);
		assert_int_equal(take(DAEMON + 1, amount, 99, -EDQUOT), 10);
		assert_int_equal(take(DAEMON + 2, amount, 99, -EDQUOT), 0);
		/* Root has the last quarter. */
		assert_int_equal(take(ROOT, amount, 99, -ENOSPC), 20);
		/* If the limit itself is reached, the error is another one. */
		assert_int_equal(share_take(ALICE, amount), -ENOSPC);
		assert_true(user_get(ALICE, &user));
		assert_int_equal(user.lost, 2);
		assert_string_equal(user.full, cases[i].full);
		assert_false(user.is_system);
		assert_true(user_get(DAEMON, &user) && user.is_system);
		/* The other limits have room. */
		assert_true(share_take(BOB, cases[(i + 1) % ARRAY_SIZE(cases)].amount) >= 0);
	}
	share_histories = before;
	share_init();
}

/* The number of histories may change at any time; 0 is no limit. A full share of bytes has room. */
static void histories(void **state)
{
	const u32 before = share_histories;

	(void)state;
	unit_share(80, 80, 80);
	assert_int_equal(take(ALICE, &byte_share, 99, -EDQUOT), 10);
	share_histories = 80;
	assert_int_equal(take(ALICE, &history_share, 99, -EDQUOT), 10);
	/* A refused history does not hide which limit refused an access. */
	assert_string_equal(share_full_of(ALICE), "bytes");
	share_histories = 0;
	assert_int_equal(take(ALICE, &history_share, 99, -EDQUOT), 99);
	share_histories = 40;
	assert_int_equal(take(BOB, &history_share, 99, -ENOSPC), 0);
	assert_int_equal(take(ROOT, &history_share, 99, -ENOSPC), 0);
	share_histories = before;
	share_init();
}

/* Root may take all that others have not taken. */
static void root_takes_all(void **state)
{
	(void)state;
	unit_share(80, 80, 80);
	assert_int_equal(take(ROOT, &access_share, 99, -ENOSPC), 80);
	assert_int_equal(share_take(ALICE, &access_share), -ENOSPC);
	share_init();
}

/* Parts of limits that eight does not divide, and of the largest ones. */
static void parts(void **state)
{
	static const struct {
		size_t limit;
		size_t user;
		size_t all;
	} cases[] = {
		{ 0, 0, 0 }, { 7, 0, 7 }, { 8, 1, 8 }, { 15, 1, 15 }, { 16, 2, 16 },
		{ 1000001, 125000, 1000001 }, { SIZE_MAX, SIZE_MAX / 8, SIZE_MAX },
		{ SIZE_MAX - 1, SIZE_MAX / 8, SIZE_MAX - 1 },
	};
	struct share amount = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		unit_share(0, 0, cases[i].limit);
		amount.bytes = cases[i].user;
		assert_true(share_take(ALICE, &amount) >= 0);
		assert_int_equal(share_take(ALICE, &byte_share), cases[i].all == cases[i].user ?
				 -ENOSPC : -EDQUOT);
		amount.bytes = cases[i].all - cases[i].user;
		assert_true(share_take(ROOT, &amount) >= 0);
		if (cases[i].limit != SIZE_MAX)
			assert_int_equal(share_take(ROOT, &byte_share), -ENOSPC);
		assert_int_equal(unit_total().bytes, cases[i].limit);
	}
	share_init();
}

/* The parameter decides when the user is first seen. */
static void system_uids(void **state)
{
	const u32 before = share_system_uids;
	struct share_user user;

	(void)state;
	unit_share(80, 80, 80);
	share_system_uids = 500;
	assert_int_equal(take(499, &access_share, 1, 0), 1);
	assert_int_equal(take(500, &access_share, 1, 0), 1);
	assert_true(user_get(499, &user) && user.is_system);
	assert_true(user_get(500, &user) && !user.is_system);
	/* A user stays in the group of users in which it was first recorded. */
	share_system_uids = 1000;
	assert_int_equal(take(500, &access_share, 99, -EDQUOT), 9);
	assert_true(user_get(500, &user) && !user.is_system);
	share_system_uids = before;
	share_init();
}

/* More users than entries share one entry, which has the share of one user. */
static void many_users(void **state)
{
	enum { USERS = 5000 };
	struct share_user user;
	u32 own = 0, shared = 0, uid, i, entry_of[USERS];

	(void)state;
	unit_share(800000, 80, 80);
	for (uid = 0; uid < USERS; uid++) {
		int entry = share_take(10000 + uid, &access_share);

		assert_in_range(entry, 0, SHARE_ENTRIES - 1);
		entry_of[uid] = entry;
		assert_true(share_user_get(entry, &user));
		if (user.uid == SHARE_OTHERS)
			shared++;
		else
			own++;
		assert_true(user.uid == SHARE_OTHERS || user.uid == 10000 + uid);
	}
	assert_int_equal(own, SHARE_USERS);
	assert_int_equal(shared, USERS - SHARE_USERS);
	assert_true(user_get(SHARE_OTHERS, &user));
	assert_int_equal(user.used.accesses, shared);
	assert_int_equal(unit_total().accesses, USERS);
	/* Root has an entry of its own. */
	assert_int_equal(share_take(ROOT, &access_share), SHARE_USERS);
	/* The shared entry is full for all of its users; other users have room. */
	for (uid = 0; user.used.accesses < 100000; uid = (uid + 1) % USERS) {
		share_user_get(entry_of[uid], &user);
		if (user.uid != SHARE_OTHERS)
			continue;
		assert_true(share_take(10000 + uid, &access_share) >= 0);
		user.used.accesses++;
	}
	for (uid = 0, i = 0; uid < USERS; uid++) {
		int ret = share_take(10000 + uid, &access_share);

		share_user_get(entry_of[uid], &user);
		assert_int_equal(ret, user.uid == SHARE_OTHERS ? -EDQUOT : (int)entry_of[uid]);
		i += ret < 0;
	}
	assert_int_equal(i, shared);
	assert_true(user_get(SHARE_OTHERS, &user));
	assert_int_equal(user.lost, shared);
	share_init();
}

/* When ordinary users have all entries, a daemon still has the room of a daemon. */
static void daemons_remain(void **state)
{
	struct share_user user;
	u32 uid, entry;

	(void)state;
	unit_share(80000, 80, 80);
	for (uid = 10000; uid < 60000; uid++)
		share_take(uid, &access_share);
	entry = share_entry(DAEMON);
	assert_true(share_take(DAEMON, &access_share) == (int)entry);
	assert_true(share_user_get(entry, &user));
	assert_true(user.is_system && user.uid == SHARE_OTHERS);
	assert_int_equal(take(DAEMON + 1, &access_share, 99999, -EDQUOT), 9999);
	assert_int_not_equal(share_entry(uid), entry);
	share_init();
}

/* An entry whose user has nothing left is free for another; with losses, last. */
static void idle_entries(void **state)
{
	struct share_user user;
	u32 uid, own = 0;
	int entry;

	(void)state;
	unit_share(80, 80, 80);
	for (uid = 1; uid <= 100000; uid++) {
		entry = share_take(uid, &access_share);
		assert_in_range(entry, 0, SHARE_USERS - 1);
		assert_true(share_user_get(entry, &user) && user.uid == uid);
		share_return(entry, &access_share);
		assert_false(share_user_get(entry, &user));
	}
	/* A user with losses stays visible while there are other entries. */
	assert_int_equal(take(ALICE, &access_share, 99, -EDQUOT), 10);
	assert_true(user_get(ALICE, &user));
	for (uid = 0; uid < 10; uid++)
		share_return(share_take(ROOT, &domain_share), &domain_share);
	assert_true(user_get(ALICE, &user) && user.lost == 1);
	for (entry = 0; entry < SHARE_ENTRIES; entry++) {
		if (share_user_get(entry, &user) && user.uid == ALICE)
			break;
	}
	for (uid = 0; uid < 10; uid++)
		share_return(entry, &access_share);
	for (uid = 20000; uid < 20100; uid++) {
		int other = share_take(uid, &access_share);

		if (other >= 0)
			share_return(other, &access_share);
	}
	assert_true(user_get(ALICE, &user) && user.lost == 1 && !user.used.accesses);
	/* The entry is ALICE's again. */
	assert_int_equal(share_take(ALICE, &access_share), entry);
	assert_true(user_get(ALICE, &user) && user.lost == 1);
	for (uid = 0; uid < SHARE_ENTRIES; uid++)
		own += share_user_get(uid, &user);
	assert_int_equal(own, 1);
	share_init();
}

/* In any sequence of charges, no user exceeds a share; at the end, all sums are zero. */
static void balance(void **state)
{
	enum { STEPS = 200000, HELD = 3000 };
	static struct {
		int owner;
		struct share amount;
	} held[HELD];
	const struct share limits = { .accesses = 1000, .domains = 300, .bytes = 100000 };
	static const struct share none;
	struct share total;
	u64 seed = 9;
	u32 i, index, used = 0, refused = 0;

	(void)state;
	unit_share(limits.accesses, limits.domains, limits.bytes);
	for (i = 0; i < STEPS; i++) {
		u64 random = unit_random(&seed);

		if (used && (used == HELD || random % 5 < 2)) {
			u32 one = (random >> 8) % used;

			share_return(held[one].owner, &held[one].amount);
			held[one] = held[--used];
			continue;
		}
		held[used].amount = (struct share){
			.accesses = random >> 8 & 1, .domains = random >> 9 & 1,
			.bytes = 1 + (random >> 10) % 400,
		};
		held[used].amount.long_bytes = random >> 40 & 1 ? held[used].amount.bytes : 0;
		held[used].owner = share_take((random >> 20) % 40 * (random >> 30) % 60,
					      &held[used].amount);
		if (held[used].owner >= 0)
			used++;
		else
			refused++;
		if (i % 1000)
			continue;
		total = unit_total();
		assert_true(total.accesses <= limits.accesses && total.domains <= limits.domains &&
			    total.bytes <= limits.bytes);
		for (index = 0; index < SHARE_ENTRIES; index++) {
			struct share_user user;

			if (!share_user_get(index, &user) || !user.uid)
				continue;
			assert_true(user.used.accesses <= limits.accesses / 8 &&
				    user.used.domains <= limits.domains / 8 &&
				    user.used.bytes <= limits.bytes / 8);
		}
	}
	assert_true(refused > 1000);
	while (used--)
		share_return(held[used].owner, &held[used].amount);
	total = unit_total();
	assert_memory_equal(&total, &none, sizeof(none));
	share_forget();
	for (index = 0; index < SHARE_ENTRIES; index++) {
		struct share_user user;

		assert_false(share_user_get(index, &user));
		assert_memory_equal(&user.used, &none, sizeof(none));
	}
	/* All of it is free again: the sums of kinds of users are zero, too. */
	assert_int_equal(take(ALICE, &access_share, 9999, -EDQUOT), limits.accesses / 8);
	assert_int_equal(take(DAEMON, &access_share, 9999, -EDQUOT), limits.accesses / 8);
	share_init();
}

/* Long texts may take an eighth of a user's bytes. */
static void long_texts(void **state)
{
	const struct share amount = { .bytes = 100, .long_bytes = 90 };

	(void)state;
	unit_share(SIZE_MAX, SIZE_MAX, 6400);
	assert_true(share_has_long(ALICE, 100));
	assert_false(share_has_long(ALICE, 101));
	assert_true(share_take(ALICE, &amount) >= 0);
	assert_true(share_has_long(ALICE, 10));
	assert_false(share_has_long(ALICE, 11));
	assert_true(share_has_long(BOB, 100));
	assert_true(share_has_long(ROOT, 100));
	assert_false(share_has_long(ROOT, 101));
	share_init();
}

static void losses_are_forgotten(void **state)
{
	struct share_user user;
	struct share limits;

	(void)state;
	unit_share(8, 16, 24);
	share_limits(&limits);
	assert_true(limits.accesses == 8 && limits.domains == 16 && limits.bytes == 24);
	assert_int_equal(take(ALICE, &access_share, 99, -EDQUOT), 1);
	assert_int_equal(share_take(BOB, &(struct share){ .bytes = 4 }), -EDQUOT);
	assert_true(user_get(ALICE, &user) && user.lost == 1 && user.used.accesses == 1);
	assert_true(user_get(BOB, &user) && user.lost == 1 && !user.used.bytes);
	assert_string_equal(user.full, "bytes");
	share_forget();
	assert_true(user_get(ALICE, &user) && !user.lost && !user.full);
	assert_false(user_get(BOB, &user));
	/* Limits may change at any time, also below what is taken. */
	limits.accesses = 80;
	share_set_limits(&limits);
	assert_int_equal(take(ALICE, &access_share, 99, -EDQUOT), 9);
	limits.accesses = 0;
	share_set_limits(&limits);
	assert_int_equal(share_take(ROOT, &access_share), -ENOSPC);
	share_init();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		unit_case(shares),
		unit_case(histories),
		unit_case(root_takes_all),
		unit_case(parts),
		unit_case(system_uids),
		unit_case(many_users),
		unit_case(daemons_remain),
		unit_case(idle_entries),
		unit_case(balance),
		unit_case(long_texts),
		unit_case(losses_are_forgotten),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
