// SPDX-License-Identifier: GPL-2.0-only
/* View of the tree of domains, as "ashiato tree" prints it. */
#include "browse.h"
#include "render/render.h"
#include "render/render_tree.h"

static void tree_write(const struct outline *outline, size_t row,
		       struct text *out)
{
	const struct browse *browse = outline->ctx;
	const struct tree_look look = {
		.colours = browse->colours,
		.number_width = number_width(outline->count),
	};

	tree_line(outline->row[row].item, row, &look, out);
}

static void tree_name(const struct outline *outline, size_t row,
		      struct text *out)
{
	domain_name(outline->row[row].item, out);
}

static int tree_fill(struct browse *browse, struct view *view)
{
	struct outline *outline = &view->outline;
	size_t accesses = 0;
	int err = 0;

	outline->write = tree_write;
	outline->name = tree_name;
	outline->ctx = browse;
	for (const struct domain *domain = model_first(&browse->model);
	     domain && !err; domain = model_next(&browse->model, domain)) {
		err = outline_add(outline, domain, domain->depth);
		accesses += domain->access_count;
	}
	text_puts(&view->title, text_str(&browse->source));
	count_write(&view->summary, outline->count, "domain", "domains");
	text_puts(&view->summary, ", ");
	count_write(&view->summary, accesses, "access", "accesses");
	return err;
}

static void tree_enter(struct browse *browse, struct view *view,
		       const struct outline_row *row)
{
	struct text name = { 0 };

	(void)view;
	if (!domain_name(row->item, &name))
		browse_open(browse, &view_access, name.data);
	text_free(&name);
}

static void tree_domain(const struct view *view, struct text *out)
{
	const struct outline_row *row = outline_current(&view->outline);

	if (row)
		domain_name(row->item, out);
}

static void tree_keys(const struct browse *browse, const struct view *view,
		      struct text *out)
{
	(void)view;
	keys_add(out, "Enter accesses");
	keys_add(out, "i about");
	keys_add(out, "d compare");
	if (browse_has_processes(browse))
		keys_add(out, "@ processes");
}

const struct view_kind view_tree = {
	.size = sizeof(struct view),
	.keys = tree_keys,
	.fill = tree_fill,
	.enter = tree_enter,
	.domain = tree_domain,
};
