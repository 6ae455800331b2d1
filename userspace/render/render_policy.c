// SPDX-License-Identifier: GPL-2.0-only
/* Policy text in the format of the module's file "domain_policy". */
#include "source/checksum.h"
#include "render.h"

static int domain_print(const struct domain *domain, struct text *name,
			struct checksum *sum, bool is_state, FILE *out)
{
	text_clear(name);
	if (domain_name(domain, name))
		return -ENOMEM;
	checksum_puts(sum, name->data, out);
	for (size_t i = 0; i < DOMAIN_FLAGS; i++)
		if (domain->flags & domain_flags[i].flag)
			checksum_puts(sum, domain_flags[i].name, out);
	for (size_t i = 0; i < domain->cgroup_count && is_state; i++) {
		text_clear(name);
		text_puts(name, CGROUP_HEAD);
		text_puts(name, domain->cgroup[i]->text);
		if (name->failed)
			return -ENOMEM;
		checksum_puts(sum, name->data, out);
	}
	for (size_t i = 0; i < domain->access_count; i++) {
		struct times_line times;

		if (is_state && times_print(&domain->access[i]->seen,
					    domain->access[i]->logins, &times))
			checksum_puts(sum, times.text, out);
		checksum_puts(sum, domain->access[i]->line->text, out);
	}
	if (is_state)
		checksum_put_block(sum, out);
	checksum_puts(sum, "", out);
	return 0;
}

/**
 * render_policy() - Print all domains with their accesses as a policy
 * @model: sorted model
 * @head: first line of a saved state, from checksum_head(); NULL for a policy
 *	without times and checksums
 * @out: output file
 *
 * Return: 0 or -ENOMEM.
 */
int render_policy(const struct model *model, const char *head, FILE *out)
{
	struct checksum sum = { 0 };
	struct text name = { 0 };
	int err = 0;

	if (head) {
		fprintf(out, "%s\n", head);
		checksum_puts(&sum, "", out);
	}
	for (const struct domain *domain = model_first(model); domain && !err;
	     domain = model_next(model, domain))
		err = domain_print(domain, &name, &sum, head, out);
	if (head)
		checksum_put_end(&sum, out);
	text_free(&name);
	return err;
}
