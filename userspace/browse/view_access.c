// SPDX-License-Identifier: GPL-2.0-only
/* View of the accesses of a domain, as "ashiato access" prints them. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "browse.h"
#include "render/render.h"

#define EXECUTE	"file execute "

/**
 * struct access_view - Accesses of a domain
 * @view: base; its @target is the whole name of the domain
 * @colours: marks for screen_line(), or no colours
 * @with_times: show times and counts
 * @table: column widths with @with_times
 */
struct access_view {
	struct view view;
	const struct colours *colours;
	bool with_times;
	struct times_table table;
};

static void access_write(const struct outline *outline, size_t row,
			 struct text *out)
{
	const struct access_view *accesses = outline->ctx;
	const struct access *access = outline->row[row].item;

	if (accesses->with_times)
		times_row(&accesses->table, row, access, out);
	else
		text_format(out, "%s%*zu:%s %s%s", accesses->colours->faint,
			    number_width(outline->count), row, accesses->colours->off,
			    access->line->text, refused_mark(access, true).text);
}

static void access_name(const struct outline *outline, size_t row,
			struct text *out)
{
	const struct access *access = outline->row[row].item;

	text_puts(out, access->line->text);
}

/* Sorts a copy, because the model must stay sorted by policy line. */
static int rows_add(struct outline *outline, const struct domain *domain,
		    enum access_order order)
{
	size_t size = domain->access_count * sizeof(struct access *);
	struct access **access = malloc(size + 1);
	int err = 0;

	if (!access)
		return -ENOMEM;
	if (size)
		memcpy(access, domain->access, size);
	accesses_sort(access, domain->access_count, order);
	for (size_t i = 0; i < domain->access_count && !err; i++)
		err = outline_add(outline, access[i], 0);
	free(access);
	return err;
}

static void titles_write(const struct browse *browse, struct view *view,
			 const struct domain *domain)
{
	static const char *const orders[] = {
		[ACCESS_BY_LINE] = "",
		[ACCESS_BY_FIRST] = ", newest first",
		[ACCESS_BY_LAST] = ", recently used first",
		[ACCESS_BY_COUNT] = ", most used first",
	};

	text_format(&view->title, "%s: accesses", text_str(&browse->source));
	count_write(&view->summary, domain->access_count, "access",
		    "accesses");
	text_puts(&view->summary, orders[browse->order]);
	text_puts(&view->subtitle, view->target.data);
	for (size_t i = 0; i < DOMAIN_FLAGS; i++)
		if (domain->flags & domain_flags[i].flag)
			text_format(&view->subtitle, " [%s]",
				    domain_flags[i].name);
}

static int access_fill(struct browse *browse, struct view *view)
{
	struct access_view *accesses = (struct access_view *)view;
	const struct domain *domain = model_find(&browse->model,
						 view->target.data);

	view->outline.write = access_write;
	view->outline.name = access_name;
	view->outline.ctx = view;
	accesses->colours = browse->colours;
	if (!domain) {
		text_puts(&view->subtitle, view->target.data);
		browse_message(browse, "Domain not found: type r to reload");
		return -ENOENT;
	}
	times_measure(&accesses->table, ACCESS_TIMES, domain->access,
		      domain->access_count);
	accesses->with_times = accesses->table.has_times && !browse->without_times;
	if (accesses->with_times)
		times_head(&accesses->table, &view->header);
	titles_write(browse, view, domain);
	return rows_add(&view->outline, domain, browse->order);
}

/* Names that the shipped cgroup_domain rules give to units, containers and users */
static bool is_unit(const char *name)
{
	return !strncmp(name, "/unit/", 6) || !strncmp(name, "/container/", 11) ||
	       !strcmp(name, "/user");
}

/*
 * Find the only unit that starts with the program; NULL if several units do, because the access
 * does not say which of them it started.
 */
static struct domain *unit_executed(const struct model *model, const char *root,
				    struct span program)
{
	const struct domain *top = model_find(model, root);
	struct domain *found = NULL;

	for (size_t i = 0; top && i < top->child_count; i++) {
		const struct domain *unit = top->child[i];

		for (size_t j = 0; j < unit->child_count && is_unit(unit->name->text); j++) {
			if (!span_is(program, unit->child[j]->name->text))
				continue;
			if (found)
				return NULL;
			found = unit->child[j];
		}
	}
	return found;
}

/*
 * Find the child of the domain; or of the root, if initialize_domain applies; or the
 * child DIR/\*, in which programs of the directory run beyond max_programs; or of a unit.
 */
static struct domain *domain_executed(const struct model *model,
				      const char *domain, struct span program)
{
	const char *slash = memrchr(program.ptr, '/', program.len);
	int directory = slash ? (int)(slash + 1 - program.ptr) : 0;
	struct text names[3] = { 0 };
	struct domain *found = NULL;

	text_format(&names[0], "%s %.*s", domain, (int)program.len, program.ptr);
	text_format(&names[1], "%.*s %.*s", (int)strcspn(domain, " "), domain,
		    (int)program.len, program.ptr);
	text_format(&names[2], "%s %.*s\\*", domain, directory, program.ptr);
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		if (!found)
			found = model_find(model, text_str(&names[i]));
		text_free(&names[i]);
	}
	if (found)
		return found;
	text_format(&names[0], "%.*s", (int)strcspn(domain, " "), domain);
	found = unit_executed(model, text_str(&names[0]), program);
	text_free(&names[0]);
	return found;
}

/* The domain of the program that a row executes; NULL if there is none. */
static const struct domain *row_executed(const struct browse *browse,
					 const struct view *view,
					 const struct outline_row *row)
{
	const char *line = ((const struct access *)row->item)->line->text;
	struct span program;

	if (strncmp(line, EXECUTE, strlen(EXECUTE)))
		return NULL;
	program.ptr = line + strlen(EXECUTE);
	program.len = strcspn(program.ptr, " ");
	return domain_executed(&browse->model, view->target.data, program);
}

/* Follow an execution to the domain of the program; otherwise show the whole line and its users. */
static void access_enter(struct browse *browse, struct view *view,
			 const struct outline_row *row)
{
	const struct domain *domain = row_executed(browse, view, row);
	const struct access *access = row->item;
	struct text text = { 0 };

	if (!domain) {
		text_format(&text, "%s%s", access->line->text, access->logins ? "   by " : "");
		users_times(access, &text);
		browse_message(browse, text_str(&text));
	} else if (!domain_name(domain, &text)) {
		browse_open(browse, &view_access, text.data);
	}
	text_free(&text);
}

static bool access_key(struct browse *browse, struct view *view, int key)
{
	const struct access_view *accesses = (const struct access_view *)view;

	if (key != 't' && key != 's')
		return false;
	if (!accesses->table.has_times) {
		browse_message(browse, "The source has no times for these accesses");
		return true;
	}
	if (key == 't') {
		browse->without_times = !browse->without_times;
	} else {
		browse->order = (browse->order + 1) % (ACCESS_BY_COUNT + 1);
		browse->without_times = false;
	}
	browse_fill_again(browse);
	if (key == 's')
		outline_go(&view->outline, 0);
	return true;
}

static void access_domain(const struct view *view, struct text *out)
{
	text_puts(out, view->target.data);
}

static void access_keys(const struct browse *browse, const struct view *view,
			struct text *out)
{
	const struct access_view *accesses = (const struct access_view *)view;
	const struct outline_row *row = outline_current(&view->outline);

	if (row)
		keys_add(out, row_executed(browse, view, row) ? "Enter follow"
							      : "Enter whole line");
	keys_add(out, "i about");
	if (!accesses->table.has_times)
		return;
	keys_add(out, accesses->with_times ? "t hide times" : "t times");
	keys_add(out, "s sort");
}

const struct view_kind view_access = {
	.size = sizeof(struct access_view),
	.keys = access_keys,
	.fill = access_fill,
	.enter = access_enter,
	.key = access_key,
	.domain = access_domain,
};
