// SPDX-License-Identifier: GPL-2.0-only
/* Finds the word that a user probably wanted to type. */
#include <string.h>

#include "nearest.h"

static size_t min_of(size_t a, size_t b)
{
	return a < b ? a : b;
}

/*
 * Number of characters to insert, delete, replace, or exchange with the next one, to
 * make one word the other: the restricted Damerau-Levenshtein distance. @before and
 * @above are the last two rows of its matrix.
 */
static size_t distance(const char *one, const char *two)
{
	size_t width = strlen(two);
	size_t before[NEAREST_MAX + 1] = { 0 };
	size_t above[NEAREST_MAX + 1] = { 0 };
	size_t row[NEAREST_MAX + 1] = { 0 };

	for (size_t j = 0; j <= width; j++)
		row[j] = j;
	for (size_t i = 1; one[i - 1]; i++) {
		memcpy(before, above, sizeof(before));
		memcpy(above, row, sizeof(above));
		row[0] = i;
		for (size_t j = 1; j <= width; j++) {
			row[j] = min_of(min_of(above[j], row[j - 1]) + 1,
					above[j - 1] + (one[i - 1] != two[j - 1]));
			if (i > 1 && j > 1 && one[i - 1] == two[j - 2] &&
			    one[i - 2] == two[j - 1])
				row[j] = min_of(row[j], before[j - 2] + 1);
		}
	}
	return row[width];
}

/**
 * nearest_try() - Compare a word with the typed one
 * @nearest: gets the word if it is similar, and more so than the words before it
 * @word: the word
 *
 * A word is similar if it begins with the typed one, or if few of the typed characters have to be
 * changed: a third of them, or one if that is more.
 */
void nearest_try(struct nearest *nearest, const char *word)
{
	size_t len = strlen(nearest->typed);
	size_t changes;

	if (!len || len > NEAREST_MAX || strlen(word) > NEAREST_MAX)
		return;
	changes = len > 1 && !strncmp(nearest->typed, word, len) ?
		  1 : distance(nearest->typed, word);
	if (changes > (len < 6 ? 1 : len / 3) ||
	    (nearest->word && changes >= nearest->distance))
		return;
	nearest->word = word;
	nearest->distance = changes;
}
