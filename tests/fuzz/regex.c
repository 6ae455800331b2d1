// SPDX-License-Identifier: GPL-2.0-only
/*
 * A cache of compiled regular expressions: the command compiles the same few in
 * each run, which would take most of the fuzzer's time. The linker redirects
 * regcomp() and regfree() to these functions (--wrap).
 */
#include <regex.h>
#include <string.h>

#include "fuzz.h"

#define REGEX_MAX	64

int __real_regcomp(regex_t *regex, const char *text, int flags);
int __wrap_regcomp(regex_t *regex, const char *text, int flags);
void __wrap_regfree(regex_t *regex);

static struct {
	const char *text;
	regex_t regex;
} known[REGEX_MAX];

int __wrap_regcomp(regex_t *regex, const char *text, int flags)
{
	size_t i = 0;

	/* The expressions are string literals, so comparing pointers is enough */
	while (known[i].text && known[i].text != text)
		check(++i < REGEX_MAX);
	if (!known[i].text)
		check(!__real_regcomp(&known[i].regex, text, flags));
	known[i].text = text;
	*regex = known[i].regex;
	return 0;
}

void __wrap_regfree(regex_t *regex)
{
	(void)regex;
}
