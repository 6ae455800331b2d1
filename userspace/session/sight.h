/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_SIGHT_H
#define ASHIATO_SIGHT_H

#include "render/render_about.h"
#include "source/process.h"

/**
 * struct sight - Results of "ashiato about"
 * @command: name of the command, for messages
 * @is_live: the source is the running kernel
 * @model: all domains; must outlive this
 * @processes: running processes, if @is_live
 * @classes: table of classes
 * @about: summary
 * @machine: properties from the running system
 * @compared: old state, and @model; both patternized
 * @old_name: name of the old state; empty without one
 */
struct sight {
	const char *command;
	bool is_live;
	const struct model *model;
	struct process_list processes;
	struct classes classes;
	struct about about;
	struct about_machine machine;
	struct model compared[2];
	struct text old_name;
};

int sight_open(struct sight *sight);
int sight_processes(struct sight *sight, const char *name);
int sight_fill(struct sight *sight, const char *old);
void sight_free(struct sight *sight);

#endif
