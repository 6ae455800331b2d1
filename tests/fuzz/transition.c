// SPDX-License-Identifier: GPL-2.0-only
/*
 * The rules of the module: each accepted rule is printed as a line that is
 * accepted again as the same rule, each can be deleted, and executions that look
 * the rules up do no harm.
 */
#include "core/domain.h"
#include "core/hash.h"
#include "core/share.h"
#include "core/text.h"
#include "policy/fold.h"
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

/* Return a line that deletes the last rule, to be freed by the caller; NULL if there is no rule. */
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
	char *program = transition_aggregate(domain_kernel, kstrdup(name, GFP_KERNEL), GFP_KERNEL);
	struct domain *domain = transition_domain(domain_kernel, program, NULL, 0, GFP_KERNEL);
	char *unit;

	kfree(program);
	if (IS_ERR(domain))
		return;
	unit = transition_unit(name, GFP_KERNEL);
	transition_domain(domain, name, unit, 0, GFP_KERNEL);
	kfree(unit);
	kfree(transition_file_name(domain, kstrdup(name, GFP_KERNEL), GFP_KERNEL));
	transition_domain(domain, name, NULL, 0, GFP_KERNEL);
}

/* Use the line as a rule and as the name of a program. */
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

/* Adding a printed rule again changes nothing; delete the rules, the last one first. */
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
	static const struct share limits = { .domains = 64, .bytes = SIZE_MAX };

	shim_reset();
	/* The module uses a random key; a fixed one makes failures repeatable */
	hash_key[0] = 0x0123456789abcdef;
	hash_key[1] = 0xfedcba9876543210;
	share_init();
	share_set_limits(&limits);
	check(!text_init() && !domain_init() && !fold_init());
	while (size) {
		struct piece line = fuzz_shift(&data, &size, '\n');

		edit(line.data, line.size);
		fuzz_free(&line);
	}
	check_rules();
	transition_exit();
	check(!transition_bytes());
	fold_exit();
	domain_exit();
	text_exit();
	shim_rcu_run();
	check(!shim_live());
	return 0;
}
