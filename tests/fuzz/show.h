/* SPDX-License-Identifier: GPL-2.0-only */
/* Capture output and check that it is safe for a terminal. */
#ifndef ASHIATO_FUZZ_SHOW_H
#define ASHIATO_FUZZ_SHOW_H

#include <stdio.h>

#include "model/model.h"

/**
 * enum show_form - Format of captured output
 * @SHOW_TEXT: text lines
 * @SHOW_HTML: HTML page
 * @SHOW_CSV: CSV (RFC 4180)
 * @SHOW_JSON: one JSON value
 * @SHOW_NDJSON: one JSON value per line
 */
enum show_form {
	SHOW_TEXT,
	SHOW_HTML,
	SHOW_CSV,
	SHOW_JSON,
	SHOW_NDJSON,
};

/**
 * struct show - Captured output
 * @out: stream to print to
 * @data: the output, NUL-terminated; valid after show_end()
 * @size: bytes of output; valid after show_end()
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
