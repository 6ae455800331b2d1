/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_MODEL_H
#define ASHIATO_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "source/fact.h"
#include "base/table.h"
#include "base/text.h"
#include "source/times.h"

/* Deeper domains are rejected as damaged input. */
#define DOMAIN_DEPTH_MAX	4096

/* The module remembers eight; a log may have more. */
#define CGROUPS_MAX	64

struct domain;

/**
 * struct word - An interned string: an element of a name, or a policy line
 * @len: length in bytes
 * @text: the string, NUL-terminated
 */
struct word {
	size_t len;
	char text[];
};

/**
 * struct access - A distinct access of a domain
 * @domain: domain that made the access
 * @line: policy line
 * @seen: first use, last use, number of uses, and their outcomes
 * @logins: users whose logins made it; NULL if there are none or they are unknown
 * @may_be_done: not all uses are known to have been refused
 * @is_recorded: a source has the line; otherwise patternize_model() made its patterns
 */
struct access {
	const struct domain *domain;
	const struct word *line;
	struct access_times seen;
	struct login_list *logins;
	bool may_be_done;
	bool is_recorded;
};

/**
 * struct run - Uses of an access as counted by saved states of one recording
 * @access: access
 * @first_ms: time of the first use, in milliseconds since 1970: the same in all
 *	states that were saved from one recording
 * @count: highest count among those states
 * @done: highest count of uses that were allowed
 * @refused: highest count of uses that were refused
 * @logins: likewise for each user; NULL if there is none
 */
struct run {
	const struct access *access;
	int64_t first_ms;
	uint64_t count;
	uint64_t done;
	uint64_t refused;
	struct login_list *logins;
};

/**
 * enum access_order - Sort order of accesses
 * @ACCESS_BY_LINE: policy lines, in byte order
 * @ACCESS_BY_FIRST: newest first use first
 * @ACCESS_BY_LAST: most recently used first
 * @ACCESS_BY_COUNT: most often used first
 */
enum access_order {
	ACCESS_BY_LINE,
	ACCESS_BY_FIRST,
	ACCESS_BY_LAST,
	ACCESS_BY_COUNT,
};

/**
 * struct domain - A chain of programs; a node of the tree
 * @parent: domain that executed this one; NULL for a root
 * @name: last element of the domain's name
 * @depth: number of ancestors; 0 for a root
 * @flags: FACT_QUOTA_EXCEEDED, FACT_TRANSITION_FAILED, FACT_SELF,
 *	FACT_REPLACED, FACT_NOT_REPLACED
 * @is_kept: this domain or a descendant was recorded by the kernel or, after
 *	model_keep(), is wanted. Other domains are removed from @child and from the
 *	model's @root: by model_keep(), and by model_sort() if the model @has_recorded
 * @child: domains executed by this one, sorted after model_sort()
 * @child_count: number of children
 * @access: accesses of this domain, sorted after model_sort()
 * @access_count: number of accesses
 * @cgroup: paths of control groups in which its programs were executed, as far as the source
 *	has them, CGROUPS_MAX at most
 * @cgroup_count: number of these paths
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
	const struct word **cgroup;
	size_t cgroup_count;
};

/**
 * struct model - Domains and accesses, merged from the facts of all sources
 * @words: interned names and policy lines
 * @domains: domains, by parent and name
 * @accesses: accesses, by domain and line
 * @runs: counts of saved states, by access and first use
 * @root: domains without a parent: <kernel>, and TOMOYO's other namespaces
 * @root_count: number of roots
 * @has_recorded: at least one domain was recorded by the kernel, so that
 *	model_sort() removes domains that are only known as chains of comm names
 * @is_reduced: model_filter() has removed accesses: lists of accesses skip domains
 *	without any
 * @last_name: name of the most recently used domain
 * @last: most recently used domain, a cache for model_domain()
 */
struct model {
	struct table words;
	struct table domains;
	struct table accesses;
	struct table runs;
	struct domain **root;
	size_t root_count;
	bool has_recorded;
	bool is_reduced;
	struct text last_name;
	struct domain *last;
};

void model_free(struct model *model);
int model_add(void *model, const struct fact *fact);
int model_add_cgroup(struct model *model, struct domain *domain, const char *path);
int model_domain(struct model *model, const char *name, struct domain **result);
struct domain *model_find(const struct model *model, const char *name);
bool model_has_times(const struct model *model);
bool model_has_logins(const struct model *model);
void model_set_times(struct model *model, struct domain *domain, size_t *place,
		     const char *line, const struct access_times *seen,
		     struct login_list **logins);
uint64_t access_uses(const struct access *access);
enum outcome access_outcome(const struct access *access);
bool domain_matches(const struct domain *domain, const char *pattern);
bool domain_is_listed(const struct model *model, const struct domain *domain,
		      const char *pattern);
bool domain_is_under(const struct domain *domain, const char *pattern);
bool name_is_under(const char *name, const char *pattern);
int domain_name(const struct domain *domain, struct text *out);

/* model_sort.c */
void domain_keep(struct domain *domain);
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

#endif
