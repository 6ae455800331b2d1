// SPDX-License-Identifier: GPL-2.0-only
/* Finds the name in accesses that a user probably wanted to type. */
#include <string.h>

#include "base/nearest.h"
#include "similar.h"
#include "source/op.h"

/* Copy the component of @name between the first @before and the last @after bytes. */
static bool component_copy(char *copy, struct span name, size_t before, size_t after)
{
	size_t len = name.len - before - after;

	if (!len || len > NEAREST_MAX || memchr(name.ptr + before, '/', len))
		return false;
	memcpy(copy, name.ptr + before, len);
	copy[len] = '\0';
	return true;
}

static struct span without_slash(struct span name)
{
	name.len -= name.len > 1 && name.ptr[name.len - 1] == '/';
	return name;
}

/*
 * Number of changes that make one name the other; 0 if they are not similar. Similar names differ in
 * one component, which is a similar word.
 */
static size_t name_changes(struct span typed, struct span name)
{
	char one[NEAREST_MAX + 1], two[NEAREST_MAX + 1];
	struct nearest nearest = { .typed = one };
	size_t least = typed.len < name.len ? typed.len : name.len;
	size_t before = 0, after = 0;

	for (size_t i = 0; i < least && typed.ptr[i] == name.ptr[i]; i++)
		if (typed.ptr[i] == '/')
			before = i + 1;
	for (size_t i = 1; i <= least - before &&
	     typed.ptr[typed.len - i] == name.ptr[name.len - i]; i++)
		if (typed.ptr[typed.len - i] == '/')
			after = i;
	if (!component_copy(one, typed, before, after) || !component_copy(two, name, before, after))
		return 0;
	nearest_try(&nearest, two);
	return nearest.word ? nearest.distance : 0;
}

/**
 * similar_name() - Find the name that is most like a typed one
 * @model: model
 * @typed: name of a file, an address, a variable or a capability
 *
 * Return: a word of an access; @ptr is NULL if none is similar.
 */
struct span similar_name(const struct model *model, struct span typed)
{
	struct span found = { 0 };
	size_t least = SIZE_MAX;

	for (const struct domain *domain = model_first(model); domain;
	     domain = model_next(model, domain)) {
		for (size_t i = 0; i < domain->access_count; i++) {
			const char *line = domain->access[i]->line->text;
			const struct op *op = op_of(line);
			struct span word = { line, op ? strlen(op->keyword) : 0 };

			while (word.ptr[word.len]) {
				size_t changes;

				word.ptr += word.len + (word.ptr[word.len] == ' ');
				word.len = strcspn(word.ptr, " ");
				changes = name_changes(without_slash(typed), without_slash(word));
				if (changes && changes < least) {
					least = changes;
					found = word;
				}
			}
		}
	}
	return found;
}
