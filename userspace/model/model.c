// SPDX-License-Identifier: GPL-2.0-only
/*
 * Domains and accesses, merged from any source.
 *
 * A domain is kept as its last element and its parent, not as its whole name:
 * memory grows with what is distinct. Everything is found through a hash
 * table, so that a fact costs the same however many there are.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "model.h"

static void domain_free(struct domain *domain)
{
	free(domain->child);
	free(domain->access);
	free(domain);
}

static void items_free(struct table *table)
{
	for (size_t i = 0; i < table->size; i++)
		free(table->slot[i].item);
	table_free(table);
}

/**
 * model_free() - Give the memory of a model back
 * @model: empty and usable afterwards
 */
void model_free(struct model *model)
{
	items_free(&model->words);
	items_free(&model->runs);
	items_free(&model->accesses);
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

/* Append to an array whose room is the next power of two of its count. */
static int array_add(void *array, size_t *count, void *item)
{
	void ***items = array;

	if (!(*count & (*count - 1))) {
		size_t room = *count ? *count * 2 : 1;
		void **more = realloc(*items, room * sizeof(*more));

		if (!more)
			return -ENOMEM;
		*items = more;
	}
	(*items)[(*count)++] = item;
	return 0;
}

/* Pointers hash well enough as bytes: words and domains never move. */
struct pair {
	const void *owner;
	const struct word *word;
};

static bool domain_match(const void *item, const void *key)
{
	const struct domain *domain = item;
	const struct pair *pair = key;

	return domain->parent == pair->owner && domain->name == pair->word;
}

static bool access_match(const void *item, const void *key)
{
	const struct access *access = item;
	const struct pair *pair = key;

	return access->domain == pair->owner && access->line == pair->word;
}

static struct domain *domain_new(struct model *model, struct domain *parent,
				 const struct word *name, uint64_t hash)
{
	struct domain *domain = calloc(1, sizeof(*domain));
	int err;

	if (!domain)
		return NULL;
	domain->parent = parent;
	domain->name = name;
	domain->depth = parent ? parent->depth + 1 : 0;
	err = table_add(&model->domains, hash, domain);
	if (err)
		goto err_free;
	/* Now the table owns it; a node without its place leads nowhere */
	if (parent)
		err = array_add(&parent->child, &parent->child_count, domain);
	else
		err = array_add(&model->root, &model->root_count, domain);
	return err ? NULL : domain;

err_free:
	free(domain);
	return NULL;
}

static struct domain *domain_child(struct model *model, struct domain *parent,
				   struct span name)
{
	struct pair pair = { parent, word_intern(model, name) };
	struct domain *domain;
	uint64_t hash;

	if (!pair.word)
		return NULL;
	hash = table_hash(&pair, sizeof(pair));
	domain = table_find(&model->domains, hash, domain_match, &pair);
	return domain ? domain : domain_new(model, parent, pair.word, hash);
}

/**
 * model_find() - Look a domain up
 * @model: model
 * @name: its whole name
 *
 * Return: the domain, NULL when there is none of that name.
 */
struct domain *model_find(const struct model *model, const char *name)
{
	struct domain *domain = NULL;

	while (*name) {
		size_t len = strcspn(name, " ");
		struct pair pair = {
			domain, word_find(model, (struct span){ name, len })
		};

		if (!pair.word)
			return NULL;
		domain = table_find(&model->domains,
				    table_hash(&pair, sizeof(pair)),
				    domain_match, &pair);
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
 * model_domain() - Get a domain, made when it is not there yet
 * @model: model
 * @name: its whole name
 * @result: the domain
 *
 * Return: 0, -EBADMSG when the name is none, -ENOMEM.
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
	struct pair pair = {
		domain, word_intern(model, (struct span){ line, strlen(line) })
	};
	struct access *access;
	uint64_t hash;
	int err;

	if (!pair.word)
		return -ENOMEM;
	hash = table_hash(&pair, sizeof(pair));
	access = table_find(&model->accesses, hash, access_match, &pair);
	if (!access) {
		access = calloc(1, sizeof(*access));
		if (!access)
			return -ENOMEM;
		access->domain = domain;
		access->line = pair.word;
		err = table_add(&model->accesses, hash, access);
		if (err) {
			free(access);
			return err;
		}
		err = array_add(&domain->access, &domain->access_count, access);
		if (err)
			return err;
	}
	*result = access;
	return 0;
}

static bool run_match(const void *item, const void *key)
{
	const struct run *run = item;
	const struct run *wanted = key;

	return run->access == wanted->access &&
	       run->first_ms == wanted->first_ms;
}

/*
 * States that were saved one after the other count from the same first use:
 * what the later one has more was added. Where the first use is another one,
 * they tell of something else.
 */
static int access_count(struct model *model, struct access *access,
			const struct access_times *told)
{
	const struct run key = { access, told->first_ms, told->count };
	uint64_t hash = table_hash(&key, offsetof(struct run, count));
	struct run *run = table_find(&model->runs, hash, run_match, &key);
	struct access_times more = *told;

	if (run) {
		more.count -= run->count < more.count ? run->count : more.count;
		run->count += more.count;
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
	return 0;
}

static int access_see(struct model *model, struct access *access,
		      const struct fact *fact)
{
	const struct access_times once = { fact->time_ms, fact->time_ms, 1 };

	if (fact->times)
		return access_count(model, access, fact->times);
	times_add(&access->seen, &once);
	return 0;
}

static void domain_keep(struct domain *domain)
{
	for (; domain && !domain->is_kept; domain = domain->parent)
		domain->is_kept = true;
}

/**
 * model_add() - Take a fact in; a fact_sink
 * @model: struct model
 * @fact: what a source tells
 *
 * Return: 0, -EBADMSG when the name of the domain is none, -ENOMEM.
 */
int model_add(void *model, const struct fact *fact)
{
	struct model *m = model;
	struct domain *domain;
	struct access *access;
	int err;

	err = model_domain(m, fact->domain, &domain);
	if (err || fact->kind == FACT_HISTORY)
		return err;
	domain->flags |= fact->flags;
	m->has_recorded = true;
	domain_keep(domain);
	if (fact->kind == FACT_DOMAIN)
		return 0;
	err = access_intern(m, domain, fact->access, &access);
	if (err)
		return err;
	return access_see(m, access, fact);
}

/**
 * model_times() - Say when and how often an access of a domain was made
 * @model: model
 * @domain: who made it
 * @line: the policy line; nothing happens when the domain has no such access
 * @seen: the times and the count
 *
 * Return: 0 or -ENOMEM.
 */
int model_times(struct model *model, struct domain *domain, const char *line,
		const struct access_times *seen)
{
	struct span span = { line, strlen(line) };
	struct pair pair = { domain, word_intern(model, span) };
	struct access *access;

	if (!pair.word)
		return -ENOMEM;
	access = table_find(&model->accesses, table_hash(&pair, sizeof(pair)),
			    access_match, &pair);
	if (access)
		access->seen = *seen;
	return 0;
}

static int domain_compare(const void *a, const void *b)
{
	const struct domain *const *one = a;
	const struct domain *const *two = b;

	return strcmp((*one)->name->text, (*two)->name->text);
}

static int access_compare(const void *a, const void *b)
{
	const struct access *const *one = a;
	const struct access *const *two = b;

	return strcmp((*one)->line->text, (*two)->line->text);
}

/**
 * access_uses() - How often an access is known to have been made
 * @access: access
 *
 * Return: the count, 0 when the source had no times.
 */
uint64_t access_uses(const struct access *access)
{
	return access->seen.first_ms ? access->seen.count : 0;
}

/* More before less; 0, which is not known, comes last. */
static int more_compare(uint64_t one, uint64_t two)
{
	return (one < two) - (one > two);
}

static int access_compare_first(const void *a, const void *b)
{
	const struct access *const *one = a;
	const struct access *const *two = b;
	int order = more_compare((uint64_t)(*one)->seen.first_ms,
				 (uint64_t)(*two)->seen.first_ms);

	return order ? order : access_compare(a, b);
}

static int access_compare_last(const void *a, const void *b)
{
	const struct access *const *one = a;
	const struct access *const *two = b;
	int order = more_compare((uint64_t)(*one)->seen.last_ms,
				 (uint64_t)(*two)->seen.last_ms);

	return order ? order : access_compare(a, b);
}

/* A count without a time counts lines of a policy, not uses. */
static int access_compare_count(const void *a, const void *b)
{
	const struct access *const *one = a;
	const struct access *const *two = b;
	int order = more_compare(access_uses(*one), access_uses(*two));

	return order ? order : access_compare(a, b);
}

/* Like qsort(), which must not be called for an array that is not there. */
static void array_sort(void *array, size_t count,
		       int (*compare)(const void *, const void *))
{
	if (count > 1)
		qsort(array, count, sizeof(void *), compare);
}

static void array_keep(struct domain **array, size_t *count)
{
	size_t kept = 0;

	for (size_t i = 0; i < *count; i++)
		if (array[i]->is_kept)
			array[kept++] = array[i];
	*count = kept;
}

/**
 * model_sort() - Put domains and accesses in the order of their bytes
 * @model: complete; nothing may be added afterwards
 */
void model_sort(struct model *model)
{
	for (size_t i = 0; i < model->domains.size; i++) {
		struct domain *domain = model->domains.slot[i].item;

		if (!domain)
			continue;
		/* Chains of comm names are left out when there are domains */
		if (model->has_recorded)
			array_keep(domain->child, &domain->child_count);
		array_sort(domain->child, domain->child_count, domain_compare);
		array_sort(domain->access, domain->access_count,
			   access_compare);
	}
	if (model->has_recorded)
		array_keep(model->root, &model->root_count);
	array_sort(model->root, model->root_count, domain_compare);
}

/**
 * model_keep() - Keep some domains, and those above them
 * @model: sorted; the other domains are left out of it
 * @is_wanted: whether a domain is to be kept
 * @ctx: for @is_wanted
 */
void model_keep(struct model *model,
		bool (*is_wanted)(const struct domain *domain, const void *ctx),
		const void *ctx)
{
	for (size_t i = 0; i < model->domains.size; i++) {
		struct domain *domain = model->domains.slot[i].item;

		if (domain)
			domain->is_kept = false;
	}
	for (struct domain *domain = model_first(model); domain;
	     domain = model_next(model, domain))
		if (is_wanted(domain, ctx))
			domain_keep(domain);
	for (size_t i = 0; i < model->domains.size; i++) {
		struct domain *domain = model->domains.slot[i].item;

		if (domain)
			array_keep(domain->child, &domain->child_count);
	}
	array_keep(model->root, &model->root_count);
}

/**
 * accesses_sort() - Put accesses in an order
 * @access: array
 * @count: how many
 * @order: which
 */
void accesses_sort(struct access **access, size_t count,
		   enum access_order order)
{
	static int (*const compare[])(const void *a, const void *b) = {
		[ACCESS_BY_LINE] = access_compare,
		[ACCESS_BY_FIRST] = access_compare_first,
		[ACCESS_BY_LAST] = access_compare_last,
		[ACCESS_BY_COUNT] = access_compare_count,
	};

	array_sort(access, count, compare[order]);
}

/**
 * model_sort_accesses() - Put the accesses of each domain in another order
 * @model: sorted
 * @order: which
 */
void model_sort_accesses(struct model *model, enum access_order order)
{
	for (size_t i = 0; i < model->domains.size; i++) {
		struct domain *domain = model->domains.slot[i].item;

		if (domain)
			accesses_sort(domain->access, domain->access_count,
				      order);
	}
}

/**
 * model_first() - Begin a walk over the tree, parents before children
 * @model: sorted
 *
 * Return: the first domain, NULL when there is none.
 */
struct domain *model_first(const struct model *model)
{
	return model->root_count ? model->root[0] : NULL;
}

/* Siblings are sorted: where a domain stands is found by bisection. */
static struct domain *domain_sibling(const struct model *model,
				     const struct domain *domain)
{
	struct domain **array = domain->parent ? domain->parent->child
					       : model->root;
	size_t count = domain->parent ? domain->parent->child_count
				      : model->root_count;
	struct domain **self = bsearch(&domain, array, count, sizeof(*array),
				       domain_compare);

	return self && self + 1 < array + count ? self[1] : NULL;
}

/**
 * model_next() - Go on with a walk over the tree
 * @model: sorted
 * @domain: where the walk is
 *
 * Return: the next domain in the order of their names, NULL after the last.
 */
struct domain *model_next(const struct model *model,
			  const struct domain *domain)
{
	if (domain->child_count)
		return domain->child[0];
	for (; domain; domain = domain->parent) {
		struct domain *next = domain_sibling(model, domain);

		if (next)
			return next;
	}
	return NULL;
}

static bool name_matches(const struct word *name, struct span pattern)
{
	const char *base;

	if (name->len == pattern.len &&
	    !memcmp(name->text, pattern.ptr, pattern.len))
		return true;
	base = strrchr(name->text, '/');
	return base && span_is(pattern, base + 1);
}

/**
 * domain_matches() - Whether a user means this domain
 * @domain: domain
 * @pattern: a whole name, which begins with <; or its last elements, each
 *	with or without the folder: "/usr/sbin/sshd", "sshd", "sshd bash"
 *
 * Return: true when he does.
 */
bool domain_matches(const struct domain *domain, const char *pattern)
{
	bool is_whole = pattern[0] == '<';
	size_t end = strlen(pattern);

	while (end) {
		size_t start = end;

		while (start && pattern[start - 1] != ' ')
			start--;
		if (start != end) {
			struct span last = { pattern + start, end - start };

			if (!domain || !name_matches(domain->name, last))
				return false;
			domain = domain->parent;
		}
		end = start ? start - 1 : 0;
	}
	return !is_whole || !domain;
}

/**
 * domain_name() - Write the whole name of a domain
 * @domain: domain
 * @out: the name, appended
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
