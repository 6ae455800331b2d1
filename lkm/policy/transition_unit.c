// SPDX-License-Identifier: GPL-2.0-only
/*
 * The cgroup_domain rules: the name that they give to a cgroup, which is the first element of the
 * domains of its programs. Such a domain is called a unit. Pure C: see core/platform.h.
 */
#include "core/hash.h"
#include "core/text.h"
#include "transition_rule.h"

#define CACHE_BITS 8

/*
 * Names of recent cgroups, indexed by the top bits of the key. A new entry replaces the old one.
 * @check is the key XOR @hash. Readers take no lock: @check shows them whether different writers
 * wrote the two members. A cgroup keeps its name, and its ID is never used again.
 */
static struct {
	u64 check;
	u64 hash;
} cache[1 << CACHE_BITS];

/*
 * Returns the name that the rules give to a cgroup or to an ancestor of it, or NULL. If the rules
 * match several of these, the topmost one counts, because a user may have chosen the names of
 * cgroups below it. Sets @last to the last component of the path of the matching cgroup.
 */
static const struct text *unit_find_rcu(const char *cgroup, struct span *last)
{
	size_t len = strlen(cgroup) + 1, end, start;
	const struct text *found = NULL;
	const struct rule *rule = NULL;

	while ((rule = rule_next_rcu(rule))) {
		if (rule->type != RULE_CGROUP)
			continue;
		for (end = 0; cgroup[end]; ) {
			struct span path = { cgroup, 0 };

			start = end + 1;
			end = start + strcspn(cgroup + start, "/");
			path.len = end;
			if (end >= len)
				break;
			if (!span_matches(rule->program.text, path))
				continue;
			found = rule->renamed;
			last->ptr = cgroup + start;
			last->len = end - start;
			len = end;
			break;
		}
	}
	return found;
}

/* Returns the length of the part before the last dot in a text; 0 if there is none. */
static size_t stem_length(struct span text)
{
	while (text.len && text.ptr[text.len - 1] != '.')
		text.len--;
	return text.len ? text.len - 1 : 0;
}

/* Writes the name of a unit of systemd; all instances of a template share one: getty@\*.service. */
static size_t unit_name(char *dst, struct span name)
{
	const char *at = memchr(name.ptr, '@', name.len);
	size_t head = at ? at + 1 - name.ptr : 0, tail = stem_length(name);

	if (!head || tail <= head) {
		memcpy(dst, name.ptr, name.len);
		return name.len;
	}
	memcpy(dst, name.ptr, head);
	memcpy(dst + head, "\\*", 2);
	memcpy(dst + head + 2, name.ptr + tail, name.len - tail);
	return head + 2 + name.len - tail;
}

/**
 * transition_unit() - apply the cgroup_domain rules to a cgroup
 * @cgroup: encoded path of the cgroup from the root of its hierarchy
 * @gfp: allocation flags
 *
 * Context: any that @gfp allows. The time is proportional to the number of rules.
 * Return: the first element of the domains of its programs, to be freed with kfree(); NULL if no
 * rule matches; or ERR_PTR(-ENOMEM).
 */
char *transition_unit(const char *cgroup, gfp_t gfp)
{
	const struct text *name;
	struct span last = { };
	size_t used;
	char *unit;

	rcu_read_lock();
	name = unit_find_rcu(cgroup, &last);
	rcu_read_unlock();
	if (!name)
		return NULL;
	unit = kmalloc(name->len + last.len + sizeof("\\*"), gfp);
	if (!unit)
		return ERR_PTR(-ENOMEM);
	memcpy(unit, name->data, name->len);
	used = name->len;
	if (unit[used - 1] == '/')
		used += unit_name(unit + used, last);
	unit[used] = '\0';
	return unit;
}

/**
 * transition_unit_hash() - get a number that stands for the name of a unit
 * @unit: name from transition_unit(), or NULL
 *
 * Context: any.
 * Return: a keyed hash; 0 for NULL.
 */
u64 transition_unit_hash(const char *unit)
{
	return unit ? hash_bytes(hash_key[0], unit, strlen(unit)) : 0;
}

static u64 unit_key(u64 id, u32 rules)
{
	return hash_mix(hash_mix(hash_key[1], id), rules);
}

/**
 * transition_unit_find() - look up the name of a cgroup in the cache
 * @id: ID of the cgroup
 * @rules: transition_version()
 * @hash: set to transition_unit_hash() of its name
 *
 * Context: any; takes no lock.
 * Return: whether the cache has it.
 */
bool transition_unit_find(u64 id, u32 rules, u64 *hash)
{
	u64 key = unit_key(id, rules);

	*hash = READ_ONCE(cache[key >> (64 - CACHE_BITS)].hash);
	return (READ_ONCE(cache[key >> (64 - CACHE_BITS)].check) ^ *hash) == key;
}

/**
 * transition_unit_add() - store the name of a cgroup in the cache
 * @id: ID of the cgroup
 * @rules: transition_version() before transition_unit()
 * @hash: transition_unit_hash() of its name
 *
 * Context: any; takes no lock. If two writers race for one entry, both may be lost.
 */
void transition_unit_add(u64 id, u32 rules, u64 hash)
{
	u64 key = unit_key(id, rules);

	WRITE_ONCE(cache[key >> (64 - CACHE_BITS)].hash, hash);
	WRITE_ONCE(cache[key >> (64 - CACHE_BITS)].check, key ^ hash);
}
