/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_HOOK_NET_H
#define ASHIATO_HOOK_NET_H

#include <linux/types.h>

#include "core/access.h"

struct domain;
struct sock;

/* Size of the longest text of an IPv6 address and a port. */
#define INET_OBJECT_MAX sizeof("ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255 1024-65535")

/* The smallest port that clients choose at random. */
#define NET_CLIENT_PORT_MIN 1024

/* Stands for all ports from NET_CLIENT_PORT_MIN on. */
#define NET_CLIENT_PORTS 65536

/* Whether each port of a client is recorded, instead of one range. */
extern bool net_client_ports_exact;

u32 net_peer_port(u16 port);
u64 net_peer_of(const struct sock *sk);
bool net_is_user_socket(const struct sock *sk);
u64 inet_record(struct domain *domain, enum access_op op, const void *ip, bool v6, u32 port,
		gfp_t gfp);
void unix_peer_record(struct domain *domain, enum access_op op, const struct sock *peer);

#endif
