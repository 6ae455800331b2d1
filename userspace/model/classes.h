/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_CLASSES_H
#define ASHIATO_CLASSES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"
#include "source/conf.h"

/*
 * Classes of accesses. Classes of paths come from the table; those from
 * CLASS_LISTEN to CLASS_PROCESS follow from the operation.
 */
enum class {
	CLASS_CONFIG,
	CLASS_SECRET,
	CLASS_NAMES,
	CLASS_LOG,
	CLASS_STATE,
	CLASS_TEMPORARY,
	CLASS_RUNTIME,
	CLASS_HOME,
	CLASS_PROGRAM,
	CLASS_LIBRARY,
	CLASS_LOCALE,
	CLASS_DATA,
	CLASS_BOOT,
	CLASS_PROC,
	CLASS_DEVICE,
	CLASS_UNNAMED,
	CLASS_LISTEN,
	CLASS_CONNECT,
	CLASS_ACCEPT,
	CLASS_CAPABILITY,
	CLASS_ENVIRONMENT,
	CLASS_PROCESS,
	CLASS_OTHER,
	CLASS_COUNT,
};

/**
 * struct class_pattern - A line of the table
 * @class: class of the paths that match
 * @literal: length of the text before the first wildcard, in bytes
 * @is_below: the pattern ends in /: it stands for everything below the directory
 * @pattern: valid pattern, owned by the table
 */
struct class_pattern {
	enum class class;
	size_t literal;
	bool is_below;
	struct text pattern;
};

/**
 * struct classes - Table of classes; the first pattern that matches decides
 * @pattern: the patterns
 * @count: number of patterns
 */
struct classes {
	struct class_pattern *pattern;
	size_t count;
};

extern const char *const class_names[CLASS_COUNT + 1];
extern const struct conf classes_conf;

int classes_read(struct classes *classes, struct text *error);
void classes_free(struct classes *classes);
enum class class_of_path(const struct classes *classes, struct span path);
struct span access_path(const char *line);
enum class class_of(const struct classes *classes, const char *line);
struct span class_list_parse(const char *list, uint32_t *set);

#endif
