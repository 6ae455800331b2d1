// SPDX-License-Identifier: GPL-2.0-only
/*
 * The list of transition rules: the lines of TOMOYO's exception_policy that choose the
 * domain and the name of an executed program, the file_pattern lines of TOMOYO 1.x
 * that choose the recorded name of a file, and cgroup_domain. Pure C: see core/platform.h.
 *
 * Executions and file accesses read the list under RCU. Edits take a mutex.
 */
#include "core/hash.h"
#include "core/leaf.h"
#include "core/text.h"
#include "pattern.h"
#include "transition_rule.h"

static DEFINE_MUTEX(edit_lock);

struct rule __rcu *transition_list;

u32 transition_cgroups;

u8 leaf_least[128] = { [0 ... 127] = 255 };

/* Number of edits. Written under the mutex. */
static u32 edits;

/* The following are protected by the mutex. */
static struct rule __rcu **tail = &transition_list;
static loff_t next_serial;
static unsigned int rules_count;
static struct group *groups;
static size_t bytes;

/* Group numbers in use. A number is released after a grace period: readers use its bit. */
static bool group_is_taken[TRANSITION_GROUPS_MAX];

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static bool span_same(struct span a, struct span b)
{
	return a.len == b.len && !memcmp(a.ptr, b.ptr, a.len);
}

/* Copies the words of a line to @dst, with one space between them. */
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

/* Returns the text between the two operands of a printed line. */
static const char *separator(const struct rule_line *line)
{
	if (!line->second.len)
		return "";
	if (line->type == RULE_CGROUP)
		return RULE_AS;
	return line->type <= RULE_KEEP ? RULE_FROM : " ";
}

/* Whether the rule has a new name, which can stay in use after the rule is removed. */
static bool rule_renames(const struct rule *rule)
{
	return rule->type == RULE_AGGREGATOR || rule->type == RULE_FILE_PATTERN ||
	       rule->type == RULE_CGROUP;
}

static int words_count(struct span text)
{
	int count = 0;

	for (; text.len; count++)
		span_shift(&text);
	return count;
}

static bool root_is_printed(const struct rule_line *line)
{
	return !span_is(line->root, "<kernel>");
}

/* Returns the length of the printed line in bytes. */
static size_t line_length(const struct rule_line *line)
{
	return (root_is_printed(line) ? line->root.len + strlen(" ") : 0) +
	       strlen(rule_keywords[line->type]) + strlen(" ") + line->first.len +
	       strlen(separator(line)) + line->second.len;
}

/* Whether a printed line fits into TRANSITION_LINE_MAX even with "delete " before it. */
static bool line_fits(const struct rule_line *line)
{
	return line_length(line) + strlen("delete ") <= TRANSITION_LINE_MAX;
}

/* Returns @least of a rule. The name of a file system before a colon is no part of components. */
static u32 component_least(struct span pattern)
{
	size_t at = pattern.len, least;

	if (memchr(pattern.ptr, '/', pattern.len))
		return 0;
	while (at && pattern.ptr[at - 1] != ':')
		at--;
	least = pattern_least(pattern.ptr + at, pattern.len - at);
	return least ? least : 1;
}

/* Sets the text of a rule, and its operands that point into the text. */
static void rule_fill(struct rule *rule, const struct rule_line *line)
{
	struct operand *first = &rule->program, *second = &rule->from;

	rule->type = line->type;
	/* path_group prints the group before the member. */
	if (rule->type == RULE_PATH_GROUP) {
		first = &rule->from;
		second = &rule->program;
	}
	if (root_is_printed(line)) {
		rule_append(rule, line->root);
		rule_append_text(rule, " ");
	}
	rule_append_text(rule, rule_keywords[rule->type]);
	rule_append_text(rule, " ");
	first->text = rule_append(rule, line->first);
	rule_append_text(rule, separator(line));
	second->text = rule_append(rule, line->second);
	if (rule_is_transition(rule) && rule->from.text.ptr[0] == '<')
		rule->elements = words_count(rule->from.text);
	if (rule->type == RULE_FILE_PATTERN)
		rule->least = component_least(rule->program.text);
	rule->hash = hash_bytes(0, rule->text, rule->len);
}

static size_t rule_size(size_t len)
{
	return sizeof(struct rule) + len + 1;
}

static struct rule *rule_create(const struct rule_line *line)
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

/* Gets a reference to a group, creating it if needed. Returns the group or an ERR_PTR. */
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

static int operand_resolve_locked(struct operand *operand, const struct rule *rule)
{
	struct span name = operand->text;
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
	operand->group = group;
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
		err = operand_resolve_locked(&rule->program, rule);
	if (!err && !rule_renames(rule))
		err = operand_resolve_locked(&rule->from, rule);
	if (err)
		rule_unresolve_locked(rule);
	return err;
}

static struct rule *rule_locked(struct rule __rcu *link)
{
	return rcu_dereference_protected(link, 1);
}

/* Returns the pointer to the rule with the text of @wanted, or NULL if there is none. */
static struct rule __rcu **rule_find_locked(const struct rule *wanted)
{
	struct rule __rcu **link = &transition_list;
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
	if (rule->type == RULE_CGROUP)
		WRITE_ONCE(transition_cgroups, transition_cgroups + 1);
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
	if (rule->type == RULE_CGROUP)
		WRITE_ONCE(transition_cgroups, transition_cgroups - 1);
	bytes -= rule_size(rule->len);
	rule_unresolve_locked(rule);
	call_rcu(&rule->rcu, rule_free_rcu);
}

/* Sets leaf_least. A pattern that begins with a backslash may match any first character. */
static void least_find_locked(void)
{
	u32 least[ARRAY_SIZE(leaf_least)], *wild = &least['\\'];
	const struct rule *rule;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(least); i++)
		least[i] = 255;
	for (rule = rule_locked(transition_list); rule; rule = rule_locked(rule->next)) {
		u32 *first = &least[rule->program.text.ptr[0] & 127];

		if (rule->least)
			*first = min(*first, rule->least);
	}
	for (i = 0; i < ARRAY_SIZE(least); i++)
		WRITE_ONCE(leaf_least[i], min(least[i], *wild));
}

/* Adds or removes a rule. Takes ownership of @rule if it returns 0. */
static int rule_apply_locked(const struct rule_line *line, struct rule *rule)
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

static int line_apply(const struct rule_line *line)
{
	struct rule *rule = rule_create(line);
	int err;

	if (!rule)
		return -ENOMEM;
	mutex_lock(&edit_lock);
	err = rule_apply_locked(line, rule);
	if (line->type == RULE_FILE_PATTERN)
		least_find_locked();
	/* After the change: a reader of the new number must see the new rules. */
	smp_store_release(&edits, edits + 1);
	mutex_unlock(&edit_lock);
	if (err)
		kfree(rule);
	return err;
}

/**
 * transition_edit() - add or remove a rule
 * @line: the rule, or "delete" followed by the rule; need not be terminated
 * @len: length of @line in bytes
 *
 * Adding a rule that exists changes nothing. Empty lines and lines that begin with a # are
 * ignored.
 *
 * Context: may sleep.
 * Return: 0; or, with nothing changed, -EINVAL if the line is not a valid rule, -ENOENT if
 * the rule to remove does not exist, -ENOSPC if there are too many rules or groups, or
 * -ENOMEM.
 */
int transition_edit(const char *line, size_t len)
{
	struct rule_line parsed;
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
		err = rule_line_parse(&parsed, text) && line_fits(&parsed) ?
			line_apply(&parsed) : -EINVAL;
	kfree(copy);
	return err;
}

/**
 * transition_version() - get the version of the rules
 *
 * A caller that caches a result of the rules reads the version before it applies the rules.
 *
 * Context: any.
 * Return: a number that changes with each edit.
 */
u32 transition_version(void)
{
	return smp_load_acquire(&edits);
}

/**
 * transition_line_rcu() - get the text of a rule
 * @position: 0, or the position of the previous rule plus 1; set to the position of the
 *	returned rule
 *
 * Rules are returned oldest first. A reader that walks all rules gets each rule that
 * exists throughout the walk exactly once.
 *
 * Context: any, under RCU.
 * Return: the line without a newline; NULL after the last rule.
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
 * transition_bytes() - get the memory that all rules use
 *
 * Context: may sleep.
 * Return: the number of bytes, without interned names, which text_bytes() includes.
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
 * Context: may sleep. Rules must no longer be used. The caller runs rcu_barrier() before the
 * module is unloaded.
 */
void transition_exit(void)
{
	mutex_lock(&edit_lock);
	while (rule_locked(transition_list))
		rule_remove_locked(&transition_list);
	mutex_unlock(&edit_lock);
}
