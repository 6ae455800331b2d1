/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_PATTERNIZE_H
#define ASHIATO_PATTERNIZE_H

#include <stdbool.h>

#include "model.h"

struct general;

struct general *general_new(bool with_names);
const char *general_text(struct general *general, const char *text);
void general_free(struct general *general);
int general_model(const struct model *model, struct model *result);

#endif
