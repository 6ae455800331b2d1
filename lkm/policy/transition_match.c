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
			execution->program_in[number / 8] |= BIT(number % 8);
		if (span_matches(rule->program.text, execution->last))
			execution->last_in[number / 8] |= BIT(number % 8);
	}
}

static bool operand_matches(const struct operand *operand, struct span name, const u8 *groups)
{
	if (operand->group)
		return groups[operand->group->number / 8] & BIT(operand->group->number % 8);
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
		if (rule_is_transition(rule) && !(types & BIT(rule->type)) &&
		    rule->root == execution->root &&
		    operand_matches(&rule->program, execution->program, execution->program_in) &&
		    from_matches(rule, execution))
			types |= BIT(rule->type);
	}
	return types;
}

/* Whether a cgroup_domain rule began @domain or one that it descends from. */
static bool domain_is_in_unit(const struct domain *domain)
{
	for (; domain; domain = domain->parent) {
		if (READ_ONCE(domain->is_unit))
			return true;
	}
	return false;
}

/**
 * transition_find() - apply the transition rules to an execution
 * @from: domain that executes the program
 * @name: encoded pathname of the program, after transition_aggregate()
 * @in_unit: whether a cgroup_domain rule matches the cgroup of the program
 *
 * Only rules of the namespace of @from apply. Their order does not matter: reset_domain
 * takes precedence over initialize_domain, and that over keep_domain. Each no_ rule
 * cancels the rules that its name negates. initialize_domain does not apply in units.
 *
 * Context: any; takes no lock and allocates nothing. The time is proportional to the
 * number of rules.
 * Return: the kind of transition.
 */
enum transition transition_find(const struct domain *from, const char *name, bool in_unit)
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
	types &= ~((types & (BIT(RULE_NO_RESET) | BIT(RULE_NO_INITIALIZE) |
			     BIT(RULE_NO_KEEP))) << 1);
	if (types & BIT(RULE_RESET))
		return TRANSITION_RESET;
	if (types & BIT(RULE_INITIALIZE) && !in_unit &&
	    !(READ_ONCE(transition_cgroups) && domain_is_in_unit(from)))
		return TRANSITION_INITIALIZE;
	if (types & BIT(RULE_KEEP))
		return TRANSITION_KEEP;
	return TRANSITION_CHILD;
}

/* Patterns of components and of directories do not match components below this depth. */
#define COMPONENTS_MAX 32

/*
 * Returns the length of the part of @name that an aggregator replaces: the whole name or, if
 * @pattern is for directories, the first one that matches; 0 if there is none.
 */
static size_t aggregator_match(struct span pattern, struct span name)
{
	struct span part = { name.ptr, 0 };
	u32 levels = 0;

	if (pattern.ptr[pattern.len - 1] != '/')
		return span_matches(pattern, name) ? name.len : 0;
	while (part.len < name.len && levels < COMPONENTS_MAX) {
		if (name.ptr[part.len++] != '/')
			continue;
		levels++;
		if (span_matches(pattern, part))
			return part.len;
	}
	return 0;
}

/**
 * transition_aggregate() - apply the aggregator rules to a program
 * @from: domain that executes the program
 * @name: encoded pathname of the program, allocated; freed if another name is returned
 * @gfp: allocation flags
 *
 * The first matching aggregator in the namespace of @from applies.
 *
 * Context: any that @gfp allows; takes no lock.
 * Return: the name to use, to be freed with kfree(); NULL if there is no memory.
 */
char *transition_aggregate(const struct domain *from, char *name, gfp_t gfp)
{
	const struct text *root = root_text(from), *renamed = NULL;
	struct span old = { name, strlen(name) };
	const struct rule *rule = NULL;
	size_t replaced = 0, len;
	char *new;

	rcu_read_lock();
	while (!replaced && (rule = rule_next_rcu(rule))) {
		if (rule->type != RULE_AGGREGATOR || rule->root != root)
			continue;
		replaced = aggregator_match(rule->program.text, old);
		renamed = rule->renamed;
	}
	rcu_read_unlock();
	if (!replaced)
		return name;
	len = old.len - replaced;
	new = kmalloc(renamed->len + len + 1, gfp);
	if (new) {
		memcpy(new, renamed->data, renamed->len);
		memcpy(new + renamed->len, name + replaced, len + 1);
	}
	kfree(name);
	return new;
}

/**
 * struct components - the components of a name
 * @count: number of components, at most COMPONENTS_MAX
 * @start: offset of each component; then one more than the end of the last one
 * @longest: length in bytes of the longest component
 * @first: the first characters of all components, see character_bit()
 * @matches: one bit for each component that matches a pattern
 */
struct components {
	u32 count;
	u32 start[COMPONENTS_MAX + 1];
	u32 longest;
	u64 first;
	u32 matches;
};

/* Returns a bit for a character; some characters share one. */
static u64 character_bit(char c)
{
	return BIT_ULL(c & 63);
}

static void components_split(struct components *components, struct span name)
{
	u32 count = 0, at = 0, start;
	const char *slash;

	components->longest = 0;
	components->first = 0;
	do {
		start = at;
		components->start[count++] = start;
		components->first |= character_bit(name.ptr[start]);
		slash = memchr(name.ptr + at, '/', name.len - at);
		at = slash ? (size_t)(slash - name.ptr) + 1 : name.len + 1;
		if (components->longest < at - 1 - start)
			components->longest = at - 1 - start;
	} while (slash && count < COMPONENTS_MAX);
	components->start[count] = at;
	components->count = count;
}

/*
 * Returns the length of the name of a file system, such as "proc:", with which both texts begin:
 * such a pattern is for the components of names in that file system.
 */
static u32 components_root(const struct components *components, struct span pattern,
			   const char *name)
{
	u32 len = components->start[1] - 1;

	return len && name[len - 1] == ':' && pattern.len > len && !memcmp(pattern.ptr, name, len) ?
	       len : 0;
}

/* Sets the matches of a rule. Returns whether there are any. */
static bool components_match(struct components *components, const struct rule *rule,
			     const char *name)
{
	struct span pattern = rule->program.text;
	u32 i, root = components_root(components, pattern, name);
	bool is_literal;

	pattern.ptr += root;
	pattern.len -= root;
	is_literal = *pattern.ptr != '\\';
	components->matches = 0;
	if (components->longest < rule->least ||
	    (is_literal && !(components->first & character_bit(*pattern.ptr))))
		return false;
	for (i = 0; i < components->count; i++) {
		const u32 *start = &components->start[i];
		struct span component = { name + start[0], start[1] - 1 - start[0] };

		if (component.len >= rule->least &&
		    (!is_literal || *component.ptr == *pattern.ptr) &&
		    span_matches(pattern, component))
			components->matches |= BIT(i);
	}
	return components->matches;
}

/* Returns an allocated copy of @name with @text in place of the components that match. */
static char *components_replace(const struct components *components, struct span name,
				const struct text *text, gfp_t gfp)
{
	struct span new = { text->data, text->len };
	u32 i, root = components_root(components, new, name.ptr), from = 0;
	size_t size = name.len + 1, used = 0;
	char *copy;

	new.ptr += root;
	new.len -= root;
	for (i = components->matches; i; i &= i - 1)
		size += new.len;
	copy = kmalloc(size, gfp);
	if (!copy)
		return NULL;
	for (i = 0; i < components->count; i++) {
		const u32 *start = &components->start[i];

		if (!(components->matches & BIT(i)))
			continue;
		memcpy(copy + used, name.ptr + from, start[0] - from);
		used += start[0] - from;
		memcpy(copy + used, new.ptr, new.len);
		used += new.len;
		from = start[1] - 1;
	}
	memcpy(copy + used, name.ptr + from, name.len - from + 1);
	return copy;
}

/*
 * Whether a pattern of whole names may match any name in the folder of @name: its literal start
 * differs from @name, if at all, only in the last component.
 */
static bool pattern_enters(struct span pattern, const char *name)
{
	const char *slash;
	size_t i;

	for (i = 0; i < pattern.len && pattern.ptr[i] != '\\'; i++) {
		if (pattern.ptr[i] != name[i])
			break;
	}
	if (i == pattern.len || pattern.ptr[i] == '\\')
		return true;
	slash = strchr(name + i, '/');
	/* The '/' at the end of a directory's name belongs to the last component. */
	return !slash || !slash[1];
}

/**
 * transition_keeps_folder() - check whether no file_pattern rule changes names in a folder
 * @from: domain that accesses a file in it
 * @name: encoded pathname of the file
 *
 * Context: any; takes no lock and allocates nothing.
 * Return: true if no rule changes @name, and none changes another name in the same folder
 * for which leaf_is_plain().
 */
bool transition_keeps_folder(const struct domain *from, const char *name)
{
	const struct text *root = root_text(from);
	struct span whole = { name, strlen(name) };
	const struct rule *rule = NULL;
	struct components components;
	bool keeps = true;

	if (!root)
		return true;
	components_split(&components, whole);
	rcu_read_lock();
	while (keeps && (rule = rule_next_rcu(rule))) {
		if (rule->type == RULE_FILE_PATTERN && rule->root == root)
			keeps = rule->least ? !components_match(&components, rule, name) :
					      !pattern_enters(rule->program.text, name);
	}
	rcu_read_unlock();
	return keeps;
}

/*
 * Returns the new text from the next file_pattern that matches @name, or NULL.
 * @next: where to begin: serial number of a rule; set to that of the rule after the match
 * @components: components of @name; sets @matches, to 0 if the rule matches the whole name
 */
static const struct text *file_pattern_find(const struct text *root, struct span name,
					    loff_t *next, struct components *components)
{
	const struct text *found = NULL;
	const struct rule *rule = NULL;

	rcu_read_lock();
	while (!found && (rule = rule_next_rcu(rule))) {
		if (rule->type != RULE_FILE_PATTERN || rule->root != root || rule->serial < *next)
			continue;
		components->matches = 0;
		if (rule->least ? components_match(components, rule, name.ptr) :
				  span_matches(rule->program.text, name))
			found = rule->renamed;
		*next = rule->serial + 1;
	}
	rcu_read_unlock();
	return found;
}

/**
 * transition_file_name() - apply the file_pattern rules to the name of a file
 * @from: domain that accesses the file
 * @name: encoded pathname of the file, allocated; freed if another name is returned
 * @gfp: allocation flags
 *
 * Rules in the namespace of @from apply in their order. A rule for components replaces each
 * component that matches it. The first matching rule for whole names replaces the name and ends
 * the search.
 *
 * Context: any that @gfp allows.
 * Return: the name to record, to be freed with kfree(); NULL if there is no memory.
 */
char *transition_file_name(const struct domain *from, char *name, gfp_t gfp)
{
	const struct text *root = root_text(from), *text;
	struct components components;
	loff_t next = 0;

	do {
		struct span old = { name, strlen(name) };

		components_split(&components, old);
		text = file_pattern_find(root, old, &next, &components);
		if (!text)
			break;
		name = components.matches ? components_replace(&components, old, text, gfp) :
					    kstrdup(text->data, gfp);
		kfree(old.ptr);
	} while (name && components.matches);
	return name;
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

	if (bound && from->depth >= bound) {
		set_bit(DOMAIN_TRANSITION_FAILED, &from->flags);
		return domain_stay(from);
	}
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

static bool domain_descends(const struct domain *domain, const struct domain *from)
{
	while (domain && domain != from)
		domain = domain->parent;
	return domain;
}

/* Returns the child of @from; or, if @from is not below <kernel> @unit, that of the latter. */
static struct domain *domain_unit_child(struct domain *from, const char *name, const char *unit,
					u32 uid, gfp_t gfp)
{
	struct domain *domain = domain_child(domain_kernel, unit, uid, gfp), *child;

	if (IS_ERR(domain))
		return domain;
	WRITE_ONCE(domain->is_unit, true);
	child = domain_child(domain_descends(from, domain) ? from : domain, name, uid, gfp);
	domain_put(domain);
	return child;
}

/**
 * transition_domain() - find or create the domain in which a program runs
 * @from: domain that executes the program
 * @name: encoded pathname of the program, after transition_aggregate()
 * @unit: name that transition_unit() gives to the cgroup of the program; NULL for none
 * @uid: user who pays for a new domain
 * @gfp: allocation flags for a new domain
 *
 * Context: any that @gfp allows.
 * Return: the domain with a reference, or an ERR_PTR from domain_intern_get().
 */
struct domain *transition_domain(struct domain *from, const char *name, const char *unit, u32 uid,
				 gfp_t gfp)
{
	if (domain_root(from) != domain_kernel)
		unit = NULL;
	switch (transition_find(from, name, unit)) {
	case TRANSITION_RESET:
		return domain_reset(name, uid, gfp);
	case TRANSITION_INITIALIZE:
		from = (struct domain *)domain_root(from);
		break;
	case TRANSITION_KEEP:
		return domain_stay(from);
	case TRANSITION_CHILD:
		if (unit)
			return domain_unit_child(from, name, unit, uid, gfp);
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
 * @key: keyed hash of the domain that executes, the name of the program, transition_version() and
 *	transition_unit_hash()
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
