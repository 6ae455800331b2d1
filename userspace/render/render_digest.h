/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_RENDER_DIGEST_H
#define ASHIATO_RENDER_DIGEST_H

#include <stdio.h>

#include "base/colour.h"
#include "model/digest.h"
#include "render_json.h"

/**
 * struct digest_look - How rows of a digest are printed
 * @heading: returns the heading of a group
 * @ctx: passed to @heading
 * @colours: colours to use
 */
struct digest_look {
	const char *(*heading)(const void *ctx, unsigned int group);
	const void *ctx;
	const struct colours *colours;
};

void render_digest(const struct digest *digest, const struct digest_look *look, FILE *out);
int render_digest_json(const struct digest *digest,
		       json_t *(*group)(const void *ctx, unsigned int group),
		       const void *ctx, FILE *out);

#endif
