/* SPDX-License-Identifier: GPL-2.0-only */
/* Internals of policy/: addresses and ports. */
#ifndef ASHIATO_FOLD_NET_H
#define ASHIATO_FOLD_NET_H

struct fold;
struct word;

int fold_net(const struct fold *fold, struct word *address, struct word *port);

#endif
