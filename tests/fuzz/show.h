/* SPDX-License-Identifier: GPL-2.0-only */
/* What is printed, and that it does a terminal no harm. */
#ifndef ASHIATO_FUZZ_SHOW_H
#define ASHIATO_FUZZ_SHOW_H

#include <stdio.h>

#include "model/model.h"

/**
 * enum show_form - What is printed
 * @SHOW_TEXT: lines for people
 * @SHOW_HTML: a page
 * @SHOW_CSV: as RFC 4180 has it
 * @SHOW_JSON: one value
 * @SHOW_NDJSON: one value a line
 */
enum show_form {
	SHOW_TEXT,
	SHOW_HTML,
	SHOW_CSV,
	SHOW_JSON,
	SHOW_NDJSON,
};

/**
 * struct show - What is printed
 * @out: where to
 * @data: afterwards: what was, terminated
 * @size: bytes
 */
struct show {
	FILE *out;
	char *data;
	size_t size;
};

void show_begin(struct show *show);
void show_end(struct show *show, enum show_form form);
void show_free(struct show *show);
void show_model(const struct model *model, const void *data, size_t size);

#endif
