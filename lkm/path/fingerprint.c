// SPDX-License-Identifier: GPL-2.0-only
/*
 * A fingerprint identifies a pathname without building it: a keyed hash of the names from
 * a dentry up to the root of the host's mounts. Two paths with the same fingerprint have
 * the same pathname. It is computed under RCU; the sequence counters of renames and mounts
 * show whether the tree changed meanwhile.
 */
#include <linux/dcache.h>
#include <linux/fs.h>
#include <linux/fs_struct.h>
#include <linux/magic.h>
#include <linux/pid_namespace.h>
#include <linux/proc_fs.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/seqlock.h>
#include <linux/string.h>
#include <net/sock.h>

#include "core/hash.h"
#include "core/hits.h"
#include "core/leaf.h"
#include "fingerprint.h"
#include "pathname.h"
#include "place.h"

/* Whether the file system makes up the name, as for pipes, instead of using dentries. */
static bool path_is_pseudo(const struct path *path)
{
	const struct dentry *dentry = path->dentry;

	return dentry->d_op && dentry->d_op->d_dname;
}

/*
 * Whether a name at the top of /proc is the process ID of the current process. Such a name
 * is recorded as "self", like the symbolic link.
 */
static bool name_is_self(const unsigned char *name, u32 len, struct super_block *sb)
{
	pid_t self;
	u32 digits = 0, number = 0;

	if (!len || len > 9)
		return false;
	for (; digits < len && name[digits] >= '0' && name[digits] <= '9'; digits++)
		number = number * 10 + name[digits] - '0';
	if (digits < len || name[0] == '0')
		return false;
	self = task_tgid_nr_ns(current, proc_pid_ns(sb));
	return self && number == self;
}

/*
 * Mixes the name of a dentry into @hash and sets @dentry to its parent. Returns false if a
 * rename began or the dentry has no parent.
 */
static __always_inline bool hash_dentry(struct dentry **dentry, bool proc,
					unsigned int renames, u64 *hash)
{
	struct dentry *parent = READ_ONCE((*dentry)->d_parent);
	const unsigned char *name = READ_ONCE((*dentry)->d_name.name);
	u32 len = READ_ONCE((*dentry)->d_name.len);

	if (unlikely(parent == *dentry))
		return false;
	/*
	 * As long as no rename began, the length belongs to the name. A rename that begins
	 * after this check may change the bytes, but RCU keeps them from being freed. A short
	 * name is stored in the dentry, in more than eight bytes: reading eight is always safe.
	 */
	if (!hash_name_is_short(len) && read_seqretry(&rename_lock, renames))
		return false;
	/* No name contains a slash, so this hash is unique. */
	if (proc && IS_ROOT(parent) && name_is_self(name, len, (*dentry)->d_sb))
		*hash = hash_bytes(*hash, "/self", 5);
	else
		*hash = hash_name(*hash, name, len);
	*dentry = parent;
	return true;
}

/* Bit 63 stands for the '/' at the end of a directory's name: event_action() does not use it. */
static __always_inline u64 hash_begin(u64 seed, const struct dentry *dentry)
{
	return (seed & ~FINGERPRINT_FOLDER) ^ (u64)d_is_dir(dentry) << 63;
}

/*
 * Hashes the type and device of the file system, and the names in it. The name of a file that is
 * not visible on the host begins with the type or the device.
 */
static noinline u64 hash_local(struct dentry *leaf, u64 seed, unsigned int renames, u64 *folder)
{
	const struct super_block *sb = leaf->d_sb;
	bool proc = sb->s_magic == PROC_SUPER_MAGIC, is_root = IS_ROOT(leaf);
	struct dentry *dentry = is_root ? leaf : READ_ONCE(leaf->d_parent);
	u64 hash = hash_mix(hash_begin(seed, leaf), (uintptr_t)sb->s_type);
	int levels = PATHNAME_LEVELS - !is_root;

	hash = hash_mix(hash, sb->s_dev);
	while (!IS_ROOT(dentry)) {
		/* Fails if the dentry was moved and has become a root. */
		if (unlikely(--levels < 0) || !hash_dentry(&dentry, proc, renames, &hash))
			return 0;
	}
	if (is_root)
		return hash | 1;
	/* In proc, the last name may be recorded as "self". */
	if (!proc)
		*folder = hash & ~1ULL;
	return hash_dentry(&leaf, proc, renames, &hash) ? hash | 1 : 0;
}

/* Bit 62 stands for the root of a mount: its name is hashed first, the name of others last. */
#define HASH_MOUNT BIT_ULL(62)

/*
 * Hashes the names up to the root of the host's mounts, PATHNAME_LEVELS names at most. Most
 * accesses take this path. The last name comes last, so that the hash before it is that of the
 * directory. The root of a mount has no last name.
 */
static __always_inline u64 hash_names(const struct path *path, u64 seed, unsigned int renames,
				      unsigned int mounts, u64 *folder, bool is_root)
{
	struct dentry *leaf = path->dentry, *root = path->mnt->mnt_root;
	struct dentry *dentry = is_root ? leaf : READ_ONCE(leaf->d_parent);
	struct vfsmount *mnt = path->mnt;
	u64 hash = hash_begin(seed, leaf) ^ (is_root ? HASH_MOUNT : 0);
	int levels = PATHNAME_LEVELS - !is_root;

	for (;;) {
		while (dentry != root) {
			if (unlikely(--levels < 0) ||
			    !hash_dentry(&dentry, false, renames, &hash))
				return 0;
		}
		if (unlikely(--levels < 0))
			return 0;
		mnt = place_above(mnt, &dentry);
		if (!mnt)
			break;
		/* If the tree has changed, the mount may be freed. */
		if (read_seqretry(place_lock, mounts))
			return 0;
		root = mnt->mnt_root;
	}
	if (is_root)
		return hash | 1;
	*folder = hash & ~1ULL;
	return hash_dentry(&leaf, false, renames, &hash) ? hash | 1 : 0;
}

/* As hash_names(), for the root of a mount. */
static noinline u64 hash_root(struct path path, u64 seed, unsigned int renames,
			      unsigned int mounts)
{
	return hash_names(&path, seed, renames, mounts, NULL, true);
}

/* Like hash_path(), for a path in a mount of another namespace. */
static noinline u64 hash_foreign(struct path path, u64 seed, unsigned int renames,
				 unsigned int mounts, u64 *folder)
{
	if (!place_find(path.mnt, mounts, &path.mnt))
		return 0;
	if (!path.mnt || !place_is_visible(&path, mounts, PATHNAME_LEVELS))
		return hash_local(path.dentry, seed, renames, folder);
	if (path.dentry == path.mnt->mnt_root)
		return hash_root(path, seed, renames, mounts);
	return hash_names(&path, seed, renames, mounts, folder, false);
}

/*
 * Hashes the made-up name of a pipe, an anonymous inode, a memfd or the like: from its
 * kind, inode number and dentry name, which do not change. Exceptions: a socket is named by
 * its family, type and protocol. A dma-buf can be renamed, and the inode number of a
 * namespace can be reused for another kind of namespace: they have no fingerprint.
 */
static noinline u64 hash_pseudo(const struct dentry *dentry, u64 seed)
{
	struct inode *inode = d_backing_inode(dentry);
	u64 hash = hash_mix(seed, (uintptr_t)dentry->d_op->d_dname);
	struct pathname_socket socket;

	switch (dentry->d_sb->s_magic) {
	case SOCKFS_MAGIC:
		if (!pathname_socket(dentry, &socket))
			return 0;
		hash = hash_mix(hash, socket.family);
		return hash_mix(hash, (u64)socket.type << 32 | socket.protocol) | 1;
	case DMA_BUF_MAGIC:
	case NSFS_MAGIC:
		return 0;
	}
	/* Do not XOR the device into @seed: it could cancel out the bits of the action. */
	hash = hash_mix(hash, inode->i_ino ^ (u64)dentry->d_sb->s_dev << 32);
	return hash_bytes(hash, dentry->d_name.name, dentry->d_name.len) | 1;
}

/*
 * Returns 0 if there is no fingerprint, and sets @folder to that of the directory, or to 0. The
 * results are valid only if tree_is_unchanged().
 */
static __always_inline u64 hash_path(const struct path *path, u64 seed,
				     unsigned int renames, unsigned int mounts, u64 *folder)
{
	*folder = 0;
	if (unlikely(path_is_pseudo(path)))
		return hash_pseudo(path->dentry, seed & ~FINGERPRINT_FOLDER);
	if (pathname_is_local(path))
		return hash_local(path->dentry, seed, renames, folder);
	if (unlikely(place_is_foreign(path->mnt)))
		return hash_foreign(*path, seed, renames, mounts, folder);
	if (unlikely(path->dentry == path->mnt->mnt_root))
		return hash_root(*path, seed, renames, mounts);
	return hash_names(path, seed, renames, mounts, folder, false);
}

/*
 * Begins reading the tree. Returns false while a rename or mount is in progress. Not
 * read_seqbegin(): on PREEMPT_RT it may wait for the writer, and the caller cannot sleep.
 */
static __always_inline bool tree_is_stable(unsigned int *renames, unsigned int *mounts)
{
	*renames = raw_read_seqcount(&rename_lock.seqcount.seqcount);
	*mounts = raw_read_seqcount(&place_lock->seqcount.seqcount);
	return likely(!((*renames | *mounts) & 1));
}

static __always_inline bool tree_is_unchanged(unsigned int renames, unsigned int mounts)
{
	return !read_seqretry(&rename_lock, renames) && !read_seqretry(place_lock, mounts);
}

/**
 * fingerprint_take() - take the fingerprint of a path
 * @path: the path; it need not exist; the caller holds a reference
 * @seed: hash of the domain and the action, or 0; becomes part of the fingerprint
 * @print: filled in
 *
 * Context: any; takes no lock and allocates nothing.
 * Return: true, or false for any of four reasons: the name of the path may change without
 * notice; the path has more than PATHNAME_LEVELS names; the tree changed meanwhile; the host's
 * mount for a mount of another namespace is not cached, and the caller can try again after
 * fingerprint_learn().
 */
bool fingerprint_take(const struct path *path, u64 seed, struct fingerprint *print)
{
	if (!place_lock)
		return false;
	/* Cheaper than rcu_read_lock(), which is a function call. */
	rcu_read_lock_sched();
	print->hash = 0;
	print->turn = place_is_foreign(path->mnt) ? smp_load_acquire(&place_turn) : 0;
	if (tree_is_stable(&print->renames, &print->mounts))
		print->hash = hash_path(path, seed, print->renames, print->mounts, &print->folder);
	rcu_read_unlock_sched();
	return print->hash && fingerprint_holds(print);
}

/* Returns @folder if the last name of a path is recorded as it is, else 0. */
static noinline u64 folder_of(const struct dentry *dentry, u64 folder, unsigned int renames,
			      unsigned int mounts)
{
	const unsigned char *name = READ_ONCE(dentry->d_name.name);
	u32 len = READ_ONCE(dentry->d_name.len);

	/* See hash_dentry(): after the first check, the length belongs to the name. */
	return folder && !read_seqretry(&rename_lock, renames) && leaf_is_plain(name, len) &&
	       tree_is_unchanged(renames, mounts) ? folder : 0;
}

/**
 * fingerprint_folder() - get the fingerprint of the folder of a path whose last name is plain
 * @path: the path; the caller holds a reference
 * @print: fingerprint of @path from fingerprint_take()
 *
 * Context: any; takes no lock and allocates nothing.
 * Return: @folder of @print if leaf_is_plain() of the last name; else 0.
 */
u64 fingerprint_folder(const struct path *path, const struct fingerprint *print)
{
	u64 folder;

	rcu_read_lock_sched();
	folder = folder_of(path->dentry, print->folder, print->renames, print->mounts);
	rcu_read_unlock_sched();
	return folder;
}

/* Does the work of fingerprint_count_repeat() and fingerprint_count_attempt(). */
static __always_inline u64 count_repeat(const struct path *path, u64 seed,
					struct attempt *attempt)
{
	unsigned int renames, mounts;
	enum seen_use use;
	u64 key = 0, folder;

	if (unlikely(!place_lock))
		return 0;
	rcu_read_lock_sched();
	if (tree_is_stable(&renames, &mounts)) {
		key = hash_path(path, seed, renames, mounts, &folder);
		use = key && tree_is_unchanged(renames, mounts) ?
		      hits_use_attempt(key, attempt) : SEEN_KNOWN;
		if (unlikely(use != SEEN_COUNTED))
			key = use == SEEN_NOT && seed & FINGERPRINT_FOLDER ?
			      folder_of(path->dentry, folder, renames, mounts) : 0;
	}
	rcu_read_unlock_sched();
	return key;
}

/**
 * fingerprint_count_repeat() - count an access to a path if it was recorded before
 * @path: the path; the caller holds a reference
 * @seed: as for fingerprint_take(); and FINGERPRINT_FOLDER
 *
 * Most accesses need no other function.
 *
 * Context: process context; takes no lock and allocates nothing.
 * Return: the key of the access if it was counted, an odd number. If it is not in the cache, and
 * FINGERPRINT_FOLDER is set, the same as fingerprint_folder(). 0 if the caller must record it in
 * any case, or if the path has no fingerprint.
 */
u64 fingerprint_count_repeat(const struct path *path, u64 seed)
{
	return count_repeat(path, seed, NULL);
}

/**
 * fingerprint_count_attempt() - count an attempt if its access was recorded before
 * @mnt: mount of the path; the caller holds a reference
 * @dentry: dentry of the path; the caller holds a reference
 * @seed: as for fingerprint_count_repeat()
 * @attempt: the attempt, without an access, or NULL. The access is noted in it if it was counted
 *
 * Context: as fingerprint_count_repeat().
 * Return: as fingerprint_count_repeat().
 */
u64 fingerprint_count_attempt(struct vfsmount *mnt, struct dentry *dentry, u64 seed,
			      struct attempt *attempt)
{
	const struct path path = { .mnt = mnt, .dentry = dentry };

	return count_repeat(&path, seed, attempt);
}

/**
 * fingerprint_holds() - check whether a fingerprint is still valid
 * @print: the fingerprint
 *
 * Context: any.
 * Return: false if anything was renamed, mounted or unmounted since it was taken.
 */
bool fingerprint_holds(const struct fingerprint *print)
{
	return tree_is_unchanged(print->renames, print->mounts) &&
	       (!print->turn || print->turn == READ_ONCE(place_turn));
}

/* Whether the last component before @end is @name. Moves @end back to its first byte. */
static bool text_ends_in(const char *text, const char **end, const unsigned char *name, u32 len)
{
	const char *last = *end;

	while (last > text && last[-1] == '/')
		last--;
	if (last - text <= len || last[-1 - (long)len] != '/' || memcmp(last - len, name, len))
		return false;
	*end = last - len;
	return true;
}

/*
 * Whether the components of @text are the names of the dentries from @path up to @root. A
 * lookup does not find a dentry that is mounted over or no longer in its directory.
 */
static bool text_names(const char *text, const struct path *path, const struct path *root,
		       const struct fingerprint *print)
{
	const char *end = text + strlen(text);
	struct vfsmount *mnt = path->mnt;
	struct dentry *dentry = path->dentry;
	unsigned int levels = PATHNAME_LEVELS;
	bool is_mountpoint = false;

	while (mnt != root->mnt || dentry != root->dentry) {
		const unsigned char *name = READ_ONCE(dentry->d_name.name);
		u32 len = READ_ONCE(dentry->d_name.len);

		if (!levels-- || (!is_mountpoint && d_mountpoint(dentry)))
			return false;
		is_mountpoint = dentry == mnt->mnt_root;
		if (is_mountpoint) {
			mnt = place_above(mnt, &dentry);
			if (!mnt || read_seqretry(place_lock, print->mounts))
				return false;
			continue;
		}
		/* See hash_dentry(). */
		if (read_seqretry(&rename_lock, print->renames) || d_unhashed(dentry) ||
		    !text_ends_in(text, &end, name, len))
			return false;
		dentry = READ_ONCE(dentry->d_parent);
	}
	/* A lookup starts at the root and does not follow a mount on it. */
	while (end > text && end[-1] == '/')
		end--;
	return !is_mountpoint && end == text && *text == '/';
}

/**
 * fingerprint_is_plain() - check whether a pathname leads to a path without symbolic links
 * @text: pathname given by the current task
 * @path: path of a file; the caller holds a reference
 * @print: fingerprint of @path from fingerprint_take()
 *
 * Context: may sleep; allocates nothing.
 * Return: true if a lookup of @text by the current task finds @path, whether or not it
 * follows a final symbolic link; false if unknown.
 */
bool fingerprint_is_plain(const char *text, const struct path *path,
			  const struct fingerprint *print)
{
	/* Only compared: no references. Another thread may change the root at any time anyway. */
	const struct path root = {
		.mnt = READ_ONCE(current->fs->root.mnt),
		.dentry = READ_ONCE(current->fs->root.dentry),
	};
	bool plain;

	rcu_read_lock_sched();
	/*
	 * The first check keeps text_names() from using a place of an unmounted, freed mount;
	 * the second detects a change during text_names().
	 */
	plain = fingerprint_holds(print) && text_names(text, path, &root, print) &&
		fingerprint_holds(print);
	rcu_read_unlock_sched();
	return plain;
}

/**
 * fingerprint_learn() - cache the host's mount for a path in a mount of another namespace
 * @path: the path; the caller holds a reference
 *
 * Context: may sleep.
 */
void fingerprint_learn(const struct path *path)
{
	if (place_lock && place_is_foreign(path->mnt) && !path_is_pseudo(path) &&
	    !pathname_is_local(path))
		place_learn(path->mnt);
}
