/* SPDX-License-Identifier: GPL-2.0-only */
/* Internals of policy/: shared by the parser, the list of rules and the matcher. */
#ifndef ASHIATO_TRANSITION_RULE_H
#define ASHIATO_TRANSITION_RULE_H

#include "core/platform.h"
#include "pattern.h"
#include "transition.h"

struct text;

/* Separates the program and the domain of a transition rule. */
#define RULE_FROM " from "
/* Separates the pattern and the name of a cgroup_domain rule. */
#define RULE_AS " as "

/*
 * Of the first six, an earlier type takes precedence over a later one, and each no_ type
 * cancels the type that follows it. transition_find() relies on this order.
 */
enum rule_type {
	RULE_NO_RESET,
	RULE_RESET,
	RULE_NO_INITIALIZE,
	RULE_INITIALIZE,
	RULE_NO_KEEP,
	RULE_KEEP,
	RULE_AGGREGATOR,
	RULE_PATH_GROUP,
	RULE_FILE_PATTERN,
	RULE_CGROUP,
	RULE_TYPES
};

extern const char *const rule_keywords[RULE_TYPES];

/**
 * struct span - a part of a text, not terminated
 * @ptr: first byte
 * @len: length in bytes
 */
struct span {
	const char *ptr;
	size_t len;
};

/**
 * struct rule_line - a parsed line
 * @is_delete: whether the line removes a rule
 * @type: type of the rule
 * @root: namespace
 * @first: first operand in the printed line
 * @second: last operand in the printed line; empty for a file_pattern without a name
 */
struct rule_line {
	bool is_delete;
	enum rule_type type;
	struct span root;
	struct span first;
	struct span second;
};

/**
 * struct group - name of a path_group; namespaces share it
 * @next: next group in the list
 * @users: number of rules that name the group
 * @number: bit number that stands for the group; below TRANSITION_GROUPS_MAX
 * @rcu: for freeing
 * @len: length of @name in bytes
 * @name: the name, not terminated
 */
struct group {
	struct group *next;
	u32 users;
	u32 number;
	struct rcu_head rcu;
	size_t len;
	char name[];
};

/**
 * struct operand - program or domain that a rule names
 * @text: "any", name of a domain, @GROUP or pattern; points into the text of the rule
 * @group: group that the operand names, or NULL
 */
struct operand {
	struct span text;
	struct group *group;
};

/**
 * struct rule - one rule
 * @next: next rule, added later
 * @rcu: for freeing
 * @serial: number of rules added before this one, removed ones included
 * @hash: hash of @text
 * @type: type of the rule
 * @root: root of the domains to which the rule applies: the namespace
 * @program: the program; for an aggregator, file_pattern or cgroup_domain, its pattern; for a
 *	path_group, the pattern that it adds to the group
 * @from: the domain that executes the program; for an aggregator, the new name; for a
 *	path_group, the name of the group; for a file_pattern, the recorded name, or empty; for a
 *	cgroup_domain, the first program of its domain
 * @elements: number of words in @from if it is the name of a domain, else 0
 * @least: for a file_pattern of single components of names, the length in bytes that a matching
 *	component has at least; else 0
 * @renamed: name given by an aggregator, file_pattern or cgroup_domain, else NULL. Outlives the
 *	rule: texts live until text_exit()
 * @len: length of @text in bytes
 * @text: the rule as it is printed, terminated
 */
struct rule {
	struct rule __rcu *next;
	struct rcu_head rcu;
	loff_t serial;
	u32 hash;
	enum rule_type type;
	const struct text *root;
	struct operand program;
	struct operand from;
	int elements;
	u32 least;
	const struct text *renamed;
	size_t len;
	char text[];
};

/* All rules, oldest first. Readers use RCU, writers the mutex in transition.c. */
extern struct rule __rcu *transition_list;

bool rule_line_parse(struct rule_line *line, struct span text);
struct span span_shift(struct span *rest);

static inline bool span_is(struct span span, const char *text)
{
	return span.len == strlen(text) && !memcmp(span.ptr, text, span.len);
}

static inline bool span_matches(struct span pattern, struct span name)
{
	return pattern_matches(pattern.ptr, pattern.len, name.ptr, name.len);
}

static inline bool rule_is_transition(const struct rule *rule)
{
	return rule->type <= RULE_KEEP;
}

/* Returns the rule that follows @rule, or the first one if @rule is NULL. */
static inline struct rule *rule_next_rcu(const struct rule *rule)
{
	return rule ? rcu_dereference(rule->next) : rcu_dereference(transition_list);
}

#endif
