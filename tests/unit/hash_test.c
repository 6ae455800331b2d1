// SPDX-License-Identifier: GPL-2.0-only
/* The properties of the keyed hash that its users rely on. */
#include "unit.h"

#define LENGTH_MAX 70

static void no_overread(void **state)
{
	size_t len;

	(void)state;
	for (len = 0; len <= LENGTH_MAX; len++) {
		char text[LENGTH_MAX + 1], *exact = malloc(len + !len);

		/* The allocation has no byte after the text, so that ASan detects an overread. */
		assert_non_null(exact);
		memset(text, 'a', sizeof(text));
		memcpy(exact, text, len);
		text[len] = '!';
		assert_int_equal(hash_bytes(1, exact, len), hash_bytes(1, text, len));
		free(exact);
	}
}

static void every_bit_changes_the_hash(void **state)
{
	char text[LENGTH_MAX];
	size_t len, bit;

	(void)state;
	memset(text, 0x5a, sizeof(text));
	for (len = 1; len <= LENGTH_MAX; len++) {
		u64 hash = hash_bytes(0, text, len);

		for (bit = 0; bit < len * 8; bit++) {
			text[bit / 8] ^= 1 << bit % 8;
			assert_int_not_equal(hash_bytes(0, text, len), hash);
			text[bit / 8] ^= 1 << bit % 8;
		}
	}
}

static void length_changes_the_hash(void **state)
{
	static const char zeros[LENGTH_MAX];
	u64 hash[LENGTH_MAX + 1];
	size_t i, j;

	(void)state;
	for (i = 0; i <= LENGTH_MAX; i++) {
		hash[i] = hash_bytes(0, zeros, i);
		for (j = 0; j < i; j++)
			assert_int_not_equal(hash[i], hash[j]);
	}
}

static void bytes_after_the_length_are_ignored(void **state)
{
	char text[LENGTH_MAX + 1];
	u64 hash[LENGTH_MAX + 1];
	size_t len, i;

	(void)state;
	for (len = 1; len <= LENGTH_MAX; len++) {
		memset(text, 'a', sizeof(text));
		hash[len] = hash_name(1, text, len);
		for (i = 1; i < len; i++)
			assert_int_not_equal(hash[len], hash[i]);
		for (i = 0; i < LENGTH_MAX; i++) {
			text[i] = 'b';
			if (i < len)
				assert_int_not_equal(hash_name(1, text, len), hash[len]);
			else
				assert_int_equal(hash_name(1, text, len), hash[len]);
			text[i] = 'a';
		}
	}
}

static void order_and_state_change_the_hash(void **state)
{
	u64 a = hash_bytes(0, "a", 1), b = hash_bytes(0, "b", 1);

	(void)state;
	assert_int_not_equal(hash_bytes(a, "b", 1), hash_bytes(b, "a", 1));
	assert_int_not_equal(hash_bytes(0, "ab", 2), hash_bytes(0, "ba", 2));
	assert_int_not_equal(hash_bytes(0, "x", 1), hash_bytes(1, "x", 1));
	assert_int_not_equal(hash_mix(1, 2), hash_mix(2, 1));
}

static void key_changes_the_hash(void **state)
{
	u64 hash = hash_bytes(0, "/bin/sh", 7);
	int word;

	(void)state;
	for (word = 0; word < 2; word++) {
		hash_key[word] ^= 1;
		assert_int_not_equal(hash_bytes(0, "/bin/sh", 7), hash);
		hash_key[word] ^= 1;
	}
	assert_int_equal(hash_bytes(0, "/bin/sh", 7), hash);
}

static int compare(const void *a, const void *b)
{
	u32 x = *(const u32 *)a, y = *(const u32 *)b;

	return (x > y) - (x < y);
}

/* Names that differ little: 32 bits of the hash must be distributed evenly. */
static void hashes_are_evenly_distributed(void **state)
{
	enum { COUNT = 100000, BUCKETS = 1024 };
	static u32 hash[COUNT], bucket[BUCKETS];
	int i, equal = 0;
	char name[32];

	(void)state;
	for (i = 0; i < COUNT; i++) {
		snprintf(name, sizeof(name), "/usr/lib/%06d.so", i);
		hash[i] = hash_bytes(0, name, strlen(name));
		bucket[hash[i] % BUCKETS]++;
	}
	/* Expected: 97.7 +- 9.9 in each bucket, and 1.2 pairs of equal hashes. */
	for (i = 0; i < BUCKETS; i++)
		assert_in_range(bucket[i], 40, 160);
	qsort(hash, COUNT, sizeof(hash[0]), compare);
	for (i = 1; i < COUNT; i++)
		equal += hash[i] == hash[i - 1];
	assert_in_range(equal, 0, 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		unit_case(no_overread),
		unit_case(every_bit_changes_the_hash),
		unit_case(length_changes_the_hash),
		unit_case(bytes_after_the_length_are_ignored),
		unit_case(order_and_state_change_the_hash),
		unit_case(key_changes_the_hash),
		unit_case(hashes_are_evenly_distributed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
