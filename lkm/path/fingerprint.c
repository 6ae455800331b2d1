// SPDX-License-Identifier: GPL-2.0-only
/*
 * Stands for a pathname without building it: a keyed hash of the names from a
 * dentry up to the root of the mount namespace. Two paths of the same
 * fingerprint have the same name. It is taken under RCU; the sequence counters
 * of renames and of mounts tell whether the tree stood still meanwhile.
 *
 * Where a file system is mounted is private to the kernel, and asking takes
 * locks. So the answers are kept in a small table, each for as long as nothing
 * at all is mounted or unmounted.
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
#include "core/hits.h"
#include "fingerprint.h"
#include "core/hash.h"
#include "pathname.h"

/* Places that share a set, and sets: room for a thousand mounts. */
#define PLACES_WAYS 4
#define PLACES_BITS 8

/**
 * struct place - where a file system is mounted
 * @sequence: writers make it odd
 * @mounts: when this was true, of the kernel's lock of mounts
 * @mnt: which
 * @parent: on which other mount; NULL for the root of a mount namespace, @mnt itself
 * when it has no place in any
 * @mountpoint: on which of its dentries
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

/* The kernel's own; NULL when it could not be found: then nothing is known. */
static seqlock_t *mount_lock;

static struct place *places_of(const struct vfsmount *mnt)
{
	return places[hash_ptr((void *)mnt, PLACES_BITS)];
}

/*
 * Up from the root of a mount: sets @parent and @mountpoint as its place has them.
 * Returns false when the place is not known.
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

/* Has it a name of its own, not one that is made of the names of dentries? */
static bool path_is_pseudo(const struct path *path)
{
	const struct dentry *dentry = path->dentry;

	return dentry->d_op && dentry->d_op->d_dname;
}

/*
 * The top of /proc, where the caller's own process is "self", however it is
 * called: is this name the number of the caller?
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
 * Takes the name of a dentry into a hash, and sets it to its parent. Returns false
 * when something moved, or there is nothing above.
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
	 * While no rename began, the length is that of the name. After this, a rename
	 * may change bytes under us, but frees none. Room for short names is in the
	 * dentry, and longer than a word: they need no such care.
	 */
	if (!hash_name_is_short(len) && read_seqretry(&rename_lock, renames))
		return false;
	/* No file is called "/self". */
	if (proc && IS_ROOT(parent) && name_is_self(name, len, (*dentry)->d_sb))
		*hash = hash_bytes(*hash, "/self", 5);
	else
		*hash = hash_name(*hash, name, len);
	*dentry = parent;
	return true;
}

/* The name of a directory ends in '/'. Seeds may differ in their low bits only. */
static __always_inline u64 hash_begin(u64 seed, const struct dentry *dentry)
{
	return seed ^ (u64)d_is_dir(dentry) << 63;
}

/* By the type, and the device, of the file system and the names in it. */
static noinline u64 hash_local(const struct path *path, u64 seed, unsigned int renames)
{
	struct dentry *dentry = path->dentry;
	const struct super_block *sb = dentry->d_sb;
	bool proc = sb->s_magic == PROC_SUPER_MAGIC;
	u64 hash = hash_mix(hash_begin(seed, dentry), (uintptr_t)sb->s_type);

	hash = hash_mix(hash, sb->s_dev);
	while (!IS_ROOT(dentry)) {
		/* A root that it became meanwhile was moved. */
		if (!hash_dentry(&dentry, proc, renames, &hash))
			return 0;
	}
	return hash | 1;
}

/* By the names up to the root of the mount namespace. This is what most accesses cost. */
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
 * Pipes, anonymous inodes, what is in memory only: the names are made of the kind,
 * the number and the name, and none of them changes. The exceptions are sockets,
 * which go by what they were made for, buffers, which can be named anew, and
 * namespaces, of which one of another kind may get the number.
 */
static noinline u64 hash_pseudo(const struct path *path, u64 seed)
{
	const struct dentry *dentry = path->dentry;
	struct inode *inode = d_backing_inode(dentry);
	u64 hash = hash_mix(seed ^ dentry->d_sb->s_dev, (uintptr_t)dentry->d_op->d_dname);
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
	hash = hash_mix(hash, inode->i_ino);
	return hash_bytes(hash, dentry->d_name.name, dentry->d_name.len) | 1;
}

/* 0 when there is none. What was read is true only if nothing moved meanwhile. */
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
 * Begins a look at where things are. Returns false while somebody moves one. This is
 * not read_seqbegin(): on PREEMPT_RT that may wait for the writer, and we may not.
 */
static __always_inline bool nothing_moves(unsigned int *renames, unsigned int *mounts)
{
	*renames = raw_read_seqcount(&rename_lock.seqcount.seqcount);
	*mounts = raw_read_seqcount(&mount_lock->seqcount.seqcount);
	return likely(!((*renames | *mounts) & 1));
}

static __always_inline bool nothing_moved(unsigned int renames, unsigned int mounts)
{
	return !read_seqretry(&rename_lock, renames) && !read_seqretry(mount_lock, mounts);
}

/**
 * fingerprint_take() - the fingerprint of a path
 * @path: which; it need not exist
 * @seed: what else it is to stand for
 * @print: filled in
 *
 * Context: any; the caller holds a reference to @path. Takes no lock,
 * allocates nothing.
 * Return: false when there is none: the path has a name of another kind, or
 * something moved, or fingerprint_learn() is needed.
 */
bool fingerprint_take(const struct path *path, u64 seed, struct fingerprint *print)
{
	if (!mount_lock)
		return false;
	/* Cheaper than rcu_read_lock(), which is a call. */
	rcu_read_lock_sched();
	print->hash = 0;
	if (nothing_moves(&print->renames, &print->mounts))
		print->hash = hash_path(path, seed, print->renames, print->mounts);
	rcu_read_unlock_sched();
	return print->hash && fingerprint_holds(print);
}

/**
 * fingerprint_is_known() - was this access to a path recorded? If so, count it
 * @path: which
 * @seed: whose access, and what was done: what fingerprint_take() gets
 *
 * For most accesses this is all that is done.
 *
 * Context: task; as fingerprint_take().
 * Return: true only if it was. False does not say that it was not.
 */
bool fingerprint_is_known(const struct path *path, u64 seed)
{
	unsigned int renames, mounts;
	bool known = false;
	u64 key;

	if (unlikely(!mount_lock))
		return false;
	rcu_read_lock_sched();
	if (nothing_moves(&renames, &mounts)) {
		key = hash_path(path, seed, renames, mounts);
		known = key && nothing_moved(renames, mounts) && hits_use(key);
	}
	rcu_read_unlock_sched();
	return known;
}

/**
 * fingerprint_holds() - does the path still have the name that it had?
 * @print: taken before
 *
 * Context: any.
 * Return: false when anything was renamed, mounted or unmounted since.
 */
bool fingerprint_holds(const struct fingerprint *print)
{
	return nothing_moved(print->renames, print->mounts);
}

/* Is the last word of the text before @end this name? Sets @end to where it begins. */
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
 * Up from @path: is each word of the text the name of a dentry, up to the root?
 * What is mounted over, or not in its folder any more, is not found by its name.
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
		/* As in hash_dentry(). */
		if (read_seqretry(&rename_lock, print->renames) || d_unhashed(dentry) ||
		    !text_ends_in(text, &end, name, len))
			return false;
		dentry = READ_ONCE(dentry->d_parent);
	}
	/* The root itself is not looked for, so nothing that is mounted on it is found. */
	while (end > text && end[-1] == '/')
		end--;
	return !is_mountpoint && end == text && *text == '/';
}

/**
 * fingerprint_is_plain() - does a text lead the current task to a path through no
 * symbolic link?
 * @text: absolute, as it was given
 * @path: of a file; the caller holds a reference to it
 * @print: from fingerprint_take(), of @path
 *
 * Context: may sleep; allocates nothing.
 * Return: true when looking for @text would find @path, whether or not the last
 * link is followed. False does not say that it would not.
 */
bool fingerprint_is_plain(const char *text, const struct path *path,
			  const struct fingerprint *print)
{
	struct path root;
	bool plain;

	get_fs_root(current->fs, &root);
	rcu_read_lock_sched();
	/* Before: what was unmounted since may be freed already. After: it moved under us. */
	plain = fingerprint_holds(print) && text_names(text, path, &root, print) &&
		fingerprint_holds(print);
	rcu_read_unlock_sched();
	path_put(&root);
	return plain;
}

/* Is there a name from the root of a mount namespace? */
static bool root_is_absolute(const struct path *root)
{
	char buffer[8];
	char *pos = borrowed(d_absolute_path)(root, buffer, sizeof(buffer));

	return pos != ERR_PTR(-EINVAL);
}

/* The place to write: that of the mount, or one that is out of date, or any. */
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
 * fingerprint_learn() - find out where the mounts above a path are
 * @path: which
 *
 * Context: may sleep; the caller holds a reference to @path.
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
		/* Kept alive by its place in the tree, until that changes. */
		struct vfsmount *mnt = above.mnt;

		if (!follow_up(&above)) {
			place_write(mnt, root_is_absolute(&above) ? NULL : mnt, NULL, mounts);
			break;
		}
		place_write(mnt, above.mnt, above.dentry, mounts);
		/* On to the root of the mount above. */
		dput(above.dentry);
		above.dentry = dget(above.mnt->mnt_root);
	}
	path_put(&above);
}

/**
 * fingerprint_init() - find what counts the changes of mounts
 *
 * Without it all works, but slower.
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
		pr_warn("this kernel has no mount_lock: every access costs a pathname\n");
	return 0;
}
