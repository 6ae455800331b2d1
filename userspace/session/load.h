/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_LOAD_H
#define ASHIATO_LOAD_H

#include "capabilities.h"
#include "model/model.h"
#include "source/process.h"
#include "source/source.h"

/**
 * enum load_flags - How sources are read
 * @LOAD_TIMES: read the times of accesses from the running kernel, too
 * @LOAD_TIMES_IF_ANY: the same, except that a module without times (0.1) is no error
 * @LOAD_ONLY_REFUSED: with these: only those of accesses that were refused
 * @LOAD_LOGINS: read the logins of audit logs
 */
enum load_flags {
	LOAD_TIMES = 1,
	LOAD_TIMES_IF_ANY = 2,
	LOAD_ONLY_REFUSED = 4,
	LOAD_LOGINS = 8,
};

/**
 * struct load - Sources to read
 * @command: name of the command, for messages
 * @names: names of the sources, NULL after the last; none: the running kernel
 * @flags: enum load_flags
 * @whole: refuse damaged sources with this advice; NULL: skip what is damaged
 * @keep: capabilities to keep after the sources are open
 * @between: with LOAD_TIMES of the running kernel: called after the times are
 *	read and before the domains are, with all files open; returns GO_ON, or
 *	an exit status after reporting an error. May be NULL
 * @ctx: argument of @between
 */
struct load {
	const char *command;
	char *const *names;
	unsigned int flags;
	const char *whole;
	enum kept_capabilities keep;
	int (*between)(void *ctx);
	void *ctx;
};

int facts_load(const struct load *load, fact_sink sink, void *ctx);
int model_load(const struct load *load, struct model *model);
int models_patternize(const struct model *old, const struct model *new,
		       struct model patterned[2]);
int processes_load(const char *command, struct process_list *list,
		   bool with_threads);

#endif
