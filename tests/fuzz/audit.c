// SPDX-License-Identifier: GPL-2.0-only
/*
 * An audit log yields the same facts when it is read with and without process
 * details, split into two rotated logs, and while it grows; each fact can be
 * printed, and so can each login.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "fuzz.h"
#include "render/render.h"
#include "render/render_session.h"
#include "show.h"
#include "source/source.h"

/* A digest of all facts of a log. It depends neither on order nor on process details. */
struct sum {
	unsigned long count;
	uint64_t hash;
};

static void sum_add(struct sum *sum, const struct fact *fact)
{
	struct text text = { 0 };
	char head[64];

	snprintf(head, sizeof(head), "%d %lld %lu ", fact->kind,
		 (long long)fact->time_ms, fact->serial);
	text_puts(&text, head);
	text_puts(&text, fact->domain);
	text_puts(&text, ": ");
	text_puts(&text, fact->access ? fact->access : "");
	sum->hash += table_hash(text.data, text.len);
	sum->count++;
	text_free(&text);
}

/**
 * struct reading - The facts of one pass over a log
 * @sum: digest of the facts
 * @model: model to add the facts to; NULL: print each fact
 */
struct reading {
	struct sum sum;
	struct model *model;
};

static void event_show(const struct fact *fact)
{
	struct show show;

	show_begin(&show);
	render_event(fact, show.out);
	show_end(&show, SHOW_TEXT);
	show_free(&show);
	show_begin(&show);
	check(!render_event_json(fact, show.out));
	show_end(&show, SHOW_NDJSON);
	show_free(&show);
}

static int take(void *ctx, const struct fact *fact)
{
	struct reading *reading = ctx;

	int err = reading->model ? model_add(reading->model, fact) : 0;

	sum_add(&reading->sum, fact);
	/* Only the model refuses a domain that is nested too deeply */
	check(!err || err == -EBADMSG);
	if (!reading->model && fact->kind == FACT_ACCESS)
		event_show(fact);
	return 0;
}

static void check_same(const struct reading *one, const struct reading *two)
{
	check(one->sum.count == two->sum.count);
	check(one->sum.hash == two->sum.hash);
}

static int log_read(const uint8_t *data, size_t size, struct source *source,
		    struct reading *reading)
{
	int err;

	source->fd = fuzz_file(data, size);
	err = source_read(source, take, reading);
	source_close(source);
	return err;
}

/* source_look() must recognize the same kind of log as source_read(). */
static void check_look(const uint8_t *data, size_t size,
		       const struct source *source)
{
	struct source looked = { .fd = fuzz_file(data, size) };

	looked.kind = source_look(looked.fd, &looked.time_ms);
	check(source->kind == SOURCE_UNKNOWN || source->kind == looked.kind);
	source_close(&looked);
}

/* Whether the log begins at the first line. source_read() skips what does not look like a log. */
static bool begins_as_log(const uint8_t *data, size_t size)
{
	const uint8_t *newline = memchr(data, '\n', size);
	size_t len = newline ? (size_t)(newline - data) : size;

	return source_recognise((const char *)data, len) == SOURCE_AUDIT;
}

/* Split the log after a line and read both parts as rotated logs. */
static void check_rotated(const uint8_t *data, size_t size,
			  const struct reading *whole)
{
	size_t most = fuzz_choose(data, size, 0, size);
	const uint8_t *newline = memrchr(data, '\n', most);
	size_t first = newline ? (size_t)(newline - data) + 1 : 0;
	struct source logs[] = {
		{ .fd = fuzz_file(data, first) },
		{ .fd = fuzz_file(data + first, size - first) },
	};
	struct sources sources = { .source = logs, .count = 2 };
	struct reading reading = { 0 };
	int err = sources_read(&sources, take, &reading);

	/* The lines that identify an audit log may all be in one of the two parts */
	if (!err && logs[0].kind == SOURCE_AUDIT && logs[1].kind == SOURCE_AUDIT &&
	    begins_as_log(data + first, size - first))
		check_same(&reading, whole);
	source_close(&logs[0]);
	source_close(&logs[1]);
}

static void lines_take(struct lines *lines, struct audit_reader *reader)
{
	struct line line;
	int err;

	while ((err = lines_next(lines, &line)) > 0) {
		err = audit_reader_line(reader, &line);
		check(!err || err == -EBADMSG);
	}
	check(!err);
}

/* Append to the log in three steps, in the middle of a line, and read after each. */
static void check_grown(const uint8_t *data, size_t size, enum audit_detail detail,
			const struct reading *whole)
{
	size_t some = fuzz_choose(data, size, 1, size);
	size_t ends[] = { some, some + (size - some) / 2, size };
	struct reading reading = { 0 };
	struct audit_reader *reader = audit_reader_new(take, &reading, detail);
	int fd = fuzz_file(data, 0);
	struct lines lines;
	size_t from = 0;

	check(reader);
	check(!lines_init(&lines, fd));
	lines.is_growing = true;
	for (size_t i = 0; i < 3; i++) {
		ssize_t more = (ssize_t)(ends[i] - from);

		check(pwrite(fd, data + from, (size_t)more, (off_t)from) == more);
		from = ends[i];
		lines_take(&lines, reader);
		check(!audit_reader_idle(reader));
	}
	lines.is_growing = false;
	lines_take(&lines, reader);
	lines_free(&lines);
	check(!audit_reader_free(reader));
	close(fd);
	check_same(&reading, whole);
}

static void sessions_show(const struct sessions *sessions, size_t form)
{
	const bool with_all = form % 2;
	struct show show;

	show_begin(&show);
	if (form < 2)
		check(!render_sessions(sessions, with_all, &colours_none, show.out));
	else if (form < 3)
		check(!render_sessions_list(sessions, show.out));
	else
		check(!render_sessions_json(sessions, true, with_all, show.out));
	show_end(&show, form < 3 ? SHOW_TEXT : SHOW_JSON);
	show_free(&show);
}

/* Each item is below the root of a session, and each execution is counted. */
static void check_sessions(const struct sessions *sessions)
{
	uint64_t executed = 0;
	uint64_t counted = 0;

	for (size_t i = 0; i < sessions->items; i++) {
		const struct session_item *item = sessions->item[i];

		executed += item->is_executed;
		for (size_t steps = 0; item->parent; steps++) {
			check(steps < sessions->items);
			item = item->parent;
		}
		check(item == &item->session->root);
	}
	for (size_t i = 0; i < sessions->count; i++)
		counted += sessions->session[i]->count[ITEM_PROGRAM];
	check(executed == counted);
}

static void check_logins(const uint8_t *data, size_t size, const struct source *other,
			 int result)
{
	struct source source = { .fd = fuzz_file(data, size), .detail = AUDIT_LOGINS };
	struct sessions sessions = { 0 };

	check(source_read(&source, sessions_add, &sessions) == result);
	check(source.damage.count == other->damage.count);
	source_close(&source);
	sessions_sort(&sessions);
	check_sessions(&sessions);
	sessions_show(&sessions, fuzz_choose(data, size, 2, 4));
	sessions_select(&sessions, fuzz_choose(data, size, 3, 2) ? "1" : "root");
	sessions_show(&sessions, fuzz_choose(data, size, 4, 4));
	sessions_free(&sessions);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct source with_process = { .fd = -1 };
	struct source without_process = { .detail = AUDIT_ACCESSES };
	struct reading events = { 0 };
	struct model model = { 0 };
	struct reading facts = { .model = &model };
	int err = log_read(data, size, &without_process, &facts);

	check(log_read(data, size, &with_process, &events) == err);
	check(with_process.damage.count == without_process.damage.count);
	check(with_process.damage.first == without_process.damage.first);
	check_same(&events, &facts);
	check_logins(data, size, &without_process, err);
	check_look(data, size, &without_process);
	if (!err && without_process.kind == SOURCE_AUDIT) {
		check_rotated(data, size, &facts);
	}
	/* An overlong first line is skipped, and the next one may begin a policy */
	if (!err && without_process.kind == SOURCE_AUDIT && begins_as_log(data, size)) {
		check_grown(data, size, AUDIT_ACCESSES, &facts);
		check_grown(data, size, AUDIT_PROCESSES, &facts);
	}
	model_sort(&model);
	show_model(&model, data, size);
	model_free(&model);
	return 0;
}
