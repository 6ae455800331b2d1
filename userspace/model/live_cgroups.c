// SPDX-License-Identifier: GPL-2.0-only
/* The module's file cgroups: the control groups in which programs of each domain were executed. */
#include <errno.h>
#include <string.h>

#include "live_cgroups.h"

/* A line is the name of a domain, a tab, and the path of a control group. */
static int cgroup_line(void *ctx, const struct line *line)
{
	struct model *model = ctx;
	const char *tab = memchr(line->ptr, '\t', line->len);
	struct domain *domain;
	struct text name = { 0 };
	struct text path = { 0 };
	int err = 0;

	if (!tab || line->is_cut)
		return -EBADMSG;
	text_add_line(&name, line->ptr, (size_t)(tab - line->ptr));
	text_add_line(&path, tab + 1, (size_t)(line->ptr + line->len - tab - 1));
	/* A domain that was added after the domains were read is skipped. */
	domain = name.failed ? NULL : model_find(model, text_str(&name));
	if (name.failed || path.failed)
		err = -ENOMEM;
	else if (domain)
		err = model_add_cgroup(model, domain, text_str(&path));
	text_free(&name);
	text_free(&path);
	return err;
}

/**
 * live_cgroups_read() - Add the control groups of the running kernel to the domains of a model
 * @model: model
 * @fd: the file
 * @damage: counts damaged lines, which are skipped
 *
 * Return: 0 or -errno.
 */
int live_cgroups_read(struct model *model, int fd, struct damage *damage)
{
	return lines_each(fd, cgroup_line, model, damage);
}
