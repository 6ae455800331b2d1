// SPDX-License-Identifier: GPL-2.0-only
/*
 * Senders of received datagrams.
 *
 * No LSM hook sees both the receiving task and the sender: socket_recvmsg runs before the task
 * waits for a datagram, and socket_sock_rcv_skb when a datagram arrives, often in a softirq and
 * before the socket filter and the limit of the receive buffer can drop it. So the module traces
 * the functions with which recvmsg() releases a datagram after copying it (traces.def):
 * skb_consume_udp() for UDP, skb_free_datagram() for all others. They run in the receiving task,
 * also for MSG_PEEK. A datagram that no task receives costs nothing.
 */
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/ptrace.h>
#include <linux/skbuff.h>
#include <linux/udp.h>
#include <net/ipv6.h>
#include <net/sock.h>

#include "event.h"
#include "hook_net.h"
#include "hooks.h"

#if defined(HAVE_HOOK_socket_bind) && defined(CONFIG_DYNAMIC_FTRACE_WITH_REGS)

static bool is_datagrams(const struct sock *sk)
{
	switch (sk->sk_family) {
	case AF_INET:
	case AF_INET6:
		return sk->sk_type == SOCK_DGRAM || sk->sk_type == SOCK_RAW;
	case AF_UNIX:
		return sk->sk_type == SOCK_DGRAM;
	}
	return false;
}

/* Returns the port to record: the protocol for raw sockets, 0 for protocols other than UDP. */
static u32 peer_port_of(const struct sock *sk, const struct sk_buff *skb)
{
	if (sk->sk_type == SOCK_RAW)
		return sk->sk_protocol;
	if (sk->sk_protocol == IPPROTO_UDP || sk->sk_protocol == IPPROTO_UDPLITE)
		return net_peer_port(ntohs(udp_hdr(skb)->source));
	return 0;
}

static void inet_received(struct domain *domain, const struct sock *sk,
			  const struct sk_buff *skb)
{
	enum access_op op = sk->sk_type == SOCK_RAW ? ACCESS_INET_RAW_RECV : ACCESS_INET_DGRAM_RECV;
	u32 port = peer_port_of(sk, skb);
	struct in6_addr mapped;

	if (sk->sk_family == AF_INET) {
		inet_record(domain, op, &ip_hdr(skb)->saddr, false, port, GFP_HOOK_ATOMIC);
	} else if (skb->protocol == htons(ETH_P_IP)) {
		ipv6_addr_set_v4mapped(ip_hdr(skb)->saddr, &mapped);
		inet_record(domain, op, &mapped, true, port, GFP_HOOK_ATOMIC);
	} else {
		inet_record(domain, op, &ipv6_hdr(skb)->saddr, true, port, GFP_HOOK_ATOMIC);
	}
}

static void receive_event(const struct sock *sk, const struct sk_buff *skb)
{
	struct domain *domain;

	if (!is_datagrams(sk) || !net_is_user_socket(sk))
		return;
	domain = event_domain_atomic(MODE_NETWORK);
	if (!domain)
		return;
	if (!event_may_record())
		event_lose(domain, -ENOMEM);
	else if (sk->sk_family == AF_UNIX)
		/* A datagram holds a reference to its sender. */
		unix_peer_record(domain, ACCESS_UNIX_DGRAM_RECV, skb->sk);
	else
		inet_received(domain, sk, skb);
}

/**
 * trace_received() - record the sender of a datagram that the current task has received
 * @ip: unused
 * @parent: unused
 * @ops: unused
 * @fregs: registers at the start of a function whose first two arguments are the receiving
 *	socket and the datagram
 *
 * Context: process context; does not sleep.
 */
void notrace trace_received(unsigned long ip, unsigned long parent, struct ftrace_ops *ops,
			    struct ftrace_regs *fregs)
{
	struct pt_regs *regs = ftrace_get_regs(fregs);

	receive_event((const struct sock *)regs_get_kernel_argument(regs, 0),
		      (const struct sk_buff *)regs_get_kernel_argument(regs, 1));
}

#endif
