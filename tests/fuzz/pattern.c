// SPDX-License-Identifier: GPL-2.0-only
/*
 * A pattern and a name, one line each: the matcher does not read past their ends,
 * and a pattern without wildcards matches exactly the name that equals it.
 */
#include <string.h>

#include "policy/pattern.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct piece pattern = fuzz_shift(&data, &size, '\n');
	struct piece name = fuzz_shift(&data, &size, '\n');
	bool is_same = pattern.size == name.size &&
		       !memcmp(pattern.data, name.data, name.size);

	if (pattern_is_valid(pattern.data, pattern.size)) {
		bool is_match = pattern_matches(pattern.data, pattern.size,
						name.data, name.size);

		if (pattern_is_literal(pattern.data, pattern.size))
			check(is_match == is_same);
	}
	/* The result for an invalid pattern is undefined, but it must not crash */
	pattern_matches(name.data, name.size, pattern.data,
			pattern.size);
	fuzz_free(&pattern);
	fuzz_free(&name);
	return 0;
}
