/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_LOGIN_H
#define ASHIATO_LOGIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "audit_line.h"
#include "base/text.h"

/* Value of auid= and ses= of a process that belongs to no login */
#define LOGIN_UNSET	4294967295

/**
 * enum login_event - Events of a login that records report
 * @LOGIN_BEGIN: the login got its number
 * @LOGIN_OPEN: PAM opened a session, or a program let a user in
 * @LOGIN_CLOSE: PAM closed a session, or a user logged out
 * @LOGIN_REFUSED: a user was not authenticated, or not permitted to run a command
 */
enum login_event {
	LOGIN_BEGIN,
	LOGIN_OPEN,
	LOGIN_CLOSE,
	LOGIN_REFUSED,
};

/**
 * struct login - The login that a fact belongs to, and the place of its process
 * @node: name of the machine; empty if the log does not have it
 * @boot: number of the boot of this machine in the log: session numbers repeat
 * @ses: number of the session
 * @auid: user who logged in
 * @user: name of this user according to the log; empty if unknown
 * @ppid: parent of the process; -1 if unknown
 * @failed: the system call failed
 * @history: programs of the process, joined by "=>", in the encoding of subj= or
 *	domain=; empty if unknown
 * @after: @history after the execution of a program; empty if unknown
 * @arguments: arguments of the executed program, encoded words that are separated by a
 *	space; NULL if unknown
 * @event: with FACT_LOGIN: what is reported
 * @account: with FACT_LOGIN: user whom the program acts for; empty if unknown
 * @command: with FACT_LOGIN: command that was to be executed as another user, or empty
 * @address: with FACT_LOGIN: where the user came from; empty if unknown
 * @terminal: with FACT_LOGIN: terminal or service; empty if unknown
 * @program: with FACT_LOGIN: program that reports the event; empty if unknown
 *
 * Everything but @history and @after is printable ASCII.
 */
struct login {
	const char *node;
	uint64_t boot;
	int64_t ses;
	int64_t auid;
	const char *user;
	int64_t ppid;
	bool failed;
	const char *history;
	const char *after;
	const char *arguments;
	enum login_event event;
	const char *account;
	const char *command;
	const char *address;
	const char *terminal;
	const char *program;
};

/**
 * enum login_text - Strings of a login
 */
enum login_text {
	LOGIN_NODE,
	LOGIN_USER,
	LOGIN_HISTORY,
	LOGIN_AFTER,
	LOGIN_ARGUMENTS,
	LOGIN_ACCOUNT,
	LOGIN_COMMAND,
	LOGIN_ADDRESS,
	LOGIN_TERMINAL,
	LOGIN_PROGRAM,
	LOGIN_TEXTS,
};

/**
 * struct login_reader - Reads a &struct login from the records of an event
 * @login: what was read; get it with login_get()
 * @is_known: the event has a record of a login
 * @has_arguments: the event has an EXECVE record
 * @text: the strings
 *
 * Zeroed memory is an empty reader.
 */
struct login_reader {
	struct login login;
	bool is_known;
	bool has_arguments;
	struct text text[LOGIN_TEXTS];
};

/* Machines of which the boots are counted */
#define BOOTS_MAX	64

/**
 * struct boots - Counts the boots of the machines in a log
 * @count: number of machines
 * @machine: machines; the last one stands for all others, too
 */
struct boots {
	size_t count;
	struct machine_boots {
		char node[AUDIT_ID_MAX];
		uint64_t boot;
		uint64_t serial;
		int64_t time_ms;
		bool is_new;
	} machine[BOOTS_MAX];
};

uint64_t boots_note(struct boots *boots, const struct audit_line *line);
bool login_is_event(int type, enum login_event *event);
bool login_has(const struct audit_line *line);
void login_clear(struct login_reader *reader);
void login_free(struct login_reader *reader);
bool login_read(struct login_reader *reader, const struct audit_line *line);
void login_read_arguments(struct login_reader *reader, const struct audit_line *line);
void login_read_message(struct login_reader *reader, const struct audit_line *line);
void login_history(struct span body, struct text *out);
const struct login *login_get(struct login_reader *reader);

#endif
