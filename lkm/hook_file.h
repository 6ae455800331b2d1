/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_HOOK_FILE_H
#define ASHIATO_HOOK_FILE_H

struct domain;
struct path;

void file_open_event(struct domain *domain, const struct path *path, unsigned int f_flags);

#endif
