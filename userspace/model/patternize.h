/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_PATTERNIZE_H
#define ASHIATO_PATTERNIZE_H

#include "model.h"
#include "patterns.h"

struct patternizer;

struct patternizer *patternizer_new(const struct patterns *names);
const char *patternize_text(struct patternizer *patternizer, const char *text);
void patternizer_free(struct patternizer *patternizer);
int patternize_model(const struct model *model, const struct patterns *names,
		     struct model *result);

#endif
