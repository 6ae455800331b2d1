/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_UNPACK_H
#define ASHIATO_UNPACK_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* Number of bytes that show how a file is compressed */
#define UNPACK_HEAD	6

struct unpack;

bool unpack_knows(const char *head, size_t len);
struct unpack *unpack_new(int fd, const char *head, size_t len);
ssize_t unpack_read(struct unpack *unpack, char *buffer, size_t size);
void unpack_free(struct unpack *unpack);

#endif
