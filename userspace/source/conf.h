/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_CONF_H
#define ASHIATO_CONF_H

#include "base/text.h"

/* Most lines of a table, without comments */
#define CONF_LINES_MAX	10000

/**
 * struct conf - A table to which an administrator may add lines
 * @name: additional lines are in the files *.conf of /etc/ashiato/NAME.d
 * @shipped: text of the table in policy/
 * @form: syntax of a line, for error messages
 * @take: takes a line, which has no comment and neither begins nor ends with a space.
 *	Returns 0, -EINVAL if the line is wrong, or -ENOMEM
 */
struct conf {
	const char *name;
	const char *shipped;
	const char *form;
	int (*take)(void *ctx, struct span line);
};

int conf_read(const struct conf *conf, void *ctx, struct text *error);
int conf_read_text(const struct conf *conf, void *ctx, const char *file,
		   struct span text, struct text *error);
struct span conf_word(struct span *line);

#endif
