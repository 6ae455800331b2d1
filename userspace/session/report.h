/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_REPORT_H
#define ASHIATO_REPORT_H

#include <stdbool.h>

#include "base/text.h"
#include "source/lines.h"

/**
 * enum exit_status - How the program ends, as documented in ashiato(8)
 * @EXIT_FOUND: something was found and printed
 * @EXIT_NOTHING: nothing was found
 * @EXIT_USAGE: wrong options or arguments
 * @EXIT_INPUT: a source cannot be read, or the result cannot be written
 */
enum exit_status {
	EXIT_FOUND = 0,
	EXIT_NOTHING = 1,
	EXIT_USAGE = 2,
	EXIT_INPUT = 3,
};

/* In place of an exit status: no error so far, the command continues. */
#define GO_ON	(-1)

void report_typed(char *const argv[]);
void report_keep(struct text *text, bool with_progress);
bool report_has_progress(void);
void report_error(const char *format, ...)
	__attribute__((format(printf, 1, 2)));
int report_no_memory(void);
void report_see_tree(const char *command, const char *error, char *const sources[]);
void report_no_domain(const char *command, const char *name, char *const sources[]);
int report_conf(int err, struct text *error);
void report_open_error(const char *name, int err, const char *command);
void report_live_error(const char *name, int err, const char *command);
void report_write_error(const char *name, int err, const char *command);
int report_status(int result);
void report_allow_damage(void);
void report_set_damaged(void);
void report_damage(const char *name, const struct damage *damage);

#endif
