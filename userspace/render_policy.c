// SPDX-License-Identifier: GPL-2.0-only
/* Policy text, as the module's domain_policy has it. */
#include "render.h"

/**
 * render_policy() - Print all domains with their accesses as a policy
 * @model: sorted
 * @out: where to
 *
 * Return: 0 or -ENOMEM.
 */
int render_policy(const struct model *model, FILE *out)
{
	struct text name = { 0 };
	int err = 0;

	for (const struct domain *domain = model_first(model); domain;
	     domain = model_next(model, domain)) {
		text_clear(&name);
		err = domain_name(domain, &name);
		if (err)
			break;
		fprintf(out, "%s\n", name.data);
		for (size_t i = 0; i < DOMAIN_FLAGS; i++)
			if (domain->flags & domain_flags[i].flag)
				fprintf(out, "%s\n", domain_flags[i].name);
		for (size_t i = 0; i < domain->access_count; i++)
			fprintf(out, "%s\n", domain->access[i]->line->text);
		fputc('\n', out);
	}
	text_free(&name);
	return err;
}
