/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_FOLLOW_H
#define ASHIATO_FOLLOW_H

#include "source.h"

int follow_kernel_open(void);
int follow_kernel(int fd, struct audit_reader *reader, struct damage *damage);
int follow_file(struct source *source, const char *path,
		struct audit_reader *reader);

#endif
