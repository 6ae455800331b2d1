/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_PASSWD_H
#define ASHIATO_PASSWD_H

#include <stdint.h>

const char *passwd_find(int64_t uid);
const char *passwd_name(int64_t uid);
void passwd_each(void (*take)(void *ctx, int64_t uid, const char *home), void *ctx);
int64_t passwd_uid(const char *name);

#endif
