// SPDX-License-Identifier: GPL-2.0-only
/*
 * A fingerprint identifies a pathname without building it: a keyed hash of the names from
 * a dentry up to the root of the mount namespace. Two paths with the same fingerprint have
 * the same pathname. It is computed under RCU; the sequence counters of renames and mounts
 * show whether the tree changed meanwhile.
 *
 * Modules cannot read the mount point of a file system, and a lookup takes locks. So the
 * places of mounts (parent mount and mount point) are cached in a small table, until anything
 * is mounted or unmounted.
 */
#include <linux/dcache.h>
#include <linux/fs.h>
#include <linux/fs_struct.h>
#include <linux/hash.h>
#include <linux/magic.h>
#include <linux/mount.h>
#include <linux/namei.h>
#include <linux/pid_namespace.h>
#include <linux/printk.h>
#include <linux/proc_fs.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/seqlock.h>
#include <linux/string.h>
#include <net/sock.h>

#include "probe/symbol.h"
#include "core/hash.h"
#include "core/hits.h"
#include "fingerprint.h"
#include "pathname.h"

/* Set-associative cache of 2^PLACES_BITS sets: room for 1024 mounts. */
#define PLACES_WAYS 4
#define PLACES_BITS 8

/**
 * struct place - cached mount point of a mount
 * @sequence: odd while the entry is written
 * @mounts: sequence of mount_lock at which the entry is valid
 * @mnt: the mount; a key
 * @parent: mount on which @mnt is mounted; NULL if @mnt is the root of a mount namespace,
 *	@mnt itself if it is in no mount namespace
 * @mountpoint: dentry of @parent on which @mnt is mounted
 */
struct place {
	seqcount_t sequence;
	unsigned int mounts;
	struct vfsmount *mnt;
	struct vfsmount *parent;
	struct dentry *mountpoint;
};

static struct place places[1 << PLACES_BITS][PLACES_WAYS];
static DEFINE_SPINLOCK(places_lock);

/* The kernel's mount_lock; NULL if not found: then there are no fingerprints. */
static seqlock_t *mount_lock;

static struct place *places_of(const struct vfsmount *mnt)
{
	return places[hash_ptr((void *)mnt, PLACES_BITS)];
}

/*
 * Looks up the place of a mount and sets @parent and @mountpoint. Returns false if the
 * place is not cached.
 */
static __always_inline bool place_find(struct vfsmount *mnt, unsigned int mounts,
				       struct vfsmount **parent, struct dentry **mountpoint)
{
	const struct place *place = places_of(mnt), *end = place + PLACES_WAYS;

	for (; place < end; place++) {
		unsigned int sequence = raw_read_seqcount(&place->sequence);

		if (READ_ONCE(place->mnt) != mnt)
			continue;
		*parent = READ_ONCE(place->parent);
		*mountpoint = READ_ONCE(place->mountpoint);
		if (READ_ONCE(place->mounts) == mounts && !(sequence & 1) &&
		    !read_seqcount_retry(&place->sequence, sequence))
			return true;
	}
	return false;
}

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

/* Bit 63 stands for the '/' at the end of a directory's name: no two actions differ only in it. */
static __always_inline u64 hash_begin(u64 seed, const struct dentry *dentry)
{
	return seed ^ (u64)d_is_dir(dentry) << 63;
}

/* Hashes the type and device of the file system, and the names in it. */
static noinline u64 hash_local(const struct path *path, u64 seed, unsigned int renames)
{
	struct dentry *dentry = path->dentry;
	const struct super_block *sb = dentry->d_sb;
	bool proc = sb->s_magic == PROC_SUPER_MAGIC;
	u64 hash = hash_mix(hash_begin(seed, dentry), (uintptr_t)sb->s_type);

	hash = hash_mix(hash, sb->s_dev);
	while (!IS_ROOT(dentry)) {
		/* Fails if the dentry was moved and has become a root. */
		if (!hash_dentry(&dentry, proc, renames, &hash))
			return 0;
	}
	return hash | 1;
}

/* Hashes the names up to the root of the mount namespace. Most accesses take this path. */
static __always_inline u64 hash_absolute(const struct path *path, u64 seed,
					 unsigned int renames, unsigned int mounts)
{
	struct vfsmount *mnt = path->mnt, *parent;
	struct dentry *dentry = path->dentry;
	u64 hash = hash_begin(seed, dentry);

	for (;;) {
		while (dentry != mnt->mnt_root) {
			if (!hash_dentry(&dentry, false, renames, &hash))
				return 0;
		}
		if (!place_find(mnt, mounts, &parent, &dentry))
			return 0;
		if (!parent)
			return hash | 1;
		if (parent == mnt)
			return hash_local(path, seed, renames);
		mnt = parent;
	}
}

/*
 * Hashes the made-up name of a pipe, an anonymous inode, a memfd or the like: from its
 * kind, inode number and dentry name, which do not change. Exceptions: a socket is named by
 * its family, type and protocol. A dma-buf can be renamed, and the inode number of a
 * namespace can be reused for another kind of namespace: they have no fingerprint.
 */
static noinline u64 hash_pseudo(const struct path *path, u64 seed)
{
	const struct dentry *dentry = path->dentry;
	struct inode *inode = d_backing_inode(dentry);
	u64 hash = hash_mix(seed, (uintptr_t)dentry->d_op->d_dname);
	struct pathname_socket socket;

	switch (dentry->d_sb->s_magic) {
	case SOCKFS_MAGIC:
		if (!pathname_socket(path, &socket))
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

/* Returns 0 if there is no fingerprint. The result is valid only if tree_is_unchanged(). */
static __always_inline u64 hash_path(const struct path *path, u64 seed,
				     unsigned int renames, unsigned int mounts)
{
	if (unlikely(path_is_pseudo(path)))
		return hash_pseudo(path, seed);
	if (pathname_is_local(path))
		return hash_local(path, seed, renames);
	return hash_absolute(path, seed, renames, mounts);
}

/*
 * Begins reading the tree. Returns false while a rename or mount is in progress. Not
 * read_seqbegin(): on PREEMPT_RT it may wait for the writer, and the caller cannot sleep.
 */
static __always_inline bool tree_is_stable(unsigned int *renames, unsigned int *mounts)
{
	*renames = raw_read_seqcount(&rename_lock.seqcount.seqcount);
	*mounts = raw_read_seqcount(&mount_lock->seqcount.seqcount);
	return likely(!((*renames | *mounts) & 1));
}

static __always_inline bool tree_is_unchanged(unsigned int renames, unsigned int mounts)
{
	return !read_seqretry(&rename_lock, renames) && !read_seqretry(mount_lock, mounts);
}

/**
 * fingerprint_take() - take the fingerprint of a path
 * @path: the path; it need not exist; the caller holds a reference
 * @seed: hash of the domain and the action, or 0; becomes part of the fingerprint
 * @print: filled in
 *
 * Context: any; takes no lock and allocates nothing.
 * Return: true, or false for any of three reasons: the name of the path may change without
 * notice; the tree changed meanwhile; the place of a mount is not cached, and the caller can
 * try again after fingerprint_learn().
 */
bool fingerprint_take(const struct path *path, u64 seed, struct fingerprint *print)
{
	if (!mount_lock)
		return false;
	/* Cheaper than rcu_read_lock(), which is a function call. */
	rcu_read_lock_sched();
	print->hash = 0;
	if (tree_is_stable(&print->renames, &print->mounts))
		print->hash = hash_path(path, seed, print->renames, print->mounts);
	rcu_read_unlock_sched();
	return print->hash && fingerprint_holds(print);
}

/**
 * fingerprint_count_repeat() - count an access to a path if it was recorded before
 * @path: the path; the caller holds a reference
 * @seed: as for fingerprint_take()
 *
 * Most accesses need no other function.
 *
 * Context: process context; takes no lock and allocates nothing.
 * Return: true if the access was counted. False if it was not recorded before, or if that
 * could not be determined.
 */
bool fingerprint_count_repeat(const struct path *path, u64 seed)
{
	unsigned int renames, mounts;
	bool counted = false;
	u64 key;

	if (unlikely(!mount_lock))
		return false;
	rcu_read_lock_sched();
	if (tree_is_stable(&renames, &mounts)) {
		key = hash_path(path, seed, renames, mounts);
		counted = key && tree_is_unchanged(renames, mounts) && hits_use(key);
	}
	rcu_read_unlock_sched();
	return counted;
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
	return tree_is_unchanged(print->renames, print->mounts);
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
	bool is_mountpoint = false;

	while (mnt != root->mnt || dentry != root->dentry) {
		const unsigned char *name = READ_ONCE(dentry->d_name.name);
		u32 len = READ_ONCE(dentry->d_name.len);

		if (!is_mountpoint && d_mountpoint(dentry))
			return false;
		is_mountpoint = dentry == mnt->mnt_root;
		if (is_mountpoint) {
			struct vfsmount *below = mnt;

			if (!place_find(below, print->mounts, &mnt, &dentry) || !mnt ||
			    mnt == below)
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
	struct path root;
	bool plain;

	get_fs_root(current->fs, &root);
	rcu_read_lock_sched();
	/*
	 * The first check keeps text_names() from using a place of an unmounted, freed mount;
	 * the second detects a change during text_names().
	 */
	plain = fingerprint_holds(print) && text_names(text, path, &root, print) &&
		fingerprint_holds(print);
	rcu_read_unlock_sched();
	path_put(&root);
	return plain;
}

/* Whether a path has a pathname from the root of a mount namespace. */
static bool root_is_absolute(const struct path *root)
{
	char buffer[8];
	char *pos = borrowed(d_absolute_path)(root, buffer, sizeof(buffer));

	return pos != ERR_PTR(-EINVAL);
}

/* Returns the place to overwrite: that of the mount, else an outdated one, else each in turn. */
static struct place *place_choose(const struct vfsmount *mnt, unsigned int mounts)
{
	static unsigned int turn;
	struct place *set = places_of(mnt);
	struct place *chosen = NULL;
	int i;

	for (i = 0; i < PLACES_WAYS; i++) {
		if (set[i].mnt == mnt)
			return &set[i];
		if (!chosen && (set[i].mounts != mounts || !set[i].mnt))
			chosen = &set[i];
	}
	return chosen ?: &set[turn++ % PLACES_WAYS];
}

static void place_write(struct vfsmount *mnt, struct vfsmount *parent,
			struct dentry *mountpoint, unsigned int mounts)
{
	struct place *place;
	unsigned long flags;

	spin_lock_irqsave(&places_lock, flags);
	place = place_choose(mnt, mounts);
	raw_write_seqcount_begin(&place->sequence);
	WRITE_ONCE(place->mnt, mnt);
	WRITE_ONCE(place->parent, parent);
	WRITE_ONCE(place->mountpoint, mountpoint);
	WRITE_ONCE(place->mounts, mounts);
	raw_write_seqcount_end(&place->sequence);
	spin_unlock_irqrestore(&places_lock, flags);
}

/**
 * fingerprint_learn() - cache the places of the mounts above a path
 * @path: the path; the caller holds a reference
 *
 * Context: may sleep.
 */
void fingerprint_learn(const struct path *path)
{
	struct path above;

	if (!mount_lock || path_is_pseudo(path) || pathname_is_local(path))
		return;
	above.mnt = mntget(path->mnt);
	above.dentry = dget(above.mnt->mnt_root);
	for (;;) {
		unsigned int mounts = read_seqbegin(mount_lock);
		/* follow_up() drops the reference; the mount lives on until mount_lock changes. */
		struct vfsmount *mnt = above.mnt;

		if (!follow_up(&above)) {
			place_write(mnt, root_is_absolute(&above) ? NULL : mnt, NULL, mounts);
			break;
		}
		place_write(mnt, above.mnt, above.dentry, mounts);
		/* Continue at the root of the parent mount. */
		dput(above.dentry);
		above.dentry = dget(above.mnt->mnt_root);
	}
	path_put(&above);
}

/**
 * fingerprint_init() - look up the mount_lock of the kernel
 *
 * Without it, there are no fingerprints and each access needs its pathname.
 *
 * Context: may sleep; after symbol_init().
 * Return: 0.
 */
int fingerprint_init(void)
{
	size_t i, way;

	for (i = 0; i < ARRAY_SIZE(places); i++) {
		for (way = 0; way < PLACES_WAYS; way++)
			seqcount_init(&places[i][way].sequence);
	}
	mount_lock = (seqlock_t *)symbol_find("mount_lock");
	if (!mount_lock)
		pr_warn("mount_lock not found: each access builds its pathname, which is slower\n");
	return 0;
}
