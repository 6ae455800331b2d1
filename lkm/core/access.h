/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_ACCESS_H
#define ASHIATO_ACCESS_H

#include "generation.h"
#include "set.h"

struct domain;
struct logins;

enum access_op {
#define ACCESS(ID, KEYWORD, ...) ACCESS_##ID,
#include "ops.def"
#undef ACCESS
	ACCESS_OPS
};

/* Maximum number of fields that the object of an access has. */
#define ACCESS_FIELDS 4

/**
 * struct access_kind - properties that all accesses of an operation share
 * @keyword: first words of a policy line
 * @field: audit fields for the words after @keyword, see ops.def
 */
struct access_kind {
	const char *keyword;
	const char *field[ACCESS_FIELDS];
};

extern const struct access_kind access_kinds[ACCESS_OPS];

/* Whether audit has a record of an access. */
enum access_news {
	ACCESS_REPORTED,	/* yes, or none will be made */
	ACCESS_REPORTING,	/* a task makes it now; it may be left out */
	ACCESS_LEFT_OUT,	/* no: the rate limit of a user left it out */
};

/**
 * struct access - one distinct access of a domain
 * @entry: entry in the set of all accesses of its generation
 * @op: operation, an &enum access_op
 * @is_pattern: whether @object is a pattern that stands for many objects, see fold_object()
 * @news: whether audit has a record of it, an &enum access_news. Uses take the slow path until it
 *	is ACCESS_REPORTED, and then it never changes again
 * @owner: user who pays for it, from share_take()
 * @domain: domain that used the object
 * @next: next access of the same domain, in the order of recording
 * @logins: users whose logins used the object; NULL for none; odd if no list could be allocated,
 *	see logins.c
 * @first: time when it was recorded, in seconds since 1970
 * @last: time of the last use, in seconds since 1970
 * @count: number of uses since @first
 * @len: length of @object in bytes
 * @object: object of the operation: the words of the policy line after the keyword
 *
 * @last and @count lag behind: each CPU counts repeated uses in its own table and adds
 * them later, see hits_flush(). An access belongs to one generation. After a reset it lives
 * until no reader of that generation is left, see reset_all().
 */
struct access {
	struct set_entry entry;
	u8 op : 7;
	bool is_pattern : 1;
	u8 news;
	u16 owner;
	struct domain *domain;
	struct access *next;
	struct logins *logins;
	u32 first;
	u32 last;
	atomic64_t count;
	u32 len;
	char object[];
};

#define ACCESS_BIT(ID) BIT_ULL(ACCESS_##ID)

/* Bits of operations whose outcome a later hook reports. */
#define ACCESSES_FOLLOWED \
	(ACCESS_BIT(FILE_CREATE) | ACCESS_BIT(FILE_UNLINK) | ACCESS_BIT(FILE_MKDIR) | \
	 ACCESS_BIT(FILE_RMDIR) | ACCESS_BIT(FILE_MKFIFO) | ACCESS_BIT(FILE_MKSOCK) | \
	 ACCESS_BIT(FILE_MKBLOCK) | ACCESS_BIT(FILE_MKCHAR) | ACCESS_BIT(FILE_RENAME) | \
	 ACCESS_BIT(FILE_LINK) | ACCESS_BIT(FILE_SYMLINK) | ACCESS_BIT(FILE_CHMOD) | \
	 ACCESS_BIT(FILE_CHOWN) | ACCESS_BIT(FILE_CHGRP) | ACCESS_BIT(INET_STREAM_CONNECT) | \
	 ACCESS_BIT(UNIX_STREAM_CONNECT) | ACCESS_BIT(UNIX_DGRAM_SEND) | \
	 ACCESS_BIT(UNIX_SEQPACKET_CONNECT))

/* Whether audit has a record of an outcome. */
enum outcome_news {
	NEWS,		/* no */
	NEWS_LEFT_OUT,	/* no: the rate limit of a user left it out */
	NEWS_REPORTED,	/* yes, or it is being made */
};

/**
 * struct outcome - how the uses of an access ended
 * @done: number of uses that the kernel allowed
 * @refused: number of uses that it refused
 * @done_last: time of the last use of @done, in seconds since 1970; 0 for none
 * @refused_last: likewise of @refused
 * @generation: generation of the access
 * @done_news: whether audit has a record of a done use: an &enum outcome_news
 * @refused_news: likewise of a refused use
 *
 * The uses that are in neither number are those whose outcome is not known yet, and a few
 * whose outcome was lost, see outcome.c.
 */
struct outcome {
	atomic64_t done;
	atomic64_t refused;
	u32 done_last;
	u32 refused_last;
	u32 generation;
	u8 done_news;
	u8 refused_news;
};

/* Bits of operations that execute or change something: each one in a login is reported to audit. */
#define ACCESSES_OF_LOGINS \
	(ACCESS_BIT(FILE_EXECUTE) | ACCESS_BIT(FILE_WRITE) | ACCESS_BIT(FILE_APPEND) | \
	 ACCESS_BIT(FILE_CREATE) | ACCESS_BIT(FILE_TRUNCATE) | ACCESS_BIT(FILE_UNLINK) | \
	 ACCESS_BIT(FILE_MKDIR) | ACCESS_BIT(FILE_RMDIR) | ACCESS_BIT(FILE_MKFIFO) | \
	 ACCESS_BIT(FILE_MKSOCK) | ACCESS_BIT(FILE_MKBLOCK) | ACCESS_BIT(FILE_MKCHAR) | \
	 ACCESS_BIT(FILE_RENAME) | ACCESS_BIT(FILE_LINK) | ACCESS_BIT(FILE_SYMLINK) | \
	 ACCESS_BIT(FILE_CHMOD) | ACCESS_BIT(FILE_CHOWN) | ACCESS_BIT(FILE_CHGRP) | \
	 ACCESS_BIT(FILE_CHROOT) | ACCESS_BIT(FILE_MOUNT) | ACCESS_BIT(FILE_UNMOUNT) | \
	 ACCESS_BIT(FILE_PIVOT_ROOT) | ACCESS_BIT(FILE_MOVE_MOUNT) | \
	 ACCESS_BIT(INET_STREAM_BIND) | ACCESS_BIT(INET_STREAM_LISTEN) | \
	 ACCESS_BIT(INET_STREAM_CONNECT) | ACCESS_BIT(INET_DGRAM_BIND) | \
	 ACCESS_BIT(INET_RAW_BIND) | ACCESS_BIT(UNIX_STREAM_BIND) | \
	 ACCESS_BIT(UNIX_STREAM_LISTEN) | ACCESS_BIT(UNIX_STREAM_CONNECT) | \
	 ACCESS_BIT(UNIX_DGRAM_BIND) | ACCESS_BIT(UNIX_SEQPACKET_BIND) | \
	 ACCESS_BIT(UNIX_SEQPACKET_LISTEN) | ACCESS_BIT(UNIX_SEQPACKET_CONNECT) | \
	 ACCESS_BIT(IPC_SIGNAL) | ACCESS_BIT(IPC_PTRACE))

/* Why audit gets a record of an access. */
enum access_report {
	REPORT_NEW,	/* audit has no record of it yet */
	REPORT_AGAIN,	/* the rate limit of a user left out an earlier record */
	REPORT_REPEAT,	/* it is a use in a login: audit may have records of earlier uses */
};

/**
 * access_is_followed() - check whether a later hook reports the outcome of an operation
 * @op: operation
 *
 * Context: any.
 * Return: true if its accesses have a &struct outcome.
 */
static inline bool access_is_followed(enum access_op op)
{
	return ACCESSES_FOLLOWED >> op & 1;
}

/**
 * access_outcome() - get the outcome of an access
 * @access: access of an operation for which access_is_followed()
 *
 * Context: any.
 * Return: its outcome, which follows the object in memory.
 */
static inline struct outcome *access_outcome(const struct access *access)
{
	return (void *)ALIGN((uintptr_t)access->object + access->len + 1,
			     __alignof__(struct outcome));
}

/**
 * struct attempt - a use of an access whose outcome is not known yet
 * @access: the access, and flags in the low bits; 0 for none
 * @id: identifies the operation and its object, from attempt_id()
 * @time: time of the use, in seconds since 1970
 */
struct attempt {
	uintptr_t access;
	u32 id;
	u32 time;
};

/*
 * Flag of an attempt: it was counted as refused because it is old. An operation may wait for
 * long, for example for a file server, and be done in the end: then the count is corrected.
 */
#define ATTEMPT_COUNTED 1UL

/* Flag of an attempt: its outcome is reported even if the outcome is not new. */
#define ATTEMPT_REPEAT 2UL

/* Returns the access in the word @access of an attempt. */
static inline struct access *attempt_access(uintptr_t word)
{
	return (struct access *)(word & ~(ATTEMPT_COUNTED | ATTEMPT_REPEAT));
}

/*
 * Notes the access of an attempt, with flags, and the time of its use. The caller has been under
 * RCU since it found the access.
 */
static inline void attempt_note(struct attempt *attempt, struct access *access,
				uintptr_t flags, u32 time)
{
	WRITE_ONCE(attempt->time, time);
	/* A reader that sees the access also sees the time. */
	smp_store_release(&attempt->access, (uintptr_t)access | flags);
}

/**
 * struct access_use - an access to record
 * @domain: domain that used the object; the caller holds a reference
 * @op: operation
 * @object: object of the operation: encoded words separated by single spaces, as they
 *	follow the keyword on a policy line
 * @len: length of @object in bytes
 * @is_pattern: as in &struct access
 * @reports: whether the caller reports the access to audit: then it calls access_reported() if
 *	the access is new or @again is set
 * @again: set to whether the audit record of the access was left out before, and must be made now
 * @uid: user who pays for the access
 * @key: key under which the cache finds the access from now on, see seen_find(); 0 for none
 * @attempt: set to the access; or NULL
 * @repeats: whether each use is reported
 * @lacks_login: set if the list of logins must grow; access_login() then adds the use to the list
 * @now: current time in seconds since 1970
 * @missed: set to @object if access_repeat() did not find it
 * @hash: hash of @missed
 * @access: set to the access
 * @generation: set to the generation of @access
 */
struct access_use {
	struct domain *domain;
	enum access_op op;
	const char *object;
	size_t len;
	bool is_pattern;
	bool reports;
	bool again;
	u32 uid;
	u64 key;
	struct attempt *attempt;
	bool repeats;
	bool lacks_login;
	u32 now;
	const char *missed;
	u32 hash;
	struct access *access;
	u32 generation;
};

/* Cached in place of accesses that were not recorded because of a limit; in no list. */
extern struct access access_refused;

int access_init(void);
void access_exit(void);
bool access_repeat(struct access_use *use);
int access_record(struct access_use *use, gfp_t gfp);
void access_reported(const struct access_use *use, bool is_sent);
int access_login(struct access_use *use, gfp_t gfp);
void access_add_uses(struct access *access, u32 login, u32 count, u32 last);
void access_advance(u32 *last, u32 now);
u32 access_forget(void);
void access_free_forgotten(void);
u32 access_count(void);
u32 access_forgotten(void);
u32 access_patterns(void);
size_t access_table_bytes(void);

#endif
