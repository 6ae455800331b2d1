// SPDX-License-Identifier: GPL-2.0-only
/*
 * Senders of received datagrams.
 *
 * socket_recvmsg runs before a task waits for a datagram and does not see the sender.
 * socket_sock_rcv_skb runs when a datagram arrives at a socket, often in softirq, and does
 * not see the receiving task. So the first one stores the task as the receiver of the
 * socket, and the second one records each datagram for the stored receiver. Datagrams that
 * arrived before the receiver was stored are recorded from the queue of the socket.
 */
#include <linux/audit.h>
#include <linux/hash.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/rculist.h>
#include <linux/skbuff.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/udp.h>
#include <net/af_unix.h>
#include <net/ip.h>
#include <net/ipv6.h>
#include <net/sock.h>

#include "core/hash.h"
#include "core/history.h"
#include "core/task.h"
#include "path/pathname.h"
#include "event.h"
#include "hook_net.h"
#include "hooks.h"

#ifdef HAVE_HOOK_socket_recvmsg

#define TABLE_BITS 10

/* Maximum number of queued datagrams to record; the rest are counted as lost. */
#define QUEUE_MAX 1024

/**
 * struct receiver - process that receives from a socket
 * @by_sock: entry in the table
 * @sk: the socket; a key, never dereferenced
 * @actor: the process. The receiver stays as long as processes with the same history
 *	receive from the socket; one with another history replaces it
 * @rcu: for freeing
 */
struct receiver {
	struct hlist_node by_sock;
	const struct sock *sk;
	struct actor actor;
	struct rcu_head rcu;
};

static struct hlist_head table[1 << TABLE_BITS];
static DEFINE_SPINLOCK(table_lock);	/* irqs off: sockets are freed in softirq */
static atomic_t receivers = ATOMIC_INIT(0);

static struct hlist_head *bucket_of(const struct sock *sk)
{
	return &table[hash_ptr((void *)sk, TABLE_BITS)];
}

static struct receiver *receiver_find(const struct sock *sk)
{
	struct receiver *receiver;

	hlist_for_each_entry_rcu(receiver, bucket_of(sk), by_sock,
				 lockdep_is_held(&table_lock)) {
		if (receiver->sk == sk)
			return receiver;
	}
	return NULL;
}

static void receiver_free_rcu(struct rcu_head *rcu)
{
	struct receiver *receiver = container_of(rcu, struct receiver, rcu);

	history_put(receiver->actor.history);
	kfree(receiver);
	atomic_dec(&receivers);
}

/* Replaces the receiver of @sk, if any, with @next, which may be NULL. */
static void receiver_replace(const struct sock *sk, struct receiver *next)
{
	struct receiver *before;
	unsigned long flags;

	spin_lock_irqsave(&table_lock, flags);
	before = receiver_find(sk);
	if (before)
		hlist_del_rcu(&before->by_sock);
	if (next)
		hlist_add_head_rcu(&next->by_sock, bucket_of(sk));
	spin_unlock_irqrestore(&table_lock, flags);
	if (before)
		call_rcu(&before->rcu, receiver_free_rcu);
}

/* Whether the receiver of @sk has the history @history. */
static bool receiver_is(const struct sock *sk, const struct history *history)
{
	const struct receiver *receiver;
	bool is;

	rcu_read_lock();
	receiver = receiver_find(sk);
	is = receiver && receiver->actor.history == history;
	rcu_read_unlock();
	return is;
}

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

static void inet_received(const struct actor *actor, const struct sock *sk,
			  const struct sk_buff *skb)
{
	enum access_op op = sk->sk_type == SOCK_RAW ? ACCESS_INET_RAW_RECV : ACCESS_INET_DGRAM_RECV;
	u32 port = peer_port_of(sk, skb);
	char object[INET_OBJECT_MAX];
	struct in6_addr address;
	u64 hash;

	if (sk->sk_family == AF_INET6 && skb->protocol == htons(ETH_P_IP))
		ipv6_addr_set_v4mapped(ip_hdr(skb)->saddr, &address);
	else if (sk->sk_family == AF_INET6)
		address = ipv6_hdr(skb)->saddr;
	else
		address = (struct in6_addr){ .s6_addr32 = { ip_hdr(skb)->saddr } };
	hash = hash_bytes(event_action(op, sk->sk_family << 17 | port), address.s6_addr,
			  sizeof(address));
	if (event_count_repeat_by(actor, hash))
		return;
	net_inet_object(object, &address, sk->sk_family == AF_INET6, port);
	event_record_by(actor, op, object, hash);
}

static void unix_received(const struct actor *actor, const struct sk_buff *skb)
{
	/* A datagram holds a reference to its sender, and a socket keeps its address. */
	const struct unix_address *address =
		skb->sk ? smp_load_acquire(&unix_sk(skb->sk)->addr) : NULL;
	const char *name = NULL;
	int len = 0;
	char *object;
	u64 hash;

	if (address) {
		name = address->name->sun_path;
		len = address->len - offsetof(struct sockaddr_un, sun_path);
	}
	net_unix_name(&name, &len);
	hash = hash_bytes(event_action(ACCESS_UNIX_DGRAM_RECV, 0), name, len);
	if (event_count_repeat_by(actor, hash))
		return;
	object = pathname_encode(name, len, GFP_HOOK_ATOMIC);
	if (object)
		event_record_by(actor, ACCESS_UNIX_DGRAM_RECV, object, hash);
	else
		event_lose(actor->history->domain, -ENOMEM);
	kfree(object);
}

static void received(const struct actor *actor, const struct sock *sk,
		     const struct sk_buff *skb)
{
	if (sk->sk_family == AF_UNIX)
		unix_received(actor, skb);
	else
		inet_received(actor, sk, skb);
}

static void queue_received(const struct actor *actor, struct sock *sk,
			   struct sk_buff_head *queue)
{
	const struct sk_buff *skb;
	u32 count = 0;

	spin_lock_bh(&queue->lock);
	skb_queue_walk(queue, skb) {
		if (++count > QUEUE_MAX) {
			counters_add(COUNTER_LOST_MEMORY, skb_queue_len(queue) - QUEUE_MAX);
			break;
		}
		received(actor, sk, skb);
	}
	spin_unlock_bh(&queue->lock);
}

/* Records the datagrams that arrived before @sk had a receiver. */
static void queues_received(const struct actor *actor, struct sock *sk)
{
	queue_received(actor, sk, &sk->sk_receive_queue);
	/* UDP moves datagrams from the receive queue to this one for the reader. */
	if (sk->sk_family != AF_UNIX && sk->sk_type == SOCK_DGRAM &&
	    (sk->sk_protocol == IPPROTO_UDP || sk->sk_protocol == IPPROTO_UDPLITE))
		queue_received(actor, sk, &udp_sk(sk)->reader_queue);
}

static struct receiver *receiver_create(const struct sock *sk, struct history *history)
{
	struct receiver *receiver = kzalloc(sizeof(*receiver), GFP_HOOK);

	if (!receiver)
		return NULL;
	receiver->sk = sk;
	actor_from_current(&receiver->actor);
	receiver->actor.history = history_get(history);
	atomic_inc(&receivers);
	return receiver;
}

static void receive_event(struct socket *sock, int flags)
{
	struct sock *sk = sock->sk;
	struct receiver *receiver;
	struct history *history;

	if (!net_is_user_socket(sk) || !is_datagrams(sk) || flags & MSG_ERRQUEUE ||
	    !mode_wants(MODE_NETWORK))
		return;
	history = task_history_current();
	if (!history) {
		counter_add(COUNTER_LOST_TASK);
		return;
	}
	if (receiver_is(sk, history))
		return;
	receiver = receiver_create(sk, history);
	if (!receiver) {
		event_lose(history->domain, -ENOMEM);
		return;
	}
	receiver_replace(sk, receiver);
	/* Look it up again: another thread may have replaced and freed it. */
	rcu_read_lock();
	receiver = receiver_find(sk);
	if (receiver)
		queues_received(&receiver->actor, sk);
	rcu_read_unlock();
}

static void arrive_event(const struct sock *sk, const struct sk_buff *skb)
{
	const struct receiver *receiver;

	if (!is_datagrams(sk) || !mode_wants(MODE_NETWORK))
		return;
	rcu_read_lock();
	receiver = receiver_find(sk);
	if (receiver)
		received(&receiver->actor, sk, skb);
	rcu_read_unlock();
}

static void socket_free_event(const struct sock *sk)
{
	if (is_datagrams(sk) && !hlist_empty(bucket_of(sk)))
		receiver_replace(sk, NULL);
}

/**
 * receive_bytes() - get the memory that all receivers use
 *
 * Context: any.
 * Return: the number of bytes.
 */
size_t receive_bytes(void)
{
	return sizeof(table) + atomic_read(&receivers) * sizeof(struct receiver);
}

/**
 * receive_exit() - free all receivers
 *
 * Context: may sleep; after hooks_detach().
 */
void receive_exit(void)
{
	struct receiver *receiver;
	struct hlist_node *next;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(table); i++) {
		hlist_for_each_entry_safe(receiver, next, &table[i], by_sock) {
			hlist_del_rcu(&receiver->by_sock);
			call_rcu(&receiver->rcu, receiver_free_rcu);
		}
	}
	rcu_barrier();
}

DEFINE_HOOK_VOID(sk_free_security, socket_free_event(sk))
DEFINE_HOOK(socket_sock_rcv_skb, arrive_event(sk, skb))
DEFINE_HOOK(socket_recvmsg, receive_event(sock, flags))

#else

size_t receive_bytes(void)
{
	return 0;
}

void receive_exit(void)
{
}

#endif
