/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_HOOK_FILE_H
#define ASHIATO_HOOK_FILE_H

#include "core/access.h"

struct domain;
struct path;

char *file_name_get(const struct domain *domain, const struct path *path, bool is_directory);
void file_path_event(enum access_op op, const struct path *path);
void file_pair_event(enum access_op op, const struct path *old, const struct path *new);
void file_open_event(struct domain *domain, const struct path *path, unsigned int f_flags);

#endif
