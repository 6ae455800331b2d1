// SPDX-License-Identifier: GPL-2.0-only
/* Prints each login as a tree of programs with times, and a table of all logins. */
#include <errno.h>
#include <inttypes.h>
#include <libsmartcols.h>
#include <string.h>

#include "base/array.h"
#include "render.h"
#include "render_json.h"
#include "render_session.h"
#include "source/container.h"

/* Deeper items are printed below their parent, but no further to the right. */
#define DEPTH_MAX	32
/* Length of "2026-11-21 ", which cell_time() begins with */
#define DATE_LEN	11

/**
 * struct walk - Goes through a session in the order of its tree
 * @item: current item
 * @top: parent of the first items
 * @depth: number of programs between them
 */
struct walk {
	const struct session_item *item;
	const struct session_item *top;
	int depth;
};

/* Go to the next item; false at the end. */
static bool walk_next(struct walk *walk)
{
	if (!walk->item)
		walk->item = walk->top->child;
	else if (walk->item->child) {
		walk->item = walk->item->child;
		walk->depth++;
	} else {
		while (!walk->item->next) {
			walk->item = walk->item->parent;
			walk->depth--;
			if (walk->item == walk->top)
				return false;
		}
		walk->item = walk->item->next;
	}
	return walk->item;
}

/* "/usr/sbin/sshd" -> "sshd" */
static const char *base_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash && slash[1] ? slash + 1 : path;
}

/* The program that let a user in; NULL if unknown. */
static const char *session_program(const struct session *session)
{
	const struct session_item *top = session_top(session);

	if (session->program)
		return base_of(session->program);
	return top->parent ? base_of(top->text) : NULL;
}

/* Where the user came from: an address, or a terminal; NULL if unknown. */
static const char *session_from(const struct session *session)
{
	static const char devices[] = "/dev/";
	const size_t len = sizeof(devices) - 1;

	if (session->address || !session->terminal)
		return session->address;
	/* A service such as cron gives its name instead */
	return strncmp(session->terminal, devices, len) ? NULL : session->terminal + len;
}

/* Cut the next word off the arguments of a program. */
static struct span word_shift(const char **arguments, bool *has_more)
{
	struct span word = { *arguments, strcspn(*arguments, " ") };

	*has_more = word.ptr[word.len];
	*arguments += word.len + *has_more;
	return word;
}

/* Undo the escapes of characters that a terminal can show: spaces and backslashes. */
static void word_add(struct text *out, struct span word)
{
	for (size_t i = 0; i < word.len; i++) {
		struct span rest = { word.ptr + i, word.len - i };

		if (span_begins(rest, "\\040")) {
			text_add(out, " ", 1);
			i += 3;
			continue;
		}
		text_add(out, rest.ptr, 1);
		i += span_begins(rest, "\\\\");
	}
}

/*
 * Whether the arguments show which program was executed. The caller chose the first argument,
 * such as "-bash"; a script is an argument of its interpreter.
 */
static bool shows_program(const struct session_item *item)
{
	const char *arguments = item->arguments;
	bool has_more = true;
	bool is_first = true;

	while (has_more) {
		struct span word = word_shift(&arguments, &has_more);
		const char *slash = memrchr(word.ptr, '/', word.len);
		struct span base = word;

		if (slash && is_first) {
			base.ptr = slash + 1;
			base.len -= (size_t)(base.ptr - word.ptr);
		} else if (is_first && span_begins(word, "-")) {
			base.ptr++;
			base.len--;
		}
		if (span_is(word, item->text) || (is_first && span_is(base, base_of(item->text))))
			return true;
		is_first = false;
	}
	return false;
}

/*
 * Print the unit or container of a program if it is another one than that of the program above. A
 * login's own scope is not printed: logind moves the daemon that lets a user in into it.
 */
static void place_print(const struct session_item *item, const struct colours *colours, FILE *out)
{
	const struct session_item *above = item->parent;
	struct text label = { 0 };
	struct text other = { 0 };

	while (above && !above->cgroup)
		above = above->parent;
	if (!item->cgroup || (!above && !item->is_executed))
		return;
	container_label(item->cgroup, &label);
	container_label(above ? above->cgroup : NULL, &other);
	if (strcmp(text_str(&label), text_str(&other)) != 0 && strcmp(text_str(&label), "-") != 0 &&
	    strncmp(text_str(&label), "session-", 8) != 0)
		fprintf(out, " %s(in %s)%s", colours->faint, text_str(&label), colours->off);
	text_free(&label);
	text_free(&other);
}

static void program_print(const struct session_item *item, const struct colours *colours,
			  FILE *out)
{
	const char *arguments = item->arguments;
	bool has_more = arguments;
	struct text line = { 0 };
	struct text word = { 0 };

	if (!arguments || !shows_program(item))
		text_puts(&line, item->text);
	text_puts(&line, arguments && line.len ? " as" : "");
	while (has_more) {
		text_clear(&word);
		word_add(&word, word_shift(&arguments, &has_more));
		text_puts(&line, line.len ? " " : "");
		text_add_shell(&line, text_str(&word));
	}
	fprintf(out, "%s%s%s", item->is_executed ? colours->strong : "", text_str(&line),
		item->is_executed ? colours->off : "");
	place_print(item, colours, out);
	if (item->ended && strcmp(item->ended, "0") != 0)
		fprintf(out, " %s(exit %s)%s", colours->warning, item->ended, colours->off);
	fputc('\n', out);
	text_free(&line);
	text_free(&word);
}

static void access_print(const struct session_item *item, const struct colours *colours,
			 FILE *out)
{
	const char *line = item->text;

	if (!strncmp(line, "file ", 5))
		line += 5;
	fprintf(out, "* %s", line);
	if (item->outcome == OUTCOME_REFUSED)
		fprintf(out, " %s(refused)%s", colours->warning, colours->off);
	if (item->count > 1)
		fprintf(out, " %s(%" PRIu64 " times)%s", colours->faint, item->count,
			colours->off);
	fputc('\n', out);
}

/* Widths of the columns in characters. @is_day: all times are on the day of the login */
struct session_columns {
	int time;
	int pid;
	int user;
	bool is_day;
};

static int wider(int width, int other)
{
	return width > other ? width : other;
}

static bool is_printed(const struct session_item *item, bool with_all)
{
	return with_all || item_is_telling(item);
}

static struct cell item_time(const struct session_item *item, bool is_day)
{
	struct cell cell = cell_time(item->time_ms);

	/* A program in the history that was executed before the login */
	if (item->time_ms / 1000 < item->session->start_ms / 1000)
		return (struct cell){ "-" };
	if (is_day)
		memmove(cell.text, cell.text + DATE_LEN, sizeof(cell.text) - DATE_LEN);
	return cell;
}

static void columns_measure(struct session_columns *columns, const struct session *session,
			    const struct session_item *top, bool with_all)
{
	const struct cell start = cell_time(session->start_ms);
	const struct cell last = cell_time(session->last_ms);
	struct walk walk = { .top = top };

	*columns = (struct session_columns){ .pid = 3, .user = 4 };
	columns->is_day = strlen(start.text) == strlen(last.text) &&
			  !strncmp(start.text, last.text, DATE_LEN);
	columns->time = (int)strlen(start.text) - (columns->is_day ? DATE_LEN : 0);
	while (walk_next(&walk)) {
		if (!is_printed(walk.item, with_all))
			continue;
		columns->pid = wider(columns->pid, snprintf(NULL, 0, "%" PRId64, walk.item->pid));
		if (walk.item->user)
			columns->user = wider(columns->user, (int)strlen(walk.item->user));
	}
}

static void item_print(const struct session_item *item, int depth,
		       const struct session_columns *columns, const struct colours *colours,
		       FILE *out)
{
	char pid[24] = "-";

	if (item->pid >= 0)
		snprintf(pid, sizeof(pid), "%" PRId64, item->pid);
	fprintf(out, "%-*s  %*s  %-*s  %*s", columns->time,
		item_time(item, columns->is_day).text, columns->pid, pid, columns->user,
		item->user ? : "-", 2 * (depth < DEPTH_MAX ? depth : DEPTH_MAX), "");
	if (item->kind == ITEM_PROGRAM)
		program_print(item, colours, out);
	else
		access_print(item, colours, out);
}

static void count_print(const char *separator, uint64_t count, const char *what, FILE *out)
{
	if (count)
		fprintf(out, "%s%" PRIu64 " %s%s", separator, count, what, count == 1 ? "" : "s");
}

static void head_print(const struct session *session, const struct colours *colours, FILE *out)
{
	const char *program = session_program(session);
	const char *from = session_from(session);
	uint64_t commands = session->count[ITEM_PROGRAM];

	fprintf(out, "%sSession %" PRId64 " of %s%s", colours->strong, session->ses,
		session->user, colours->off);
	if (*session->node)
		fprintf(out, " on %s", session->node);
	if (from)
		fprintf(out, " from %s", from);
	if (program)
		fprintf(out, " by %s", program);
	fprintf(out, ", %s to ", cell_time(session->start_ms).text);
	if (session->end_ms)
		fputs(cell_time(session->end_ms).text, out);
	else
		fprintf(out, "%s or later", cell_time(session->last_ms).text);
	fprintf(out, ": %" PRIu64 " command%s", commands, commands == 1 ? "" : "s");
	count_print(", ", session->count[ITEM_CHANGE], "change", out);
	count_print(", ", session->count[ITEM_SOCKET], "use", out);
	fputs(session->count[ITEM_SOCKET] ? " of sockets" : "", out);
	if (session->refused)
		fprintf(out, ", %" PRIu64 " refused", session->refused);
	fputc('\n', out);
}

static void session_print(const struct session *session, bool with_all,
			  const struct colours *colours, FILE *out)
{
	const struct session_item *top = session_top(session);
	struct walk walk = { .top = top };
	struct session_columns columns;
	/* The program that let the user in is the first row */
	int below = top->parent ? 1 : 0;

	head_print(session, colours, out);
	if (!top->child)
		return;
	columns_measure(&columns, session, top, with_all);
	fprintf(out, "%-*s  %*s  %-*s  PROGRAMS AND WHAT THEY DID\n", columns.time, "TIME",
		columns.pid, "PID", columns.user, "USER");
	if (below)
		item_print(top, 0, &columns, colours, out);
	while (walk_next(&walk))
		if (is_printed(walk.item, with_all))
			item_print(walk.item, walk.depth + below, &columns, colours, out);
}

/**
 * render_sessions() - Print sessions as trees
 * @sessions: sorted sessions
 * @with_all: also print items for which item_is_telling() is false
 * @colours: colours
 * @out: output file
 *
 * Return: 0.
 */
int render_sessions(const struct sessions *sessions, bool with_all,
		    const struct colours *colours, FILE *out)
{
	for (size_t i = 0; i < sessions->count; i++) {
		if (i)
			fputc('\n', out);
		session_print(sessions->session[i], with_all, colours, out);
	}
	return 0;
}

static struct cell number_cell(uint64_t number)
{
	struct cell cell;

	snprintf(cell.text, sizeof(cell.text), "%" PRIu64, number);
	return cell;
}

enum { LIST_NODE, LIST_USER, LIST_SESSION, LIST_FROM, LIST_BY, LIST_START, LIST_END,
       LIST_COMMANDS, LIST_CHANGES, LIST_SOCKETS, LIST_REFUSED };

static const struct table_column list_columns[] = {
	[LIST_NODE] = { "NODE", 0 },
	[LIST_USER] = { "USER", 0 },
	[LIST_SESSION] = { "SESSION", SCOLS_FL_RIGHT },
	[LIST_FROM] = { "FROM", 0 },
	[LIST_BY] = { "BY", 0 },
	[LIST_START] = { "START", 0 },
	[LIST_END] = { "END", 0 },
	[LIST_COMMANDS] = { "COMMANDS", SCOLS_FL_RIGHT },
	[LIST_CHANGES] = { "CHANGES", SCOLS_FL_RIGHT },
	[LIST_SOCKETS] = { "SOCKETS", SCOLS_FL_RIGHT },
	[LIST_REFUSED] = { "REFUSED", SCOLS_FL_RIGHT },
};

static int list_row(struct libscols_table *table, const struct session *session)
{
	struct libscols_line *line = scols_table_new_line(table, NULL);
	const struct cell cell[] = {
		number_cell((uint64_t)session->ses),
		cell_time(session->start_ms),
		cell_time(session->end_ms),
		number_cell(session->count[ITEM_PROGRAM]),
		number_cell(session->count[ITEM_CHANGE]),
		number_cell(session->count[ITEM_SOCKET]),
		number_cell(session->refused),
	};
	const char *const text[] = {
		session->node, session->user, cell[0].text, session_from(session) ? : "-",
		session_program(session) ? : "-", cell[1].text, cell[2].text, cell[3].text,
		cell[4].text, cell[5].text, cell[6].text,
	};

	for (size_t i = 0; line && i < ARRAY_SIZE(text); i++)
		if (scols_line_set_data(line, i, text[i]))
			return -ENOMEM;
	return line ? 0 : -ENOMEM;
}

/**
 * render_sessions_list() - Print a table of sessions
 * @sessions: sorted sessions
 * @out: output file
 *
 * Return: 0 or -ENOMEM.
 */
int render_sessions_list(const struct sessions *sessions, FILE *out)
{
	struct libscols_table *table = table_new(list_columns, ARRAY_SIZE(list_columns), out);
	bool has_node = false;
	int err = table ? 0 : -ENOMEM;

	for (size_t i = 0; i < sessions->count && !err; i++) {
		has_node |= *sessions->session[i]->node;
		err = list_row(table, sessions->session[i]);
	}
	if (!err && !has_node)
		scols_column_set_flags(scols_table_get_column(table, LIST_NODE), SCOLS_FL_HIDDEN);
	if (!err && scols_print_table(table))
		err = -ENOMEM;
	scols_unref_table(table);
	return err;
}

static void write_pair(struct json_writer *writer, const char *key, const char *value)
{
	writer_key(writer, key);
	writer_string(writer, value && *value ? value : NULL);
}

static void write_arguments(struct json_writer *writer, const char *arguments)
{
	bool has_more = arguments;

	writer_key(writer, "arguments");
	if (!arguments) {
		writer_null(writer);
		return;
	}
	writer_begin(writer, '[');
	while (has_more)
		writer_span(writer, word_shift(&arguments, &has_more));
	writer_end(writer, ']');
}

static void write_item(struct json_writer *writer, const struct session_item *item, int depth)
{
	writer_begin(writer, '{');
	write_number(writer, "depth", (uint64_t)depth);
	write_stamp(writer, "time", item->time_ms);
	write_id(writer, "pid", item->pid);
	write_pair(writer, "user", item->user);
	if (item->kind == ITEM_PROGRAM) {
		write_pair(writer, "program", item->text);
		write_arguments(writer, item->arguments);
		writer_key(writer, "executed");
		writer_bool(writer, item->is_executed);
		/* As of domains: logs without control groups have no such member */
		if (item->cgroup)
			write_cgroup(writer, item->cgroup);
		if (item->ended)
			write_pair(writer, "exit", item->ended);
	} else {
		write_pair(writer, "access", item->text);
		write_pair(writer, "outcome", outcome_word(item->outcome));
		write_number(writer, "count", item->count);
		write_stamp(writer, "last", item->last_ms);
	}
	writer_end(writer, '}');
}

static void write_items(struct json_writer *writer, const struct session *session,
			bool with_all)
{
	struct walk walk = { .top = &session->root };

	writer_key(writer, "items");
	writer_begin(writer, '[');
	while (walk_next(&walk))
		if (is_printed(walk.item, with_all))
			write_item(writer, walk.item, walk.depth);
	writer_end(writer, ']');
}

static int session_put(struct json_list *list, const struct session *session, bool with_items,
		       bool with_all)
{
	struct json_writer *writer = json_list_item(list);

	writer_begin(writer, '{');
	write_number(writer, "session", (uint64_t)session->ses);
	write_pair(writer, "user", session->user);
	write_number(writer, "auid", (uint64_t)session->auid);
	write_pair(writer, "node", session->node);
	write_pair(writer, "from", session->address);
	write_pair(writer, "terminal", session->terminal);
	write_pair(writer, "program", session_program(session));
	write_id(writer, "pid", session->pid);
	write_stamp(writer, "start", session->start_ms);
	write_stamp(writer, "end", session->end_ms);
	write_stamp(writer, "last", session->last_ms);
	write_number(writer, "commands", session->count[ITEM_PROGRAM]);
	write_number(writer, "changes", session->count[ITEM_CHANGE]);
	write_number(writer, "sockets", session->count[ITEM_SOCKET]);
	write_number(writer, "refused", session->refused);
	if (with_items)
		write_items(writer, session, with_all);
	writer_end(writer, '}');
	return json_list_put(list);
}

/**
 * render_sessions_json() - Print sessions as a JSON array
 * @sessions: sorted sessions
 * @with_items: also print the items of each session
 * @with_all: also print items for which item_is_telling() is false
 * @out: output file
 *
 * Return: 0 or -ENOMEM.
 */
int render_sessions_json(const struct sessions *sessions, bool with_items, bool with_all,
			 FILE *out)
{
	struct json_list list = { .out = out };
	int err = 0;

	for (size_t i = 0; i < sessions->count && !err; i++)
		err = session_put(&list, sessions->session[i], with_items, with_all);
	if (!err)
		json_list_end(&list);
	return err;
}
