/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_HOOK_NET_H
#define ASHIATO_HOOK_NET_H

#include <linux/types.h>

struct sock;

/* Size of the longest text of an IPv6 address and a port. */
#define INET_OBJECT_MAX sizeof("ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255 65535")

bool net_is_user_socket(const struct sock *sk);
void net_unix_name(const char **name, int *len);
size_t receive_bytes(void);
void receive_exit(void);

#endif
