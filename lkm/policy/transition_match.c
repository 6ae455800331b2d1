// SPDX-License-Identifier: GPL-2.0-only
/*
 * Matches transition rules: finds the domain of an executed program, and the recorded names
 * of programs and files. Pure C: see core/platform.h.
 */
#include "core/domain.h"
#include "core/text.h"
#include "fold.h"
#include "pattern.h"
#include "transition_rule.h"

/**
 * struct execution - the properties of an execution that rules match
 * @root: root of @from: the namespace
 * @from: domain that executes the program
 * @program: name of the executed program
 * @last: name of the last program of @from
 * @program_in: groups that contain @program, one bit for each
 * @last_in: groups that contain @last, one bit for each
 */
struct execution {
	const struct text *root;
	const struct domain *from;
	struct span program;
	struct span last;
	u8 program_in[TRANSITION_GROUPS_MAX / 8];
	u8 last_in[TRANSITION_GROUPS_MAX / 8];
};

static const struct domain *domain_root(const struct domain *domain)
{
	while (domain->parent)
		domain = domain->parent;
	return domain;
}

/* Returns the interned name of the root; NULL if no rule applies to its namespace. */
static const struct text *root_text(const struct domain *domain)
{
	const struct domain *root = domain_root(domain);

	return text_find(root->name, root->name_len);
}

static bool span_matches(struct span pattern, struct span name)
{
	return pattern_matches(pattern.ptr, pattern.len, name.ptr, name.len);
}

/* Removes the last word of a text. */
static struct span span_pop(struct span *rest)
{
	struct span word = { rest->ptr + rest->len, 0 };

	while (word.ptr > rest->ptr && word.ptr[-1] != ' ') {
		word.ptr--;
		word.len++;
	}
	rest->len -= word.len + (rest->len > word.len);
	return word;
}

static void execution_find_groups_rcu(struct execution *execution)
{
	const struct rule *rule = NULL;

	while ((rule = rule_next_rcu(rule))) {
		u32 number;

		if (rule->type != RULE_PATH_GROUP || rule->root != execution->root)
			continue;
		number = rule->from.group->number;
		if (span_matches(rule->program.text, execution->program))
			execution->program_in[number / 8] |= 1U << number % 8;
		if (span_matches(rule->program.text, execution->last))
			execution->last_in[number / 8] |= 1U << number % 8;
	}
}

static bool operand_matches(const struct operand *operand, struct span name, const u8 *groups)
{
	if (operand->group)
		return groups[operand->group->number / 8] & 1U << operand->group->number % 8;
	return span_is(operand->text, "any") || span_matches(operand->text, name);
}

/* The name of a domain is compared word by word, from the last word. */
static bool from_matches(const struct rule *rule, const struct execution *execution)
{
	const struct domain *domain = execution->from;
	struct span rest = rule->from.text;

	if (!rule->elements)
		return operand_matches(&rule->from, execution->last, execution->last_in);
	if (rule->elements != domain->depth + 1)
		return false;
	for (; domain; domain = domain->parent) {
		struct span name = { domain->name, domain->name_len };

		if (!span_matches(span_pop(&rest), name))
			return false;
	}
	return true;
}

/* Returns one bit for each type that has a matching rule. */
static u32 execution_types_rcu(const struct execution *execution)
{
	const struct rule *rule = NULL;
	u32 types = 0;

	while ((rule = rule_next_rcu(rule))) {
		if (rule_is_transition(rule) && !(types & 1U << rule->type) &&
		    rule->root == execution->root &&
		    operand_matches(&rule->program, execution->program, execution->program_in) &&
		    from_matches(rule, execution))
			types |= 1U << rule->type;
	}
	return types;
}

/**
 * transition_find() - apply the transition rules to an execution
 * @from: domain that executes the program
 * @name: encoded pathname of the program, after transition_aggregate()
 *
 * Only rules of the namespace of @from apply. Their order does not matter: reset_domain
 * takes precedence over initialize_domain, and that over keep_domain. Each no_ rule
 * cancels the rules that its name negates.
 *
 * Context: any; takes no lock and allocates nothing. The time is proportional to the
 * number of rules.
 * Return: the kind of transition.
 */
enum transition transition_find(const struct domain *from, const char *name)
{
	struct execution execution = {
		.root = root_text(from),
		.from = from,
		.program = { name, strlen(name) },
		.last = { from->name, from->name_len },
	};
	u32 types;

	rcu_read_lock();
	execution_find_groups_rcu(&execution);
	types = execution_types_rcu(&execution);
	rcu_read_unlock();

	/* Each no_ type clears the bit of the type that follows it. */
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

/* Returns the new name from the first rule of a type that matches @name; else @name. */
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
 * transition_aggregate() - apply the aggregator rules to a program
 * @from: domain that executes the program
 * @name: encoded pathname of the program
 *
 * Context: any; takes no lock and allocates nothing.
 * Return: the new name from the first matching aggregator in the namespace of @from, valid
 * until text_exit(); @name if none matches.
 */
const char *transition_aggregate(const struct domain *from, const char *name)
{
	return rename_by(RULE_AGGREGATOR, root_text(from), name);
}

/**
 * transition_file_pattern() - apply the file_pattern rules to a file
 * @from: domain that accesses the file
 * @name: encoded pathname of the file
 *
 * Context: any; takes no lock and allocates nothing.
 * Return: the first matching file_pattern in the namespace of @from, valid until
 * text_exit(); @name if none matches.
 */
const char *transition_file_pattern(const struct domain *from, const char *name)
{
	return rename_by(RULE_FILE_PATTERN, root_text(from), name);
}

/* Returns the root domain <NAME>, which begins a namespace of its own; or an ERR_PTR. */
static struct domain *domain_reset(const char *name, u32 uid, gfp_t gfp)
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
	domain = domain_intern_get(NULL, root, len + 2, uid, gfp);
	kfree(root);
	return domain;
}

/* Returns a reference to a domain that is already in use. */
static struct domain *domain_stay(struct domain *domain)
{
	/* It may be missing in a new generation, see task_enter_domains(). */
	domain_enter(domain);
	return domain_get(domain);
}

/* Returns the child of @from, within the bounds; or an ERR_PTR. */
static struct domain *domain_child(struct domain *from, const char *name, u32 uid, gfp_t gfp)
{
	u32 bound = READ_ONCE(fold_bounds.depth);
	struct domain *domain;
	char *folded;

	if (bound && from->depth >= bound)
		return domain_stay(from);
	domain = domain_find_get(from, name, strlen(name));
	if (domain)
		return domain;
	folded = fold_program(from, name, uid, gfp);
	if (IS_ERR(folded))
		return ERR_PTR(PTR_ERR(folded));
	if (folded)
		name = folded;
	domain = domain_intern_get(from, name, strlen(name), uid, gfp);
	kfree(folded);
	return domain;
}

/**
 * transition_domain() - find or create the domain in which a program runs
 * @from: domain that executes the program
 * @name: encoded pathname of the program, after transition_aggregate()
 * @uid: user who pays for a new domain
 * @gfp: allocation flags for a new domain
 *
 * Context: any that @gfp allows.
 * Return: the domain with a reference, or an ERR_PTR from domain_intern_get().
 */
struct domain *transition_domain(struct domain *from, const char *name, u32 uid, gfp_t gfp)
{
	switch (transition_find(from, name)) {
	case TRANSITION_RESET:
		return domain_reset(name, uid, gfp);
	case TRANSITION_INITIALIZE:
		from = (struct domain *)domain_root(from);
		break;
	case TRANSITION_KEEP:
		return domain_stay(from);
	case TRANSITION_CHILD:
		break;
	}
	return domain_child(from, name, uid, gfp);
}

#define CACHE_BITS 10

/*
 * Domains of recent executions, indexed by the top bits of the key. A new entry replaces
 * the old one. @check is the key XOR @next. Readers take no lock: @check shows them whether
 * different writers wrote the two members. The domains of the entries are known in the current
 * generation: they stay in memory until transition_cache_forget().
 */
static struct {
	u64 check;
	struct domain *next;
} cache[1 << CACHE_BITS];

/**
 * transition_cache_find_get() - look up the domain of an execution
 * @key: keyed hash of the domain that executes, the name of the program and
 *	transition_version()
 *
 * Context: any; takes a lock only if a reset has just begun a generation.
 * Return: the domain that transition_cache_add() stored for @key, with a reference, known in
 * the current generation; NULL if there is none or another key replaced it.
 */
struct domain *transition_cache_find_get(u64 key)
{
	struct domain *next;
	u64 check;

	rcu_read_lock();
	next = READ_ONCE(cache[key >> (64 - CACHE_BITS)].next);
	check = READ_ONCE(cache[key >> (64 - CACHE_BITS)].check);
	if (!next || (check ^ (uintptr_t)next) != key || !domain_get_live(next))
		next = NULL;
	rcu_read_unlock();
	if (next)
		domain_enter(next);
	return next;
}

/**
 * transition_cache_add() - store the domain of an execution
 * @key: as for transition_cache_find_get()
 * @next: domain in which the program runs, from transition_domain()
 * @number: generation_now() before transition_domain(); nothing is stored if it is over
 *
 * Context: any; takes no lock. If two writers race for one entry, both may be lost.
 */
void transition_cache_add(u64 key, struct domain *next, u32 number)
{
	rcu_read_lock();
	if (number == generation_now()) {
		/* A reader that finds the domain also sees its contents. */
		smp_store_release(&cache[key >> (64 - CACHE_BITS)].next, next);
		WRITE_ONCE(cache[key >> (64 - CACHE_BITS)].check, key ^ (uintptr_t)next);
	}
	rcu_read_unlock();
}

/**
 * transition_cache_forget() - empty the cache, before domains are freed
 *
 * Context: any; a grace period after the generation began.
 */
void transition_cache_forget(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cache); i++) {
		WRITE_ONCE(cache[i].next, NULL);
		WRITE_ONCE(cache[i].check, 0);
	}
}
