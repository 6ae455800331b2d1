/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_MODEL_H
#define ASHIATO_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fact.h"
#include "table.h"
#include "text.h"

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
 * @first_ms: first time seen, milliseconds since 1970; 0 when not known
 * @last_ms: last time seen
 * @count: how often a source told of it
 */
struct access {
	const struct domain *domain;
	const struct word *line;
	int64_t first_ms;
	int64_t last_ms;
	uint64_t count;
};

/**
 * struct domain - A distinct process history; a node of the tree
 * @parent: domain that executed it; NULL for <kernel>
 * @name: last element of its name
 * @depth: 0 for <kernel>
 * @flags: FACT_QUOTA_EXCEEDED, FACT_TRANSITION_FAILED
 * @is_recorded: a domain of the kernel's, not only a chain of comm names
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
	bool is_recorded;
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
	struct domain **root;
	size_t root_count;
	bool has_recorded;
	struct text last_name;
	struct domain *last;
};

void model_free(struct model *model);
int model_add(void *model, const struct fact *fact);
void model_sort(struct model *model);
struct domain *model_first(const struct model *model);
struct domain *model_next(const struct model *model,
			  const struct domain *domain);
bool domain_matches(const struct domain *domain, const char *pattern);
int domain_name(const struct domain *domain, struct text *out);

#endif
