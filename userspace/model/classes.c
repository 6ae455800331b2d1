// SPDX-License-Identifier: GPL-2.0-only
/* Classes of accesses; those of files, by purpose, are in the table policy/classes. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "classes.h"
#include "cover.h"
#include "lkm/policy/pattern.h"
#include "table_classes.h"

const char *const class_names[CLASS_COUNT + 1] = {
	[CLASS_CONFIG] = "config",
	[CLASS_SECRET] = "secret",
	[CLASS_NAMES] = "names",
	[CLASS_LOG] = "log",
	[CLASS_STATE] = "state",
	[CLASS_TEMPORARY] = "temporary",
	[CLASS_RUNTIME] = "runtime",
	[CLASS_HOME] = "home",
	[CLASS_PROGRAM] = "program",
	[CLASS_LIBRARY] = "library",
	[CLASS_LOCALE] = "locale",
	[CLASS_DATA] = "data",
	[CLASS_BOOT] = "boot",
	[CLASS_PROC] = "proc",
	[CLASS_DEVICE] = "device",
	[CLASS_UNNAMED] = "unnamed",
	[CLASS_LISTEN] = "listen",
	[CLASS_CONNECT] = "connect",
	[CLASS_ACCEPT] = "accept",
	[CLASS_CAPABILITY] = "capability",
	[CLASS_ENVIRONMENT] = "environment",
	[CLASS_PROCESS] = "process",
	[CLASS_OTHER] = "other",
};

/* Classes of operations without a path */
static const struct {
	const char *keyword;
	enum class class;
} operations[] = {
	{ "network inet stream bind", CLASS_LISTEN },
	{ "network inet stream listen", CLASS_LISTEN },
	{ "network inet stream connect", CLASS_CONNECT },
	{ "network inet stream accept", CLASS_ACCEPT },
	{ "network inet dgram bind", CLASS_LISTEN },
	{ "network inet dgram send", CLASS_CONNECT },
	{ "network inet dgram recv", CLASS_ACCEPT },
	{ "network inet raw bind", CLASS_LISTEN },
	{ "network inet raw send", CLASS_CONNECT },
	{ "network inet raw recv", CLASS_ACCEPT },
	{ "capability", CLASS_CAPABILITY },
	{ "misc env", CLASS_ENVIRONMENT },
	{ "ipc", CLASS_PROCESS },
};

/* Find a class by its name; CLASS_COUNT if there is none. */
static enum class class_find(struct span name)
{
	size_t class = 0;

	while (class < CLASS_COUNT && !span_is(name, class_names[class]))
		class++;
	return (enum class)class;
}

static int class_take(void *ctx, struct span line)
{
	struct span name = conf_word(&line);
	struct span pattern = conf_word(&line);
	struct classes *classes = ctx;
	struct class_pattern *added;
	enum class class = class_find(name);

	if (class == CLASS_COUNT || (class >= CLASS_LISTEN && class <= CLASS_PROCESS))
		return -EINVAL;
	if (line.len || !pattern_is_valid(pattern.ptr, pattern.len))
		return -EINVAL;
	if (array_grow(classes->pattern, classes->count))
		return -ENOMEM;
	added = &classes->pattern[classes->count];
	*added = (struct class_pattern){
		.class = class,
		.literal = pattern_is_literal(pattern.ptr, pattern.len) ?
			   pattern.len : word_literal(pattern),
		.is_below = pattern.ptr[pattern.len - 1] == '/',
	};
	text_add(&added->pattern, pattern.ptr, pattern.len);
	if (added->pattern.failed)
		return -ENOMEM;
	classes->count++;
	return 0;
}

const struct conf classes_conf = {
	.name = "classes",
	.shipped = table_classes,
	.form = "CLASS PATTERN",
	.take = class_take,
};

/**
 * classes_read() - Read the table of classes
 * @classes: empty; filled in; the caller frees it, on errors as well
 * @error: empty; gets a message
 *
 * Return: 0; -ENOMEM without a message; another -errno.
 */
int classes_read(struct classes *classes, struct text *error)
{
	return conf_read(&classes_conf, classes, error);
}

/**
 * classes_free() - Free the contents of a table
 * @classes: table; empty and reusable afterwards
 */
void classes_free(struct classes *classes)
{
	for (size_t i = 0; i < classes->count; i++)
		text_free(&classes->pattern[i].pattern);
	free(classes->pattern);
	*classes = (struct classes){ 0 };
}

static bool path_matches(const struct class_pattern *pattern, struct span path)
{
	struct span wide = { pattern->pattern.data, pattern->pattern.len };
	const char *end = path.ptr + path.len;

	if (path.len < pattern->literal || memcmp(path.ptr, wide.ptr, pattern->literal))
		return false;
	if (pattern->literal == wide.len)
		return pattern->is_below || path.len == wide.len;
	if (!pattern->is_below)
		return name_covers(wide, path);
	for (const char *at = path.ptr + pattern->literal;
	     (at = memchr(at, '/', (size_t)(end - at))); at++)
		if (name_covers(wide, (struct span){ path.ptr,
						     (size_t)(at + 1 - path.ptr) }))
			return true;
	return false;
}

/**
 * class_of_path() - Get the class of a path
 * @classes: table
 * @path: path as in a policy line, which may be a pattern
 *
 * Return: the class; CLASS_OTHER if no pattern matches.
 */
enum class class_of_path(const struct classes *classes, struct span path)
{
	for (size_t i = 0; i < classes->count; i++)
		if (path_matches(&classes->pattern[i], path))
			return classes->pattern[i].class;
	return CLASS_OTHER;
}

/**
 * access_path() - Find the path that an access is about
 * @line: policy line
 *
 * Return: the path, the new one of two; empty if the access has none.
 */
struct span access_path(const char *line)
{
	struct words words = words_of(line);
	const char *const *field = words.op ? words.op->field : NULL;
	struct span path = { line, 0 };

	if (!field)
		return path;
	for (const char *c = words.op->keyword; c; c = strchr(c + 1, ' '))
		words_next(&words);
	for (; *field; field++, words_next(&words))
		if (!strcmp(*field, "path") || !strcmp(*field, "new"))
			path = words.word;
	return path;
}

/**
 * class_of() - Get the class of an access
 * @classes: table
 * @line: policy line
 *
 * Return: the class.
 */
enum class class_of(const struct classes *classes, const char *line)
{
	struct span path = access_path(line);

	if (path.len)
		return class_of_path(classes, path);
	for (size_t i = 0; i < ARRAY_SIZE(operations); i++) {
		size_t len = strlen(operations[i].keyword);

		if (!strncmp(line, operations[i].keyword, len) && line[len] == ' ')
			return operations[i].class;
	}
	return CLASS_OTHER;
}

/**
 * class_list_parse() - Parse names of classes, separated by commas
 * @list: the names
 * @set: set to one bit for each class, 1 << class
 *
 * Return: the first name that is unknown or empty; @ptr is NULL if there is none.
 */
struct span class_list_parse(const char *list, uint32_t *set)
{
	*set = 0;
	for (;;) {
		struct span name = { list, strcspn(list, ",") };
		enum class class = class_find(name);

		if (class == CLASS_COUNT)
			return name;
		*set |= UINT32_C(1) << class;
		if (!list[name.len])
			return (struct span){ 0 };
		list += name.len + 1;
	}
}
