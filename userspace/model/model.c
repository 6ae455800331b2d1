// SPDX-License-Identifier: GPL-2.0-only
/*
 * Domains and accesses, merged from any source.
 *
 * A domain is stored as its last element and its parent, not as its whole name,
 * so that common prefixes are stored once. All lookups use a hash table, so that
 * adding a fact takes constant time.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "cover.h"
#include "model.h"

static void domain_free(struct domain *domain)
{
	free(domain->child);
	free(domain->access);
	free(domain->cgroup);
	free(domain);
}

/**
 * model_free() - Free the contents of a model
 * @model: model; empty and reusable afterwards
 */
void model_free(struct model *model)
{
	table_free_items(&model->words);
	for (size_t i = 0; i < model->runs.size; i++)
		if (model->runs.slot[i].item)
			free(((struct run *)model->runs.slot[i].item)->logins);
	for (size_t i = 0; i < model->accesses.size; i++)
		if (model->accesses.slot[i].item)
			free(((struct access *)model->accesses.slot[i].item)->logins);
	table_free_items(&model->runs);
	table_free_items(&model->accesses);
	for (size_t i = 0; i < model->domains.size; i++)
		if (model->domains.slot[i].item)
			domain_free(model->domains.slot[i].item);
	table_free(&model->domains);
	text_free(&model->last_name);
	free(model->root);
	*model = (struct model){ 0 };
}

static bool word_match(const void *item, const void *key)
{
	const struct word *word = item;
	const struct span *span = key;

	return word->len == span->len &&
	       !memcmp(word->text, span->ptr, span->len);
}

static struct word *word_find(const struct model *model, struct span span)
{
	return table_find(&model->words, table_hash(span.ptr, span.len),
			  word_match, &span);
}

static const struct word *word_intern(struct model *model, struct span span)
{
	struct word *word = word_find(model, span);

	if (word)
		return word;
	word = malloc(sizeof(*word) + span.len + 1);
	if (!word)
		return NULL;
	word->len = span.len;
	memcpy(word->text, span.ptr, span.len);
	word->text[span.len] = '\0';
	if (table_add(&model->words, table_hash(span.ptr, span.len), word)) {
		free(word);
		return NULL;
	}
	return word;
}

/*
 * Key of a domain (@owner is its parent, @word its name) or of an access
 * (@owner is its domain, @word its policy line). The pointers themselves are
 * hashed: words and domains never move.
 */
struct key {
	const void *owner;
	const struct word *word;
};

static bool domain_match(const void *item, const void *key)
{
	const struct domain *domain = item;
	const struct key *wanted = key;

	return domain->parent == wanted->owner && domain->name == wanted->word;
}

static bool access_match(const void *item, const void *key)
{
	const struct access *access = item;
	const struct key *wanted = key;

	return access->domain == wanted->owner && access->line == wanted->word;
}

static struct domain *domain_new(struct model *model, struct domain *parent,
				 const struct word *name, uint64_t hash)
{
	struct domain *domain = calloc(1, sizeof(*domain));

	if (!domain)
		return NULL;
	domain->parent = parent;
	domain->name = name;
	domain->depth = parent ? parent->depth + 1 : 0;
	if (table_add(&model->domains, hash, domain)) {
		free(domain);
		return NULL;
	}
	/* The table owns the domain now: an error below leaves it there */
	if (parent) {
		if (array_grow(parent->child, parent->child_count))
			return NULL;
		parent->child[parent->child_count++] = domain;
	} else {
		if (array_grow(model->root, model->root_count))
			return NULL;
		model->root[model->root_count++] = domain;
	}
	return domain;
}

static struct domain *domain_child(struct model *model, struct domain *parent,
				   struct span name)
{
	struct key key = { parent, word_intern(model, name) };
	struct domain *domain;
	uint64_t hash;

	if (!key.word)
		return NULL;
	hash = table_hash(&key, sizeof(key));
	domain = table_find(&model->domains, hash, domain_match, &key);
	return domain ? domain : domain_new(model, parent, key.word, hash);
}

/**
 * model_find() - Look up a domain by its whole name
 * @model: model
 * @name: whole name of the domain
 *
 * Return: the domain, or NULL if the model has no domain of that name.
 */
struct domain *model_find(const struct model *model, const char *name)
{
	struct domain *domain = NULL;

	while (*name) {
		size_t len = strcspn(name, " ");
		struct key key = {
			domain, word_find(model, (struct span){ name, len })
		};

		if (!key.word)
			return NULL;
		domain = table_find(&model->domains,
				    table_hash(&key, sizeof(key)),
				    domain_match, &key);
		if (!domain)
			return NULL;
		name += len + (name[len] == ' ');
	}
	return domain;
}

static int domain_check(const char *name)
{
	unsigned int depth = 0;

	if (name[0] != '<')
		return -EBADMSG;
	for (const char *c = name; *c; c++) {
		if (*c != ' ')
			continue;
		if (c[1] == ' ' || !c[1] || ++depth > DOMAIN_DEPTH_MAX)
			return -EBADMSG;
	}
	return 0;
}

/**
 * model_domain() - Look up a domain, and add it if it is missing
 * @model: model
 * @name: whole name of the domain
 * @result: set to the domain
 *
 * Return: 0, -EBADMSG if @name is not a valid domain name, or -ENOMEM.
 */
int model_domain(struct model *model, const char *name, struct domain **result)
{
	struct domain *domain = NULL;
	const char *from = name;
	int err;

	if (model->last && !strcmp(model->last_name.data, name)) {
		*result = model->last;
		return 0;
	}
	err = domain_check(name);
	if (err)
		return err;
	while (*from) {
		size_t len = strcspn(from, " ");

		domain = domain_child(model, domain, (struct span){ from, len });
		if (!domain)
			return -ENOMEM;
		from += len + (from[len] == ' ');
	}
	model->last = NULL;
	text_clear(&model->last_name);
	text_puts(&model->last_name, name);
	if (!model->last_name.failed)
		model->last = domain;
	*result = domain;
	return 0;
}

static int access_intern(struct model *model, struct domain *domain,
			 const char *line, struct access **result)
{
	struct key key = {
		domain, word_intern(model, (struct span){ line, strlen(line) })
	};
	struct access *access;
	uint64_t hash;
	int err;

	if (!key.word)
		return -ENOMEM;
	hash = table_hash(&key, sizeof(key));
	access = table_find(&model->accesses, hash, access_match, &key);
	if (!access) {
		access = calloc(1, sizeof(*access));
		if (!access)
			return -ENOMEM;
		access->domain = domain;
		access->line = key.word;
		err = table_add(&model->accesses, hash, access);
		if (err) {
			free(access);
			return err;
		}
		err = array_grow(domain->access, domain->access_count);
		if (err)
			return err;
		domain->access[domain->access_count++] = access;
	}
	*result = access;
	return 0;
}

/**
 * model_add_cgroup() - Add a control group to a domain
 * @model: model
 * @domain: domain in which a program was executed
 * @path: path of the control group; if the domain has CGROUPS_MAX others, it replaces the first
 *
 * Return: 0 or -ENOMEM.
 */
int model_add_cgroup(struct model *model, struct domain *domain, const char *path)
{
	const struct word *word = word_intern(model, (struct span){ path, strlen(path) });

	if (!word)
		return -ENOMEM;
	for (size_t i = 0; i < domain->cgroup_count; i++)
		if (domain->cgroup[i] == word)
			return 0;
	if (domain->cgroup_count == CGROUPS_MAX)
		memmove(domain->cgroup, domain->cgroup + 1,
			--domain->cgroup_count * sizeof(*domain->cgroup));
	else if (array_grow(domain->cgroup, domain->cgroup_count))
		return -ENOMEM;
	domain->cgroup[domain->cgroup_count++] = word;
	return 0;
}

static bool run_match(const void *item, const void *key)
{
	const struct run *run = item;
	const struct run *wanted = key;

	return run->access == wanted->access &&
	       run->first_ms == wanted->first_ms;
}

/* Raise the highest count of a run; keep only the difference in @more. */
static void count_rise(uint64_t *highest, uint64_t *more)
{
	*more -= *highest < *more ? *highest : *more;
	*highest += *more;
}

/* Allocate an empty list if there is none. */
static int logins_make(struct login_list **logins)
{
	if (!*logins)
		*logins = calloc(1, sizeof(**logins));
	return *logins ? 0 : -ENOMEM;
}

/*
 * Add the uses that a state has in addition to the earlier states of its run. The uses of a user
 * who is no longer in the list of the state are part of its number of others.
 */
static int logins_add_saved(struct access *access, struct run *run,
			    const struct login_list *saved)
{
	uint64_t others = saved->others;

	if (logins_make(&access->logins) || logins_make(&run->logins))
		return -ENOMEM;
	for (size_t i = 0; i < saved->count; i++) {
		struct login_uses more = saved->login[i];
		struct login_uses *highest = login_list_find(run->logins, more.uid);

		if (highest)
			count_rise(&highest->count, &more.count);
		else
			login_list_add(run->logins, &more);
		login_list_add(access->logins, &more);
	}
	count_rise(&run->logins->others, &others);
	access->logins->others += others;
	return 0;
}

/*
 * States saved one after the other from the same recording have the same first
 * use of an access, and a later state includes the uses that an earlier one
 * counted: only the difference is added. With another first use, they come from
 * different recordings (a reboot, a reset, another host), and counts add up.
 */
static int access_add_saved(struct model *model, struct access *access,
			    const struct access_times *saved, const struct login_list *logins)
{
	const struct run key = {
		.access = access,
		.first_ms = saved->first_ms,
		.count = saved->count,
		.done = saved->done.count,
		.refused = saved->refused.count,
	};
	uint64_t hash = table_hash(&key, offsetof(struct run, count));
	struct run *run = table_find(&model->runs, hash, run_match, &key);
	struct access_times more = *saved;

	if (run) {
		count_rise(&run->count, &more.count);
		count_rise(&run->done, &more.done.count);
		count_rise(&run->refused, &more.refused.count);
	} else {
		run = malloc(sizeof(*run));
		if (!run)
			return -ENOMEM;
		*run = key;
		if (table_add(&model->runs, hash, run)) {
			free(run);
			return -ENOMEM;
		}
	}
	times_add(&access->seen, &more);
	return logins ? logins_add_saved(access, run, logins) : 0;
}

static void access_add_outcome(struct access *access, enum outcome outcome)
{
	access->may_be_done |= outcome != OUTCOME_REFUSED;
}

static int access_add_uses(struct model *model, struct access *access,
			   const struct fact *fact)
{
	const struct outcome_times one = { fact->time_ms, 1 };
	struct access_times once = {
		.first_ms = fact->time_ms,
		.last_ms = fact->time_ms,
		.count = 1,
	};

	if (fact->times) {
		access_add_outcome(access, times_outcome(fact->times));
		return access_add_saved(model, access, fact->times, fact->logins);
	}
	access_add_outcome(access, fact->outcome);
	if (fact->outcome == OUTCOME_DONE)
		once.done = one;
	else if (fact->outcome == OUTCOME_REFUSED)
		once.refused = one;
	times_add(&access->seen, &once);
	if (!fact->login)
		return 0;
	if (logins_make(&access->logins))
		return -ENOMEM;
	login_list_add(access->logins, &(struct login_uses){
		.uid = (uint64_t)fact->login->auid,
		.first_ms = fact->time_ms,
		.last_ms = fact->time_ms,
		.count = 1,
	});
	return 0;
}

/**
 * model_add() - Add a fact to a model; a fact_sink
 * @model: struct model
 * @fact: fact
 *
 * Return: 0, -EBADMSG if the fact has no valid domain name, or -ENOMEM.
 */
int model_add(void *model, const struct fact *fact)
{
	struct model *m = model;
	struct domain *domain;
	struct access *access;
	int err;

	if (fact->kind == FACT_LEFT_OUT || fact->kind == FACT_EXECUTE || fact->kind == FACT_LOGIN ||
	    fact->kind == FACT_EXIT || fact->kind == FACT_LIMIT)
		return 0;
	err = model_domain(m, fact->domain, &domain);
	if (err || fact->kind == FACT_HISTORY)
		return err;
	domain->flags |= fact->flags;
	m->has_recorded = true;
	domain_keep(domain);
	if (fact->cgroup)
		err = model_add_cgroup(m, domain, fact->cgroup);
	if (err || fact->kind == FACT_DOMAIN)
		return err;
	err = access_intern(m, domain, fact->access, &access);
	if (err)
		return err;
	access->is_recorded |= !fact->is_replaced;
	return access_add_uses(m, access, fact);
}

static struct access *access_find(const struct model *model,
				  const struct domain *domain, const char *line)
{
	struct key key = {
		domain, word_find(model, (struct span){ line, strlen(line) })
	};

	if (!key.word)
		return NULL;
	return table_find(&model->accesses, table_hash(&key, sizeof(key)),
			  access_match, &key);
}

/**
 * model_set_times() - Set the times, the count and the outcomes of an access
 * @model: model
 * @domain: domain that made the access
 * @place: index in @domain->access where the access is expected; advanced if it is there
 * @line: policy line; ignored if the domain has no such access
 * @seen: times, count and outcomes
 * @logins: users whose logins made it, or NULL; taken over, and set to NULL, if there is such
 *	an access
 */
void model_set_times(struct model *model, struct domain *domain, size_t *place,
		     const char *line, const struct access_times *seen,
		     struct login_list **logins)
{
	struct access *access = NULL;

	/* The files of the module have the same order: this is faster than a lookup */
	if (*place < domain->access_count)
		access = domain->access[*place];
	if (access && !strcmp(access->line->text, line))
		++*place;
	else
		access = access_find(model, domain, line);
	if (!access)
		return;
	access->seen = *seen;
	free(access->logins);
	access->logins = *logins;
	*logins = NULL;
	access->may_be_done = times_outcome(seen) != OUTCOME_REFUSED;
}

/**
 * model_has_times() - Whether the time of at least one access is known
 * @model: model
 *
 * Return: true if it is.
 */
bool model_has_times(const struct model *model)
{
	for (size_t i = 0; i < model->accesses.size; i++) {
		const struct access *access = model->accesses.slot[i].item;

		if (access && access->seen.first_ms)
			return true;
	}
	return false;
}

/**
 * model_has_logins() - Whether the users of at least one access are known
 * @model: model
 *
 * Return: true if they are.
 */
bool model_has_logins(const struct model *model)
{
	for (size_t i = 0; i < model->accesses.size; i++) {
		const struct access *access = model->accesses.slot[i].item;

		if (access && access->logins)
			return true;
	}
	return false;
}

/**
 * access_uses() - Get the number of uses of an access
 * @access: access
 *
 * Return: number of uses; 0 if the source had no times, because the count is then
 * only the number of policy lines read.
 */
uint64_t access_uses(const struct access *access)
{
	return access->seen.first_ms ? access->seen.count : 0;
}

/**
 * access_outcome() - Get the outcome of all uses of an access
 * @access: access
 *
 * Return: the outcome.
 */
enum outcome access_outcome(const struct access *access)
{
	if (access->seen.done.count)
		return OUTCOME_DONE;
	return access->may_be_done ? OUTCOME_UNKNOWN : OUTCOME_REFUSED;
}

static bool name_matches(struct span name, struct span pattern)
{
	const char *base;

	if (name_covers(name, pattern))
		return true;
	base = memrchr(name.ptr, '/', name.len);
	if (!base)
		return false;
	base++;
	name.len -= (size_t)(base - name.ptr);
	return name.len == pattern.len && !memcmp(base, pattern.ptr, name.len);
}

/* Cut the last word off a text; empty if there is none. */
static struct span word_pop(struct span *text)
{
	const char *space;
	struct span last;

	while (text->len && text->ptr[text->len - 1] == ' ')
		text->len--;
	space = memrchr(text->ptr, ' ', text->len);
	last.ptr = space ? space + 1 : text->ptr;
	last.len = text->len - (size_t)(last.ptr - text->ptr);
	text->len -= last.len;
	return last;
}

/**
 * domain_matches() - Check whether a domain has the name that a user typed
 * @domain: domain
 * @pattern: whole name, which begins with <; or the last elements of a name, each
 *	with or without its directory: "/usr/sbin/sshd", "sshd", "sshd bash"
 *
 * Return: true if it has, or if its name is a pattern for such names.
 */
bool domain_matches(const struct domain *domain, const char *pattern)
{
	struct span rest = { pattern, strlen(pattern) };
	struct span last;

	while ((last = word_pop(&rest)).len) {
		if (!domain || !name_matches((struct span){ domain->name->text,
							    domain->name->len }, last))
			return false;
		domain = domain->parent;
	}
	return pattern[0] != '<' || !domain;
}

/**
 * domain_is_listed() - Check whether a list of accesses includes a domain
 * @model: model of the domain
 * @domain: domain
 * @pattern: as for domain_matches(); NULL: any domain
 *
 * Return: true if it does.
 */
bool domain_is_listed(const struct model *model, const struct domain *domain,
		      const char *pattern)
{
	return (!pattern || domain_matches(domain, pattern)) &&
	       (!model->is_reduced || domain->access_count);
}

/**
 * domain_is_under() - Check whether a domain is one that the user typed, or below it
 * @domain: domain
 * @pattern: as for domain_matches()
 *
 * Return: true if it is.
 */
bool domain_is_under(const struct domain *domain, const char *pattern)
{
	while (domain && !domain_matches(domain, pattern))
		domain = domain->parent;
	return domain;
}

static bool name_has(struct span name, const char *pattern)
{
	struct span rest = { pattern, strlen(pattern) };
	struct span last;

	while ((last = word_pop(&rest)).len)
		if (!name_matches(word_pop(&name), last))
			return false;
	return pattern[0] != '<' || !name.len;
}

/**
 * name_is_under() - domain_is_under() for a name
 * @name: whole name of the domain
 * @pattern: as for domain_matches()
 *
 * Return: true if it is.
 */
bool name_is_under(const char *name, const char *pattern)
{
	struct span above = { name, strlen(name) };

	for (; above.len; word_pop(&above))
		if (name_has(above, pattern))
			return true;
	return false;
}

/**
 * domain_name() - Append the whole name of a domain
 * @domain: domain
 * @out: text to append the name to
 *
 * Return: 0 or -ENOMEM.
 */
int domain_name(const struct domain *domain, struct text *out)
{
	size_t count = domain->depth + 1;
	const struct domain **chain = calloc(count, sizeof(*chain));

	if (!chain)
		return -ENOMEM;
	for (size_t i = count; i--; domain = domain->parent)
		chain[i] = domain;
	for (size_t i = 0; i < count; i++) {
		if (i)
			text_add(out, " ", 1);
		text_add(out, chain[i]->name->text, chain[i]->name->len);
	}
	free(chain);
	return out->failed ? -ENOMEM : 0;
}
