// SPDX-License-Identifier: GPL-2.0-only
/* The accesses of a domain, as "ashiato access" prints them. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "browse.h"
#include "render/render.h"

#define EXECUTE	"file execute "

/**
 * struct access_view - Accesses of a domain
 * @view: about the whole name of the domain
 * @colours: marks, or none
 * @with_times: their times are shown
 * @table: how wide the columns are then
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
	const struct access_view *own = outline->ctx;
	const struct access *access = outline->row[row].item;

	if (own->with_times)
		times_row(&own->table, row, access, out);
	else
		text_format(out, "%s%zu:%s %s", own->colours->faint, row,
			    own->colours->off, access->line->text);
}

static void access_name(const struct outline *outline, size_t row,
			struct text *out)
{
	const struct access *access = outline->row[row].item;

	text_puts(out, access->line->text);
}

/* In an order of its own: the model stays as it is. */
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
		[ACCESS_BY_LAST] = ", last used first",
		[ACCESS_BY_COUNT] = ", most used first",
	};

	text_format(&view->title, "%s: accesses", text_str(&browse->source));
	count_write(&view->numbers, domain->access_count, "access",
		    "accesses");
	text_puts(&view->numbers, orders[browse->order]);
	text_puts(&view->subject, view->about.data);
	for (size_t i = 0; i < DOMAIN_FLAGS; i++)
		if (domain->flags & domain_flags[i].flag)
			text_format(&view->subject, " [%s]",
				    domain_flags[i].name);
}

static int access_fill(struct browse *browse, struct view *view)
{
	struct access_view *own = (struct access_view *)view;
	const struct domain *domain = model_find(&browse->model,
						 view->about.data);

	view->outline.write = access_write;
	view->outline.name = access_name;
	view->outline.ctx = view;
	own->colours = browse->colours;
	if (!domain) {
		text_puts(&view->subject, view->about.data);
		browse_say(browse, "This domain is not there: type r to read again.");
		return -ENOENT;
	}
	times_measure(&own->table, domain->access, domain->access_count);
	own->with_times = own->table.has_times && !browse->without_times;
	if (own->with_times)
		times_head(&own->table, &view->head);
	titles_write(browse, view, domain);
	return rows_add(&view->outline, domain, browse->order);
}

/* Below the one that executed it; or below <kernel>, as a rule may say. */
static struct domain *domain_executed(const struct model *model,
				      const char *domain, struct span program)
{
	size_t namespace = strcspn(domain, " ");
	struct text name = { 0 };
	struct domain *found;

	text_format(&name, "%s %.*s", domain, (int)program.len, program.ptr);
	found = model_find(model, text_str(&name));
	if (!found) {
		text_clear(&name);
		text_format(&name, "%.*s %.*s", (int)namespace, domain,
			    (int)program.len, program.ptr);
		found = model_find(model, text_str(&name));
	}
	text_free(&name);
	return found;
}

/* To the domain of what was executed; else, the whole line is shown. */
static void access_enter(struct browse *browse, struct view *view,
			 const struct outline_row *row)
{
	const char *line = ((const struct access *)row->item)->line->text;
	const struct domain *domain = NULL;
	struct text name = { 0 };
	struct span program;

	if (!strncmp(line, EXECUTE, strlen(EXECUTE))) {
		program.ptr = line + strlen(EXECUTE);
		program.len = strcspn(program.ptr, " ");
		domain = domain_executed(&browse->model, view->about.data,
					 program);
	}
	if (!domain)
		browse_say(browse, line);
	else if (!domain_name(domain, &name))
		browse_open(browse, &view_access, name.data);
	text_free(&name);
}

static bool access_key(struct browse *browse, struct view *view, int key)
{
	const struct access_view *own = (const struct access_view *)view;

	if (key != 't' && key != 's')
		return false;
	if (!own->table.has_times) {
		browse_say(browse, "It is not known when these accesses were made.");
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

const struct view_kind view_access = {
	.size = sizeof(struct access_view),
	.keys = "? help  q back  Enter follow  / find  t times  s sort  r read again",
	.fill = access_fill,
	.enter = access_enter,
	.key = access_key,
};
