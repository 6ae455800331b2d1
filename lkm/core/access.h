/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_ACCESS_H
#define ASHIATO_ACCESS_H

#include "generation.h"
#include "set.h"

struct domain;
struct text;

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
 * @entry: entry in the set of all accesses
 * @op: operation, an &enum access_op
 * @domain: domain that used the object
 * @object: object of the operation: the words of the policy line after the keyword
 * @next: next access of the same domain, in the order of recording
 * @in: generations in which it is known
 * @first: time when it was recorded, in seconds since 1970
 * @last: time of the last use, in seconds since 1970
 * @count: number of uses since @first
 *
 * @last and @count lag behind: each CPU counts repeated uses in its own table and adds
 * them later, see hits_flush(). Accesses live until the module is unloaded.
 */
struct access {
	struct set_entry entry;
	u32 op;
	struct domain *domain;
	const struct text *object;
	struct access *next;
	struct generations in;
	u32 first;
	u32 last;
	atomic64_t count;
};

/* Cached in place of accesses that were not recorded because of a limit; in no list. */
extern struct access access_refused;

int access_init(u32 max_accesses, size_t max_bytes);
void access_exit(void);
int access_intern(struct domain *domain, enum access_op op, const char *object,
		  size_t len, gfp_t gfp, u32 now, struct access **found);
void access_use(struct access *access, u32 count, u32 last);
u32 access_forget(void);
u32 access_count(void);
u32 access_forgotten(void);
size_t access_bytes(void);

#endif
