// SPDX-License-Identifier: GPL-2.0-only
/* Describes sources in a title. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "source/source.h"
#include "title.h"

static const char *kind_name(const char *name)
{
	struct stat st;

	switch (source_peek(name)) {
	case SOURCE_AUDIT:
		return stat(name, &st) || !S_ISDIR(st.st_mode) ?
		       "Audit log " : "Audit logs in ";
	case SOURCE_POLICY:
		return "Saved state ";
	default:
		return "";
	}
}

/**
 * sources_describe() - Describe the sources
 * @names: names of the sources, NULL after the last; none: the running kernel
 * @out: set to the description, printable ASCII
 *
 * Call it after the sources were read: to look at a pipe would consume its data.
 */
void sources_describe(char *const *names, struct text *out)
{
	const char *dir = getenv("ASHIATO_DIR");
	size_t more = 0;

	text_clear(out);
	if (!names[0]) {
		text_puts(out, dir && *dir ? "Copy of kernel state in " : "Running kernel");
		if (dir)
			text_add_line(out, dir, strlen(dir));
		return;
	}
	if (!strcmp(names[0], "-")) {
		text_puts(out, "Standard input");
	} else {
		text_puts(out, kind_name(names[0]));
		text_add_line(out, names[0], strlen(names[0]));
	}
	while (names[more + 1])
		more++;
	if (more)
		text_format(out, " and %zu more", more);
}
