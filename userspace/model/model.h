/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_MODEL_H
#define ASHIATO_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "source/fact.h"
#include "base/table.h"
#include "base/text.h"
#include "base/times.h"

/* Deeper chains of programs are refused as damage. */
#define DOMAIN_DEPTH_MAX	4096

struct domain;

/**
 * struct word - A text that many domains share, kept once
 * @len: bytes
 * @text: terminated
 */
struct word {
	size_t len;
	char text[];
};

/**
 * struct access - A distinct access of a domain
 * @domain: who made it
 * @line: the policy line
 * @seen: when and how often
 */
struct access {
	const struct domain *domain;
	const struct word *line;
	struct access_times seen;
};

/**
 * struct run - Uses of an access that states count from the same first one
 * @access: access
 * @first_ms: the first use
 * @count: how many the state with the most of them told of
 */
struct run {
	const struct access *access;
	int64_t first_ms;
	uint64_t count;
};

/**
 * enum access_order - In which order the accesses of a domain stand
 * @ACCESS_BY_LINE: of the bytes of their lines
 * @ACCESS_BY_FIRST: those that are new first
 * @ACCESS_BY_LAST: those that were used last first
 * @ACCESS_BY_COUNT: those that were used most first
 */
enum access_order {
	ACCESS_BY_LINE,
	ACCESS_BY_FIRST,
	ACCESS_BY_LAST,
	ACCESS_BY_COUNT,
};

/**
 * struct domain - A distinct process history; a node of the tree
 * @parent: domain that executed it; NULL for <kernel>
 * @name: last element of its name
 * @depth: 0 for <kernel>
 * @flags: FACT_QUOTA_EXCEEDED, FACT_TRANSITION_FAILED, FACT_SELF
 * @is_kept: the kernel recorded it, and who shows it wants it, or one below it;
 *	other ones are in no array after model_sort() and model_keep()
 * @child: domains that it executed, sorted after model_sort()
 * @child_count: how many
 * @access: its accesses, sorted after model_sort()
 * @access_count: how many
 */
struct domain {
	struct domain *parent;
	const struct word *name;
	unsigned int depth;
	unsigned int flags;
	bool is_kept;
	struct domain **child;
	size_t child_count;
	struct access **access;
	size_t access_count;
};

/**
 * struct model - Everything that the facts of one or more sources say
 * @words: all names and policy lines
 * @domains: by parent and name
 * @accesses: by domain and line
 * @runs: what saved states told, by access and first use
 * @root: domains without a parent: <kernel>, and TOMOYO's other namespaces
 * @root_count: how many
 * @has_recorded: some domain is a true one: chains of comm names are left out
 * @last_name: name of the domain that was used last
 * @last: that domain
 */
struct model {
	struct table words;
	struct table domains;
	struct table accesses;
	struct table runs;
	struct domain **root;
	size_t root_count;
	bool has_recorded;
	struct text last_name;
	struct domain *last;
};

void model_free(struct model *model);
int model_add(void *model, const struct fact *fact);
int model_domain(struct model *model, const char *name, struct domain **result);
struct domain *model_find(const struct model *model, const char *name);
int model_times(struct model *model, struct domain *domain, const char *line,
		const struct access_times *seen);
uint64_t access_uses(const struct access *access);
void model_sort(struct model *model);
void model_keep(struct model *model,
		bool (*is_wanted)(const struct domain *domain, const void *ctx),
		const void *ctx);
void accesses_sort(struct access **access, size_t count,
		   enum access_order order);
void model_sort_accesses(struct model *model, enum access_order order);
struct domain *model_first(const struct model *model);
struct domain *model_next(const struct model *model,
			  const struct domain *domain);
bool domain_matches(const struct domain *domain, const char *pattern);
int domain_name(const struct domain *domain, struct text *out);

#endif
