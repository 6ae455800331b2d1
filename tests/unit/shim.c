// SPDX-License-Identifier: GPL-2.0-only
/* Memory allocation with fault injection, locks and RCU, in userspace. */
#include "shim.h"

int shim_fence;
u32 shim_login = -1;
int audit_enabled = 1;

/* --- context of the thread --------------------------------------------- */

static __thread int locks_held;
static __thread int rcu_depth;

/**
 * shim_die() - end the program, like a kernel with panic_on_warn
 * @why: description of the misuse
 */
void shim_die(const char *why)
{
	fprintf(stderr, "shim: %s\n", why);
	abort();
}

/* Callbacks that call_rcu() has queued. */
static struct rcu_head *callbacks;

/* --- memory ------------------------------------------------------------ */

static struct {
	unsigned long allocations;		/* number of allocations since shim_reset() */
	unsigned long fail_first;	/* number of the first allocation to fail */
	unsigned long fail_last;
	size_t bytes;			/* size of the last allocation */
	long live;			/* number of allocations that are not freed */
	bool has_failed;
} memory;

static __thread void (*on_alloc)(void *arg);
static __thread void *on_alloc_arg;
static __thread unsigned long on_alloc_after;	/* number of allocations before it */

static void fail_between(unsigned long first, unsigned long last)
{
	unsigned long allocations = READ_ONCE(memory.allocations);

	WRITE_ONCE(memory.fail_first, first ? allocations + first : 0);
	WRITE_ONCE(memory.fail_last, first ? (last ? allocations + last : ULONG_MAX) : 0);
	WRITE_ONCE(memory.has_failed, false);
}

/**
 * shim_reset() - reset all state: no allocations, no failures
 */
void shim_reset(void)
{
	memset(&memory, 0, sizeof(memory));
	on_alloc = NULL;
	locks_held = 0;
	rcu_depth = 0;
	/* Do not run the callbacks that a failed test has left. */
	callbacks = NULL;
}

/**
 * shim_fail_at() - make one allocation fail
 * @nth: number of the allocation, 1 is the next one; 0: none
 */
void shim_fail_at(unsigned long nth)
{
	fail_between(nth, nth);
}

/**
 * shim_fail_from() - make all allocations from one on fail
 * @nth: number of the first one, 1 is the next one; 0: none
 */
void shim_fail_from(unsigned long nth)
{
	fail_between(nth, 0);
}

/**
 * shim_has_failed() - has the injected failure happened?
 *
 * Return: true if an allocation failed since shim_fail_at().
 */
bool shim_has_failed(void)
{
	return READ_ONCE(memory.has_failed);
}

/**
 * shim_allocations() - number of allocations
 *
 * Return: the number since shim_reset(), including failed ones.
 */
unsigned long shim_allocations(void)
{
	return READ_ONCE(memory.allocations);
}

/**
 * shim_allocation_bytes() - size of the last allocation
 *
 * Return: bytes.
 */
size_t shim_allocation_bytes(void)
{
	return READ_ONCE(memory.bytes);
}

/**
 * shim_live() - number of allocations that are not freed
 *
 * Return: their number.
 */
long shim_live(void)
{
	return READ_ONCE(memory.live);
}

/**
 * shim_on_nth_alloc() - simulate another CPU during an allocation of this thread
 * @nth: number of the allocation, 1 is the next one
 * @hook: function to call once, at that allocation
 * @arg: argument of @hook
 */
void shim_on_nth_alloc(unsigned long nth, void (*hook)(void *arg), void *arg)
{
	on_alloc = hook;
	on_alloc_arg = arg;
	on_alloc_after = nth - 1;
}

/**
 * shim_on_alloc() - simulate another CPU during the next allocation of this thread
 * @hook: function to call once, at the next allocation
 * @arg: argument of @hook
 */
void shim_on_alloc(void (*hook)(void *arg), void *arg)
{
	shim_on_nth_alloc(1, hook, arg);
}

static void *allocate(size_t size, gfp_t gfp, bool zero)
{
	unsigned long nth = __atomic_add_fetch(&memory.allocations, 1, __ATOMIC_RELAXED);
	void (*hook)(void *arg) = on_alloc;
	void *ptr;

	WRITE_ONCE(memory.bytes, size);
	if (gfpflags_allow_blocking(gfp) && (locks_held || rcu_depth))
		shim_die("an allocation that may sleep, in an atomic section");
	if (hook && !on_alloc_after--) {
		on_alloc = NULL;
		hook(on_alloc_arg);
	}
	if (nth >= READ_ONCE(memory.fail_first) && nth <= READ_ONCE(memory.fail_last)) {
		WRITE_ONCE(memory.has_failed, true);
		return NULL;
	}
	ptr = zero ? calloc(1, size) : malloc(size);
	if (!ptr)
		shim_die("out of memory in earnest");
	__atomic_add_fetch(&memory.live, 1, __ATOMIC_RELAXED);
	return ptr;
}

/* The other functions are documented in the kernel. */

void *kmalloc(size_t size, gfp_t gfp)
{
	return size <= KMALLOC_MAX_SIZE ? allocate(size, gfp, false) : NULL;
}

void *kzalloc(size_t size, gfp_t gfp)
{
	return size <= KMALLOC_MAX_SIZE ? allocate(size, gfp, true) : NULL;
}

char *kstrdup(const char *text, gfp_t gfp)
{
	size_t size = strlen(text) + 1;
	char *copy = kmalloc(size, gfp);

	return copy ? memcpy(copy, text, size) : NULL;
}

void *kvzalloc(size_t size, gfp_t gfp)
{
	if (!gfpflags_allow_blocking(gfp))
		shim_die("kvzalloc() with flags that it does not support");
	if (size > INT_MAX)
		shim_die("kvzalloc() of more than INT_MAX: the kernel warns");
	/* Before 5.17, kvmalloc() falls back to vmalloc() only with all flags of GFP_KERNEL. */
	if ((gfp & GFP_KERNEL) != GFP_KERNEL)
		return kzalloc(size, gfp);
	return allocate(size, gfp, true);
}

void kfree(const void *ptr)
{
	if (ptr)
		__atomic_sub_fetch(&memory.live, 1, __ATOMIC_RELAXED);
	free((void *)ptr);
}

void kvfree(const void *ptr)
{
	kfree(ptr);
}

size_t ksize(const void *ptr)
{
	return malloc_usable_size((void *)ptr);
}

/* --- locks ------------------------------------------------------------- */

void spin_lock_init(spinlock_t *lock)
{
	*lock = (spinlock_t)PTHREAD_MUTEX_INITIALIZER;
}

void spin_lock(spinlock_t *lock)
{
	if (pthread_mutex_lock(lock))
		shim_die("spin_lock()");
	locks_held++;
}

void spin_unlock(spinlock_t *lock)
{
	locks_held--;
	if (pthread_mutex_unlock(lock))
		shim_die("spin_unlock()");
}

void mutex_lock(struct mutex *mutex)
{
	if (locks_held || rcu_depth)
		shim_die("mutex_lock() in an atomic section");
	if (pthread_mutex_lock(&mutex->lock))
		shim_die("mutex_lock()");
}

void mutex_unlock(struct mutex *mutex)
{
	if (pthread_mutex_unlock(&mutex->lock))
		shim_die("mutex_unlock()");
}

/* --- RCU: readers share a lock, a grace period takes it alone ----------- */

static pthread_rwlock_t readers = PTHREAD_RWLOCK_INITIALIZER;

void rcu_read_lock(void)
{
	if (!rcu_depth++ && pthread_rwlock_rdlock(&readers))
		shim_die("rcu_read_lock()");
}

void rcu_read_unlock(void)
{
	if (rcu_depth < 1 || (!--rcu_depth && pthread_rwlock_unlock(&readers)))
		shim_die("rcu_read_unlock()");
}

bool rcu_read_lock_held(void)
{
	return rcu_depth > 0;
}

void call_rcu(struct rcu_head *head, void (*func)(struct rcu_head *head))
{
	head->func = func;
	head->next = READ_ONCE(callbacks);
	while (!__atomic_compare_exchange_n(&callbacks, &head->next, head, false,
					    __ATOMIC_RELEASE, __ATOMIC_RELAXED))
		;
}

void synchronize_rcu(void)
{
	if (rcu_depth || locks_held)
		shim_die("a grace period in an atomic section");
	pthread_rwlock_wrlock(&readers);
	pthread_rwlock_unlock(&readers);
}

/**
 * shim_rcu_run() - wait for a grace period, then run the callbacks of call_rcu()
 */
void shim_rcu_run(void)
{
	struct rcu_head *head = __atomic_exchange_n(&callbacks, NULL, __ATOMIC_ACQUIRE);

	if (head)
		synchronize_rcu();
	while (head) {
		struct rcu_head *next = head->next;

		head->func(head);
		head = next;
	}
}
