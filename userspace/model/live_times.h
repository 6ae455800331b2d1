/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_LIVE_TIMES_H
#define ASHIATO_LIVE_TIMES_H

#include <stdbool.h>

#include "source/lines.h"
#include "model.h"
#include "base/text.h"

/**
 * struct live_times - The module's file accesses
 * @entry: one for each access: the times, and where in @texts the name of its
 *	domain and its policy line begin
 * @count: how many
 * @room: for how many there is memory
 * @texts: names and lines, each terminated
 * @id: number of the domain that was told last
 * @domain: where in @texts its name begins
 * @has_domain: whether one was told
 * @damage: lines that could not be read
 */
struct live_times {
	struct {
		size_t domain;
		size_t line;
		struct access_times seen;
	} *entry;
	size_t count;
	size_t room;
	struct text texts;
	uint64_t id;
	size_t domain;
	bool has_domain;
	struct damage damage;
};

int live_times_read(struct live_times *times, int fd);
int live_times_apply(const struct live_times *times, struct model *model);
void live_times_free(struct live_times *times);

#endif
