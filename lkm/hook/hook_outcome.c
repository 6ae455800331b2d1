// SPDX-License-Identifier: GPL-2.0-only
/*
 * Hooks that the kernel calls only if an operation is allowed. The hooks that count the
 * operation run before.
 */
#include <linux/fs.h>
#include <linux/kallsyms.h>
#include <linux/net.h>
#include <linux/ptrace.h>
#include <linux/string.h>
#include <net/sock.h>

#include "compat/compat.h"
#include "core/outcome.h"
#include "core/task.h"
#include "event.h"
#include "hook_net.h"
#include "hook_outcome.h"
#include "hooks.h"

/* Operations that the kernel may refuse after their hook, without a later hook for the outcome. */
#define ACCESSES_UNKNOWN \
	(ACCESS_BIT(FILE_IOCTL) | ACCESS_BIT(FILE_MOUNT) | ACCESS_BIT(FILE_UNMOUNT) | \
	 ACCESS_BIT(FILE_PIVOT_ROOT) | ACCESS_BIT(FILE_MOVE_MOUNT) | \
	 ACCESS_BIT(INET_STREAM_BIND) | ACCESS_BIT(INET_STREAM_LISTEN) | \
	 ACCESS_BIT(INET_DGRAM_BIND) | \
	 ACCESS_BIT(INET_DGRAM_SEND) | ACCESS_BIT(INET_RAW_BIND) | ACCESS_BIT(INET_RAW_SEND) | \
	 ACCESS_BIT(UNIX_STREAM_BIND) | ACCESS_BIT(UNIX_STREAM_LISTEN) | \
	 ACCESS_BIT(UNIX_DGRAM_BIND) | ACCESS_BIT(UNIX_SEQPACKET_BIND) | \
	 ACCESS_BIT(UNIX_SEQPACKET_LISTEN))

static_assert(ACCESS_OPS <= 64);
static_assert(!(ACCESSES_UNKNOWN & ACCESSES_FOLLOWED));

/* Whether the hook is attached that reports the outcome of a followed operation. */
static bool has_hook(enum access_op op)
{
	switch (op) {
#define FOLLOWED(ID, HOOK) case ACCESS_##ID: return hooks[HOOK_##HOOK].attached;
	FOLLOWED(FILE_CREATE, inode_create)
	FOLLOWED(FILE_UNLINK, inode_unlink)
	FOLLOWED(FILE_MKDIR, inode_mkdir)
	FOLLOWED(FILE_RMDIR, inode_rmdir)
	FOLLOWED(FILE_MKFIFO, inode_mknod)
	FOLLOWED(FILE_MKSOCK, inode_mknod)
	FOLLOWED(FILE_MKBLOCK, inode_mknod)
	FOLLOWED(FILE_MKCHAR, inode_mknod)
	FOLLOWED(FILE_RENAME, inode_rename)
	FOLLOWED(FILE_LINK, inode_link)
	FOLLOWED(FILE_SYMLINK, inode_symlink)
#ifdef HAVE_HOOK_socket_bind
	FOLLOWED(INET_STREAM_CONNECT, inet_conn_established)
	FOLLOWED(UNIX_STREAM_CONNECT, unix_stream_connect)
	FOLLOWED(UNIX_SEQPACKET_CONNECT, unix_stream_connect)
	FOLLOWED(UNIX_DGRAM_SEND, unix_may_send)
#endif
#undef FOLLOWED
	case ACCESS_FILE_CHMOD:
	case ACCESS_FILE_CHOWN:
	case ACCESS_FILE_CHGRP:
#ifdef HAVE_HOOK_inode_post_setattr
		return hooks[HOOK_inode_post_setattr].attached;
#elif defined(CONFIG_EVM)
		return traces[TRACE_evm_inode_post_setattr].attached;
#endif
	default:
		return false;
	}
}

/**
 * outcome_kind() - find out how the outcome of an operation becomes known
 * @op: operation
 *
 * Context: any, after hooks_attach().
 * Return: see &enum outcome_kind.
 */
enum outcome_kind outcome_kind(enum access_op op)
{
	if (access_is_followed(op))
		return has_hook(op) ? OUTCOME_FOLLOWED : OUTCOME_UNKNOWN;
	return ACCESSES_UNKNOWN >> op & 1 ? OUTCOME_UNKNOWN : OUTCOME_ALLOWED;
}

/* Reports an attempt that is done if it is the first one of its access, or that of a login. */
static noinline void done_report(uintptr_t word, gfp_t gfp)
{
	struct outcome_report report;
	bool is_sent;

	if (!outcome_report_begin(word, event_may_record(), &report))
		return;
	is_sent = event_report(task_history_current()->domain, report.op, report.object, NULL,
			       true, report.why, gfp);
	outcome_reported(&report, is_sent);
}

/* Counts an attempt that is done. @is_pair: as for outcome_done(). */
static __always_inline void done_event(u32 id, bool is_pair, gfp_t gfp)
{
	uintptr_t word = outcome_done(id, is_pair);

	if (unlikely(word))
		done_report(word, gfp);
}

/*
 * The hook inode_setattr runs before the file system checks the permission. If the kernel has no
 * hook that runs after the change, a function that the kernel calls there is traced. Preemption may
 * be disabled then.
 */
static void __maybe_unused changed_event(const struct dentry *dentry, unsigned int valid)
{
	/* A write to a set-user-ID file changes its mode, too. */
	if (valid & ATTR_MODE && !(valid & (ATTR_KILL_SUID | ATTR_KILL_SGID)))
		done_event(attempt_id(ACCESS_FILE_CHMOD, dentry, NULL), false, GFP_HOOK_ATOMIC);
	/* chown() makes the attempt to change the owner first. */
	if (valid & ATTR_UID)
		done_event(attempt_id(ACCESS_FILE_CHOWN, dentry, NULL), true, GFP_HOOK_ATOMIC);
	if (valid & ATTR_GID)
		done_event(attempt_id(ACCESS_FILE_CHGRP, dentry, NULL), false, GFP_HOOK_ATOMIC);
}

static __always_inline void entry_event(enum access_op op, const struct dentry *dentry,
					const void *other)
{
	/* A rename that exchanges two files makes two attempts. */
	done_event(attempt_id(op, dentry, other), op == ACCESS_FILE_RENAME, GFP_HOOK);
}

#ifdef HAVE_HOOK_inode_post_setattr
DEFINE_HOOK_VOID(inode_post_setattr, changed_event(dentry, ia_valid))
#elif defined(CONFIG_EVM) && defined(CONFIG_DYNAMIC_FTRACE_WITH_REGS)
/**
 * trace_changed() - note that the attributes of a file were changed
 * @ip: unused
 * @parent: unused
 * @ops: unused
 * @fregs: registers at the start of a function whose first two arguments are the dentry and
 *	the changed attributes
 *
 * Context: that of the function; preemption may be disabled.
 */
void notrace trace_changed(unsigned long ip, unsigned long parent, struct ftrace_ops *ops,
			   struct ftrace_regs *fregs)
{
	struct pt_regs *regs = ftrace_get_regs(fregs);

	changed_event((const struct dentry *)regs_get_kernel_argument(regs, 0),
		      regs_get_kernel_argument(regs, 1));
}
#endif

/*
 * The kernel also calls inode_rmdir for a directory that is not empty and is not removed. Where
 * ftrace works, the module traces a function that vfs_rmdir() calls only after the removal.
 */
static void rmdir_event(const struct dentry *dentry, const struct inode *dir)
{
	if (!READ_ONCE(traces[TRACE_shrink_dcache_parent].attached))
		entry_event(ACCESS_FILE_RMDIR, dentry, dir);
}

#ifdef CONFIG_DYNAMIC_FTRACE_WITH_REGS
/*
 * Whether an address is in vfs_rmdir(). The compiler may have split that function
 * (vfs_rmdir.part.0), or made it a part of its caller.
 */
static bool is_in_rmdir(unsigned long address)
{
	static unsigned long known;
	char name[KSYM_SYMBOL_LEN];

	if (READ_ONCE(known) == address)
		return true;
	sprint_symbol(name, address);
	if (!str_has_prefix(name, "vfs_rmdir") && !str_has_prefix(name, "do_rmdir") &&
	    !str_has_prefix(name, "filename_rmdir"))
		return false;
	WRITE_ONCE(known, address);
	return true;
}

/**
 * trace_removed() - note that a directory was removed
 * @ip: unused
 * @parent: address to which the function returns
 * @ops: unused
 * @fregs: registers at the start of a function whose first argument is the dentry
 *
 * Context: that of the function; preemption may be disabled.
 */
void notrace trace_removed(unsigned long ip, unsigned long parent, struct ftrace_ops *ops,
			   struct ftrace_regs *fregs)
{
	struct pt_regs *regs = ftrace_get_regs(fregs);
	const struct dentry *dentry = (const struct dentry *)regs_get_kernel_argument(regs, 0);
	const struct task_state *state = task_find_current();
	const struct inode *dir;
	u32 id;

	if (!state)
		return;
	/* Another caller may have a dentry that is being renamed or removed. */
	rcu_read_lock();
	dir = d_inode(READ_ONCE(dentry->d_parent));
	rcu_read_unlock();
	id = attempt_id(ACCESS_FILE_RMDIR, dentry, dir);
	/*
	 * After the attempt was refused, a directory may leave the cache for other reasons: its
	 * process in /proc ends, a FUSE server no longer knows it, another directory replaces it.
	 */
	if (state->newest->id == id && is_in_rmdir(parent))
		done_event(id, false, GFP_HOOK_ATOMIC);
}
#endif

DEFINE_HOOK(inode_create, entry_event(ACCESS_FILE_CREATE, dentry, dir))
DEFINE_HOOK(inode_mknod, entry_event(ACCESS_FILE_CREATE, dentry, dir))
DEFINE_HOOK(inode_unlink, entry_event(ACCESS_FILE_UNLINK, dentry, dir))
DEFINE_HOOK(inode_mkdir, entry_event(ACCESS_FILE_MKDIR, dentry, dir))
DEFINE_HOOK(inode_rmdir, rmdir_event(dentry, dir))
DEFINE_HOOK(inode_rename, entry_event(ACCESS_FILE_RENAME, old_dentry, new_dentry))
DEFINE_HOOK(inode_link, entry_event(ACCESS_FILE_LINK, old_dentry, new_dentry))
DEFINE_HOOK(inode_symlink, entry_event(ACCESS_FILE_SYMLINK, dentry, dir))

#ifdef HAVE_HOOK_socket_bind
/* A lock of the socket is held. */
DEFINE_HOOK(unix_stream_connect, done_event(attempt_id_socket(sock), false, GFP_HOOK_ATOMIC))
DEFINE_HOOK(unix_may_send, done_event(attempt_id_socket(sock->sk), false, GFP_HOOK_ATOMIC))
DEFINE_HOOK_VOID(inet_conn_established, outcome_established(attempt_id_socket(sk), net_peer_of(sk)))
DEFINE_HOOK_VOID(sk_free_security, outcome_closed(attempt_id_socket(sk)))
#endif
