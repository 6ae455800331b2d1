// SPDX-License-Identifier: GPL-2.0-only
/*
 * Finds where mounts are mounted, and the name on the host of a file of another mount namespace.
 *
 * The host is the mount namespace of init. A container, or a service with a private namespace, has
 * its own mounts of the same file systems. A file there gets its name from a mount of the host with
 * the same file system, if this name leads to the file from the host's root.
 *
 * The kernel's struct mount says where a mount is mounted, but its definition is private. At load,
 * the layout is checked: for some mounts, the members must be equal to the results of follow_up().
 *
 * The host's mount that is used for a mount of another namespace is cached until anything is
 * mounted or unmounted. A user can empty the cache at any time, by closing files of an unmounted
 * file system. This makes only accesses in other namespaces slower: the next access searches the
 * mounts of the host, to which ordinary users can add few.
 */
#include <linux/dcache.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/fs_struct.h>
#include <linux/hash.h>
#include <linux/list.h>
#include <linux/magic.h>
#include <linux/namei.h>
#include <linux/pid_namespace.h>
#include <linux/printk.h>
#include <linux/rcupdate.h>
#include <linux/sched/task.h>

#include "probe/symbol.h"
#include "core/counter.h"
#include "pathname.h"
#include "place.h"

seqlock_t *place_lock;
const void *place_host __ro_after_init;
unsigned int place_turn = 1;

/* Root of the host's mounts, with a reference. */
static struct vfsmount *host_root;

/*
 * Offset from a struct vfsmount to the list of the mounts on it. The entry of the mount itself in
 * the list of its parent follows.
 */
static size_t children_offset __ro_after_init;

/* A user may mount a directory of any depth: a search for the host's mount goes this far up. */
#define SEARCH_LEVELS 512

/* Maximum number of mounts that a search examines. A mount of the same file system counts 256. */
#define SEARCH_STEPS 65536
#define SEARCH_PRICE 256

/* Set-associative cache of 2^PLACES_BITS sets: room for 4096 mounts. */
#define PLACES_WAYS 4
#define PLACES_BITS 10

/**
 * struct place - the host's mount that is used for a mount of another namespace
 * @sequence: odd while the entry is written
 * @mounts: sequence of mount_lock at which the entry is valid
 * @mnt: the mount; a key
 * @host: the host's mount; NULL if there is none
 */
struct place {
	seqcount_t sequence;
	unsigned int mounts;
	const struct vfsmount *mnt;
	struct vfsmount *host;
};

static struct place places[1 << PLACES_BITS][PLACES_WAYS];

static struct place *places_of(const struct vfsmount *mnt)
{
	return places[hash_ptr((void *)mnt, PLACES_BITS)];
}

/**
 * place_find() - look up the host's mount for a mount of another namespace
 * @mnt: the mount
 * @mounts: sequence of mount_lock; even
 * @host: set to the host's mount, without a reference; NULL if the host has none
 *
 * Context: any, under RCU since before @mounts was read. The result is valid only if the sequence
 * is still @mounts.
 * Return: false if it is unknown until place_learn().
 */
bool place_find(const struct vfsmount *mnt, unsigned int mounts, struct vfsmount **host)
{
	const struct place *place = places_of(mnt), *end = place + PLACES_WAYS;

	for (; place < end; place++) {
		unsigned int sequence = raw_read_seqcount(&place->sequence);

		if (READ_ONCE(place->mnt) != mnt)
			continue;
		*host = READ_ONCE(place->host);
		if (READ_ONCE(place->mounts) == mounts && !(sequence & 1) &&
		    !read_seqcount_retry(&place->sequence, sequence))
			return true;
	}
	return false;
}

/**
 * place_is_visible() - check whether the name of a path leads to it from the host's root
 * @path: the path, in a mount of the host
 * @mounts: as for place_find()
 * @levels: maximum number of names
 *
 * Context: any, under RCU since before @mounts was read. The result is valid only if nothing was
 * renamed, mounted or unmounted meanwhile.
 * Return: false if the path is not below the root of its mount, or if it or a directory above it is
 * mounted over; or if the path has more than @levels names.
 */
bool place_is_visible(const struct path *path, unsigned int mounts, unsigned int levels)
{
	struct vfsmount *mnt = path->mnt, *above = NULL;
	struct dentry *dentry = path->dentry, *parent;

	while (levels--) {
		if (d_mountpoint(dentry) && borrowed(__lookup_mnt)(mnt, dentry) !=
		    (above ? place_mount_of(above) : NULL))
			return false;
		above = NULL;
		if (dentry != mnt->mnt_root) {
			parent = READ_ONCE(dentry->d_parent);
			if (parent == dentry)
				return false;
			dentry = parent;
			continue;
		}
		above = mnt;
		mnt = place_above(above, &dentry);
		/* If the tree has changed, the parent may be freed. */
		if (!mnt || read_seqretry(place_lock, mounts))
			return above == host_root;
	}
	return false;
}

static struct list_head *children_of(struct place_mount *mount)
{
	return (void *)&mount->mnt + children_offset;
}

static struct list_head *child_of(struct place_mount *mount)
{
	return children_of(mount) + 1;
}

static struct place_mount *mount_of_child(struct list_head *child)
{
	return place_mount_of((void *)(child - 1) - children_offset);
}

/* Returns the mount after @mount in the tree of the host; NULL at the end. */
static struct place_mount *mount_next_locked(struct place_mount *mount)
{
	struct list_head *next = children_of(mount)->next;

	if (next != children_of(mount))
		return mount_of_child(next);
	for (; &mount->mnt != host_root; mount = mount->parent) {
		next = child_of(mount)->next;
		if (next != children_of(mount->parent))
			return mount_of_child(next);
	}
	return NULL;
}

/*
 * Returns the file system that is the root directory of the namespace of a mount. A user may stack
 * any number of mounts: it goes up as far as a search.
 */
static const struct super_block *root_of_locked(const struct vfsmount *mnt)
{
	struct dentry *mountpoint;
	const struct vfsmount *root = mnt, *above;
	int left = SEARCH_LEVELS;

	for (; left-- && (above = place_above(mnt, &mountpoint)); mnt = above) {
		if (mountpoint != above->mnt_root)
			root = above;
	}
	return root->mnt_sb;
}

/*
 * Whether a mount belongs to the root directory of a container. Its engine may have mounted it on
 * the host, too, but in a directory with a new name for each container.
 */
static bool is_image_locked(const struct vfsmount *mnt)
{
	return mnt->mnt_sb->s_magic == OVERLAYFS_SUPER_MAGIC &&
	       root_of_locked(mnt) == mnt->mnt_sb;
}

/*
 * Searches the host's mounts for a mount of another namespace. Returns the mount of which it is a
 * copy; else the first mount in which its root is visible; else the first mount with the same file
 * system, in which some of its files may be visible. Ends after SEARCH_STEPS, because mount_lock is
 * held, and counts that if the root was visible nowhere so far.
 */
static struct vfsmount *host_search_locked(const struct vfsmount *mnt, unsigned int mounts)
{
	struct place_mount *mount = place_mount_of(host_root);
	struct vfsmount *visible = NULL, *any = NULL;
	int left = SEARCH_STEPS;

	for (; mount && left > 0; mount = mount_next_locked(mount)) {
		struct path root = { .mnt = &mount->mnt, .dentry = mnt->mnt_root };

		left--;
		if (root.mnt->mnt_sb != mnt->mnt_sb)
			continue;
		left -= SEARCH_PRICE;
		any = any ?: root.mnt;
		if (!place_is_visible(&root, mounts, SEARCH_LEVELS))
			continue;
		visible = visible ?: root.mnt;
		if (root.mnt->mnt_root == mnt->mnt_root &&
		    mount->mountpoint == place_mount_of(mnt)->mountpoint) {
			visible = root.mnt;
			break;
		}
	}
	if (mount && !visible)
		counter_add(COUNTER_LOST_HOST_NAME);
	visible = visible ?: any;
	return visible && is_image_locked(mnt) && !is_image_locked(visible) ? NULL : visible;
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

/* Returns the host's mount for a mount of another namespace, and caches it. */
static struct vfsmount *place_learn_locked(const struct vfsmount *mnt)
{
	unsigned int mounts = read_seqbegin(place_lock);
	struct vfsmount *host;
	struct place *place;

	if (place_find(mnt, mounts, &host))
		return host;
	host = host_search_locked(mnt, mounts);
	place = place_choose(mnt, mounts);
	raw_write_seqcount_begin(&place->sequence);
	WRITE_ONCE(place->mnt, mnt);
	WRITE_ONCE(place->host, host);
	WRITE_ONCE(place->mounts, mounts);
	raw_write_seqcount_end(&place->sequence);
	smp_store_release(&place_turn, place_turn + 2);
	return host;
}

/**
 * place_learn() - cache the host's mount for a mount of another namespace
 * @mnt: the mount
 *
 * Context: process context; if place_lock is not NULL.
 */
void place_learn(struct vfsmount *mnt)
{
	rcu_read_lock();
	read_seqlock_excl(place_lock);
	place_learn_locked(mnt);
	read_sequnlock_excl(place_lock);
	rcu_read_unlock();
}

/* Returns the name of a dentry in the host's mount @host; or an ERR_PTR as place_name(). */
static char *host_name(struct dentry *dentry, struct vfsmount *host, unsigned int mounts,
		       char *buffer, size_t size)
{
	const struct path path = { .mnt = host, .dentry = dentry };
	char *pos;

	if (!host)
		return ERR_PTR(-EINVAL);
	/* First, because it ends when the buffer is full: locks may be held. */
	pos = borrowed(d_absolute_path)(&path, buffer, size);
	if (!IS_ERR(pos) && !place_is_visible(&path, mounts, PATHNAME_LEVELS))
		pos = ERR_PTR(-EINVAL);
	return pos;
}

/**
 * place_name() - get the name of a path from the root of the host
 * @path: the path; the caller holds a reference
 * @buffer: receives the name at its end
 * @size: size of @buffer in bytes
 *
 * Context: process context.
 * Return: the name in @buffer; or an ERR_PTR: -ENAMETOOLONG; -EINVAL if it has none.
 */
char *place_name(const struct path *path, char *buffer, size_t size)
{
	unsigned int renames, mounts;
	struct vfsmount *host;
	bool is_right = false;
	char *pos;

	if (!place_is_foreign(path->mnt))
		return borrowed(d_absolute_path)(path, buffer, size);
	if (!place_lock)
		return ERR_PTR(-EINVAL);
	rcu_read_lock();
	renames = read_seqbegin(&rename_lock);
	mounts = read_seqbegin(place_lock);
	if (place_find(path->mnt, mounts, &host)) {
		pos = host_name(path->dentry, host, mounts, buffer, size);
		is_right = !read_seqretry(&rename_lock, renames) &&
			   !read_seqretry(place_lock, mounts);
	}
	if (!is_right) {
		/* With both locks, in the order of d_absolute_path(), nothing changes. */
		read_seqlock_excl(place_lock);
		host = place_learn_locked(path->mnt);
		read_seqlock_excl(&rename_lock);
		pos = host_name(path->dentry, host, read_seqbegin(place_lock), buffer, size);
		read_sequnlock_excl(&rename_lock);
		read_sequnlock_excl(place_lock);
	}
	rcu_read_unlock();
	return pos;
}

/* Finds the host's namespace and the root of its mounts. Returns whether they were found. */
static bool __init host_find(void)
{
	struct path root;

	/* The reaper of the initial PID namespace is init, which never ends. */
	task_lock(init_pid_ns.child_reaper);
	place_host = init_pid_ns.child_reaper->nsproxy->mnt_ns;
	get_fs_root(init_pid_ns.child_reaper->fs, &root);
	task_unlock(init_pid_ns.child_reaper);
	while (follow_up(&root))
		;
	host_root = mntget(root.mnt);
	path_put(&root);
	return backing_namespace(host_root) == place_host;
}

/*
 * Finds two empty lists: the mounts on a mount, and its entry in the list of its parent. Returns 0
 * or the error of kern_mount().
 */
static int __init children_find(void)
{
	struct file_system_type *type = get_fs_type("ramfs");
	struct vfsmount *mnt = type ? kern_mount(type) : ERR_PTR(-ENODEV);
	size_t offset;

	if (IS_ERR(mnt))
		return PTR_ERR(mnt);
	for (offset = sizeof(*mnt); offset < BACKING_BYTES; offset += sizeof(void *)) {
		struct list_head *children = (void *)mnt + offset, *child = children + 1;

		if (children->next == children && children->prev == children &&
		    child->next == child && child->prev == child) {
			children_offset = offset;
			break;
		}
	}
	kern_unmount(mnt);
	return 0;
}

/**
 * struct proof - result of examining the layout of struct mount
 * @samples: number of mounts that were examined and are mounted on others
 * @is_wrong: whether a mount was not as expected
 * @no_memory: whether a mount could not be looked up for lack of memory
 */
struct proof {
	int samples;
	bool is_wrong;
	bool no_memory;
};

/* Whether the entry of a mount is in the list of the mounts on @above. */
static bool __init child_is_right(struct place_mount *mount, struct place_mount *above)
{
	struct list_head *child = child_of(mount), *other = child;
	bool is_right = true;

	do {
		is_right = virt_addr_valid(other->next) && other->next->prev == other;
		other = other->next;
	} while (is_right && other != children_of(above) && other != child);
	return is_right && other != child;
}

/* Compares a mount with the result of follow_up(). Returns false at the root of the mounts. */
static bool __init prove_mount(struct proof *proof, struct path *path)
{
	struct vfsmount *mnt = mntget(path->mnt);
	struct place_mount *mount = place_mount_of(mnt), *above;
	unsigned int mounts = read_seqbegin(place_lock);
	bool has_parent = follow_up(path), is_right = mount->parent == mount;

	if (has_parent) {
		above = place_mount_of(path->mnt);
		rcu_read_lock();
		read_seqlock_excl(place_lock);
		is_right = mount->parent == above && mount->mountpoint == path->dentry &&
			   borrowed(__lookup_mnt)(path->mnt, path->dentry) == mount &&
			   child_is_right(mount, above);
		read_sequnlock_excl(place_lock);
		rcu_read_unlock();
		dput(path->dentry);
		path->dentry = dget(path->mnt->mnt_root);
	}
	is_right &= backing_namespace(mnt) == current->nsproxy->mnt_ns;
	/* If anything was mounted meanwhile, this is no sample. */
	if (!read_seqretry(place_lock, mounts)) {
		proof->samples += has_parent;
		proof->is_wrong |= !is_right;
	}
	mntput(mnt);
	return has_parent;
}

/* Sets @path, with references, to the root of a mount on the host's root. Returns its error. */
static int __init child_find(struct path *path)
{
	struct place_mount *root = place_mount_of(host_root), *mount;
	int err = -ENOENT;

	read_seqlock_excl(place_lock);
	mount = mount_of_child(children_of(root)->next);
	if (!list_empty(children_of(root)) && virt_addr_valid(mount) && mount->parent == root) {
		path->mnt = &mount->mnt;
		path->dentry = mount->mnt.mnt_root;
		path_get(path);
		err = 0;
	}
	read_sequnlock_excl(place_lock);
	return err;
}

/* Compares the mounts above @folder; if NULL, a mount on the root, as in an initial ramdisk. */
static void __init prove_folder(struct proof *proof, const char *folder)
{
	struct path path;
	int err = folder ? kern_path(folder, LOOKUP_FOLLOW, &path) : child_find(&path);

	proof->no_memory |= err == -ENOMEM;
	if (err)
		return;
	dput(path.dentry);
	path.dentry = dget(path.mnt->mnt_root);
	while (prove_mount(proof, &path))
		;
	path_put(&path);
}

/* Examines the mounts of some folders. Returns whether the layout is as expected. */
static bool __init layout_is_proven(struct proof *proof)
{
	static const char *const folders[] = { "/proc", "/sys", "/dev", "/run", "/" };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(folders); i++)
		prove_folder(proof, folders[i]);
	if (!proof->samples)
		prove_folder(proof, NULL);
	return proof->samples && !proof->is_wrong;
}

/**
 * place_init() - find mount_lock and the host's mounts, and check the layout of struct mount
 *
 * Context: may sleep; after symbol_init() and backing_init().
 * Return: 0, also if the layout is unknown; -ENOMEM if it could not be checked for lack of memory.
 * The caller runs place_exit() in any case.
 */
int __init place_init(void)
{
	struct proof proof = { };
	size_t i, way;

	for (i = 0; i < ARRAY_SIZE(places); i++) {
		for (way = 0; way < PLACES_WAYS; way++)
			seqcount_init(&places[i][way].sequence);
	}
	place_lock = (seqlock_t *)symbol_find("mount_lock");
	proof.no_memory = children_find() == -ENOMEM;
	if (host_find() && place_lock && children_offset && layout_is_proven(&proof))
		return 0;
	if (proof.no_memory)
		return -ENOMEM;
	place_lock = NULL;
	pr_warn("the layout of mounts is unknown: each access builds its pathname, which is slower; files in other mount namespaces are recorded without their names on the host\n");
	return 0;
}

/**
 * place_exit() - release the host's mounts
 *
 * Context: may sleep.
 */
void place_exit(void)
{
	mntput(host_root);
}
