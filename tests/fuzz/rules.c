// SPDX-License-Identifier: GPL-2.0-only
/* Transition rules: reading, printing and reading them again gives the same rules. */
#include <unistd.h>

#include "fuzz.h"
#include "source/rules.h"
#include "show.h"

static void rules_of(struct rules *rules, const void *data, size_t size)
{
	int fd = fuzz_file(data, size);

	check(!rules_read(rules, fd));
	close(fd);
}

static void check_among(const struct rules *some, const struct rules *all)
{
	for (size_t i = 0; i < some->count; i++)
		check(rules_have(all, &some->rule[i]));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rules rules;
	struct rules again;
	struct show show;

	rules_of(&rules, data, size);
	show_begin(&show);
	for (size_t i = 0; i < rules.count; i++) {
		rule_form(&rules.rule[i]);
		fprintf(show.out, "%s\n", rules.rule[i].line);
	}
	show_end(&show, SHOW_TEXT);
	rules_of(&again, show.data, show.size);
	check(again.count == rules.count);
	check(!again.damage.count);
	check_among(&again, &rules);
	check_among(&rules, &again);
	show_free(&show);
	rules_free(&rules);
	rules_free(&again);
	return 0;
}
