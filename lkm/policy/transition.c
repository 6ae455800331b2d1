// SPDX-License-Identifier: GPL-2.0-only
/*
 * The rules that say in which domain a program runs, and under which name: the
 * lines of TOMOYO's exception_policy that are about that; and file_pattern of
 * TOMOYO 1.x, under which name a file is recorded. Pure C.
 *
 * Whoever executes a program walks through a list under RCU. Whoever edits it
 * takes a mutex.
 */
#include "core/domain.h"
#include "core/hash.h"
#include "pattern.h"
#include "core/text.h"
#include "transition.h"

#define FROM " from "

/* The order of the first six: the earlier one wins; each no_ cancels the next. */
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
	RULE_TYPES
};

static const char *const keywords[RULE_TYPES] = {
	[RULE_NO_RESET] = "no_reset_domain",
	[RULE_RESET] = "reset_domain",
	[RULE_NO_INITIALIZE] = "no_initialize_domain",
	[RULE_INITIALIZE] = "initialize_domain",
	[RULE_NO_KEEP] = "no_keep_domain",
	[RULE_KEEP] = "keep_domain",
	[RULE_AGGREGATOR] = "aggregator",
	[RULE_PATH_GROUP] = "path_group",
	[RULE_FILE_PATTERN] = "file_pattern",
};

/* A part of a text. */
struct span {
	const char *ptr;
	size_t len;
};

/**
 * struct group - a name of patterns, of whatever namespace
 * @next: another one
 * @users: rules that name it
 * @number: stands for it; below TRANSITION_GROUPS_MAX
 * @rcu: for freeing
 * @len: bytes of @name
 * @name: without a NUL
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
 * struct side - what a rule says of a program or of a domain
 * @text: "any", the name of a domain, @GROUP, or a pattern; in the rule's text
 * @group: the group that it names, or NULL
 */
struct side {
	struct span text;
	struct group *group;
};

/**
 * struct rule - one line
 * @next: the one that was written after it
 * @rcu: for freeing
 * @serial: how many were written before it
 * @hash: of @text
 * @type: its keyword
 * @root: name of the root of the domains that it holds for: the namespace
 * @program: the program; of an aggregator its pattern; of a group a member
 * @from: the domain that executes it; of an aggregator the new name; of a group
 * its name
 * @elements: how many @from has, when that is the name of a domain; else 0
 * @renamed: the new name, of an aggregator or a pattern; lives on when the rule
 * is gone
 * @len: bytes of @text
 * @text: the line
 */
struct rule {
	struct rule __rcu *next;
	struct rcu_head rcu;
	loff_t serial;
	u32 hash;
	enum rule_type type;
	const struct text *root;
	struct side program;
	struct side from;
	int elements;
	const struct text *renamed;
	size_t len;
	char text[];
};

static DEFINE_MUTEX(edit_lock);

/* Readers under RCU, writers under the mutex. */
static struct rule __rcu *rules;

/* How often they were edited; written under the mutex. */
static u32 edits;

/* All below under the mutex. */
static struct rule __rcu **tail = &rules;
static loff_t next_serial;
static unsigned int rules_count;
static struct group *groups;
static size_t bytes;

/* A number is free again when nobody can hold a bit for it. */
static bool group_is_taken[TRANSITION_GROUPS_MAX];

/* --- texts ---------------------------------------------------------------- */

static bool span_is(struct span span, const char *text)
{
	return span.len == strlen(text) && !memcmp(span.ptr, text, span.len);
}

static bool span_same(struct span a, struct span b)
{
	return a.len == b.len && !memcmp(a.ptr, b.ptr, a.len);
}

/* Takes the first word off. */
static struct span word_shift(struct span *rest)
{
	const char *space = memchr(rest->ptr, ' ', rest->len);
	struct span word = { rest->ptr, space ? (size_t)(space - rest->ptr) : rest->len };
	size_t taken = word.len + !!space;

	rest->ptr += taken;
	rest->len -= taken;
	return word;
}

/* Takes the last word off. */
static struct span word_pop(struct span *rest)
{
	struct span word = { rest->ptr + rest->len, 0 };

	while (word.ptr > rest->ptr && word.ptr[-1] != ' ') {
		word.ptr--;
		word.len++;
	}
	rest->len -= word.len + (rest->len > word.len);
	return word;
}

static bool word_is_valid(struct span word)
{
	return pattern_is_valid(word.ptr, word.len);
}

/* A word with a slash in it and no dot before that. */
static bool path_is_valid(struct span path)
{
	const char *slash = memchr(path.ptr, '/', path.len);

	return slash && !memchr(path.ptr, '.', slash - path.ptr) && word_is_valid(path);
}

/* <kernel>, or the name of another namespace. */
static bool root_is_valid(struct span root)
{
	struct span name = { root.ptr + 1, root.len - 2 };

	return root.len > 2 && root.ptr[0] == '<' && root.ptr[root.len - 1] == '>' &&
	       word_is_valid(name);
}

static bool domain_is_valid(struct span name)
{
	if (!root_is_valid(word_shift(&name)))
		return false;
	while (name.len) {
		if (!path_is_valid(word_shift(&name)))
			return false;
	}
	return true;
}

static bool group_is_valid(struct span name)
{
	struct span rest = { name.ptr + 1, name.len - 1 };

	return name.len && name.ptr[0] == '@' && word_is_valid(rest);
}

static bool program_is_valid(struct span program)
{
	return span_is(program, "any") || group_is_valid(program) || path_is_valid(program);
}

static int words_count(struct span text)
{
	int count = 0;

	for (; text.len; count++)
		word_shift(&text);
	return count;
}

/* --- lines ---------------------------------------------------------------- */

/**
 * struct line - a line, taken apart
 * @is_delete: it takes a rule away
 * @type: the keyword
 * @root: the namespace
 * @first: what stands first behind the keyword when the rule is printed
 * @second: and what stands last
 */
struct line {
	bool is_delete;
	enum rule_type type;
	struct span root;
	struct span first;
	struct span second;
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/* Copies words with one space between them. */
static struct span line_squeeze(char *dst, const char *line, size_t len)
{
	struct span text = { dst, 0 };
	size_t i;

	for (i = 0; i < len; i++) {
		if (is_blank(line[i]))
			continue;
		if (i && text.len && is_blank(line[i - 1]))
			dst[text.len++] = ' ';
		dst[text.len++] = line[i];
	}
	return text;
}

/* PROGRAM from DOMAIN; of keep rules, what stands alone is the domain. */
static bool transition_parse(struct line *line, struct span rest)
{
	static const struct span any = { "any", 3 };
	const size_t from_len = strlen(FROM);
	size_t i;

	line->first = rest;
	line->second = any;
	for (i = 0; i + from_len <= rest.len; i++) {
		if (memcmp(rest.ptr + i, FROM, from_len))
			continue;
		line->first.len = i;
		line->second.ptr = rest.ptr + i + from_len;
		line->second.len = rest.len - i - from_len;
		break;
	}
	if (line->first.len == rest.len && line->type >= RULE_NO_KEEP) {
		line->first = any;
		line->second = rest;
	}
	return program_is_valid(line->first) &&
	       (domain_is_valid(line->second) || program_is_valid(line->second));
}

static bool aggregator_parse(struct line *line, struct span rest)
{
	line->first = word_shift(&rest);
	line->second = word_shift(&rest);
	return !rest.len && word_is_valid(line->first) && path_is_valid(line->second) &&
	       pattern_is_literal(line->second.ptr, line->second.len);
}

static bool path_group_parse(struct line *line, struct span rest)
{
	line->first = word_shift(&rest);
	line->second = word_shift(&rest);
	return !rest.len && word_is_valid(line->first) && word_is_valid(line->second);
}

static bool file_pattern_parse(struct line *line, struct span rest)
{
	line->first = word_shift(&rest);
	line->second = rest;
	return !rest.len && word_is_valid(line->first);
}

/* [delete] [<NAMESPACE>] KEYWORD ... */
static bool line_parse(struct line *line, struct span rest)
{
	static const struct span kernel = { "<kernel>", 8 };
	struct span word = word_shift(&rest);
	int type;

	line->is_delete = span_is(word, "delete");
	if (line->is_delete)
		word = word_shift(&rest);
	line->root = kernel;
	if (word.len && word.ptr[0] == '<') {
		if (!root_is_valid(word))
			return false;
		line->root = word;
		word = word_shift(&rest);
	}
	for (type = 0; type < RULE_TYPES && !span_is(word, keywords[type]); type++)
		;
	line->type = type;
	switch (line->type) {
	case RULE_TYPES:
		return false;
	case RULE_AGGREGATOR:
		return aggregator_parse(line, rest);
	case RULE_PATH_GROUP:
		return path_group_parse(line, rest);
	case RULE_FILE_PATTERN:
		return file_pattern_parse(line, rest);
	default:
		return transition_parse(line, rest);
	}
}

/* --- rules ---------------------------------------------------------------- */

static struct span rule_append(struct rule *rule, struct span text)
{
	struct span copy = { rule->text + rule->len, text.len };

	memcpy(rule->text + rule->len, text.ptr, text.len);
	rule->len += text.len;
	rule->text[rule->len] = '\0';
	return copy;
}

static struct span rule_append_text(struct rule *rule, const char *text)
{
	struct span span = { text, strlen(text) };

	return rule_append(rule, span);
}

static bool rule_is_transition(const struct rule *rule)
{
	return rule->type <= RULE_KEEP;
}

/* What stands between the parts of a line. */
static const char *separator(enum rule_type type)
{
	if (type == RULE_FILE_PATTERN)
		return "";
	return type <= RULE_KEEP ? FROM : " ";
}

/* Gives the names that it makes to whoever may use them longer than it is there. */
static bool rule_renames(const struct rule *rule)
{
	return rule->type == RULE_AGGREGATOR || rule->type == RULE_FILE_PATTERN;
}

static bool root_is_printed(const struct line *line)
{
	return !span_is(line->root, "<kernel>");
}

/* Bytes of a line as it is printed. */
static size_t line_length(const struct line *line)
{
	return (root_is_printed(line) ? line->root.len + strlen(" ") : 0) +
	       strlen(keywords[line->type]) + strlen(" ") + line->first.len +
	       strlen(separator(line->type)) + line->second.len;
}

/* What is printed can be written again, and be taken away. */
static bool line_fits(const struct line *line)
{
	return line_length(line) + strlen("delete ") <= TRANSITION_LINE_MAX;
}

/* Writes the line, and where its parts are. */
static void rule_fill(struct rule *rule, const struct line *line)
{
	struct side *first = &rule->program, *second = &rule->from;

	rule->type = line->type;
	/* A group has its name in front. */
	if (rule->type == RULE_PATH_GROUP) {
		first = &rule->from;
		second = &rule->program;
	}
	if (root_is_printed(line)) {
		rule_append(rule, line->root);
		rule_append_text(rule, " ");
	}
	rule_append_text(rule, keywords[rule->type]);
	rule_append_text(rule, " ");
	first->text = rule_append(rule, line->first);
	rule_append_text(rule, separator(rule->type));
	second->text = rule_append(rule, line->second);
	if (rule_is_transition(rule) && rule->from.text.ptr[0] == '<')
		rule->elements = words_count(rule->from.text);
	rule->hash = hash_bytes(0, rule->text, rule->len);
}

static size_t rule_size(size_t len)
{
	return sizeof(struct rule) + len + 1;
}

static struct rule *rule_create(const struct line *line)
{
	struct rule *rule = kzalloc(rule_size(line_length(line)), GFP_KERNEL);

	if (!rule)
		return NULL;
	rule_fill(rule, line);
	rule->root = text_intern(line->root.ptr, line->root.len, GFP_KERNEL);
	if (rule->root && rule_renames(rule)) {
		struct span name = line->second.len ? line->second : line->first;

		rule->renamed = text_intern(name.ptr, name.len, GFP_KERNEL);
	}
	if (rule->root && (rule->renamed || !rule_renames(rule)))
		return rule;
	kfree(rule);
	return NULL;
}

static void group_free_rcu(struct rcu_head *rcu)
{
	struct group *group = container_of(rcu, struct group, rcu);

	smp_store_release(&group_is_taken[group->number], false);
	kfree(group);
}

static size_t group_size(const struct group *group)
{
	return sizeof(*group) + group->len;
}

static void group_put_locked(struct group *group)
{
	struct group **link = &groups;

	if (!group || --group->users)
		return;
	while (*link != group)
		link = &(*link)->next;
	*link = group->next;
	bytes -= group_size(group);
	call_rcu(&group->rcu, group_free_rcu);
}

static struct group *group_find_locked(struct span name)
{
	struct group *group;

	for (group = groups; group; group = group->next) {
		struct span other = { group->name, group->len };

		if (span_same(other, name))
			break;
	}
	return group;
}

/* The group of that name, with one more user; or an ERR_PTR. */
static struct group *group_get_locked(struct span name)
{
	struct group *group = group_find_locked(name);
	u32 number = 0;

	if (!group) {
		while (number < TRANSITION_GROUPS_MAX && smp_load_acquire(&group_is_taken[number]))
			number++;
		if (number == TRANSITION_GROUPS_MAX)
			return ERR_PTR(-ENOSPC);
		group = kzalloc(sizeof(*group) + name.len, GFP_KERNEL);
		if (!group)
			return ERR_PTR(-ENOMEM);
		group_is_taken[number] = true;
		group->number = number;
		group->len = name.len;
		memcpy(group->name, name.ptr, name.len);
		group->next = groups;
		groups = group;
		bytes += group_size(group);
	}
	group->users++;
	return group;
}

static int side_resolve_locked(struct side *side, const struct rule *rule)
{
	struct span name = side->text;
	struct group *group;

	if (rule_is_transition(rule)) {
		if (name.ptr[0] != '@')
			return 0;
		name.ptr++;
		name.len--;
	}
	group = group_get_locked(name);
	if (IS_ERR(group))
		return PTR_ERR(group);
	side->group = group;
	return 0;
}

static void rule_unresolve_locked(struct rule *rule)
{
	group_put_locked(rule->program.group);
	group_put_locked(rule->from.group);
}

static int rule_resolve_locked(struct rule *rule)
{
	int err = 0;

	if (rule_is_transition(rule))
		err = side_resolve_locked(&rule->program, rule);
	if (!err && !rule_renames(rule))
		err = side_resolve_locked(&rule->from, rule);
	if (err)
		rule_unresolve_locked(rule);
	return err;
}

static struct rule *rule_locked(struct rule __rcu *link)
{
	return rcu_dereference_protected(link, 1);
}

/* What points to the rule with that text; NULL when there is none. */
static struct rule __rcu **rule_find_locked(const struct rule *wanted)
{
	struct rule __rcu **link = &rules;
	const struct rule *rule;

	for (; (rule = rule_locked(*link)); link = &rule_locked(*link)->next) {
		if (rule->hash == wanted->hash && rule->len == wanted->len &&
		    !memcmp(rule->text, wanted->text, rule->len))
			return link;
	}
	return NULL;
}

static void rule_free_rcu(struct rcu_head *rcu)
{
	kfree(container_of(rcu, struct rule, rcu));
}

static int rule_add_locked(struct rule *rule)
{
	int err;

	if (rules_count == TRANSITION_RULES_MAX)
		return -ENOSPC;
	err = rule_resolve_locked(rule);
	if (err)
		return err;
	rule->serial = next_serial++;
	rcu_assign_pointer(*tail, rule);
	tail = &rule->next;
	rules_count++;
	bytes += rule_size(rule->len);
	return 0;
}

static void rule_remove_locked(struct rule __rcu **link)
{
	struct rule *rule = rule_locked(*link);

	rcu_assign_pointer(*link, rule_locked(rule->next));
	if (tail == &rule->next)
		tail = link;
	rules_count--;
	bytes -= rule_size(rule->len);
	rule_unresolve_locked(rule);
	call_rcu(&rule->rcu, rule_free_rcu);
}

/* Does what @line says; takes @rule over when it returns 0. */
static int rule_apply_locked(const struct line *line, struct rule *rule)
{
	struct rule __rcu **link = rule_find_locked(rule);

	if (!line->is_delete && !link)
		return rule_add_locked(rule);
	if (line->is_delete && !link)
		return -ENOENT;
	if (line->is_delete)
		rule_remove_locked(link);
	kfree(rule);
	return 0;
}

static int line_apply(const struct line *line)
{
	struct rule *rule = rule_create(line);
	int err;

	if (!rule)
		return -ENOMEM;
	mutex_lock(&edit_lock);
	err = rule_apply_locked(line, rule);
	/* Behind the change: whoever sees the new number sees the new rules. */
	smp_store_release(&edits, edits + 1);
	mutex_unlock(&edit_lock);
	if (err)
		kfree(rule);
	return err;
}

/**
 * transition_edit() - add a rule, or take one away
 * @line: the rule, or "delete" and the rule; need not end in a NUL
 * @len: its bytes
 *
 * A rule that is there already is not added once more. Nothing is done for a
 * line that is empty or begins with a #.
 *
 * Context: may sleep.
 * Return: 0, or with nothing changed -EINVAL for what is no rule, -ENOENT when
 * there is no such rule to take away, -ENOSPC when there are too many of them
 * or of groups, -ENOMEM.
 */
int transition_edit(const char *line, size_t len)
{
	struct line parsed;
	struct span text;
	char *copy;
	int err = 0;

	if (len > TRANSITION_LINE_MAX)
		return -EINVAL;
	copy = kmalloc(len + 1, GFP_KERNEL);
	if (!copy)
		return -ENOMEM;
	text = line_squeeze(copy, line, len);
	if (text.len && text.ptr[0] != '#')
		err = line_parse(&parsed, text) && line_fits(&parsed) ?
			line_apply(&parsed) : -EINVAL;
	kfree(copy);
	return err;
}

/* --- on execution ----------------------------------------------------------- */

/**
 * struct question - who executes what
 * @root: of the domain that executes
 * @from: that domain
 * @program: what it executes
 * @last: its last program
 * @program_in: the groups that @program is in, one bit for each
 * @last_in: the groups that @last is in
 */
struct question {
	const struct text *root;
	const struct domain *from;
	struct span program;
	struct span last;
	u8 program_in[TRANSITION_GROUPS_MAX / 8];
	u8 last_in[TRANSITION_GROUPS_MAX / 8];
};

static struct rule *rule_next_rcu(const struct rule *rule)
{
	return rule ? rcu_dereference(rule->next) : rcu_dereference(rules);
}

static const struct domain *domain_root(const struct domain *domain)
{
	while (domain->parent)
		domain = domain->parent;
	return domain;
}

static bool span_matches(struct span pattern, struct span name)
{
	return pattern_matches(pattern.ptr, pattern.len, name.ptr, name.len);
}

static void question_find_groups_rcu(struct question *question)
{
	const struct rule *rule = NULL;

	while ((rule = rule_next_rcu(rule))) {
		u32 number;

		if (rule->type != RULE_PATH_GROUP || rule->root != question->root)
			continue;
		number = rule->from.group->number;
		if (span_matches(rule->program.text, question->program))
			question->program_in[number / 8] |= 1U << number % 8;
		if (span_matches(rule->program.text, question->last))
			question->last_in[number / 8] |= 1U << number % 8;
	}
}

static bool side_matches(const struct side *side, struct span name, const u8 *is_in)
{
	if (side->group)
		return is_in[side->group->number / 8] & 1U << side->group->number % 8;
	return span_is(side->text, "any") || span_matches(side->text, name);
}

/* Word by word, from the last one on. */
static bool from_matches(const struct rule *rule, const struct question *question)
{
	const struct domain *domain = question->from;
	struct span rest = rule->from.text;

	if (!rule->elements)
		return side_matches(&rule->from, question->last, question->last_in);
	if (rule->elements != domain->depth + 1)
		return false;
	for (; domain; domain = domain->parent) {
		struct span name = { domain->name->data, domain->name->len };

		if (!span_matches(word_pop(&rest), name))
			return false;
	}
	return true;
}

/* One bit for each type that has a rule that matches. */
static unsigned int question_answer_rcu(const struct question *question)
{
	const struct rule *rule = NULL;
	unsigned int types = 0;

	while ((rule = rule_next_rcu(rule))) {
		if (rule_is_transition(rule) && !(types & 1U << rule->type) &&
		    rule->root == question->root &&
		    side_matches(&rule->program, question->program, question->program_in) &&
		    from_matches(rule, question))
			types |= 1U << rule->type;
	}
	return types;
}

/**
 * transition_find() - what do the rules say of an execution?
 * @from: the domain that executes
 * @name: the program's encoded and aggregated pathname
 *
 * Only rules of the namespace of @from count. The order in which they were
 * written does not matter: reset_domain wins over initialize_domain, and that
 * over keep_domain; each no_ takes the one of its name back.
 *
 * Context: any; takes no lock and allocates nothing, in time proportional to
 * the number of rules.
 * Return: where the program runs.
 */
enum transition transition_find(const struct domain *from, const char *name)
{
	struct question question = {
		.root = domain_root(from)->name,
		.from = from,
		.program = { name, strlen(name) },
		.last = { from->name->data, from->name->len },
	};
	unsigned int types;

	rcu_read_lock();
	question_find_groups_rcu(&question);
	types = question_answer_rcu(&question);
	rcu_read_unlock();

	/* Where a no_ is set, the bit behind it does not count. */
	types &= ~((types & (1U << RULE_NO_RESET | 1U << RULE_NO_INITIALIZE |
			     1U << RULE_NO_KEEP)) << 1);
	if (types & 1U << RULE_RESET)
		return TRANSITION_RESET;
	if (types & 1U << RULE_INITIALIZE)
		return TRANSITION_INITIALIZE;
	if (types & 1U << RULE_KEEP)
		return TRANSITION_KEEP;
	return TRANSITION_CHILD;
}

/* The new name that the first rule of that type has for @name, or @name itself. */
static const char *rename_by(enum rule_type type, const struct text *root, const char *name)
{
	struct span old = { name, strlen(name) };
	const struct rule *rule = NULL;

	rcu_read_lock();
	while ((rule = rule_next_rcu(rule))) {
		if (rule->type == type && rule->root == root &&
		    span_matches(rule->program.text, old)) {
			name = rule->renamed->data;
			break;
		}
	}
	rcu_read_unlock();
	return name;
}

/**
 * transition_aggregate() - the name under which a program is known
 * @from: the domain that executes it
 * @name: its encoded pathname
 *
 * Context: any; takes no lock and allocates nothing.
 * Return: the name of the first aggregator of the namespace of @from whose
 * pattern matches, which lives until text_exit(); without one @name.
 */
const char *transition_aggregate(const struct domain *from, const char *name)
{
	return rename_by(RULE_AGGREGATOR, domain_root(from)->name, name);
}

/**
 * transition_file_pattern() - the pattern that is recorded for a file
 * @from: the domain that uses it
 * @name: its encoded pathname
 *
 * Context: any; takes no lock and allocates nothing.
 * Return: the first file_pattern of the namespace of @from that matches, which
 * lives until text_exit(); without one @name.
 */
const char *transition_file_pattern(const struct domain *from, const char *name)
{
	return rename_by(RULE_FILE_PATTERN, domain_root(from)->name, name);
}

/* <NAME>: a root of its own. */
static struct domain *domain_reset(const char *name, gfp_t gfp)
{
	size_t len = strlen(name);
	struct domain *domain;
	char *root;

	if (len > DOMAIN_NAME_MAX)
		return ERR_PTR(-ENAMETOOLONG);
	root = kmalloc(len + strlen("<>"), gfp);
	if (!root)
		return ERR_PTR(-ENOMEM);
	root[0] = '<';
	memcpy(root + 1, name, len);
	root[len + 1] = '>';
	domain = domain_intern(NULL, root, len + 2, gfp);
	kfree(root);
	return domain;
}

/**
 * transition_domain() - the domain in which a program runs
 * @from: the domain that executes it
 * @name: its encoded and aggregated pathname
 * @gfp: how to allocate a new one
 *
 * Context: any that @gfp allows.
 * Return: the domain, or an ERR_PTR as from domain_intern().
 */
struct domain *transition_domain(struct domain *from, const char *name, gfp_t gfp)
{
	switch (transition_find(from, name)) {
	case TRANSITION_RESET:
		return domain_reset(name, gfp);
	case TRANSITION_INITIALIZE:
		from = (struct domain *)domain_root(from);
		break;
	case TRANSITION_KEEP:
		return from;
	case TRANSITION_CHILD:
		break;
	}
	return domain_intern(from, name, strlen(name), gfp);
}

/* --- what was answered before --------------------------------------------- */

/* A place that two want belongs to the last one. */
#define KNOWN_BITS 10

static struct {
	u64 check;
	struct domain *next;
} known[1 << KNOWN_BITS];

/**
 * transition_rules() - which rules there are
 *
 * Context: any.
 * Return: a number that changes with them; to be asked for before they are used.
 */
u32 transition_rules(void)
{
	return smp_load_acquire(&edits);
}

/**
 * transition_known() - the domain in which a program ran before
 * @key: 64 keyed bits that stand for the domain that executes it, its name and
 * the rules
 *
 * Context: any; takes no lock.
 * Return: what transition_remember() had with it, or NULL: never, or forgotten.
 */
struct domain *transition_known(u64 key)
{
	struct domain *next = READ_ONCE(known[key >> (64 - KNOWN_BITS)].next);
	u64 check = READ_ONCE(known[key >> (64 - KNOWN_BITS)].check);

	return next && (check ^ (uintptr_t)next) == key ? next : NULL;
}

/**
 * transition_remember() - remember in which domain a program runs
 * @key: as transition_known() wants it
 * @next: the domain
 *
 * Context: any; takes no lock. Two that race for one place: both are forgotten.
 */
void transition_remember(u64 key, struct domain *next)
{
	WRITE_ONCE(known[key >> (64 - KNOWN_BITS)].next, next);
	WRITE_ONCE(known[key >> (64 - KNOWN_BITS)].check, key ^ (uintptr_t)next);
}

/* --- all rules ------------------------------------------------------------ */

/**
 * transition_line_rcu() - print a rule
 * @position: that of the last rule plus one, or 0; set to that of this one
 *
 * Rules come in the order in which they were written. One that is there all
 * the time that a reader needs for all of them comes once.
 *
 * Context: any, under RCU.
 * Return: the line, without its end; NULL behind the last one.
 */
const char *transition_line_rcu(loff_t *position)
{
	const struct rule *rule = NULL;

	while ((rule = rule_next_rcu(rule))) {
		if (rule->serial >= *position) {
			*position = rule->serial;
			return rule->text;
		}
	}
	return NULL;
}

/**
 * transition_bytes() - memory that all rules take
 *
 * Context: may sleep.
 * Return: bytes, without those of the names of aggregators.
 */
size_t transition_bytes(void)
{
	size_t ret;

	mutex_lock(&edit_lock);
	ret = bytes;
	mutex_unlock(&edit_lock);
	return ret;
}

/**
 * transition_exit() - free all rules
 *
 * Context: may sleep; nobody uses a rule any more. Callers run rcu_barrier()
 * before their code goes away.
 */
void transition_exit(void)
{
	mutex_lock(&edit_lock);
	while (rule_locked(rules))
		rule_remove_locked(&rules);
	mutex_unlock(&edit_lock);
}
