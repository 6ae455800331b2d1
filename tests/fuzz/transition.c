// SPDX-License-Identifier: GPL-2.0-only
/*
 * Rules that are given to the module: one that was taken is printed as one that
 * is known, and each can be taken back; executions ask them.
 */
#include "core/domain.h"
#include "core/hash.h"
#include "core/text.h"
#include "policy/transition.h"
#include "fuzz.h"

#define DELETE "delete "

static size_t rules_count(void)
{
	size_t count = 0;
	loff_t position;

	rcu_read_lock();
	for (position = 0; transition_line_rcu(&position); position++)
		count++;
	rcu_read_unlock();
	return count;
}

/* The last rule's line in memory of its own; NULL without rules. */
static char *last_line(void)
{
	const char *line, *last = NULL;
	loff_t position;
	char *copy = NULL;

	rcu_read_lock();
	for (position = 0; (line = transition_line_rcu(&position)); position++)
		last = line;
	if (last && asprintf(&copy, DELETE "%s", last) < 0)
		copy = NULL;
	rcu_read_unlock();
	check(!last || copy);
	return copy;
}

static void ask(const char *name)
{
	const char *program = transition_aggregate(domain_kernel, name);
	struct domain *domain = transition_domain(domain_kernel, program, GFP_KERNEL);

	if (IS_ERR(domain))
		return;
	transition_file_pattern(domain, name);
	transition_domain(domain, name, GFP_KERNEL);
}

/* Each line is a rule, and the name of a program. */
static void edit(const char *line, size_t len)
{
	size_t before = rules_count(), now;
	int err = transition_edit(line, len);
	char *name;

	now = rules_count();
	check(!err || now == before);
	check(now <= before + 1 && before <= now + 1);
	name = strndup(line, len);
	check(name);
	ask(name);
	free(name);
}

/* The last one first: what is printed is what is there. */
static void check_rules(void)
{
	size_t left = rules_count();
	char *line;

	for (; (line = last_line()); left--) {
		const char *rule = line + strlen(DELETE);

		check(!transition_edit(rule, strlen(rule)));
		check(rules_count() == left);
		check(!transition_edit(line, strlen(line)));
		check(rules_count() == left - 1);
		free(line);
	}
	check(!left);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	shim_reset();
	/* The module draws it at load; here it is the same each time */
	hash_key[0] = 0x0123456789abcdef;
	hash_key[1] = 0xfedcba9876543210;
	check(!text_init() && !domain_init(64, SIZE_MAX));
	while (size) {
		struct piece line = fuzz_shift(&data, &size, '\n');

		edit(line.data, line.size);
		fuzz_free(&line);
	}
	check_rules();
	transition_exit();
	check(!transition_bytes());
	domain_exit();
	text_exit();
	shim_rcu_run();
	check(!shim_live());
	return 0;
}
