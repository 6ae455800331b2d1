// SPDX-License-Identifier: GPL-2.0-only
/*
 * Collects executions and accesses of each login, as a tree of programs.
 *
 * The history in a record names the programs of a process with the times at which they were
 * executed, so it leads to the place in the tree, also where the log lacks an execution. Two
 * programs that one program executes in the same second have equal histories: then, and without
 * histories, the process decides.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/passwd.h"
#include "session.h"
#include "source/op.h"
#include "source/record.h"

/* Any user can make a log long: more memory, or more sessions, than this is refused. */
#ifndef SESSIONS_MAX
#define SESSIONS_MAX		100000
#define SESSIONS_BYTES_MAX	(512 << 20)
#endif
/* A login is reported before, or at the same time as, the first access. */
#define LOGIN_DELAY_MS	1000
/* The two records of one execution have times that differ by less. */
#define EXECUTE_DELAY_MS	2000

/* Parts of the key of a slot. Strings are interned, so that the key has their addresses. */
enum slot_kind {
	SLOT_SESSION,	/* node, boot, number, user */
	SLOT_PROCESS,	/* session, process: its program */
	SLOT_PROGRAM,	/* parent, entry in the history: the latest program */
	SLOT_ACCESS,	/* program, line, outcome */
};

struct slot {
	uint64_t key[5];
	void *item;
};

#define KEY(...)	((const uint64_t[5]){ __VA_ARGS__ })
#define ADDRESS(item)	((uint64_t)(uintptr_t)(item))

static void *sessions_alloc(struct sessions *sessions, size_t size)
{
	sessions->bytes += size;
	return calloc(1, size);
}

static bool string_match(const void *item, const void *key)
{
	return span_is(*(const struct span *)key, item);
}

static const char *intern(struct sessions *sessions, struct span span)
{
	uint64_t hash = table_hash(span.ptr, span.len);
	char *string = table_find(&sessions->strings, hash, string_match, &span);

	if (string)
		return string;
	string = sessions_alloc(sessions, span.len + 1);
	if (!string)
		return NULL;
	memcpy(string, span.ptr, span.len);
	if (!table_add(&sessions->strings, hash, string))
		return string;
	free(string);
	return NULL;
}

static const char *intern_word(struct sessions *sessions, const char *word)
{
	return intern(sessions, (struct span){ word, strlen(word) });
}

static bool slot_match(const void *item, const void *key)
{
	return !memcmp(((const struct slot *)item)->key, key,
		       sizeof(((const struct slot *)item)->key));
}

static struct slot *slot_find(const struct sessions *sessions, const uint64_t key[5])
{
	return table_find(&sessions->slots, table_hash(key, sizeof(((struct slot *)0)->key)),
			  slot_match, key);
}

static void *slot_item(const struct sessions *sessions, const uint64_t key[5])
{
	const struct slot *slot = slot_find(sessions, key);

	return slot ? slot->item : NULL;
}

/* Store an item under a key, in place of an earlier item. */
static int slot_set(struct sessions *sessions, const uint64_t key[5], void *item)
{
	struct slot *slot = slot_find(sessions, key);

	if (!slot) {
		slot = sessions_alloc(sessions, sizeof(*slot));
		if (!slot)
			return -ENOMEM;
		memcpy(slot->key, key, sizeof(slot->key));
		if (table_add(&sessions->slots, table_hash(key, sizeof(slot->key)), slot)) {
			free(slot);
			return -ENOMEM;
		}
	}
	slot->item = item;
	return 0;
}

static struct session_item *item_new(struct sessions *sessions, struct session_item *parent,
				     enum item_kind kind, const char *text)
{
	struct session_item *item;

	if (!text || array_grow(sessions->item, sessions->items))
		return NULL;
	item = sessions_alloc(sessions, sizeof(*item));
	if (!item)
		return NULL;
	*item = (struct session_item){
		.session = parent->session,
		.parent = parent,
		.number = sessions->items,
		.kind = kind,
		.pid = -1,
		.text = text,
	};
	sessions->item[sessions->items++] = item;
	return item;
}

static struct session *session_new(struct sessions *sessions, const uint64_t key[5],
				   const struct fact *fact)
{
	const struct login *login = fact->login;
	struct session *session;

	if (array_grow(sessions->session, sessions->count))
		return NULL;
	session = sessions_alloc(sessions, sizeof(*session));
	if (!session)
		return NULL;
	sessions->session[sessions->count++] = session;
	session->root.session = session;
	session->node = intern_word(sessions, login->node);
	session->ses = login->ses;
	session->auid = login->auid;
	session->user = intern_word(sessions, *login->user ? login->user
							   : passwd_name(login->auid));
	session->pid = -1;
	session->start_ms = fact->time_ms;
	session->last_ms = fact->time_ms;
	return session->user && !slot_set(sessions, key, session) ? session : NULL;
}

/*
 * A login gets a number that no other login has until the next boot. If the log has the number of a
 * new login already, it lacks the boot in between.
 */
static bool is_new_login(const struct session *session, const struct fact *fact)
{
	return fact->kind == FACT_LOGIN && fact->login->event == LOGIN_BEGIN &&
	       (session->has_login || fact->time_ms > session->start_ms + LOGIN_DELAY_MS);
}

static struct session *session_of(struct sessions *sessions, const struct fact *fact)
{
	const struct login *login = fact->login;
	const char *node = intern_word(sessions, login->node);
	const uint64_t *key = KEY(SLOT_SESSION, ADDRESS(node), login->boot,
				  (uint64_t)login->ses, (uint64_t)login->auid);
	struct session *session = node ? slot_item(sessions, key) : NULL;

	if (node && (!session || is_new_login(session, fact)))
		session = session_new(sessions, key, fact);
	return session;
}

/* Remove the last name from a chain joined by "=>". */
static struct span chain_pop(struct span *chain)
{
	struct span last = *chain;

	for (size_t at = chain->len; at >= 2; at--) {
		if (chain->ptr[at - 2] != '=' || chain->ptr[at - 1] != '>')
			continue;
		last = (struct span){ chain->ptr + at, chain->len - at };
		chain->len = at - 2;
		return last;
	}
	chain->len = 0;
	return last;
}

/* Whether a program has this history. The history may lack its beginning. */
static bool program_has_chain(const struct session_item *program, struct span chain)
{
	for (; program->parent; program = program->parent) {
		struct span last = chain_pop(&chain);

		if (span_is(last, "..."))
			return true;
		if (!program->entry || !span_is(last, program->entry))
			return false;
	}
	return !chain.len;
}

static int program_enter(struct sessions *sessions, struct session_item *program,
			 struct span entry)
{
	program->entry = intern(sessions, entry);
	if (!program->entry)
		return -ENOMEM;
	return slot_set(sessions, KEY(SLOT_PROGRAM, ADDRESS(program->parent),
				      ADDRESS(program->entry)), program);
}

/*
 * Whether a program of a process has this history. A record of the module that is no part of a
 * system call has only the history before the execution: then the next record completes it.
 */
static bool program_fits(struct sessions *sessions, struct session_item *program,
			 struct span chain)
{
	struct span above = chain;
	struct span entry;

	if (program_has_chain(program, chain))
		return true;
	entry = chain_pop(&above);
	return program->parent && !program->entry && program_has_chain(program->parent, above) &&
	       !program_enter(sessions, program, entry);
}

static struct session_item *process_program(const struct sessions *sessions,
					    const struct session *session, int64_t pid)
{
	return pid < 0 ? NULL : slot_item(sessions, KEY(SLOT_PROCESS, ADDRESS(session),
							(uint64_t)pid));
}

/* Make the program for a name in a history if the log has no execution of it. */
static struct session_item *program_imply(struct sessions *sessions,
					  struct session_item *parent, struct span entry)
{
	struct session_item *program = NULL;
	struct text name = { 0 };
	int64_t time_ms;

	if (!record_program(entry, &name, &time_ms))
		program = item_new(sessions, parent, ITEM_PROGRAM,
				   intern_word(sessions, text_str(&name)));
	text_free(&name);
	if (!program || program_enter(sessions, program, entry))
		return NULL;
	program->time_ms = time_ms;
	return program;
}

/* Find the program at the end of a history, and make the missing programs. */
static struct session_item *chain_program(struct sessions *sessions, struct session *session,
					  struct span chain)
{
	struct session_item *program = &session->root;

	while (program && chain.len) {
		const struct span entry = chain_shift(&chain);
		const char *name = intern(sessions, entry);
		struct session_item *found = !name ? NULL :
			slot_item(sessions, KEY(SLOT_PROGRAM, ADDRESS(program), ADDRESS(name)));

		program = found ?: program_imply(sessions, program, entry);
	}
	return program;
}

/* Find the program that a process runs. @chain: its history; empty if unknown */
static struct session_item *program_of(struct sessions *sessions, struct session *session,
				       struct span chain, const struct fact *fact)
{
	const int64_t pids[] = { fact->pid, fact->login->ppid };

	for (size_t i = 0; i < ARRAY_SIZE(pids); i++) {
		struct session_item *program = process_program(sessions, session, pids[i]);

		if (program && (!chain.len || program_fits(sessions, program, chain)))
			return program;
	}
	return chain_program(sessions, session, chain);
}

static struct span span_of(const char *string)
{
	return (struct span){ string, strlen(string) };
}

/* An execution has two records if the module's record is an event of its own. */
static bool is_same_execution(const struct session_item *program, const struct fact *fact,
			      struct span entry)
{
	return fact->kind == FACT_EXECUTE && program && program->is_executed &&
	       !program->arguments &&
	       (!entry.len || !program->entry || span_is(entry, program->entry)) &&
	       llabs(fact->time_ms - program->time_ms) < EXECUTE_DELAY_MS;
}

/* Find the program that a fact says is executed, or make it. */
static struct session_item *program_executed(struct sessions *sessions, struct session *session,
					     const struct fact *fact, const char *text)
{
	struct session_item *running = process_program(sessions, session, fact->pid);
	struct span chain = span_of(fact->login->after);
	struct span entry = chain.len ? chain_pop(&chain) : chain;
	struct session_item *program = NULL;
	struct session_item *parent;

	if (is_same_execution(running, fact, entry))
		return entry.len && !running->entry && program_enter(sessions, running, entry)
		       ? NULL : running;
	parent = program_of(sessions, session, entry.len ? chain : span_of(fact->login->history),
			    fact);
	if (!parent)
		return NULL;
	if (entry.len)
		program = slot_item(sessions, KEY(SLOT_PROGRAM, ADDRESS(parent),
						  ADDRESS(intern(sessions, entry))));
	if (program && !program->is_executed)
		program->text = text;
	else
		program = item_new(sessions, parent, ITEM_PROGRAM, text);
	if (!program || (entry.len && program_enter(sessions, program, entry)))
		return NULL;
	program->time_ms = fact->time_ms;
	return program;
}

/* Note the control group in which a program was executed; it does not change until the next one. */
static int program_place(struct sessions *sessions, struct session_item *program,
			 const char *cgroup)
{
	if (cgroup && !program->cgroup)
		program->cgroup = intern_word(sessions, cgroup);
	return cgroup && !program->cgroup ? -ENOMEM : 0;
}

static int execution_add(struct sessions *sessions, struct session *session,
			 const struct fact *fact, struct span path)
{
	const char *text = intern(sessions, path);
	struct session_item *program = text ? program_executed(sessions, session, fact, text)
					    : NULL;

	if (!program || program_place(sessions, program->parent, fact->cgroup) ||
	    program_place(sessions, program, fact->next_cgroup))
		return -ENOMEM;
	session->count[ITEM_PROGRAM] += !program->is_executed;
	program->is_executed = true;
	program->pid = fact->pid;
	program->user = intern_word(sessions, fact->user ? : passwd_name(fact->uid));
	if (fact->login->arguments)
		program->arguments = intern_word(sessions, fact->login->arguments);
	return slot_set(sessions, KEY(SLOT_PROCESS, ADDRESS(session), (uint64_t)fact->pid),
			program);
}

/* The module reports these only if they are new, also for logins. */
static bool changes_nothing(const char *line)
{
	static const char *const lines[] = {
		"file write /dev/null", "file append /dev/null",
		"file write /dev/tty", "file append /dev/tty",
	};

	for (size_t i = 0; i < ARRAY_SIZE(lines); i++)
		if (!strcmp(line, lines[i]))
			return true;
	return false;
}

static enum item_kind access_kind(const char *line)
{
	if (!strncmp(line, "network ", 8))
		return ITEM_SOCKET;
	if (!op_is_change(line) || !strncmp(line, "capability ", 11) ||
	    !strncmp(line, "file execute ", 13) || changes_nothing(line))
		return ITEM_USE;
	return ITEM_CHANGE;
}

static int access_add(struct sessions *sessions, struct session *session,
		      const struct fact *fact, enum item_kind kind, const char *line)
{
	struct session_item *program = program_of(sessions, session,
						  span_of(fact->login->history), fact);
	const char *text = intern_word(sessions, line);
	const uint64_t *key = KEY(SLOT_ACCESS, ADDRESS(program), ADDRESS(text), fact->outcome);
	struct session_item *item = program && text ? slot_item(sessions, key) : NULL;

	if (program && program_place(sessions, program, fact->cgroup))
		return -ENOMEM;
	if (!item) {
		item = program ? item_new(sessions, program, kind, text) : NULL;
		if (!item || slot_set(sessions, key, item))
			return -ENOMEM;
		item->outcome = fact->outcome;
		item->time_ms = fact->time_ms;
		item->pid = fact->pid;
		item->user = intern_word(sessions, fact->user ? : passwd_name(fact->uid));
	}
	item->count++;
	if (fact->time_ms < item->time_ms)
		item->time_ms = fact->time_ms;
	if (fact->time_ms > item->last_ms)
		item->last_ms = fact->time_ms;
	if (fact->outcome == OUTCOME_REFUSED)
		session->refused++;
	else
		session->count[kind]++;
	return 0;
}

/* A process that executed no program ends without a line of its own. */
static int exit_add(struct sessions *sessions, struct session *session, const struct fact *fact)
{
	struct session_item *program = program_of(sessions, session,
						  span_of(fact->login->history), fact);

	if (program && program->pid == fact->pid)
		program->ended = intern_word(sessions, fact->access + strlen("exit "));
	return program && (program->pid != fact->pid || program->ended) ? 0 : -ENOMEM;
}

static void detail_set(struct sessions *sessions, const char **detail, const char *value)
{
	if (!*detail && *value)
		*detail = intern_word(sessions, value);
}

static int login_begin(struct sessions *sessions, struct session *session,
		       const struct fact *fact)
{
	session->has_login = true;
	session->start_ms = fact->time_ms;
	session->pid = fact->pid;
	session->top = chain_program(sessions, session, span_of(fact->login->history));
	return session->top ? 0 : -ENOMEM;
}

static int login_refused(struct sessions *sessions, struct session *session,
			 const struct fact *fact)
{
	struct text line = { 0 };
	int err;

	text_puts(&line, *fact->login->command ? "command " : "login ");
	text_puts(&line, *fact->login->command ? fact->login->command : fact->login->account);
	err = line.failed ? -ENOMEM : access_add(sessions, session, fact, ITEM_USE, line.data);
	text_free(&line);
	return err;
}

static int login_add(struct sessions *sessions, struct session *session, const struct fact *fact,
		     bool is_in_time)
{
	const struct login *login = fact->login;

	switch (login->event) {
	case LOGIN_BEGIN:
		return login_begin(sessions, session, fact);
	case LOGIN_OPEN:
		if (session->pid < 0 && fact->time_ms == session->start_ms)
			session->pid = fact->pid;
		/* Not sudo and su, which open sessions of PAM, too */
		if (session->pid != fact->pid)
			return 0;
		detail_set(sessions, &session->address, login->address);
		detail_set(sessions, &session->terminal, login->terminal);
		detail_set(sessions, &session->program, login->program);
		return 0;
	case LOGIN_CLOSE:
		if (session->pid == fact->pid)
			session->end_ms = fact->time_ms;
		return 0;
	default:
		return fact->outcome == OUTCOME_REFUSED && is_in_time
		       ? login_refused(sessions, session, fact) : 0;
	}
}

/* The path of "file execute PATH", if the program was executed; else empty. */
static struct span executed_path(const struct fact *fact)
{
	static const char keyword[] = "file execute ";
	const char *path;

	if (fact->kind == FACT_EXECUTE)
		return span_of(fact->exe ? : "?");
	if (fact->outcome == OUTCOME_REFUSED || fact->login->failed ||
	    strncmp(fact->access, keyword, sizeof(keyword) - 1) != 0)
		return (struct span){ fact->access, 0 };
	path = fact->access + sizeof(keyword) - 1;
	return (struct span){ path, strcspn(path, " ") };
}

/**
 * sessions_add() - Add a fact; a fact_sink
 * @ctx: struct sessions
 * @fact: fact
 *
 * Return: 0; -E2BIG if the log has too much; -ENOMEM.
 */
int sessions_add(void *ctx, const struct fact *fact)
{
	struct sessions *sessions = ctx;
	struct session *session;
	struct span path;
	bool is_in_time;

	if (!fact->login || (fact->kind != FACT_ACCESS && fact->kind != FACT_EXECUTE &&
			     fact->kind != FACT_LOGIN && fact->kind != FACT_EXIT))
		return 0;
	if (sessions->bytes > SESSIONS_BYTES_MAX || sessions->selected > SESSIONS_MAX)
		return -E2BIG;
	is_in_time = fact->time_ms >= sessions->since_ms &&
		     (!sessions->until_ms || fact->time_ms <= sessions->until_ms);
	if (!is_in_time && fact->kind != FACT_LOGIN)
		return 0;
	session = session_of(sessions, fact);
	if (!session)
		return -ENOMEM;
	sessions->selected += is_in_time && !session->is_selected;
	session->is_selected |= is_in_time;
	if (fact->time_ms > session->last_ms)
		session->last_ms = fact->time_ms;
	if (fact->kind == FACT_LOGIN)
		return login_add(sessions, session, fact, is_in_time);
	if (fact->kind == FACT_EXIT)
		return exit_add(sessions, session, fact);
	path = executed_path(fact);
	if (path.len)
		return execution_add(sessions, session, fact, path);
	return access_add(sessions, session, fact, access_kind(fact->access), fact->access);
}

static int item_compare(const void *a, const void *b)
{
	const struct session_item *one = *(struct session_item *const *)a;
	const struct session_item *two = *(struct session_item *const *)b;

	if (one->time_ms != two->time_ms)
		return one->time_ms < two->time_ms ? -1 : 1;
	return (one->number > two->number) - (one->number < two->number);
}

static int session_compare(const void *a, const void *b)
{
	const struct session *one = *(struct session *const *)a;
	const struct session *two = *(struct session *const *)b;

	if (one->start_ms != two->start_ms)
		return one->start_ms < two->start_ms ? -1 : 1;
	return (one->ses > two->ses) - (one->ses < two->ses);
}

/**
 * sessions_sort() - Sort sessions, and their items, by time
 * @sessions: sessions; nothing can be added afterwards
 */
void sessions_sort(struct sessions *sessions)
{
	if (sessions->count)
		qsort(sessions->session, sessions->count, sizeof(*sessions->session),
		      session_compare);
	if (sessions->items)
		qsort(sessions->item, sessions->items, sizeof(*sessions->item), item_compare);
	for (size_t i = 0; i < sessions->items; i++) {
		struct session_item *item = sessions->item[i];
		struct session_item *parent = item->parent;

		if (parent->last)
			parent->last->next = item;
		else
			parent->child = item;
		parent->last = item;
	}
}

/* Whether an argument names the user of a session, or is the number of this user. */
static bool is_of_user(const struct session *session, const char *who, uint64_t number)
{
	return !strcmp(session->user, who) || (uint64_t)session->auid == number;
}

/* Find the latest session with a process; NULL if there is none. */
static const struct session *session_with(const struct sessions *sessions, uint64_t pid)
{
	for (size_t i = sessions->count; i--;)
		if (slot_find(sessions, KEY(SLOT_PROCESS, ADDRESS(sessions->session[i]), pid)) ||
		    sessions->session[i]->pid == (int64_t)pid)
			return sessions->session[i];
	return NULL;
}

/**
 * sessions_select() - Leave out sessions that are not selected
 * @sessions: sorted sessions; sessions without items in the selected time are left out, too
 * @who: number of a session; else of a process; else name or number of a user; NULL for all
 */
void sessions_select(struct sessions *sessions, const char *who)
{
	const struct session *with = NULL;
	uint64_t number = UINT64_MAX;
	bool is_number = who && !span_number(span_of(who), &number);
	bool is_session = false;
	size_t kept = 0;

	for (size_t i = 0; is_number && i < sessions->count; i++)
		is_session |= (uint64_t)sessions->session[i]->ses == number;
	if (is_number && !is_session)
		with = session_with(sessions, number);
	for (size_t i = 0; i < sessions->count; i++) {
		struct session *session = sessions->session[i];
		bool is_wanted = !who ? true :
				 is_session ? (uint64_t)session->ses == number :
				 with ? session == with : is_of_user(session, who, number);

		if (is_wanted && session->is_selected)
			sessions->session[kept++] = session;
		else
			free(session);
	}
	sessions->count = kept;
}

/**
 * session_top() - Find the program that the tree of a session begins with
 * @session: sorted session
 *
 * Return: the program that ran at the login, or the last one that is an ancestor of all others,
 * and whose execution the log lacks; the root if there is none.
 */
const struct session_item *session_top(const struct session *session)
{
	const struct session_item *top = &session->root;

	while (top != session->top && top->child && !top->child->next &&
	       top->child->kind == ITEM_PROGRAM && !top->child->is_executed)
		top = top->child;
	return top;
}

/**
 * item_is_telling() - Whether an item is printed without --all
 * @item: item
 *
 * Return: true for programs, changes, uses of sockets, and refused accesses.
 */
bool item_is_telling(const struct session_item *item)
{
	return item->kind != ITEM_USE || item->outcome == OUTCOME_REFUSED;
}

/**
 * sessions_free() - Free the memory of sessions
 * @sessions: sessions; empty and usable afterwards
 */
void sessions_free(struct sessions *sessions)
{
	table_free_items(&sessions->slots);
	table_free_items(&sessions->strings);
	for (size_t i = 0; i < sessions->items; i++)
		free(sessions->item[i]);
	for (size_t i = 0; i < sessions->count; i++)
		free(sessions->session[i]);
	free(sessions->item);
	free(sessions->session);
	*sessions = (struct sessions){ 0 };
}
