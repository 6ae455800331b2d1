// SPDX-License-Identifier: GPL-2.0-only
/*
 * repeat: measures the pure-C core of a repeated access on this machine: hash the six names
 * of a path, look the access up, count it. Prints "FILES<tab>PICOSECONDS" for
 * growing numbers of files, which are used one after the other.
 *
 * The loop stands for fingerprint_count_repeat() and event_count_repeat() without the kernel's
 * part: RCU, sequence counters, the clock.
 */
#include <time.h>

#include "core/access.h"
#include "core/hash.h"
#include "core/seen.h"

#define CELLS (1 << 18)
#define NAMES 6
#define ROUNDS 9
#define ACCESSES 2000000

/* As large as a dentry, with the name at its end. */
struct name {
	const struct name *parent;
	u32 len;
	char text[180];
};

static const struct name root;
static struct name folders[NAMES - 1];
static struct name *files;
static struct seen_hits *hits;

static void name_set(struct name *name, const struct name *parent, const char *format, u32 number)
{
	name->parent = parent;
	name->len = snprintf(name->text, sizeof(name->text), format, number);
}

static u64 key_of(const struct name *name)
{
	u64 hash = 1;

	for (; name->parent; name = name->parent)
		hash = hash_name(hash, name->text, name->len);
	return hash_mix(2, hash) | 1;
}

static void files_make(u32 count)
{
	const struct name *parent = &root;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(folders); i++) {
		name_set(&folders[i], parent, "folder%u", i);
		parent = &folders[i];
	}
	files = calloc(count, sizeof(*files));
	if (!files)
		shim_die("no memory");
	for (i = 0; i < count; i++)
		name_set(&files[i], parent, "file%06u", i);
}

/* An access of its own for each file: counting writes to it. */
static void record(u32 count)
{
	struct access *accesses = calloc(count, sizeof(*accesses));
	u32 i;

	if (!accesses)
		shim_die("no memory");
	for (i = 0; i < count; i++)
		seen_add(key_of(&files[i]), &accesses[i]);
}

static double now(void)
{
	struct timespec time;

	/* Unlike the real time, not affected by other processes. */
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
	return time.tv_sec * 1e9 + time.tv_nsec;
}

/* Uses @count files until ACCESSES uses are done. Returns the nanoseconds of one. */
static double use(u32 count)
{
	double start = now();
	u32 i, file = 0, found = 0;

	for (i = 0; i < ACCESSES; i++) {
		found += seen_hit(hits, key_of(&files[file]), 1) == SEEN_COUNTED;
		file = file + 1 < count ? file + 1 : 0;
	}
	/* A full set of cells evicts some of 100,000 accesses. */
	if (found < ACCESSES / 100 * 99)
		shim_die("accesses were not found");
	return (now() - start) / ACCESSES;
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

int main(void)
{
	static const u32 counts[] = { 1, 1000, 100000 };
	double times[ROUNDS];
	size_t i, round;

	hash_key[0] = 0x9e3779b97f4a7c15;
	hash_key[1] = 0xd1b54a32d192ed03;
	hits = seen_hits_create();
	if (!hits || seen_init(CELLS))
		shim_die("no memory");
	files_make(counts[ARRAY_SIZE(counts) - 1]);
	record(counts[ARRAY_SIZE(counts) - 1]);
	for (i = 0; i < ARRAY_SIZE(counts); i++) {
		for (round = 0; round < ROUNDS; round++)
			times[round] = use(counts[i]);
		qsort(times, ROUNDS, sizeof(times[0]), by_value);
		printf("%u\t%.0f\n", counts[i], 1000 * times[ROUNDS / 2]);
	}
	return 0;
}
