/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The part of the kernel's API that the module's pure C files need, in userspace. It is
 * stricter than the kernel: misuse that the kernel only warns about, or that only its
 * documentation forbids, ends the program.
 */
#ifndef ASHIATO_SHIM_H
#define ASHIATO_SHIM_H

#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <malloc.h>
#include <pthread.h>
#include <sched.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;

/* bits.h */

#define BIT(n) (1UL << (n))
#define BIT_ULL(n) (1ULL << (n))

/* kernel.h, minmax.h, log2.h; as in the kernel, min() and max() need arguments of one type */

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

#define ALIGN(x, a) (((x) + (a) - 1) & ~((__typeof__(x))(a) - 1))

#define container_of(ptr, type, member) \
	((type *)((char *)(1 ? (ptr) : &((type *)0)->member) - offsetof(type, member)))

#define shim_choose(a, op, b) ({		\
	__typeof__(a) a_ = (a);			\
	__typeof__(b) b_ = (b);			\
						\
	(void)(&a_ == &b_);			\
	a_ op b_ ? a_ : b_;			\
})
#define min(a, b) shim_choose(a, <, b)
#define max(a, b) shim_choose(a, >, b)
#define clamp(value, low, high) ({		\
	__typeof__(value) at_least_ = max(value, low);	\
						\
	min(at_least_, high);			\
})

static inline unsigned long roundup_pow_of_two(unsigned long n)
{
	return n > 1 ? 1UL << (64 - __builtin_clzl(n - 1)) : 1;
}

/* string.h */

static inline ssize_t strscpy(char *dst, const char *src, size_t size)
{
	size_t len = 0;

	/* Not strnlen(): gcc warns if @src is known to be shorter than @size. */
	while (len < size && src[len])
		len++;
	if (len == size)
		return -E2BIG;
	memcpy(dst, src, len + 1);
	return len;
}

/* err.h */

#define MAX_ERRNO 4095

static inline void *ERR_PTR(long err)
{
	return (void *)err;
}

static inline long PTR_ERR(const void *ptr)
{
	return (long)ptr;
}

static inline bool IS_ERR(const void *ptr)
{
	return (uintptr_t)ptr >= (uintptr_t)-MAX_ERRNO;
}

/* compiler.h, barrier.h */

/* In the kernel, reading a pointer orders what is read through it. */
#define READ_ONCE(x) __atomic_load_n(&(x), __builtin_classify_type(x) == 5 /* pointer */ ? \
				     __ATOMIC_ACQUIRE : __ATOMIC_RELAXED)
#define WRITE_ONCE(x, value) __atomic_store_n(&(x), (value), __ATOMIC_RELAXED)
#define smp_load_acquire(ptr) __atomic_load_n(ptr, __ATOMIC_ACQUIRE)
#define smp_store_release(ptr, value) __atomic_store_n(ptr, value, __ATOMIC_RELEASE)

/* A fence that TSan understands: atomic operations on one variable order all fences. */
#define smp_rmb() ((void)__atomic_fetch_add(&shim_fence, 0, __ATOMIC_ACQ_REL))

extern int shim_fence;

#define U32_MAX UINT32_MAX

#define likely(x) (x)
#define unlikely(x) (x)

/* atomic.h */

typedef struct {
	int64_t counter;
} atomic64_t;

#define atomic64_read(v) __atomic_load_n(&(v)->counter, __ATOMIC_RELAXED)
#define atomic64_set(v, i) __atomic_store_n(&(v)->counter, (int64_t)(i), __ATOMIC_RELAXED)
#define atomic64_add(i, v) ((void)__atomic_add_fetch(&(v)->counter, i, __ATOMIC_RELAXED))

typedef struct {
	int counter;
} atomic_t;

#define atomic_read(v) __atomic_load_n(&(v)->counter, __ATOMIC_RELAXED)
#define atomic_set(v, i) __atomic_store_n(&(v)->counter, i, __ATOMIC_RELAXED)
#define atomic_inc(v) ((void)__atomic_add_fetch(&(v)->counter, 1, __ATOMIC_RELAXED))
#define atomic_dec(v) ((void)__atomic_sub_fetch(&(v)->counter, 1, __ATOMIC_RELAXED))
#define atomic_dec_and_test(v) (!__atomic_sub_fetch(&(v)->counter, 1, __ATOMIC_SEQ_CST))
#define atomic_add_return(i, v) __atomic_add_fetch(&(v)->counter, i, __ATOMIC_SEQ_CST)
#define atomic_cmpxchg(v, old, new) cmpxchg(&(v)->counter, old, new)

static inline bool atomic_inc_unless_negative(atomic_t *v)
{
	int now = atomic_read(v);

	while (now >= 0) {
		if (__atomic_compare_exchange_n(&v->counter, &now, now + 1, false,
						__ATOMIC_SEQ_CST, __ATOMIC_RELAXED))
			return true;
	}
	return false;
}

static inline bool atomic_inc_not_zero(atomic_t *v)
{
	int now = atomic_read(v);

	while (now) {
		if (__atomic_compare_exchange_n(&v->counter, &now, now + 1, false,
						__ATOMIC_SEQ_CST, __ATOMIC_RELAXED))
			return true;
	}
	return false;
}

#define cmpxchg(ptr, old, new) ({					\
	__typeof__(*(ptr)) found_ = (old);				\
									\
	__atomic_compare_exchange_n(ptr, &found_, new, false,		\
				    __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST); \
	found_;								\
})

#define swap(a, b) do {							\
	__typeof__(a) swapped_ = (a);					\
									\
	(a) = (b);							\
	(b) = swapped_;							\
} while (0)

#define xchg(ptr, value) __atomic_exchange_n(ptr, value, __ATOMIC_SEQ_CST)

static inline bool test_bit(long bit, const unsigned long *word)
{
	return READ_ONCE(*word) >> bit & 1;
}

static inline void set_bit(long bit, unsigned long *word)
{
	__atomic_fetch_or(word, 1UL << bit, __ATOMIC_RELAXED);
}

/* sched.h */

static inline void cond_resched(void)
{
	sched_yield();
}

/* audit.h: the user of the login of the current task */

extern u32 shim_login;
extern int audit_enabled;

#define current NULL
#define audit_get_loginuid(task) ((void)(task), shim_login)
#define __kuid_val(uid) (uid)

/* spinlock.h */

typedef pthread_mutex_t spinlock_t, raw_spinlock_t;

#define DEFINE_SPINLOCK(name) spinlock_t name = PTHREAD_MUTEX_INITIALIZER

void spin_lock_init(spinlock_t *lock);
void spin_lock(spinlock_t *lock);
void spin_unlock(spinlock_t *lock);

#define SINGLE_DEPTH_NESTING 1
#define raw_spin_lock_init(lock) spin_lock_init(lock)
#define raw_spin_lock_irqsave(lock, flags) spin_lock_irqsave(lock, flags)
#define raw_spin_unlock_irqrestore(lock, flags) spin_unlock_irqrestore(lock, flags)
#define spin_lock_nested(lock, depth) spin_lock(lock)
#define spin_lock_irqsave_nested(lock, flags, depth) spin_lock_irqsave(lock, flags)
#define spin_lock_irqsave(lock, flags) do { (flags) = 0; spin_lock(lock); } while (0)
#define spin_unlock_irqrestore(lock, flags) do { (void)(flags); spin_unlock(lock); } while (0)

/* mutex.h */

struct mutex {
	pthread_mutex_t lock;
};

#define DEFINE_MUTEX(name) struct mutex name = { PTHREAD_MUTEX_INITIALIZER }

void mutex_lock(struct mutex *mutex);
void mutex_unlock(struct mutex *mutex);

/* gfp.h, slab.h, mm.h */

typedef unsigned int gfp_t;

#define __GFP_HIGH 0x20U
#define __GFP_IO 0x40U
#define __GFP_FS 0x80U
#define __GFP_DIRECT_RECLAIM 0x400U
#define __GFP_KSWAPD_RECLAIM 0x800U
#define __GFP_NOWARN 0x2000U
#define GFP_NOWAIT __GFP_KSWAPD_RECLAIM
#define GFP_ATOMIC (GFP_NOWAIT | __GFP_HIGH)
#define GFP_NOFS (GFP_NOWAIT | __GFP_DIRECT_RECLAIM | __GFP_IO)
#define GFP_KERNEL (GFP_NOFS | __GFP_FS)

/* Largest size for kmalloc(). */
#define KMALLOC_MAX_SIZE (4UL << 20)

static inline bool gfpflags_allow_blocking(gfp_t gfp)
{
	return gfp & __GFP_DIRECT_RECLAIM;
}

static inline unsigned int memalloc_nofs_save(void)
{
	return 0;
}

static inline void memalloc_nofs_restore(unsigned int flags)
{
	(void)flags;
}

void *kmalloc(size_t size, gfp_t gfp);
void *kzalloc(size_t size, gfp_t gfp);
char *kstrdup(const char *text, gfp_t gfp);
void *kvzalloc(size_t size, gfp_t gfp);
static inline void *kvcalloc(size_t count, size_t size, gfp_t gfp)
{
	return kvzalloc(count * size, gfp);
}

void kfree(const void *ptr);
void kvfree(const void *ptr);
size_t ksize(const void *ptr);

/* rcupdate.h */

#define __rcu

struct rcu_head {
	struct rcu_head *next;
	void (*func)(struct rcu_head *head);
};

void rcu_read_lock(void);
void rcu_read_unlock(void);
bool rcu_read_lock_held(void);
void call_rcu(struct rcu_head *head, void (*func)(struct rcu_head *head));
void synchronize_rcu(void);

#define rcu_access_pointer(p) READ_ONCE(p)
#define rcu_assign_pointer(p, value) __atomic_store_n(&(p), (value), __ATOMIC_RELEASE)
#define rcu_dereference_check(p, condition) ({			\
	if (!(condition) && !rcu_read_lock_held())		\
		shim_die("rcu_dereference() outside of RCU");	\
	__atomic_load_n(&(p), __ATOMIC_ACQUIRE);		\
})
#define rcu_dereference(p) rcu_dereference_check(p, 0)
#define rcu_dereference_protected(p, condition) rcu_dereference_check(p, condition)

/* Control of the shim by the tests */

void shim_die(const char *why) __attribute__((noreturn));
void shim_reset(void);
void shim_fail_at(unsigned long nth);
void shim_fail_from(unsigned long nth);
bool shim_has_failed(void);
unsigned long shim_allocations(void);
size_t shim_allocation_bytes(void);
long shim_live(void);
void shim_on_alloc(void (*hook)(void *arg), void *arg);
void shim_on_nth_alloc(unsigned long nth, void (*hook)(void *arg), void *arg);
void shim_rcu_run(void);

#endif
