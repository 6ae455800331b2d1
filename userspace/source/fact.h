/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_FACT_H
#define ASHIATO_FACT_H

#include <stdint.h>

#include "times.h"

/**
 * enum fact_kind - What a source can tell
 * @FACT_DOMAIN: a domain exists
 * @FACT_ACCESS: a domain made an access
 * @FACT_HISTORY: a chain of comm names was seen in a subj= (pathnames unknown)
 */
enum fact_kind {
	FACT_DOMAIN,
	FACT_ACCESS,
	FACT_HISTORY,
};

/* What the kernel says about a domain itself, in a policy's words. */
#define FACT_QUOTA_EXCEEDED	0x1
#define FACT_TRANSITION_FAILED	0x2
/* What we say about it: it is the one of this process. */
#define FACT_SELF		0x4

#define DOMAIN_FLAGS	2

/**
 * struct domain_flag - What the kernel says about a domain itself
 * @flag: FACT_QUOTA_EXCEEDED, FACT_TRANSITION_FAILED
 * @name: its line in a policy
 */
struct domain_flag {
	unsigned int flag;
	const char *name;
};

extern const struct domain_flag domain_flags[DOMAIN_FLAGS];

/**
 * struct fact - One thing that a source tells; all sources speak in these
 * @kind: what is told
 * @flags: FACT_QUOTA_EXCEEDED, FACT_TRANSITION_FAILED (with FACT_DOMAIN)
 * @domain: name of the domain: elements separated by one space
 * @access: the access as a policy line (with FACT_ACCESS)
 * @time_ms: when, in milliseconds since 1970; 0 when the source has no times
 * @times: the access stands for so many uses, which a saved state counted; NULL
 *	for one use at @time_ms
 * @serial: audit's serial number of the event, 0 when unknown
 * @pid: process, -1 when unknown
 * @uid: user, -1 when unknown
 * @comm: the task's comm, escaped; NULL when unknown
 * @exe: the program's file, escaped; NULL when unknown
 *
 * All strings are printable ASCII and live only as long as the call that
 * hands the fact over.
 */
struct fact {
	enum fact_kind kind;
	unsigned int flags;
	const char *domain;
	const char *access;
	int64_t time_ms;
	const struct access_times *times;
	unsigned long serial;
	int64_t pid;
	int64_t uid;
	const char *comm;
	const char *exe;
};

/**
 * typedef fact_sink - Takes the facts of a source, one at a time
 * @ctx: what the reader of the source was given
 * @fact: valid during the call only
 *
 * Return: 0, or -errno to stop the source.
 */
typedef int (*fact_sink)(void *ctx, const struct fact *fact);

#endif
