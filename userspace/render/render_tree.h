/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_RENDER_TREE_H
#define ASHIATO_RENDER_TREE_H

#include <stdbool.h>
#include <stdio.h>

#include "base/colour.h"
#include "model/classes.h"
#include "model/model.h"

/**
 * struct tree_look - Options of a printed tree
 * @with_domains: print whole names instead of indented programs
 * @with_counts: print number of accesses, number of uses and time of the last use
 * @number_width: least width of row numbers, so that they end in the same column
 * @colours: colours to use
 */
struct tree_look {
	bool with_domains;
	bool with_counts;
	int number_width;
	const struct colours *colours;
};

void tree_program(struct span name, unsigned int depth,
		  const struct colours *colours, struct text *out);
int tree_line(const struct domain *domain, size_t number,
	      const struct tree_look *look, struct text *out);
int render_tree(const struct model *model, const struct tree_look *look,
		FILE *out);
int render_tree_json(const struct model *model, FILE *out);
int render_tree_dot(const struct model *model, FILE *out);
int render_tree_html(const struct model *model, const struct classes *classes,
		     const char *source, FILE *out);

#endif
