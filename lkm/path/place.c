// SPDX-License-Identifier: GPL-2.0-only
/*
 * Finds the places where mounts are mounted. The kernel's struct mount has them, but its definition
 * is private. At load, its layout is proven: for some mounts, the members that are read must equal
 * the result of follow_up(). Without this proof, and for mounts of other namespaces, places are
 * looked up with follow_up(), which takes a lock, and are cached until anything is mounted or
 * unmounted. A user can empty the cache at any time, by closing files of an unmounted file system.
 */
#include <linux/dcache.h>
#include <linux/hash.h>
#include <linux/list.h>
#include <linux/namei.h>
#include <linux/printk.h>
#include <linux/spinlock.h>

#include "probe/symbol.h"
#include "place.h"

seqlock_t *place_lock;
bool place_is_proven;

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

static struct place *places_of(const struct vfsmount *mnt)
{
	return places[hash_ptr((void *)mnt, PLACES_BITS)];
}

/**
 * place_find_cached() - look up where a mount is mounted in the cache
 * @mnt: the mount
 * @mounts: as for place_find()
 *
 * Context: as place_find().
 * Return: the place; unknown if it is not cached.
 */
struct place_found place_find_cached(struct vfsmount *mnt, unsigned int mounts)
{
	const struct place *place = places_of(mnt), *end = place + PLACES_WAYS;
	struct place_found found;

	for (; place < end; place++) {
		unsigned int sequence = raw_read_seqcount(&place->sequence);

		if (READ_ONCE(place->mnt) != mnt)
			continue;
		found.parent = READ_ONCE(place->parent);
		found.mountpoint = READ_ONCE(place->mountpoint);
		if (READ_ONCE(place->mounts) == mounts && !(sequence & 1) &&
		    !read_seqcount_retry(&place->sequence, sequence))
			return found;
	}
	return (struct place_found){ .mountpoint = ERR_PTR(-ENOENT) };
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

/*
 * Moves @path, the root of a mount, to the root of the mount on which it is mounted. Sets
 * @mountpoint, without a reference. Returns false if it is mounted on none.
 */
static bool mount_up(struct path *path, struct dentry **mountpoint)
{
	if (!follow_up(path))
		return false;
	*mountpoint = path->dentry;
	dput(path->dentry);
	path->dentry = dget(path->mnt->mnt_root);
	return true;
}

/* Whether all mounts above @mnt have places that can be read. Safe even if they change. */
static bool places_are_read(struct vfsmount *mnt)
{
	struct dentry *mountpoint;
	int left = 64;
	bool is_read;

	rcu_read_lock();
	do
		is_read = place_read(mnt, &mnt, &mountpoint);
	while (is_read && mnt && left--);
	rcu_read_unlock();
	return is_read && !mnt;
}

/**
 * place_learn() - cache the places of the mounts above a path, unless they can be read
 * @path: the path; the caller holds a reference
 *
 * Context: may sleep; after place_init() found the lock.
 */
void place_learn(const struct path *path)
{
	struct dentry *mountpoint;
	struct path above;

	if (places_are_read(path->mnt))
		return;
	above.mnt = mntget(path->mnt);
	above.dentry = dget(above.mnt->mnt_root);
	for (;;) {
		unsigned int mounts = read_seqbegin(place_lock);
		/* mount_up() drops the references; both live on until mount_lock changes. */
		struct vfsmount *mnt = above.mnt;

		if (!mount_up(&above, &mountpoint)) {
			place_write(mnt, root_is_absolute(&above) ? NULL : mnt, NULL, mounts);
			break;
		}
		place_write(mnt, above.mnt, mountpoint, mounts);
	}
	path_put(&above);
}

/**
 * struct proof - result of examining the layout of struct mount
 * @samples: number of mounts that were examined and are mounted on others
 * @is_wrong: whether a mount was not as expected
 */
struct proof {
	int samples;
	bool is_wrong;
};

/* Compares a mount with the result of follow_up(). Returns false at the root of the mounts. */
static bool prove_mount(struct proof *proof, struct path *above)
{
	unsigned int mounts = read_seqbegin(place_lock);
	struct vfsmount *mnt = mntget(above->mnt);
	const struct place_mount *mount = place_mount_of(mnt);
	struct dentry *mountpoint;
	bool has_parent = mount_up(above, &mountpoint), is_right;

	if (has_parent)
		is_right = mount->parent == place_mount_of(above->mnt) &&
			   mount->mountpoint == mountpoint;
	else
		is_right = mount->parent == mount;
	is_right &= backing_namespace(mnt) == current->nsproxy->mnt_ns;
	/* If anything was mounted meanwhile, this is no sample. */
	if (!read_seqretry(place_lock, mounts)) {
		proof->samples += has_parent;
		proof->is_wrong |= !is_right;
	}
	mntput(mnt);
	return has_parent;
}

/* Examines the mounts of some folders. Returns whether the layout is as expected. */
static bool layout_is_proven(void)
{
	static const char *const folders[] = { "/proc", "/sys", "/dev", "/run", "/" };
	struct proof proof = { };
	struct path path;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(folders); i++) {
		if (kern_path(folders[i], LOOKUP_FOLLOW, &path))
			continue;
		dput(path.dentry);
		path.dentry = dget(path.mnt->mnt_root);
		while (prove_mount(&proof, &path))
			;
		path_put(&path);
	}
	return proof.samples && !proof.is_wrong;
}

/**
 * place_init() - find mount_lock, and prove the layout of struct mount
 *
 * Context: may sleep; after symbol_init() and backing_init().
 */
void place_init(void)
{
	size_t i, way;

	for (i = 0; i < ARRAY_SIZE(places); i++) {
		for (way = 0; way < PLACES_WAYS; way++)
			seqcount_init(&places[i][way].sequence);
	}
	place_lock = (seqlock_t *)symbol_find("mount_lock");
	if (!place_lock) {
		pr_warn("mount_lock not found: each access builds its pathname, which is slower\n");
		return;
	}
	place_is_proven = layout_is_proven();
	if (!place_is_proven)
		pr_info("the layout of mounts is unknown: accesses are slower after each mount\n");
}
