// SPDX-License-Identifier: GPL-2.0-only
/* match TEXT REGEX: has TEXT a line that matches, as `grep -Eq` would find it? */
#include <regex.h>
#include <stdio.h>

int main(int argc, char **argv)
{
	regex_t regex;

	if (argc != 3 || regcomp(&regex, argv[2], REG_EXTENDED | REG_NOSUB | REG_NEWLINE)) {
		fprintf(stderr, "match: no such expression\n");
		return 2;
	}
	return regexec(&regex, argv[1], 0, NULL, 0) != 0;
}
