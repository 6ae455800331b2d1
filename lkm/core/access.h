/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_ACCESS_H
#define ASHIATO_ACCESS_H

#include "generation.h"
#include "set.h"

struct domain;

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

/**
 * struct access - one distinct access of a domain
 * @entry: entry in the set of all accesses of its generation
 * @op: operation, an &enum access_op
 * @is_pattern: whether @object is a pattern that stands for many objects, see fold_object()
 * @owner: user who pays for it, from share_take()
 * @domain: domain that used the object
 * @next: next access of the same domain, in the order of recording
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
	u8 op;
	bool is_pattern;
	u16 owner;
	struct domain *domain;
	struct access *next;
	u32 first;
	u32 last;
	atomic64_t count;
	u32 len;
	char object[];
};

/**
 * struct access_use - an access to record
 * @domain: domain that used the object; the caller holds a reference
 * @op: operation
 * @object: object of the operation: encoded words separated by single spaces, as they
 *	follow the keyword on a policy line
 * @len: length of @object in bytes
 * @is_pattern: as in &struct access
 * @uid: user who pays for the access
 * @key: key under which the cache finds the access from now on, see seen_find(); 0 for none
 * @now: current time in seconds since 1970
 */
struct access_use {
	struct domain *domain;
	enum access_op op;
	const char *object;
	size_t len;
	bool is_pattern;
	u32 uid;
	u64 key;
	u32 now;
};

/* Cached in place of accesses that were not recorded because of a limit; in no list. */
extern struct access access_refused;

int access_init(void);
void access_exit(void);
bool access_repeat(const struct access_use *use);
int access_record(const struct access_use *use, gfp_t gfp);
void access_add_uses(struct access *access, u32 count, u32 last);
u32 access_forget(void);
void access_free_forgotten(void);
u32 access_count(void);
u32 access_forgotten(void);
u32 access_patterns(void);
size_t access_table_bytes(void);

#endif
