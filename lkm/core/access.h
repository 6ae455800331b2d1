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

/* The most fields that the object of an access can have. */
#define ACCESS_FIELDS 4

/**
 * struct access_kind - what is the same for all accesses of an op
 * @keyword: how its line in a policy begins
 * @field: the audit fields of the words that follow, as ops.def explains
 */
struct access_kind {
	const char *keyword;
	const char *field[ACCESS_FIELDS];
};

extern const struct access_kind access_kinds[ACCESS_OPS];

/**
 * struct access - one distinct access of a domain
 * @entry: in the set of all accesses
 * @op: what was done, an &enum access_op
 * @domain: by whom
 * @object: to what: the rest of the line after the keyword
 * @next: the access of the same domain that came after it
 * @in: the generations that know it
 * @first: when it was recorded; seconds since 1970
 * @last: when it was used last, as far as is known
 * @count: how often it was used since @first, as far as is known: each CPU
 * counts by itself, and tells now and then
 *
 * Accesses live until the module goes.
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

/* Stands for all that a limit kept from being recorded; in no list. */
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
