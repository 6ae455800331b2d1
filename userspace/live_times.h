/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_LIVE_TIMES_H
#define ASHIATO_LIVE_TIMES_H

#include "lines.h"
#include "fact.h"
#include "model.h"
#include "text.h"

/**
 * struct live_times - The module's file accesses, before its domains are known
 * @entry: one for each line: the number of the domain, the times, and where
 *	the policy line begins in @lines
 * @count: how many
 * @room: for how many there is memory
 * @lines: the policy lines, each terminated
 * @damage: lines that could not be read
 * @model: model that gets the times; its domains are told by number below
 * @domain: domains in the order of domain_policy; NULL for a damaged one
 * @domain_count: how many
 * @domain_room: for how many there is memory
 */
struct live_times {
	struct {
		uint64_t id;
		size_t line;
		struct access_times seen;
	} *entry;
	size_t count;
	size_t room;
	struct text lines;
	struct damage damage;
	struct model *model;
	struct domain **domain;
	size_t domain_count;
	size_t domain_room;
};

int live_times_read(struct live_times *times, int fd);
int live_times_sink(void *times, const struct fact *fact);
int live_times_apply(struct live_times *times);
void live_times_free(struct live_times *times);

#endif
