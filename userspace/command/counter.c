// SPDX-License-Identifier: GPL-2.0-only
/* What the module's counters mean. */
#include <string.h>

#include "base/array.h"
#include "counter.h"

/* Each stands behind the value of its counter. */
static const struct {
	const char *name;
	const char *hint;
} counter_hints[] = {
	{ "lost_memory",
	  "accesses were not recorded: the kernel was short of memory." },
	{ "lost_quota",
	  "accesses were beyond a limit: raise max_domains, max_accesses or max_bytes\n"
	  "in /etc/modprobe.d/ashiato.conf." },
	{ "lost_task",
	  "accesses were made by tasks whose history is not known: the kernel was short\n"
	  "of memory when they began." },
	{ "lost_history",
	  "programs ran on under the history of the program before them: look for\n"
	  "[transition_failed] in \"ashiato tree\"." },
	{ "lost_audit",
	  "records did not reach audit: type \"auditctl -b " BACKLOG_LIMIT_TEXT "\" for a longer queue." },
	{ "lost_subject",
	  "texts for subj= could not be made: the kernel was short of memory." },
};

/**
 * counter_hint() - What follows from a counter of stat that is not 0
 * @name: of the counter
 *
 * Return: what it says and what can be done about it, to stand behind its
 * value; NULL when nothing follows.
 */
const char *counter_hint(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(counter_hints); i++)
		if (!strcmp(name, counter_hints[i].name))
			return counter_hints[i].hint;
	return NULL;
}
