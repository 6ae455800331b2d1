// SPDX-License-Identifier: GPL-2.0-only
/* A source: opened by name, recognised by content, read as facts. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "source.h"

/* What reads the lines of one kind of source. */
struct reader {
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
 * @source: filled in; to be closed in any case
 * @name: file, "-" for standard input, NULL for the live kernel
 *
 * Return: 0 or -errno; @source->name tells what could not be opened.
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
 * @source: opened, or failed to open
 */
void source_close(struct source *source)
{
	if (source->fd >= 0)
		close(source->fd);
	source->fd = -1;
	text_free(&source->name);
}

static bool begins(const char *line, size_t len, const char *with)
{
	return len >= strlen(with) && !memcmp(line, with, strlen(with));
}

/**
 * source_recognise() - Tell what kind of source a line stands in
 * @line: text
 * @len: bytes
 *
 * Return: the kind, SOURCE_UNKNOWN when the line could stand anywhere.
 */
enum source_kind source_recognise(const char *line, size_t len)
{
	/* What ausearch prints between events begins with ---- and time-> */
	if (begins(line, len, "type=") || begins(line, len, "node=") ||
	    begins(line, len, "----") || begins(line, len, "time->"))
		return SOURCE_AUDIT;
	if (begins(line, len, "# ashiato policy"))
		return SOURCE_POLICY;
	/* <kernel>, or the name of another TOMOYO namespace */
	if (len > 2 && line[0] == '<' && memchr(line, '>', len) &&
	    text_is_printable(line, len))
		return SOURCE_POLICY;
	if (begins(line, len, "\x1f\x8b") || begins(line, len, "\xfd" "7zXZ") ||
	    begins(line, len, "\x28\xb5\x2f\xfd"))
		return SOURCE_PACKED;
	return SOURCE_UNKNOWN;
}

/**
 * source_peek() - Tell whether a name is that of a source, without waiting
 * @name: "-", or perhaps a file
 *
 * Return: the kind that the first lines of a regular file show,
 * SOURCE_UNKNOWN when there is no such file or its content is something else;
 * for "-" any kind but that one.
 */
enum source_kind source_peek(const char *name)
{
	enum source_kind kind = SOURCE_UNKNOWN;
	char head[16 * 1024];
	struct stat st;
	ssize_t got = 0;
	int fd;

	if (!strcmp(name, "-"))
		return SOURCE_AUDIT;
	fd = open(name, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (fd < 0)
		return SOURCE_UNKNOWN;
	if (!fstat(fd, &st) && S_ISREG(st.st_mode))
		got = read(fd, head, sizeof(head));
	close(fd);
	for (char *line = head; got > 0 && kind == SOURCE_UNKNOWN; ) {
		char *end = memchr(line, '\n', (size_t)(head + got - line));

		if (!end)
			end = head + got;
		kind = source_recognise(line, (size_t)(end - line));
		line = end + 1;
		if (line >= head + got)
			break;
	}
	return kind;
}

static int reader_new(struct reader *reader, const struct source *source,
		      fact_sink sink, void *ctx)
{
	switch (source->kind) {
	case SOURCE_AUDIT:
		reader->state = audit_reader_new(sink, ctx,
						 !source->without_who);
		reader->line = audit_line;
		reader->free = audit_free;
		break;
	case SOURCE_LIVE:
	case SOURCE_POLICY:
		reader->state = policy_reader_new(sink, ctx);
		reader->line = policy_line;
		reader->free = policy_free;
		break;
	default:
		return -EMEDIUMTYPE;
	}
	return reader->state ? 0 : -ENOMEM;
}

/* One line; until the kind of the source shows, every line is a damaged one. */
static int source_line(struct source *source, struct reader *reader,
		       const struct line *line, fact_sink sink, void *ctx)
{
	int err;

	if (source->kind == SOURCE_UNKNOWN && !line->is_cut) {
		if (!line->len)
			return 0;
		source->kind = source_recognise(line->ptr, line->len);
	}
	if (source->kind == SOURCE_UNKNOWN)
		return -EBADMSG;
	if (!reader->state) {
		err = reader_new(reader, source, sink, ctx);
		if (err)
			return err;
	}
	return reader->line(reader->state, line);
}

/**
 * source_read() - Hand all facts of a source to a sink
 * @source: opened
 * @sink: gets the facts
 * @ctx: for @sink
 *
 * Damaged lines are read past and counted in @source.
 *
 * Return: 0; -EMEDIUMTYPE when it is neither log nor policy; what @sink
 * returned; -errno of read(2); -ENOMEM.
 */
int source_read(struct source *source, fact_sink sink, void *ctx)
{
	struct reader reader = { 0 };
	struct lines lines;
	struct line line;
	int err;

	err = lines_init(&lines, source->fd);
	if (err)
		return err;
	while ((err = lines_next(&lines, &line)) > 0) {
		err = source_line(source, &reader, &line, sink, ctx);
		if (err == -EBADMSG) {
			damage_add(&source->damage, &line);
			err = 0;
		}
		if (err)
			break;
	}
	source->lines = lines.number;
	if (reader.state) {
		int err_free = reader.free(reader.state);

		if (!err)
			err = err_free;
	}
	if (!err && source->kind == SOURCE_UNKNOWN && source->damage.count)
		err = -EMEDIUMTYPE;
	lines_free(&lines);
	return err;
}
