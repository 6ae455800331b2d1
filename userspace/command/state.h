/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_STATE_H
#define ASHIATO_STATE_H

#include "model/model.h"
#include "source/rules.h"

/**
 * struct state - Domains or rules to save
 * @model: the domains, or NULL
 * @rules: the rules if @model is NULL
 */
struct state {
	const struct model *model;
	const struct rules *rules;
};

int state_save(const struct state *state, const char *file);

#endif
