// SPDX-License-Identifier: GPL-2.0-only
/*
 * Policies as facts: the module's domain_policy, states of `ashiato save`, and
 * policies of TOMOYO Linux.
 */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "checksum.h"
#include "fact.h"
#include "source.h"

/* Limit the accesses that a line can become; TOMOYO needs less. */
#define OPS_MAX		32
#define OP_LEN_MAX	64

/**
 * struct policy_reader - Turns lines of a policy into facts
 * @sink: gets the facts
 * @ctx: argument of @sink
 * @domain: domain of the next lines; empty before the first one and after a
 *	damaged one
 * @access: one access of a line that may have several
 * @sum: checksums of a saved state
 * @times: times of the access in the next line; zeroed when unknown
 * @logins: its users, if @times is known
 * @damage: counts lines of a damaged state, which are skipped; NULL: refuse the state
 * @block: lines whose checksum comes later, each with its newline, if @damage is set
 * @block_end: number of the line after @block
 * @block_lines: number of lines in @block
 */
struct policy_reader {
	fact_sink sink;
	void *ctx;
	struct text domain;
	struct text access;
	struct checksum sum;
	struct access_times times;
	struct login_list logins;
	struct damage *damage;
	struct text block;
	unsigned long block_end;
	unsigned long block_lines;
};

/**
 * policy_reader_new() - Begin to read a policy
 * @sink: gets the facts
 * @ctx: argument of @sink
 *
 * Return: reader, or NULL when there is no memory.
 */
struct policy_reader *policy_reader_new(fact_sink sink, void *ctx)
{
	struct policy_reader *reader = calloc(1, sizeof(*reader));

	if (reader) {
		reader->sink = sink;
		reader->ctx = ctx;
	}
	return reader;
}

/**
 * policy_reader_skip() - Skip what is damaged in a saved state, instead of refusing it
 * @reader: reader, before the first line
 * @damage: counts the lines that are skipped
 *
 * A domain with a wrong checksum is skipped. Of a domain whose checksum is missing, because
 * the state was cut, all whole lines are read.
 */
void policy_reader_skip(struct policy_reader *reader, struct damage *damage)
{
	reader->damage = damage;
}

static int policy_report(struct policy_reader *reader, enum fact_kind kind,
		       unsigned int flags, const char *access)
{
	const struct fact fact = {
		.kind = kind,
		.flags = flags,
		.domain = reader->domain.data,
		.access = access,
		.times = reader->times.first_ms ? &reader->times : NULL,
		.logins = reader->times.first_ms && reader->logins.count ? &reader->logins : NULL,
		.pid = -1,
		.uid = -1,
	};

	return reader->sink(reader->ctx, &fact);
}

/**
 * policy_is_domain() - Whether a line of a policy is the name of a domain
 * @line: line
 * @is_first: nothing else shows yet that the file is a policy. HTML and XML have lines
 *	such as <p> and </p>, too: <kernel>, a program of TOMOYO's namespaces
 *	(</usr/sbin/sshd>) or a second word is needed
 *
 * Return: true if it is.
 */
bool policy_is_domain(struct span line, bool is_first)
{
	const char *end = memchr(line.ptr, '>', line.len);
	struct span root = { line.ptr, end ? (size_t)(end + 1 - line.ptr) : 0 };
	bool is_alone = root.len == line.len;

	if (root.len < 3 || line.ptr[0] != '<' || memchr(root.ptr, ' ', root.len) ||
	    memchr(root.ptr + 1, '<', root.len - 1) || (!is_alone && end[1] != ' '))
		return false;
	if (!is_first || span_is(root, "<kernel>"))
		return true;
	return is_alone ? root.ptr[1] == '/' && memchr(root.ptr + 2, '/', root.len - 2)
			: line.len > root.len + 1 && end[2] == '/';
}

static int policy_domain(struct policy_reader *reader, const char *ptr,
			 size_t len)
{
	int err;

	text_clear(&reader->domain);
	text_add(&reader->domain, ptr, len);
	if (reader->domain.failed)
		return -ENOMEM;
	err = policy_report(reader, FACT_DOMAIN, 0, NULL);
	/* The lines after a damaged name belong to no domain. */
	if (err)
		text_clear(&reader->domain);
	return err;
}

/*
 * TOMOYO merges lines: "file read/write /x" means file read and file write. The
 * operation is the last word of the keyword; @place is the number of words before
 * it.
 */
static const struct {
	const char *group;
	int place;
} groups[] = {
	{ "file ", 1 },
	{ "misc ", 1 },
	{ "ipc ", 1 },
	{ "capability ", 1 },
	{ "network ", 3 },
	{ "task ", 1 },
};

static int group_place(struct span line)
{
	for (size_t i = 0; i < ARRAY_SIZE(groups); i++) {
		size_t len = strlen(groups[i].group);

		if (line.len > len && !memcmp(line.ptr, groups[i].group, len))
			return groups[i].place;
	}
	return -1;
}

/* Whether a word is a list of operations, such as "read/write". */
static bool are_ops(struct span ops)
{
	size_t count = 1;
	size_t len = 0;

	for (size_t i = 0; i < ops.len; i++) {
		unsigned char c = (unsigned char)ops.ptr[i];

		if (c == '/') {
			if (!len || ++count > OPS_MAX)
				return false;
			len = 0;
		} else if ((!isalnum(c) && c != '_') || ++len > OP_LEN_MAX) {
			return false;
		}
	}
	return len;
}

static int policy_access(struct policy_reader *reader, struct span line)
{
	const char *end = line.ptr + line.len;
	const char *op = line.ptr;
	size_t op_len;
	int err = 0;

	for (int place = group_place(line); place; place--) {
		if (place < 0)
			return -EBADMSG;
		op = memchr(op, ' ', (size_t)(end - op));
		if (!op)
			return -EBADMSG;
		op++;
	}
	op_len = (size_t)(end - op);
	if (memchr(op, ' ', op_len))
		op_len = (size_t)((char *)memchr(op, ' ', op_len) - op);
	/* A line without an argument: do not split it at slashes. */
	if (op + op_len == end)
		op_len = 0;
	else if (!are_ops((struct span){ op, op_len }))
		return -EBADMSG;
	for (size_t from = 0; !err; ) {
		const char *slash = memchr(op + from, '/', op_len - from);
		size_t to = slash ? (size_t)(slash - op) : op_len;

		text_clear(&reader->access);
		text_add(&reader->access, line.ptr, (size_t)(op - line.ptr));
		text_add(&reader->access, op + from, to - from);
		text_add(&reader->access, op + op_len, (size_t)(end - op) - op_len);
		if (reader->access.failed)
			return -ENOMEM;
		err = policy_report(reader, FACT_ACCESS, 0, reader->access.data);
		if (!slash)
			break;
		from = to + 1;
	}
	return err;
}

/* Lines of TOMOYO's policy that the command does not show. */
static bool is_ignored(struct span line)
{
	return span_begins(line, "use_profile ") ||
	       span_begins(line, "use_group ") ||
	       span_begins(line, "acl_group ") ||
	       span_begins(line, "default_transition ");
}

/* Damaged times: an error in a state with checksums, elsewhere only a comment. */
static int policy_times(struct policy_reader *reader, struct span text)
{
	if (!times_parse(text, &reader->times, &reader->logins))
		return 0;
	reader->times = (struct access_times){ 0 };
	return reader->sum.state == CHECKSUM_OPEN ? -ESTATECHANGED : 0;
}

static int policy_cgroup(struct policy_reader *reader, struct span line)
{
	const size_t head = strlen(CGROUP_HEAD);
	struct fact fact = { .kind = FACT_DOMAIN, .domain = reader->domain.data };

	text_clear(&reader->access);
	text_add(&reader->access, line.ptr + head, line.len - head);
	if (reader->access.failed)
		return -ENOMEM;
	fact.cgroup = text_str(&reader->access);
	return reader->sink(reader->ctx, &fact);
}

static int policy_line(struct policy_reader *reader, const struct line *line)
{
	struct span text = { line->ptr, line->len };

	if (line->is_cut || !text_is_printable(text.ptr, text.len)) {
		/* The damaged line may have been the name of a domain. */
		text_clear(&reader->domain);
		return -EBADMSG;
	}
	if (is_times_line(text))
		return policy_times(reader, text);
	if (span_begins(text, CGROUP_HEAD) && reader->domain.len)
		return policy_cgroup(reader, text);
	if (!text.len || text.ptr[0] == '#')
		return 0;
	if (text.ptr[0] == '<') {
		if (policy_is_domain(text, false))
			return policy_domain(reader, text.ptr, text.len);
		text_clear(&reader->domain);
		return -EBADMSG;
	}
	if (!reader->domain.len)
		return -EBADMSG;
	for (size_t i = 0; i < DOMAIN_FLAGS; i++)
		if (span_is(text, domain_flags[i].name))
			return policy_report(reader, FACT_DOMAIN,
					   domain_flags[i].flag, NULL);
	if (is_ignored(text))
		return 0;
	return policy_access(reader, text);
}

static int line_read(struct policy_reader *reader, const struct line *line)
{
	struct span text = { line->ptr, line->len };
	int err = policy_line(reader, line);

	if (!is_times_line(text))
		reader->times = (struct access_times){ 0 };
	return err;
}

static void block_clear(struct policy_reader *reader)
{
	text_clear(&reader->block);
	reader->block_lines = 0;
}

/* Read the lines of the block. */
static int block_read(struct policy_reader *reader)
{
	char *from = reader->block.data;
	struct line line = { .number = reader->block_end - reader->block_lines };
	int err = reader->block.failed ? -ENOMEM : 0;

	for (; reader->block_lines && !err; reader->block_lines--) {
		line.ptr = from;
		line.len = (size_t)((char *)rawmemchr(from, '\n') - from);
		from += line.len + 1;
		err = line_read(reader, &line);
		if (err == -EBADMSG || err == -ESTATECHANGED) {
			damage_add(reader->damage, &line);
			err = 0;
		}
		line.number++;
	}
	block_clear(reader);
	return err;
}

/* Skip the lines of the block. */
static void block_skip(struct policy_reader *reader)
{
	struct line line = { .number = reader->block_end - reader->block_lines };

	for (; reader->block_lines; reader->block_lines--, line.number++)
		damage_add(reader->damage, &line);
	block_clear(reader);
	text_clear(&reader->domain);
}

static int block_add(struct policy_reader *reader, const struct line *line)
{
	text_add(&reader->block, line->ptr, line->len);
	text_add(&reader->block, "\n", 1);
	reader->block_end = line->number + 1;
	reader->block_lines++;
	return reader->block.failed ? -ENOMEM : 0;
}

/* A line that is too long, or the last one of a file that was cut. */
static int cut_continue(struct policy_reader *reader, const struct line *line)
{
	int err;

	if (reader->sum.state != CHECKSUM_OPEN) {
		err = block_read(reader);
		return err ? err : line_read(reader, line);
	}
	/* The next lines may belong to another domain */
	if (!line->len)
		block_skip(reader);
	return -EBADMSG;
}

/* As policy_reader_line(), but damage of a state is skipped. */
static int line_continue(struct policy_reader *reader, const struct line *line)
{
	const struct span text = { line->ptr, line->len };
	bool was_open = reader->sum.state == CHECKSUM_OPEN;
	bool is_skipped = false;
	int err_block = 0;
	int err;

	if (line->is_cut)
		return cut_continue(reader, line);
	switch (checksum_continue(&reader->sum, text, &err)) {
	case CHECKSUM_TEXT:
		/* A policy without checksums is read domain by domain */
		if (!was_open && text.len && text.ptr[0] == '<')
			err_block = block_read(reader);
		return err_block ? err_block : block_add(reader, line);
	case CHECKSUM_HEAD:
		/* The state before this one was cut */
		if (was_open && !err)
			err = -EBADMSG;
		break;
	case CHECKSUM_BLOCK:
		is_skipped = err;
		/* The first line of the state is missing */
		if (!was_open && !reader->damage->count)
			err = -EBADMSG;
		break;
	case CHECKSUM_END:
		/* More than an empty line is left: lines whose own checksum is missing */
		is_skipped = err && reader->block_lines > 1;
		/* If something was skipped, this checksum is wrong, too */
		if (reader->damage->count)
			err = 0;
		break;
	case CHECKSUM_AFTER:
		break;
	}
	if (is_skipped)
		block_skip(reader);
	else
		err_block = block_read(reader);
	return err_block ? err_block : err;
}

/**
 * policy_reader_line() - Read a line of a policy
 * @reader: reader
 * @line: line
 *
 * Return: 0; -EBADMSG when the line is damaged; -ESTATECHANGED when a state with
 * checksums has damaged times; the error of checksum_check() or of the sink.
 */
int policy_reader_line(struct policy_reader *reader, const struct line *line)
{
	int err;

	if (reader->damage)
		return line_continue(reader, line);
	err = checksum_check(&reader->sum, line);
	return err ? err : line_read(reader, line);
}

/**
 * policy_reader_free() - End reading a policy
 * @reader: reader
 *
 * Return: 0, -ESTATECUT when it is a saved state without its last lines, or the error of
 * the sink.
 */
int policy_reader_free(struct policy_reader *reader)
{
	int err = reader->damage ? block_read(reader) : 0;

	if (!err)
		err = checksum_check_end(&reader->sum);
	text_free(&reader->block);
	text_free(&reader->domain);
	text_free(&reader->access);
	free(reader);
	return err;
}
