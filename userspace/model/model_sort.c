// SPDX-License-Identifier: GPL-2.0-only
/* The order of a model: sort it, select domains, and walk over the tree. */
#include <stdlib.h>
#include <string.h>

#include "model.h"

/**
 * domain_keep() - Mark a domain and its ancestors as kept
 * @domain: domain
 */
void domain_keep(struct domain *domain)
{
	for (; domain && !domain->is_kept; domain = domain->parent)
		domain->is_kept = true;
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

/* Descending, so that 0 (unknown) comes last; equal values by policy line. */
static int accesses_compare(const void *a, const void *b,
			    uint64_t (*value)(const struct access *access))
{
	const struct access *const *one = a;
	const struct access *const *two = b;
	uint64_t value_one = value(*one);
	uint64_t value_two = value(*two);

	if (value_one != value_two)
		return value_one < value_two ? 1 : -1;
	return access_compare(a, b);
}

static uint64_t access_first(const struct access *access)
{
	return (uint64_t)access->seen.first_ms;
}

static uint64_t access_last(const struct access *access)
{
	return (uint64_t)access->seen.last_ms;
}

static int access_compare_first(const void *a, const void *b)
{
	return accesses_compare(a, b, access_first);
}

static int access_compare_last(const void *a, const void *b)
{
	return accesses_compare(a, b, access_last);
}

static int access_compare_count(const void *a, const void *b)
{
	return accesses_compare(a, b, access_uses);
}

/* qsort() must not be passed a null pointer, not even for an empty array. */
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
 * model_sort() - Sort domains and accesses in byte order
 * @model: complete model; nothing may be added afterwards
 *
 * Domains that are only known as chains of comm names are removed if the model
 * has recorded ones.
 */
void model_sort(struct model *model)
{
	for (size_t i = 0; i < model->domains.size; i++) {
		struct domain *domain = model->domains.slot[i].item;

		if (!domain)
			continue;
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
 * model_keep() - Keep selected domains and their ancestors, remove the others
 * @model: sorted model
 * @is_wanted: predicate: returns true for a domain to keep
 * @ctx: passed to @is_wanted
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
 * accesses_sort() - Sort an array of accesses
 * @access: array
 * @count: number of accesses
 * @order: sort order
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
 * model_sort_accesses() - Sort the accesses of each domain in another order
 * @model: sorted model
 * @order: sort order
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
 * model_first() - Start a walk over the tree, parents before children
 * @model: sorted model
 *
 * Return: first domain, or NULL if the model is empty.
 */
struct domain *model_first(const struct model *model)
{
	return model->root_count ? model->root[0] : NULL;
}

/* Siblings are sorted by name, which allows a binary search. */
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
 * model_next() - Continue a walk over the tree
 * @model: sorted model
 * @domain: current domain
 *
 * Return: next domain in the order of names, or NULL after the last one.
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
