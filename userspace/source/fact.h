/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_FACT_H
#define ASHIATO_FACT_H

#include <stdbool.h>
#include <stdint.h>

#include "login.h"
#include "times.h"

/**
 * enum fact_kind - Kind of a fact
 * @FACT_DOMAIN: a domain exists
 * @FACT_ACCESS: a domain made an access
 * @FACT_HISTORY: a chain of comm names was seen in subj=; its pathnames are
 *	unknown
 * @FACT_LEFT_OUT: the rate limit of a user left records out of a log
 * @FACT_EXECUTE: a login executed a program; the module has no record of it
 * @FACT_LOGIN: a login began or ended, or a program refused a password or a command
 * @FACT_EXIT: a process ended
 * @FACT_LIMIT: a limit of the module was reached
 */
enum fact_kind {
	FACT_DOMAIN,
	FACT_ACCESS,
	FACT_HISTORY,
	FACT_LEFT_OUT,
	FACT_EXECUTE,
	FACT_LOGIN,
	FACT_EXIT,
	FACT_LIMIT,
};

struct process_exit;

/* Flags of a domain that the kernel sets; see struct domain_flag */
#define FACT_QUOTA_EXCEEDED	0x1
#define FACT_TRANSITION_FAILED	0x2
/* Flag that the command sets: the domain of this process */
#define FACT_SELF		0x4
/* Flags of patternize_model(): the last element of the name was replaced, or was not */
#define FACT_REPLACED		0x8
#define FACT_NOT_REPLACED	0x10

#define DOMAIN_FLAGS	2

/* Begins the line of a saved state with a control group of the domain. */
#define CGROUP_HEAD	"# cgroup "

/**
 * struct domain_flag - Flag of a domain that has a line in a policy
 * @flag: FACT_QUOTA_EXCEEDED or FACT_TRANSITION_FAILED
 * @name: the line
 */
struct domain_flag {
	unsigned int flag;
	const char *name;
};

extern const struct domain_flag domain_flags[DOMAIN_FLAGS];

/**
 * struct fact - One fact from a source, in the same form for all sources
 * @kind: kind
 * @flags: FACT_QUOTA_EXCEEDED, FACT_TRANSITION_FAILED (with FACT_DOMAIN)
 * @domain: name of the domain, its elements separated by one space; empty with
 *	FACT_LEFT_OUT, FACT_EXECUTE and FACT_LOGIN
 * @access: access as a policy line (with FACT_ACCESS); "exit SIGSEGV core", "exit 1" or the like
 *	(with FACT_EXIT); "limit max_accesses share 1000" or the like (with FACT_LIMIT)
 * @is_replaced: patternize_model() made the patterns of @access
 * @time_ms: time in milliseconds since 1970; 0 when unknown
 * @times: times and number of uses from a saved state; NULL when the fact is
 *	one use at @time_ms
 * @logins: the users whose logins made these uses; NULL if there are none
 * @outcome: its outcome, if @times is NULL
 * @serial: audit's serial number of the event; 0 when unknown
 * @pid: process; -1 when unknown
 * @uid: user; -1 when unknown
 * @user: name of the user according to the log; NULL when unknown
 * @comm: comm of the task, escaped; NULL when unknown
 * @exe: file of the program, escaped; NULL when unknown
 * @cgroup: path of the control group in which the program of the process, or a program of the
 *	domain, was executed; NULL when unknown
 * @next_cgroup: path of the control group in which the program that this access executes runs; NULL
 *	when unknown
 * @left_out: number of records (with FACT_LEFT_OUT)
 * @ended: how the process ended (with FACT_EXIT)
 * @login: login of the process; NULL if there is none, or if it was not asked for
 *
 * All strings are printable ASCII and valid only during the call that passes
 * the fact.
 */
struct fact {
	enum fact_kind kind;
	unsigned int flags;
	const char *domain;
	const char *access;
	bool is_replaced;
	int64_t time_ms;
	const struct access_times *times;
	const struct login_list *logins;
	enum outcome outcome;
	unsigned long serial;
	int64_t pid;
	int64_t uid;
	const char *user;
	const char *comm;
	const char *exe;
	const char *cgroup;
	const char *next_cgroup;
	uint64_t left_out;
	const struct process_exit *ended;
	const struct login *login;
};

/**
 * typedef fact_sink - Takes the facts of a source, one at a time
 * @ctx: argument that was passed together with the sink
 * @fact: fact; valid only during the call
 *
 * Return: 0, or -errno to stop the source.
 */
typedef int (*fact_sink)(void *ctx, const struct fact *fact);

#endif
