/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_RANKING_H
#define ASHIATO_RANKING_H

#include <stdbool.h>

#include "model.h"
#include "source/conf.h"

/* Lowest rank, of accesses without a line */
#define RANK_OTHER	100

/**
 * struct rank - How important a new access is
 * @rank: 1 is the most important one
 * @reason: why, in plain words
 * @group: the same for all lines with the same rank and reason; ordered by rank
 * @is_general: the line is for the operation alone, whatever its object
 */
struct rank {
	unsigned int rank;
	const char *reason;
	unsigned int group;
	bool is_general;
};

/**
 * struct ranking - The table policy/ranking
 * @line: array, in the order of precedence
 * @count: number of lines
 * @op: operation of the access that was looked up last: the next one often has the same
 */
struct ranking {
	struct ranking_line *line;
	size_t count;
	const struct op *op;
};

extern const struct conf ranking_conf;

int ranking_read(struct ranking *ranking, struct text *error);
const struct rank *ranking_find(struct ranking *ranking, const struct domain *domain,
				const char *line);
const struct rank *ranking_group(const struct ranking *ranking, unsigned int group);
void ranking_free(struct ranking *ranking);

#endif
