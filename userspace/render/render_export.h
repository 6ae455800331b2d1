/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_RENDER_EXPORT_H
#define ASHIATO_RENDER_EXPORT_H

#include <stdio.h>

#include "model/model.h"

int render_json(const struct model *model, FILE *out);
int render_ndjson(const struct model *model, FILE *out);
int render_ecs(const struct model *model, FILE *out);
int render_csv(const struct model *model, FILE *out);

struct json_writer;
void write_ecs(struct json_writer *writer, const char *name,
	       const struct access *access);

#endif
