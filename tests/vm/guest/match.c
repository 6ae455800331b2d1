// SPDX-License-Identifier: GPL-2.0-only
/* match TEXT REGEX: succeeds if a line of TEXT matches, like `grep -Eq`. */
#include <regex.h>
#include <stdio.h>

int main(int argc, char **argv)
{
	regex_t regex;

	if (argc != 3 || regcomp(&regex, argv[2], REG_EXTENDED | REG_NOSUB | REG_NEWLINE)) {
		fprintf(stderr, "match: invalid regular expression\n");
		return 2;
	}
	return regexec(&regex, argv[1], 0, NULL, 0) != 0;
}
