// SPDX-License-Identifier: GPL-2.0-only
/* Loads the transition rules of a file when the module is loaded. */
#include <linux/fs.h>
#include <linux/kernel_read_file.h>
#include <linux/printk.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include "policy/transition.h"
#include "interface.h"
#include "policy.h"

/* Maximum size of the file in bytes. */
#define POLICY_MAX (4 << 20)

/* Number of faulty lines that the kernel log names. */
#define FAULTS_MAX 20

/* Applies a line. Returns whether it is correct; names it in the kernel log if it is not. */
static bool line_apply(const char *name, unsigned int number, unsigned int faults,
		       const char *line, size_t len)
{
	int err = transition_edit(line, len);
	char before[80];

	if (!err)
		return true;
	if (faults < FAULTS_MAX) {
		snprintf(before, sizeof(before), "%.64s:%u", name, number);
		interface_log_rule(before, line, len, err);
	}
	return false;
}

/* Applies all lines. Returns the number of faulty ones. */
static unsigned int lines_apply(const char *name, const char *text, size_t size)
{
	const char *end = text + size, *stop;
	unsigned int number = 0, faults = 0;

	for (; text < end; text = stop + 1) {
		stop = memchr(text, '\n', end - text) ?: end;
		faults += !line_apply(name, ++number, faults, text, stop - text);
		cond_resched();
	}
	return faults;
}

/**
 * policy_load() - load the transition rules of a file
 * @name: absolute pathname of the file; empty for none
 *
 * The kernel log names faulty lines; the other lines apply.
 *
 * Context: may sleep.
 */
void policy_load(const char *name)
{
	unsigned int faults;
	void *text = NULL;
	ssize_t size;

	if (!*name)
		return;
	size = kernel_read_file_from_path(name, 0, &text, POLICY_MAX, NULL, READING_POLICY);
	if (size == -ENOENT) {
		pr_info("%s: no such file: no transition rules are loaded\n", name);
		return;
	}
	if (size < 0) {
		pr_warn("%s: cannot be read (error %zd): no transition rules are loaded\n", name,
			size);
		return;
	}
	faults = lines_apply(name, text, size);
	vfree(text);
	if (faults > FAULTS_MAX)
		pr_warn("%s: %u faulty lines were skipped\n", name, faults);
}
