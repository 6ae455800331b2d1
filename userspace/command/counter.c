// SPDX-License-Identifier: GPL-2.0-only
/* Advice for the module's counters. */
#include <string.h>

#include "base/array.h"
#include "counter.h"

/* Each is printed after the value of its counter. */
static const struct {
	const char *name;
	const char *hint;
} counter_hints[] = {
	{ "lost_memory",
	  "accesses were not recorded, because the kernel was short of memory." },
	{ "lost_quota",
	  "accesses were not recorded, because a limit or a user's share was reached:\n"
	  "type \"ashiato doctor\" for the limit, the user and the remedy." },
	{ "lost_task",
	  "accesses or ends of processes were not recorded, because the tasks had no history:\n"
	  "the kernel was short of memory, or the tasks were being created at the moment when\n"
	  "the module was loaded." },
	{ "lost_history",
	  "programs kept the domain of the program that executed them (look for\n"
	  "[transition_failed] in \"ashiato tree\"), histories lost older entries, or new\n"
	  "processes had no history because memory was short." },
	{ "lost_cgroup",
	  "programs have no unit or container in \"ashiato ps\": memory was short, or the share\n"
	  "of a user was full." },
	{ "lost_host_name",
	  "searches for the names of files of a container or another mount namespace ended\n"
	  "early, because the host has too many mounts of one file system, or in all: these\n"
	  "files have names such as overlay:/etc/passwd." },
	{ "lost_audit",
	  "records did not reach audit: type \"ashiato doctor\" for the reason." },
	{ "suppressed_records",
	  "records were not sent to audit, because a user caused too many at once: the\n"
	  "accesses are in \"ashiato access\"." },
	{ "lost_subject",
	  "histories are missing in subj=, because memory was short, or because the\n"
	  "process had ended long before audit asked for its history." },
};

/**
 * counter_hint() - Get the advice for a counter of stat that is not 0
 * @name: name of the counter
 *
 * Return: its meaning and advice, to print after its value; NULL for a counter
 * that needs no advice.
 */
const char *counter_hint(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(counter_hints); i++)
		if (!strcmp(name, counter_hints[i].name))
			return counter_hints[i].hint;
	return NULL;
}
