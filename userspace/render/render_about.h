/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_RENDER_ABOUT_H
#define ASHIATO_RENDER_ABOUT_H

#include <stdio.h>

#include "base/colour.h"
#include "model/about.h"

/**
 * struct about_title - Names of a section of the summary
 * @name: name in JSON
 * @title: title; of a section that is summed up, the word for one item
 * @plural: word for several items
 * @is_summed: only its number is printed, unless everything is wanted
 */
struct about_title {
	const char *name;
	const char *title;
	const char *plural;
	bool is_summed;
};

extern const struct about_title about_titles[ABOUT_SECTIONS];

/**
 * struct about_process - A running process of the program
 * @pid: its ID
 * @uid: its user; -1 when unknown
 * @started_ms: time when it executed the program, in milliseconds since 1970; 0 when
 *	unknown
 */
struct about_process {
	long pid;
	int64_t uid;
	int64_t started_ms;
};

/**
 * struct about_machine - Properties of a program that only the running system knows
 * @is_known: it was asked; otherwise the source is a log or a saved state
 * @has_packages: it was asked about @package
 * @package: name and version of its package; empty if no package has it
 * @unit: systemd's units of its processes
 * @unit_count: number of units
 * @process: its processes
 * @process_count: number of processes
 */
struct about_machine {
	bool is_known;
	bool has_packages;
	struct text package;
	struct text *unit;
	size_t unit_count;
	struct about_process *process;
	size_t process_count;
};

/**
 * struct about_view - How a summary is printed
 * @name: the name that the user typed
 * @sources: names of the sources, NULL after the last; NULL: the running kernel
 * @machine: properties from the running system
 * @since: name of the state that @ABOUT_NEW refers to; NULL if there is none
 * @with_all: print everything
 * @more: how the user gets everything
 * @width: characters of a line
 * @colours: colours
 */
struct about_view {
	const char *name;
	char *const *sources;
	const struct about_machine *machine;
	const char *since;
	bool with_all;
	const char *more;
	size_t width;
	const struct colours *colours;
};

const char *about_verb(const struct about_item *item);
bool about_is_first(const struct about *about, size_t number);
int render_about(const struct about *about, const struct about_view *view, FILE *out);
int render_about_json(const struct about *about, const struct about_view *view,
		      FILE *out);

#endif
