// SPDX-License-Identifier: GPL-2.0-only
/* Open a source by name, recognise its kind by content, read it as facts. */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "audit_line.h"
#include "checksum.h"
#include "source.h"

/* Number of bytes of a file to examine in order to recognise it */
#define LOOK_SIZE	(16 * 1024)

/**
 * struct reader - Reader for the lines of one kind of source
 * @kind: kind
 * @source: source that it reads
 * @state: struct policy_reader or struct audit_reader; NULL before the first line
 * @line: read a line
 * @free: end reading
 */
struct reader {
	enum source_kind kind;
	const struct source *source;
	void *state;
	int (*line)(void *state, const struct line *line);
	int (*free)(void *state);
};

static int policy_line(void *state, const struct line *line)
{
	return policy_reader_line(state, line);
}

static int policy_free(void *state)
{
	return policy_reader_free(state);
}

static int audit_line(void *state, const struct line *line)
{
	return audit_reader_line(state, line);
}

static int audit_free(void *state)
{
	return audit_reader_free(state);
}

/**
 * source_open() - Open a source
 * @source: filled in; close it with source_close() even on error
 * @name: file, "-" for standard input, NULL for the running kernel
 *
 * Return: 0; -errno when @source->name could not be opened.
 */
int source_open(struct source *source, const char *name)
{
	*source = (struct source){ .fd = -1 };
	if (!name) {
		source->kind = SOURCE_LIVE;
		source->fd = live_open("domain_policy", O_RDONLY,
				       &source->name);
	} else if (!strcmp(name, "-")) {
		text_puts(&source->name, "standard input");
		source->fd = dup(STDIN_FILENO);
		if (source->fd < 0)
			source->fd = -errno;
	} else {
		text_add_name(&source->name, name, strlen(name));
		source->fd = open(name, O_RDONLY | O_CLOEXEC | O_NOCTTY);
		if (source->fd < 0)
			source->fd = -errno;
	}
	if (source->name.failed)
		return -ENOMEM;
	return source->fd < 0 ? source->fd : 0;
}

/**
 * source_close() - Close a source
 * @source: source for which source_open() was called
 */
void source_close(struct source *source)
{
	if (source->fd >= 0)
		close(source->fd);
	source->fd = -1;
	text_free(&source->name);
}

/**
 * source_recognise() - Find out in which kind of source a line occurs
 * @line: text
 * @len: length in bytes
 *
 * Return: the kind; SOURCE_UNKNOWN if the line does not show it.
 */
enum source_kind source_recognise(const char *line, size_t len)
{
	const struct span text = { line, len };

	/* Lines of XML begin with attributes such as type="x", too. */
	if ((span_begins(text, "type=") && len > 5 && isupper((unsigned char)line[5])) ||
	    (span_begins(text, "node=") && len > 5 && line[5] != '"'))
		return SOURCE_AUDIT;
	/* ausearch prints such lines between events. */
	if (span_begins(text, "time->"))
		return SOURCE_AUDIT;
	if (span_begins(text, STATE_HEAD))
		return SOURCE_POLICY;
	/* A domain of <kernel>, or of another TOMOYO namespace */
	if (text_is_printable(line, len) && policy_is_domain(text, true))
		return SOURCE_POLICY;
	if (span_begins(text, "\x1f\x8b") || span_begins(text, "\xfd" "7zXZ") ||
	    span_begins(text, "\x28\xb5\x2f\xfd") ||
	    (span_begins(text, "BZh") && len > 9 && !memcmp(line + 4, "1AY&SY", 6)))
		return SOURCE_PACKED;
	return SOURCE_UNKNOWN;
}

/**
 * source_look() - Recognise a regular file, without moving its file position
 * @fd: file
 * @time_ms: filled in with the time of the first event of a log, in ms since 1970;
 *	0 when unknown
 *
 * Return: the kind that the first lines show; SOURCE_UNKNOWN if they do not show
 * it, or if the file is not a regular file.
 */
enum source_kind source_look(int fd, int64_t *time_ms)
{
	off_t start = lseek(fd, 0, SEEK_CUR);
	enum source_kind kind = SOURCE_UNKNOWN;
	struct lines lines;
	struct line line;
	struct stat st;
	int err;

	*time_ms = 0;
	if (start < 0 || fstat(fd, &st) || !S_ISREG(st.st_mode) ||
	    lines_init(&lines, fd))
		return SOURCE_UNKNOWN;
	err = lines_unpack(&lines);
	/* The length of a cut line is unknown: count it as the longest line. */
	for (size_t seen = 0; !err && seen < LOOK_SIZE;
	     seen += line.is_cut ? LINE_SIZE_MAX : line.len + 1) {
		if (kind == SOURCE_POLICY || *time_ms ||
		    lines_next(&lines, &line) <= 0)
			break;
		if (kind == SOURCE_UNKNOWN)
			kind = source_recognise(line.ptr, line.len);
		if (kind == SOURCE_AUDIT)
			*time_ms = audit_line_time(&line);
	}
	lines_free(&lines);
	lseek(fd, start, SEEK_SET);
	return kind;
}

static int reader_free(struct reader *reader)
{
	void *state = reader->state;

	reader->state = NULL;
	return state ? reader->free(state) : 0;
}

/* Keep the reader between two logs: an event may begin in one and end in the next. */
static int reader_begin(struct reader *reader, struct source *source,
			fact_sink sink, void *ctx)
{
	int err;

	if (reader->state && reader->kind == SOURCE_AUDIT &&
	    source->kind == SOURCE_AUDIT)
		return 0;
	err = reader_free(reader);
	if (err)
		return err;
	reader->kind = source->kind;
	switch (source->kind) {
	case SOURCE_AUDIT:
		reader->state = audit_reader_new(sink, ctx,
						 source->detail);
		reader->line = audit_line;
		reader->free = audit_free;
		break;
	case SOURCE_LIVE:
	case SOURCE_POLICY:
		reader->state = policy_reader_new(sink, ctx);
		if (reader->state && source->skips_damage)
			policy_reader_skip(reader->state, &source->damage);
		reader->line = policy_line;
		reader->free = policy_free;
		break;
	default:
		return -EMEDIUMTYPE;
	}
	return reader->state ? 0 : -ENOMEM;
}

/* ausearch prints ---- between events, but other texts have such lines, too. */
static bool is_blank(const struct line *line)
{
	const struct span text = { line->ptr, line->len };

	return !line->is_cut && (!line->len || span_is(text, "----") ||
				 span_is(text, "----\r"));
}

/* Read a line. Lines before the kind is recognised are counted as damaged. */
static int source_line(struct source *source, struct reader *reader,
		       const struct line *line, fact_sink sink, void *ctx)
{
	int err;

	if (source->kind == SOURCE_UNKNOWN) {
		if (is_blank(line))
			return 0;
		source->kind = source_recognise(line->ptr, line->len);
		/* A text must have a whole line; compressed data may have no newline */
		if (line->is_cut && source->kind != SOURCE_PACKED)
			source->kind = SOURCE_UNKNOWN;
	}
	if (source->kind == SOURCE_UNKNOWN)
		return -EBADMSG;
	if (reader->source != source) {
		err = reader_begin(reader, source, sink, ctx);
		if (err)
			return err;
		reader->source = source;
	}
	return reader->line(reader->state, line);
}

static int source_lines(struct source *source, struct reader *reader,
			struct lines *lines, fact_sink sink, void *ctx)
{
	uint64_t watched = 0;
	struct line line;
	int err;

	err = source->kind == SOURCE_LIVE ? 0 : lines_unpack(lines);
	if (err)
		return err;
	while ((err = lines_next(lines, &line)) > 0) {
		if (source->watch && lines->bytes != watched) {
			watched = lines->bytes;
			source->watch(source->watch_ctx, source, watched);
		}
		err = source_line(source, reader, &line, sink, ctx);
		if (err == -EBADMSG) {
			damage_add(&source->damage, &line);
			err = 0;
		}
		if (err)
			break;
	}
	source->lines = lines->number;
	return err;
}

static int source_read_one(struct source *source, struct reader *reader,
			   fact_sink sink, void *ctx)
{
	struct lines lines;
	int err;

	err = lines_init(&lines, source->fd);
	if (err)
		return err;
	err = source_lines(source, reader, &lines, sink, ctx);
	lines_free(&lines);
	/* Unlike an audit log, a policy does not continue in the next source. */
	if (reader->kind != SOURCE_AUDIT) {
		int err_end = reader_free(reader);

		if (err_end == -ESTATECUT && source->skips_damage) {
			source->error = err_end;
			err_end = 0;
		}
		if (err_end && (!err || err == -ENODATA || err == -EILSEQ))
			return err_end;
	}
	if (err == -ENODATA || err == -EILSEQ) {
		source->error = err;
		return 0;
	}
	if (!err && source->kind == SOURCE_UNKNOWN && source->damage.count)
		err = -EMEDIUMTYPE;
	return err;
}

/**
 * sources_read() - Pass all facts of several sources to a sink
 * @sources: opened sources
 * @sink: gets the facts
 * @ctx: argument of @sink
 *
 * Damaged lines are skipped and counted in @damage of the source. Damage in a
 * compressed source ends that source and sets its @error, as does the end of a saved state
 * that was cut, if the source @skips_damage.
 *
 * Return: 0, or an error in the source @sources->failed: -EMEDIUMTYPE when it is
 * neither a log nor a policy; -ESTATECHANGED, -ESTATECUT or -ESTATENEWER when a
 * saved state is refused (see checksum_check()); the error of @sink; -errno of
 * read(2); -ENOMEM.
 */
int sources_read(struct sources *sources, fact_sink sink, void *ctx)
{
	struct reader reader = { 0 };
	int err_free;
	int err = 0;

	for (size_t i = 0; i < sources->count && !err; i++) {
		sources->failed = &sources->source[i];
		err = source_read_one(sources->failed, &reader, sink, ctx);
	}
	err_free = reader_free(&reader);
	return err ? err : err_free;
}

/**
 * source_read() - Pass all facts of a source to a sink
 * @source: opened source
 * @sink: gets the facts
 * @ctx: argument of @sink
 *
 * Return: as sources_read().
 */
int source_read(struct source *source, fact_sink sink, void *ctx)
{
	struct sources one = { .source = source, .count = 1 };

	return sources_read(&one, sink, ctx);
}
