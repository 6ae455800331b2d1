/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_SESSION_H
#define ASHIATO_SESSION_H

#include "base/table.h"
#include "source/fact.h"

/**
 * enum item_kind - Kind of an item of a session
 * @ITEM_PROGRAM: a program that a process executed
 * @ITEM_CHANGE: a change: a file that was written, created, removed, mounted; a signal
 * @ITEM_SOCKET: use of a socket: a connection, or a port that is opened
 * @ITEM_USE: any other access, or a login that was refused
 * @ITEM_KINDS: number of kinds
 */
enum item_kind {
	ITEM_PROGRAM,
	ITEM_CHANGE,
	ITEM_SOCKET,
	ITEM_USE,
	ITEM_KINDS,
};

/**
 * struct session_item - A program of a session, or an access of a program
 * @session: session
 * @parent: program that executed this one, or that did this; NULL for the root
 * @child: first item of a program, in order of time; set by sessions_sort()
 * @last: last item of a program
 * @next: next item of the same parent
 * @number: order in the log
 * @kind: kind
 * @is_executed: the log has the execution of the program, and not only its name in the
 *	history of a process
 * @outcome: outcome of an access
 * @time_ms: time of the execution, or of the first use, in ms since 1970; 0 if unknown
 * @last_ms: time of the last use
 * @count: number of uses
 * @pid: process; -1 if unknown
 * @user: name of its user; NULL if unknown
 * @text: path of the program, or its comm; the access as a policy line
 * @arguments: arguments of the program: words that are separated by a space, in which
 *	special characters are \ooo; NULL if unknown
 * @entry: name of the program in histories; NULL if unknown
 * @cgroup: path of the control group in which the program was executed; NULL if unknown
 * @ended: how its process ended: "SIGSEGV core", "1" or the like; NULL if unknown
 */
struct session_item {
	struct session *session;
	struct session_item *parent;
	struct session_item *child;
	struct session_item *last;
	struct session_item *next;
	size_t number;
	enum item_kind kind;
	bool is_executed;
	enum outcome outcome;
	int64_t time_ms;
	int64_t last_ms;
	uint64_t count;
	int64_t pid;
	const char *user;
	const char *text;
	const char *arguments;
	const char *entry;
	const char *cgroup;
	const char *ended;
};

/**
 * struct session - A login, and the programs and accesses in it
 * @root: parent of the first programs
 * @node: name of the machine; empty if the log does not have it
 * @ses: number of the session, unique until the next boot
 * @auid: user who logged in
 * @user: name of this user, or the number
 * @program: program that let the user in; NULL if unknown
 * @address: where the user came from; NULL if unknown
 * @terminal: terminal or service; NULL if unknown
 * @pid: process that let the user in; -1 if unknown
 * @start_ms: time of the login, or of the first record, in ms since 1970
 * @last_ms: time of the last record
 * @end_ms: time of the logout; 0 if unknown
 * @has_login: the log has the login
 * @top: program that ran at the login; NULL if unknown
 * @is_selected: something happened in the selected time
 * @count: executed programs, changes, uses of sockets and other accesses that were not refused
 * @refused: accesses and logins that were refused
 */
struct session {
	struct session_item root;
	const char *node;
	int64_t ses;
	int64_t auid;
	const char *user;
	const char *program;
	const char *address;
	const char *terminal;
	int64_t pid;
	int64_t start_ms;
	int64_t last_ms;
	int64_t end_ms;
	bool has_login;
	const struct session_item *top;
	bool is_selected;
	uint64_t count[ITEM_KINDS];
	uint64_t refused;
};

/**
 * struct sessions - Sessions of an audit log
 * @since_ms: leave out items before this time, in ms since 1970; 0: leave out none
 * @until_ms: leave out items after this time; 0: leave out none
 * @session: array
 * @count: number of sessions
 * @selected: number of sessions in which something happened in the selected time
 * @item: items of all sessions
 * @items: number of items
 * @slots: finds sessions, programs and accesses
 * @strings: all strings, each once
 * @bytes: memory in use
 *
 * Zeroed memory is an empty list; @since_ms and @until_ms can be set.
 */
struct sessions {
	int64_t since_ms;
	int64_t until_ms;
	struct session **session;
	size_t count;
	size_t selected;
	struct session_item **item;
	size_t items;
	struct table slots;
	struct table strings;
	size_t bytes;
};

int sessions_add(void *sessions, const struct fact *fact);
void sessions_sort(struct sessions *sessions);
void sessions_select(struct sessions *sessions, const char *who);
void sessions_free(struct sessions *sessions);
const struct session_item *session_top(const struct session *session);
bool item_is_telling(const struct session_item *item);

#endif
