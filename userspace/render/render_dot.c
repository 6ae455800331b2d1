// SPDX-License-Identifier: GPL-2.0-only
/* The tree of domains as a graph in Graphviz's DOT language. */
#include "render_tree.h"

static void dot_label(const char *text, FILE *out)
{
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			fputc('\\', out);
		fputc(*text, out);
	}
}

/**
 * render_tree_dot() - Print all domains as a graph for dot(1)
 * @model: sorted model
 * @out: output file
 *
 * Return: 0.
 */
int render_tree_dot(const struct model *model, FILE *out)
{
	/* Node number of the latest domain at each depth */
	size_t number_at[DOMAIN_DEPTH_MAX + 1] = { 0 };
	size_t number = 0;

	fputs("digraph ashiato {\n"
	      "rankdir=LR;\n"
	      "node [shape=box, fontname=\"sans-serif\"];\n", out);
	for (const struct domain *domain = model_first(model); domain;
	     domain = model_next(model, domain)) {
		fprintf(out, "n%zu [label=\"", number);
		dot_label(domain->name->text, out);
		fprintf(out, domain->flags ? "\", color=red];\n" : "\"];\n");
		if (domain->depth)
			fprintf(out, "n%zu -> n%zu;\n",
				number_at[domain->depth - 1], number);
		number_at[domain->depth] = number++;
	}
	fputs("}\n", out);
	return 0;
}
