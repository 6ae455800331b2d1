/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_ABOUT_H
#define ASHIATO_ABOUT_H

#include "classes.h"
#include "model.h"

/* Operations of a program on a file, as flags. */
#define ABOUT_LOOKED	0x1
#define ABOUT_READS	0x2
#define ABOUT_WRITES	0x4

/**
 * enum about_section - Sections of the summary of a program, in the order of the text
 *
 * From @ABOUT_LIBRARY on, only numbers are printed, unless everything is wanted.
 */
enum about_section {
	ABOUT_EXECUTE,
	ABOUT_CONFIG,
	ABOUT_SECRET,
	ABOUT_NAMES,
	ABOUT_LOG,
	ABOUT_STATE,
	ABOUT_TEMPORARY,
	ABOUT_RUNTIME,
	ABOUT_HOME,
	ABOUT_OTHER,
	ABOUT_LISTEN,
	ABOUT_ACCEPT,
	ABOUT_CONNECT,
	ABOUT_CAPABILITY,
	ABOUT_PROCESS,
	ABOUT_REFUSED,
	ABOUT_NEW,
	ABOUT_LIBRARY,
	ABOUT_LOCALE,
	ABOUT_DATA,
	ABOUT_PROGRAM,
	ABOUT_BOOT,
	ABOUT_PROC,
	ABOUT_DEVICE,
	ABOUT_UNNAMED,
	ABOUT_ENVIRONMENT,
	ABOUT_ONLY_LOOKED,
	ABOUT_SECTIONS,
};

/**
 * struct about_item - A file, address or other object that a program uses
 * @section: section
 * @group: start of the name that several items have in common: a directory, or a port
 * @name: the rest; empty if @group is all
 * @does: ABOUT_LOOKED, ABOUT_READS, ABOUT_WRITES
 * @is_path: @group is a directory, and @name follows it in the same string
 * @is_own: @name begins with that of the program
 * @access: one of the accesses
 * @seen: times and numbers of all of them
 */
struct about_item {
	enum about_section section;
	struct span group;
	struct span name;
	unsigned int does;
	bool is_path;
	bool is_own;
	const struct access *access;
	struct access_times seen;
};

/**
 * struct about_start - A program that started the program
 * @program: its path
 * @is_self: it is the program itself
 * @seen: times and number of starts
 */
struct about_start {
	const struct word *program;
	bool is_self;
	struct access_times seen;
};

/**
 * struct about - Summary of a program
 * @domain: its domains, those with most accesses first after about_fill()
 * @domain_count: number of domains
 * @set: the domains, for lookups
 * @names: the names of their programs, for lookups
 * @item: the objects that they use, by section and name
 * @item_count: number of items
 * @start: the programs that executed it
 * @start_count: number of these programs
 * @below: number of domains below
 * @access_count: number of accesses
 * @seen: first and last access
 */
struct about {
	const struct domain **domain;
	size_t domain_count;
	struct table set;
	struct table names;
	struct about_item *item;
	size_t item_count;
	struct about_start *start;
	size_t start_count;
	size_t below;
	size_t access_count;
	struct access_times seen;
};

int about_add(struct about *about, const struct domain *domain);
int about_find(struct about *about, const struct model *model, const char *name);
int about_item_of(const struct classes *classes, const struct access *access,
		  struct about_item *item);
int about_fill(struct about *about, const struct model *model,
	       const struct classes *classes);
int about_compare(struct about *about, const struct model *model,
		  const struct model *old, const struct model *new,
		  const struct classes *classes);
void about_free(struct about *about);
struct span path_base(struct span path);

#endif
