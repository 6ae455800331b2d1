/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_PATHNAME_H
#define ASHIATO_PATHNAME_H

#include <linux/gfp.h>
#include <linux/path.h>

/* The longest pathname in bytes, before it is encoded. */
#define PATHNAME_MAX 65536

bool pathname_is_local(const struct path *path);
char *pathname_get(const struct path *path);
char *pathname_encode(const char *name, size_t len, gfp_t gfp);

#endif
