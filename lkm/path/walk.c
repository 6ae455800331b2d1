// SPDX-License-Identifier: GPL-2.0-only
/*
 * Finds the name under which a file was executed: the entry to which the pathname leads if a
 * symbolic link in its last component is not followed.
 *
 * The kernel has walked the pathname a moment ago, but keeps only the file. Walking it again with
 * kern_path() could wait for ever in a hook: a user can have a FUSE file system that answers the
 * first walk and not the second. It could also find another file than the executed one: a user can
 * replace a directory meanwhile. So this walk takes what the dentry cache has, asks no file system
 * that may have to ask a server, and ends at the executed file, or has no result.
 *
 * A pathname that a process only claims to have executed is walked with the rights of that process,
 * as far as modes and access control lists go.
 */
#include <linux/cred.h>
#include <linux/dcache.h>
#include <linux/delayed_call.h>
#include <linux/fs.h>
#include <linux/fs_struct.h>
#include <linux/limits.h>
#include <linux/magic.h>
#include <linux/mount.h>
#include <linux/namei.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/stringhash.h>
#include <linux/user_namespace.h>

#include "compat/compat.h"
#include "core/gfp.h"
#include "walk.h"

/* As MAXSYMLINKS of the kernel. */
#define LINKS_MAX 40

/**
 * struct walk - a walk along a pathname
 * @root: root directory of the task
 * @at: current position; with references
 * @given: the entry that the last component of the pathname names; no references before @has_given
 * @has_given: whether the walk has reached that component
 * @cred: credentials for walk_may_execute() of each directory; NULL if all may be searched
 * @links: number of symbolic links that were followed
 * @rest: rest of the pathname, at the end of @text
 * @text: contents of links are put before the rest
 */
struct walk {
	const struct path *root;
	struct path at;
	struct path given;
	bool has_given;
	const struct cred *cred;
	int links;
	char *rest;
	char text[2 * PATH_MAX];
};

/**
 * walk_is_local() - check whether a file system is one of those that use a local disk only
 * @sb: super block of the file system
 *
 * Context: any.
 * Return: true if it never asks a server.
 */
bool walk_is_local(const struct super_block *sb)
{
	return sb->s_magic == BTRFS_SUPER_MAGIC || sb->s_magic == EXT4_SUPER_MAGIC ||
	       sb->s_magic == XFS_SUPER_MAGIC;
}

/*
 * Whether a lookup in a directory, or reading a symbolic link, may wait for a server or a daemon,
 * which a user may control. The file systems of servers have d_revalidate(), except 9p without a
 * cache; autofs waits for its daemon. File systems on local disks have d_revalidate() for
 * encryption only. A user can mount an overlay over a FUSE file system: its dentries have
 * d_revalidate(), except the root.
 */
static bool may_stall(const struct dentry *dentry)
{
	const struct super_block *sb = dentry->d_sb;

	if (walk_is_local(sb))
		return false;
	switch (sb->s_magic) {
	case AUTOFS_SUPER_MAGIC:
	case FUSE_SUPER_MAGIC:
	case V9FS_MAGIC:
		return true;
	default:
		return dentry->d_flags & DCACHE_OP_REVALIDATE ||
		       (IS_ROOT(dentry) && sb->s_user_ns != &init_user_ns);
	}
}

/**
 * walk_may_execute() - check whether a task may execute a file, or search a directory
 * @path: the file or directory
 * @cred: credentials of the task without capabilities; NULL if the task has CAP_DAC_OVERRIDE
 *
 * Checks the mode and the access control list only. If SELinux were asked, it would log a refusal
 * of the file or of a capability, although the task does not try to execute anything now.
 *
 * Context: may sleep, but waits for no server: an access control list that is not cached is read
 * from a local disk only.
 * Return: true if it may; false also if that cannot be found out.
 */
bool walk_may_execute(const struct path *path, const struct cred *cred)
{
	const struct cred *own;
	int err;

	if (!cred)
		return d_is_dir(path->dentry) || d_backing_inode(path->dentry)->i_mode & 0111;
	own = override_creds(cred);
	rcu_read_lock();
	err = compat_permission(path, MAY_EXEC | MAY_NOT_BLOCK);
	rcu_read_unlock();
	if (err == -ECHILD && walk_is_local(path->dentry->d_sb))
		err = compat_permission(path, MAY_EXEC);
	revert_creds(own);
	return !err;
}

static void walk_move(struct walk *walk, const struct path *to)
{
	path_get(to);
	path_put(&walk->at);
	walk->at = *to;
}

/* Moves a path with references to the root of what is mounted on it. */
static void cross_mounts(struct path *path)
{
	while (d_mountpoint(path->dentry) && follow_down_one(path))
		;
}

static void walk_up(struct walk *walk)
{
	struct dentry *parent;

	if (path_equal(&walk->at, walk->root))
		return;
	while (walk->at.dentry == walk->at.mnt->mnt_root) {
		if (!follow_up(&walk->at) || path_equal(&walk->at, walk->root))
			return;
	}
	parent = dget_parent(walk->at.dentry);
	dput(walk->at.dentry);
	walk->at.dentry = parent;
	cross_mounts(&walk->at);
}

/* Sets @found, with references, to the entry @name of the directory. Returns whether it exists. */
static bool walk_find(const struct walk *walk, const char *name, size_t len, struct path *found)
{
	struct dentry *dir = walk->at.dentry;
	struct qstr entry = QSTR_INIT(name, len);

	if (!d_can_lookup(dir) || (walk->cred && !walk_may_execute(&walk->at, walk->cred)))
		return false;
	entry.hash = full_name_hash(dir, name, len);
	if (dir->d_flags & DCACHE_OP_HASH && dir->d_op->d_hash(dir, &entry))
		return false;
	found->dentry = d_lookup(dir, &entry);
	if (!found->dentry) {
		/* Nothing is mounted on a dentry that is not cached. */
		if (may_stall(dir) && dir->d_sb->s_magic != PROC_SUPER_MAGIC)
			return false;
		return !vfs_path_lookup(dir, walk->at.mnt, name, 0, found);
	}
	found->mnt = mntget(walk->at.mnt);
	cross_mounts(found);
	if (d_is_positive(found->dentry))
		return true;
	path_put(found);
	return false;
}

/* Puts the content of a link before the rest. Returns whether there is room. */
static bool walk_prepend(struct walk *walk, const char *link)
{
	size_t len = strlen(link);

	if (!len || len + 1 > walk->rest - walk->text)
		return false;
	*--walk->rest = '/';
	walk->rest -= len;
	memcpy(walk->rest, link, len);
	return true;
}

/* Puts the content of a symbolic link before the rest. Returns whether it could be read. */
static bool walk_read_link(struct walk *walk, struct dentry *dentry)
{
	struct inode *inode = d_backing_inode(dentry);
	DEFINE_DELAYED_CALL(done);
	const char *link;
	bool has_room = false;

	/* First as in a walk under RCU: that does not wait, and refuses links of /proc/PID. */
	rcu_read_lock();
	link = READ_ONCE(inode->i_link) ?: inode->i_op->get_link(NULL, inode, &done);
	if (!IS_ERR_OR_NULL(link))
		has_room = walk_prepend(walk, link);
	rcu_read_unlock();
	do_delayed_call(&done);
	if (link != ERR_PTR(-ECHILD) || may_stall(dentry))
		return has_room;
	clear_delayed_call(&done);
	link = inode->i_op->get_link(dentry, inode, &done);
	if (!IS_ERR_OR_NULL(link))
		has_room = walk_prepend(walk, link);
	do_delayed_call(&done);
	return has_room;
}

/* Follows a symbolic link in the directory. Returns whether it could be followed. */
static bool walk_follow(struct walk *walk, struct dentry *dentry)
{
	if (++walk->links > LINKS_MAX || !walk_read_link(walk, dentry))
		return false;
	if (*walk->rest == '/')
		walk_move(walk, walk->root);
	return true;
}

/* Goes to the entry @name of the directory. Returns whether it exists and could be followed. */
static bool walk_step(struct walk *walk, const char *name, size_t len)
{
	struct path found;
	bool went = true;

	if (!walk_find(walk, name, len, &found))
		return false;
	if (!*walk->rest && !walk->has_given) {
		walk->given = found;
		path_get(&found);
		walk->has_given = true;
	}
	if (d_is_symlink(found.dentry))
		went = walk_follow(walk, found.dentry);
	else
		walk_move(walk, &found);
	path_put(&found);
	return went;
}

/* Walks to the end. Returns whether that could be reached. */
static bool walk_all(struct walk *walk)
{
	bool went = true;

	if (*walk->rest == '/')
		walk_move(walk, walk->root);
	while (went) {
		char *name = walk->rest + strspn(walk->rest, "/");
		size_t len = strcspn(name, "/");

		if (!len)
			return true;
		walk->rest = name + len;
		if (*walk->rest)
			*walk->rest++ = '\0';
		walk->rest += strspn(walk->rest, "/");
		if (!strcmp(name, ".."))
			walk_up(walk);
		else if (strcmp(name, "."))
			went = walk_step(walk, name, len);
	}
	return false;
}

/*
 * Whether the walk has found the name of @file: it ended there, or at a link of /proc to an open
 * file. Such a name does not say which file it is, so it cannot mislead.
 */
static bool walk_is_right(struct walk *walk, const struct path *file)
{
	if (walk_all(walk))
		return walk->has_given && path_equal(&walk->at, file);
	return walk->has_given && d_is_symlink(walk->given.dentry) &&
	       walk->given.dentry->d_sb->s_magic == PROC_SUPER_MAGIC;
}

/* Starts a walk. Returns it, or an ERR_PTR as walk_to(). */
static struct walk *walk_begin(const char *text, const struct path *root, const struct path *start)
{
	size_t size = strlen(text) + 1;
	struct walk *walk;

	if (size > PATH_MAX)
		return ERR_PTR(-ENOENT);
	walk = kmalloc(sizeof(*walk), GFP_HOOK);
	if (!walk)
		return ERR_PTR(-ENOMEM);
	walk->has_given = false;
	walk->cred = NULL;
	walk->links = 0;
	walk->rest = walk->text + sizeof(walk->text) - size;
	memcpy(walk->rest, text, size);
	walk->root = root;
	walk->at = *start;
	path_get(start);
	return walk;
}

/* Ends a walk. Sets @given, with references, if @is_right. Returns 0 or -ENOENT. */
static int walk_end(struct walk *walk, bool is_right, struct path *given)
{
	if (is_right)
		*given = walk->given;
	else if (walk->has_given)
		path_put(&walk->given);
	path_put(&walk->at);
	kfree(walk);
	return is_right ? 0 : -ENOENT;
}

/**
 * walk_to() - find the entry that a pathname names, without following a final symbolic link
 * @text: pathname given by a task
 * @root: root directory of the task
 * @start: directory in which a relative pathname starts
 * @file: path of the file to which a walk along @text has led
 * @given: set to the entry that the last component of @text names, with references
 *
 * Context: may sleep, but waits for no server.
 * Return: 0; -ENOENT if it could not be found, or if @text does not lead to @file any more;
 * -ENOMEM.
 */
int walk_to(const char *text, const struct path *root, const struct path *start,
	    const struct path *file, struct path *given)
{
	struct walk *walk = walk_begin(text, root, start);

	if (IS_ERR(walk))
		return PTR_ERR(walk);
	return walk_end(walk, walk_is_right(walk, file), given);
}

/**
 * walk_checked() - find the file to which a pathname leads, with the rights of a task
 * @text: absolute pathname
 * @root: root directory
 * @cred: as for walk_may_execute()
 * @given: set to the entry that the last component of @text names, with references
 * @file: set to the file, with references
 *
 * Context: may sleep, but waits for no server.
 * Return: 0; -ENOENT if it could not be found, or if a directory may not be searched; -ENOMEM.
 */
int walk_checked(const char *text, const struct path *root, const struct cred *cred,
		 struct path *given, struct path *file)
{
	struct walk *walk = walk_begin(text, root, root);
	bool is_right;

	if (IS_ERR(walk))
		return PTR_ERR(walk);
	walk->cred = cred;
	is_right = walk_all(walk) && walk->has_given;
	if (is_right) {
		*file = walk->at;
		path_get(file);
	}
	return walk_end(walk, is_right, given);
}

/**
 * walk_now() - find the file to which a pathname of the current task leads
 * @text: the pathname
 * @file: set to the file, with references
 *
 * Context: may sleep, but waits for no server.
 * Return: 0; -ENOENT if it could not be found; -ENOMEM.
 */
int walk_now(const char *text, struct path *file)
{
	struct path root, pwd;
	struct walk *walk;
	int err = -ENOENT;

	get_fs_root(current->fs, &root);
	get_fs_pwd(current->fs, &pwd);
	walk = walk_begin(text, &root, &pwd);
	if (IS_ERR(walk)) {
		err = PTR_ERR(walk);
		goto out;
	}
	if (walk_all(walk)) {
		*file = walk->at;
		path_get(file);
		err = 0;
	}
	walk_end(walk, false, NULL);
out:
	path_put(&pwd);
	path_put(&root);
	return err;
}
