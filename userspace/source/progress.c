// SPDX-License-Identifier: GPL-2.0-only
/* Progress while large sources are read, on standard error. */
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "progress.h"

#define FIRST_MS	1000
#define EVERY_MS	200
#define MEGABYTE	1000000

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* 0 when the source is not a regular file. */
static uint64_t source_size(const struct source *source)
{
	struct stat st;

	if (fstat(source->fd, &st) || !S_ISREG(st.st_mode))
		return 0;
	return (uint64_t)st.st_size;
}

static void progress_print(struct progress *progress, uint64_t bytes)
{
	off_t at = lseek(progress->current->fd, 0, SEEK_CUR);
	uint64_t done = progress->before + (at > 0 ? (uint64_t)at : 0);

	if (progress->total && done <= progress->total)
		progress->width = fprintf(stderr, "\rashiato: %3u %% of %llu MB read",
					  (unsigned int)(done * 100 / progress->total),
					  (unsigned long long)progress->total / MEGABYTE);
	else
		progress->width = fprintf(stderr, "\rashiato: %llu MB read",
					  (unsigned long long)bytes / MEGABYTE);
}

static void progress_watch(void *ctx, const struct source *source,
			   uint64_t bytes)
{
	struct progress *progress = ctx;
	int64_t now = now_ms();

	if (progress->current && progress->current != source)
		progress->before += source_size(progress->current);
	progress->current = source;
	if (now < progress->next_ms)
		return;
	progress->next_ms = now + EVERY_MS;
	progress_print(progress, bytes);
}

/**
 * progress_begin() - Show progress when reading takes more than a second
 * @progress: zeroed
 * @sources: opened, not read yet
 *
 * Nothing is shown when standard error is not a terminal.
 */
void progress_begin(struct progress *progress, struct sources *sources)
{
	bool is_known = true;

	if (!isatty(STDERR_FILENO))
		return;
	progress->next_ms = now_ms() + FIRST_MS;
	for (size_t i = 0; i < sources->count; i++) {
		struct source *source = &sources->source[i];

		source->watch = progress_watch;
		source->watch_ctx = progress;
		progress->total += source_size(source);
		is_known &= source_size(source) > 0;
	}
	if (!is_known)
		progress->total = 0;
}

/**
 * progress_end() - Remove the progress line
 * @progress: from progress_begin()
 */
void progress_end(struct progress *progress)
{
	if (progress->width > 0)
		fprintf(stderr, "\r%*s\r", progress->width, "");
	progress->width = 0;
}
