// SPDX-License-Identifier: GPL-2.0-only
/* Network accesses, except receiving. */
#include <linux/in.h>
#include <linux/in6.h>
#include <linux/net.h>
#include <linux/nsproxy.h>
#include <linux/sched.h>
#include <linux/socket.h>
#include <linux/un.h>
#include <net/af_unix.h>
#include <net/inet_sock.h>
#include <net/ipv6.h>
#include <net/net_namespace.h>
#include <net/sock.h>

#include "core/hash.h"
#include "core/outcome.h"
#include "path/pathname.h"
#include "capability.h"
#include "event.h"
#include "hook_net.h"
#include "hooks.h"

bool net_client_ports_exact;

/* The hooks exist only with CONFIG_SECURITY_NETWORK. */
#ifdef HAVE_HOOK_socket_bind

/* Operation on an address. */
enum net_act {
	NET_BIND,
	NET_LISTEN,
	NET_CONNECT,
	NET_ACCEPT,
	NET_SEND,
	NET_ACTS
};

/*
 * The access for each socket type and operation; 0 if it is not recorded. (As an access, 0 is
 * ACCESS_FILE_EXECUTE, which no socket has.)
 */
static const enum access_op inet_ops[SOCK_PACKET + 1][NET_ACTS] = {
	[SOCK_STREAM] = {
		[NET_BIND] = ACCESS_INET_STREAM_BIND,
		[NET_LISTEN] = ACCESS_INET_STREAM_LISTEN,
		[NET_CONNECT] = ACCESS_INET_STREAM_CONNECT,
		[NET_ACCEPT] = ACCESS_INET_STREAM_ACCEPT,
	},
	[SOCK_DGRAM] = {
		[NET_BIND] = ACCESS_INET_DGRAM_BIND,
		[NET_CONNECT] = ACCESS_INET_DGRAM_SEND,
		[NET_SEND] = ACCESS_INET_DGRAM_SEND,
	},
	[SOCK_RAW] = {
		[NET_BIND] = ACCESS_INET_RAW_BIND,
		[NET_CONNECT] = ACCESS_INET_RAW_SEND,
		[NET_SEND] = ACCESS_INET_RAW_SEND,
	},
};

static const enum access_op unix_ops[SOCK_PACKET + 1][NET_ACTS] = {
	[SOCK_STREAM] = {
		[NET_BIND] = ACCESS_UNIX_STREAM_BIND,
		[NET_LISTEN] = ACCESS_UNIX_STREAM_LISTEN,
		[NET_CONNECT] = ACCESS_UNIX_STREAM_CONNECT,
		[NET_ACCEPT] = ACCESS_UNIX_STREAM_ACCEPT,
	},
	[SOCK_DGRAM] = {
		[NET_BIND] = ACCESS_UNIX_DGRAM_BIND,
		[NET_CONNECT] = ACCESS_UNIX_DGRAM_SEND,
		[NET_SEND] = ACCESS_UNIX_DGRAM_SEND,
	},
	[SOCK_SEQPACKET] = {
		[NET_BIND] = ACCESS_UNIX_SEQPACKET_BIND,
		[NET_LISTEN] = ACCESS_UNIX_SEQPACKET_LISTEN,
		[NET_CONNECT] = ACCESS_UNIX_SEQPACKET_CONNECT,
		[NET_ACCEPT] = ACCESS_UNIX_SEQPACKET_ACCEPT,
	},
};

static enum access_op net_op(const struct sock *sk, enum net_act act)
{
	u16 type = READ_ONCE(sk->sk_type);

	if (type > SOCK_PACKET)
		return 0;
	return sk->sk_family == AF_UNIX ? unix_ops[type][act] : inet_ops[type][act];
}

/**
 * net_peer_port() - get the port of a peer as it is recorded
 * @port: port of the peer
 *
 * Context: any.
 * Return: @port, or NET_CLIENT_PORTS if it is one of the ports that clients choose at random
 * and these are recorded as one range.
 */
u32 net_peer_port(u16 port)
{
	return port >= NET_CLIENT_PORT_MIN && !READ_ONCE(net_client_ports_exact) ?
	       NET_CLIENT_PORTS : port;
}

/*
 * inet_object() - write an address and a port as the object of an access
 * @object: destination
 * @ip: the address, in_addr or in6_addr
 * @v6: whether it is an in6_addr
 * @port: port, from net_peer_port() for that of a peer
 */
static void inet_object(char object[INET_OBJECT_MAX], const void *ip, bool v6, u32 port)
{
	int used = snprintf(object, INET_OBJECT_MAX, v6 ? "%pI6c " : "%pI4 ", ip);

	if (port == NET_CLIENT_PORTS)
		snprintf(object + used, INET_OBJECT_MAX - used, "%u-65535", NET_CLIENT_PORT_MIN);
	else
		snprintf(object + used, INET_OBJECT_MAX - used, "%u", port);
}

/**
 * inet_record() - count or record an access to an address
 * @domain: domain of the access
 * @op: operation
 * @ip: address: struct in6_addr if @v6, else struct in_addr
 * @v6: whether it is an IPv6 address
 * @port: port; that of a peer is from net_peer_port()
 * @gfp: allocation flags
 *
 * Context: process context, as @gfp allows. Allocates nothing for a repeated access.
 * Return: the key of the access, or the shared key with which it was counted.
 */
u64 inet_record(struct domain *domain, enum access_op op, const void *ip, bool v6, u32 port,
		gfp_t gfp)
{
	size_t len = v6 ? sizeof(struct in6_addr) : sizeof(struct in_addr);
	u64 address = event_key(domain, hash_bytes(event_action(op, 0), ip, len));
	u64 key = hash_mix(address, port) | 1, shared;
	enum seen_use use = event_count_key(key);
	char object[INET_OBJECT_MAX];

	if (likely(use == SEEN_COUNTED))
		return key;
	/* The range of client ports has one key already, which stands for all of them. */
	shared = port == NET_CLIENT_PORTS ? 0 : event_shared_key(address);
	if (shared && use == SEEN_NOT && event_count_shared(shared))
		return shared;
	inet_object(object, ip, v6, port);
	event_record(domain, op, object, key, shared, gfp);
	return key;
}

/* Returns a hash of an address and a port, in host byte order, of a TCP connection. */
static u64 peer_hash(const void *ip, bool v6, u16 port)
{
	static const struct in6_addr local6 = IN6ADDR_LOOPBACK_INIT;
	static const __be32 local = htonl(INADDR_LOOPBACK);

	/* Without an address, the kernel connects to the local host. */
	if (v6)
		return hash_bytes(port, ipv6_addr_any(ip) ? (const void *)&local6 : ip,
				  sizeof(local6));
	return hash_bytes(port, *(const __be32 *)ip ? ip : &local, sizeof(local));
}

/**
 * net_peer_of() - get a hash of the address and the port to which a TCP socket is connected
 * @sk: the socket
 *
 * Context: any.
 * Return: the hash, for outcome_established().
 */
u64 net_peer_of(const struct sock *sk)
{
	u16 port = ntohs(sk->sk_dport);

#if IS_ENABLED(CONFIG_IPV6)
	if (sk->sk_family == AF_INET6)
		return peer_hash(&sk->sk_v6_daddr, true, port);
#endif
	return peer_hash(&sk->sk_daddr, false, port);
}

/* Begins an attempt of a socket if the operation is followed; else returns NULL. */
static struct attempt *socket_attempt_begin(enum access_op op, const struct sock *sk)
{
	struct task_state *state = access_is_followed(op) ? task_find_current() : NULL;

	return state ? attempt_begin(state, attempt_id_socket(sk)) : NULL;
}

/* The protocol is recorded as the port of a raw socket. */
static void inet_event(struct domain *domain, struct sock *sk, enum net_act act,
		       const struct sockaddr *address, int len)
{
	const struct sockaddr_in6 *in6 = (const void *)address;
	const struct sockaddr_in *in = (const void *)address;
	enum access_op op = net_op(sk, act);
	bool raw = sk->sk_type == SOCK_RAW;
	/* sendmsg() of an IPv4 socket takes AF_UNSPEC as AF_INET. */
	bool v4 = address->sa_family == AF_INET ||
		  (address->sa_family == AF_UNSPEC && sk->sk_family == AF_INET &&
		   act == NET_SEND);
	bool v6 = len >= SIN6_LEN_RFC2133 && address->sa_family == AF_INET6;
	const void *ip = v6 ? (const void *)&in6->sin6_addr : &in->sin_addr;
	struct attempt *attempt;
	u16 port;
	u64 key;

	if (!op)
		return;
	attempt = socket_attempt_begin(op, sk);
	if (!v6 && (!v4 || len < sizeof(*in)))
		return;
	port = ntohs(v6 ? in6->sin6_port : in->sin_port);
	key = inet_record(domain, op, ip, v6, raw ? sk->sk_protocol : port, GFP_HOOK);
	if (!attempt)
		return;
	attempt_found(attempt, key);
	/*
	 * Only for TCP does inet_conn_established report the outcome, with the same socket. A
	 * socket that is connected, or is being connected, is not connected to this address.
	 */
	attempt_defer(attempt, peer_hash(ip, v6, port), sk->sk_protocol != IPPROTO_TCP ||
		      READ_ONCE(sk->sk_socket->state) != SS_UNCONNECTED);
}

/* @name and @len describe sun_path of an address. */
static u64 unix_record(struct domain *domain, enum access_op op, const char *name, int len,
		       gfp_t gfp)
{
	if (len <= 0) {
		name = "anonymous";
		len = strlen(name);
	} else if (*name) {
		/* Only an abstract name, which begins with NUL, takes all of sun_path. */
		len = strnlen(name, len);
	}
	return event_name(domain, op, name, len, gfp);
}

/**
 * unix_peer_record() - count or record an access to another unix socket by its address
 * @domain: domain of the access
 * @op: operation
 * @peer: the other socket, or NULL; the caller holds a reference
 *
 * Context: process context; does not sleep.
 */
void unix_peer_record(struct domain *domain, enum access_op op, const struct sock *peer)
{
	/* Once set, the address of a socket does not change. */
	const struct unix_address *address =
		peer ? smp_load_acquire(&unix_sk(peer)->addr) : NULL;

	if (address)
		unix_record(domain, op, address->name->sun_path,
			    address->len - offsetof(struct sockaddr_un, sun_path),
			    GFP_HOOK_ATOMIC);
	else
		unix_record(domain, op, NULL, 0, GFP_HOOK_ATOMIC);
}

static void unix_event(struct domain *domain, struct sock *sk, enum net_act act,
		       const struct sockaddr *address, int len)
{
	const struct sockaddr_un *un = (const void *)address;
	enum access_op op = net_op(sk, act);
	struct attempt *attempt;
	u64 key;

	if (!op || len < (int)sizeof(un->sun_family) || un->sun_family != AF_UNIX)
		return;
	attempt = socket_attempt_begin(op, sk);
	key = unix_record(domain, op, un->sun_path, len - offsetof(struct sockaddr_un, sun_path),
			  GFP_HOOK);
	attempt_found(attempt, key);
}

/**
 * net_is_user_socket() - check whether accesses of the current task to a socket are recorded
 * @sk: the socket, or NULL
 *
 * Accesses by kernel threads are not recorded, except those of io_uring workers.
 *
 * Context: process context.
 * Return: true if @sk is not NULL and the current task is a program or an io_uring worker.
 */
bool net_is_user_socket(const struct sock *sk)
{
	return sk && (current->flags & (PF_KTHREAD | PF_IO_WORKER)) != PF_KTHREAD;
}

static void address_event(struct socket *sock, enum net_act act,
			  const struct sockaddr *address, int len)
{
	struct sock *sk = sock->sk;
	struct domain *domain;

	if (!net_is_user_socket(sk) || len < (int)sizeof(address->sa_family))
		return;
	switch (sk->sk_family) {
	case AF_INET:
	case AF_INET6:
		domain = event_domain(MODE_NETWORK);
		if (domain)
			inet_event(domain, sk, act, address, len);
		break;
	case AF_UNIX:
		domain = event_domain(MODE_NETWORK);
		if (domain)
			unix_event(domain, sk, act, address, len);
	}
}

/*
 * Sets @own to the address of a socket and returns its length; 0 if the socket has none. getname()
 * may lock the socket. Another thread may hold the lock while it waits for a page of a file of
 * FUSE, and the module could not be unloaded meanwhile.
 */
static int own_address(const struct sock *sk, struct sockaddr_storage *own)
{
	struct sockaddr_in *in = (void *)own;
	const struct unix_address *name;
#if IS_ENABLED(CONFIG_IPV6)
	struct sockaddr_in6 *in6 = (void *)own;
#endif

	own->ss_family = sk->sk_family;
	switch (sk->sk_family) {
	case AF_INET:
		in->sin_addr.s_addr = READ_ONCE(inet_sk(sk)->inet_rcv_saddr);
		in->sin_port = READ_ONCE(inet_sk(sk)->inet_sport);
		return sizeof(*in);
#if IS_ENABLED(CONFIG_IPV6)
	case AF_INET6:
		in6->sin6_addr = sk->sk_v6_rcv_saddr;
		in6->sin6_port = READ_ONCE(inet_sk(sk)->inet_sport);
		return sizeof(*in6);
#endif
	case AF_UNIX:
		name = smp_load_acquire(&unix_sk(sk)->addr);
		if (!name)
			return sizeof(own->ss_family);
		memcpy(own, name->name, name->len);
		return name->len;
	}
	return 0;
}

static void listen_event(struct socket *sock)
{
	struct sockaddr_storage own;
	int len = sock->sk ? own_address(sock->sk, &own) : 0;

	if (len)
		address_event(sock, NET_LISTEN, (struct sockaddr *)&own, len);
}

/*
 * Ends the attempt of a socket to send to another address, because the socket now sends to the peer
 * to which it is connected. unix_may_send() is called with the same socket, and would otherwise
 * report that attempt as done.
 */
static void socket_attempt_end(const struct sock *sk)
{
	struct task_state *state = task_find_current();
	u32 id = attempt_id_socket(sk);

	if (state && state->newest->id == id && state->newest->access)
		attempt_begin(state, id);
}

static void send_event(struct socket *sock, const struct msghdr *msg)
{
	if (msg->msg_name && msg->msg_namelen)
		address_event(sock, msg->msg_flags & MSG_FASTOPEN ? NET_CONNECT : NET_SEND,
			      msg->msg_name, msg->msg_namelen);
	/* Without an address, the socket is connected: connect() was recorded already. */
	else if (sock->sk && sock->sk->sk_family == AF_UNIX && sock->sk->sk_type == SOCK_DGRAM)
		socket_attempt_end(sock->sk);
}

static void accept_inet_event(struct domain *domain, const struct sock *sk)
{
#if IS_ENABLED(CONFIG_IPV6)
	if (sk->sk_family == AF_INET6) {
		inet_record(domain, ACCESS_INET_STREAM_ACCEPT, &sk->sk_v6_daddr, true,
			    net_peer_port(ntohs(sk->sk_dport)), GFP_HOOK_ATOMIC);
		return;
	}
#endif
	inet_record(domain, ACCESS_INET_STREAM_ACCEPT, &sk->sk_daddr, false,
		    net_peer_port(ntohs(sk->sk_dport)), GFP_HOOK_ATOMIC);
}

static void accept_unix_event(struct domain *domain, struct sock *sk)
{
	enum access_op op = net_op(sk, NET_ACCEPT);

	/* The accepted socket holds a reference to its peer. */
	if (op)
		unix_peer_record(domain, op, unix_sk(sk)->peer);
}

/* accept() attaches a connection, with its peer address, to a new socket. Locks are held. */
static void graft_event(struct sock *sk)
{
	struct domain *domain;

	if (!net_is_user_socket(sk))
		return;
	switch (sk->sk_family) {
	case AF_INET:
	case AF_INET6:
		domain = sk->sk_type == SOCK_STREAM ? event_domain_atomic(MODE_NETWORK) : NULL;
		if (domain)
			accept_inet_event(domain, sk);
		break;
	case AF_UNIX:
		domain = event_domain_atomic(MODE_NETWORK);
		if (domain)
			accept_unix_event(domain, sk);
	}
}

/*
 * Records AKARI's capabilities for netlink and packet sockets that were created: in the user
 * namespace to which the network of the socket belongs.
 */
static void create_event(int family, bool kernel)
{
	bool packet = family == AF_PACKET;
	struct domain *domain;
	enum access_op op;
	u64 key, hash;

	if (kernel || !(packet || family == AF_NETLINK))
		return;
	domain = capability_domain(current->nsproxy->net_ns->user_ns, &op);
	hash = event_action(op, packet ? CAPABILITY_USE_PACKET : CAPABILITY_USE_ROUTE);
	if (domain && !event_count_repeat(domain, &key, hash))
		event_record(domain, op, packet ? "use_packet" : "use_route", key, 0, GFP_HOOK);
}

DEFINE_HOOK(socket_post_create, create_event(family, kern))
DEFINE_HOOK(socket_bind, address_event(sock, NET_BIND, address, addrlen))
DEFINE_HOOK(socket_listen, listen_event(sock))
DEFINE_HOOK(socket_connect, address_event(sock, NET_CONNECT, address, addrlen))
DEFINE_HOOK(socket_sendmsg, send_event(sock, msg))
DEFINE_HOOK_VOID(sock_graft, graft_event(sk))

#endif
