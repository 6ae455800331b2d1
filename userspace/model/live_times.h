/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_LIVE_TIMES_H
#define ASHIATO_LIVE_TIMES_H

#include <stdbool.h>

#include "source/lines.h"
#include "model.h"
#include "base/text.h"

/**
 * struct live_times - Contents of the module's file "accesses"
 * @only_refused: set by the caller: leave out accesses of which no use was refused
 * @entry: one element for each access: its times and users, and the offsets in @texts of
 *	the name of its domain and of its policy line
 * @count: number of elements
 * @texts: names and lines, each NUL-terminated
 * @id: number of the current domain
 * @domain: offset in @texts of the name of the current domain
 * @has_domain: there is a current domain: its line was read
 * @damage: damaged lines
 */
struct live_times {
	bool only_refused;
	struct {
		size_t domain;
		size_t line;
		struct access_times seen;
		struct login_list *logins;
	} *entry;
	size_t count;
	struct text texts;
	uint64_t id;
	size_t domain;
	bool has_domain;
	struct damage damage;
};

int live_times_read(struct live_times *times, int fd);
int live_times_apply(struct live_times *times, struct model *model);
void live_times_free(struct live_times *times);

#endif
