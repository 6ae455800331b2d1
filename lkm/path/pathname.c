// SPDX-License-Identifier: GPL-2.0-only
/*
 * Pathnames in the form of TOMOYO.
 *
 * A pathname starts at the root of the host's mount namespace, regardless of the root directory
 * and the namespace of the process; names of directories end in '/'. On a file system without a
 * device and without renames, and on one that the host does not see, it is the file system type
 * and the path within: proc:/self/status. An object without a path has a name made up by its file
 * system: pipe:[7].
 */
#include <linux/dcache.h>
#include <linux/fs.h>
#include <linux/magic.h>
#include <linux/mount.h>
#include <linux/namei.h>
#include <linux/net.h>
#include <linux/pid_namespace.h>
#include <linux/proc_fs.h>
#include <linux/slab.h>
#include <net/sock.h>

#include "compat/compat.h"
#include "core/encode.h"
#include "core/gfp.h"
#include "pathname.h"
#include "place.h"

/* Replaces the last names of a long pathname. */
#define CUT "..."

/* Prepends @text to the text at @pos. */
static char *prepend(char *buffer, char *pos, const char *text)
{
	size_t len = strlen(text);

	if (pos - buffer < len)
		return ERR_PTR(-ENAMETOOLONG);
	return memcpy(pos - len, text, len);
}

/* Replaces /PID of the current process with /self. */
static char *prepend_self(char *buffer, char *pos, struct super_block *sb)
{
	pid_t self = task_tgid_nr_ns(current, proc_pid_ns(sb));
	size_t digits = strspn(pos + 1, "0123456789");
	char own[12];

	/* In the name of the directory itself, the PID is at the end: its '/' is added later. */
	if (!self || !digits || (pos[1 + digits] && pos[1 + digits] != '/'))
		return pos;
	if (snprintf(own, sizeof(own), "%d", self) != digits ||
	    memcmp(own, pos + 1, digits))
		return pos;
	return prepend(buffer, pos + 1 + digits, "/self");
}

/*
 * Returns the name TYPE:PATH or dev(MAJOR,MINOR):PATH of a path that is local or that the host does
 * not see, somewhere in @buffer; or an ERR_PTR.
 */
static char *local_name(const struct path *path, char *buffer, size_t size)
{
	struct super_block *sb = path->dentry->d_sb;
	char device[32];
	char *pos;

	/* path_name() keeps room after the text for the '/' of a directory. */
	pos = dentry_path_raw(path->dentry, buffer, size);
	if (!IS_ERR(pos) && sb->s_magic == PROC_SUPER_MAGIC)
		pos = prepend_self(buffer, pos, sb);
	if (IS_ERR(pos))
		return pos;
	if (sb->s_magic == PROC_SUPER_MAGIC || !MAJOR(sb->s_dev) ||
	    !inode_can_rename(d_backing_inode(sb->s_root))) {
		pos = prepend(buffer, pos, ":");
		return IS_ERR(pos) ? pos : prepend(buffer, pos, sb->s_type->name);
	}
	snprintf(device, sizeof(device), "dev(%u,%u):", MAJOR(sb->s_dev), MINOR(sb->s_dev));
	return prepend(buffer, pos, device);
}

/**
 * pathname_socket() - get the family, type and protocol of a socket
 * @dentry: dentry in sockfs; the socket may be closed already
 * @socket: filled in
 *
 * Context: any.
 * Return: true; false if the socket is closed, or if another task holds the lock of the
 * inode, because that task may be closing the socket, which frees struct sock.
 */
bool pathname_socket(const struct dentry *dentry, struct pathname_socket *socket)
{
	struct inode *inode = d_backing_inode(dentry);
	/* chown() and chmod() call their hooks with the lock held. */
	bool is_held = compat_owns_inode(inode);
	const struct sock *sk;

	if (!is_held && !inode_trylock_shared(inode))
		return false;
	sk = SOCKET_I(inode)->sk;
	if (sk)
		*socket = (struct pathname_socket){
			.family = sk->sk_family,
			.type = sk->sk_type,
			.protocol = sk->sk_protocol,
		};
	if (!is_held)
		inode_unlock_shared(inode);
	return sk;
}

/* Writes socket:[family=F:type=T:protocol=P]. Returns false if @path is not a socket. */
static bool socket_name(const struct path *path, char *buffer, size_t size)
{
	struct pathname_socket socket;

	if (path->dentry->d_sb->s_magic != SOCKFS_MAGIC)
		return false;
	if (pathname_socket(path->dentry, &socket))
		snprintf(buffer, size, "socket:[family=%u:type=%u:protocol=%u]",
			 socket.family, socket.type, socket.protocol);
	else
		snprintf(buffer, size, "socket:[unknown]");
	return true;
}

/* Returns the name, not encoded, somewhere in @buffer; or an ERR_PTR. */
static char *path_name(const struct path *path, char *buffer, size_t size)
{
	struct dentry *dentry = path->dentry;
	char *pos;

	if (dentry->d_op && dentry->d_op->d_dname) {
		if (socket_name(path, buffer, size))
			return buffer;
		return dentry->d_op->d_dname(dentry, buffer, size);
	}
	/* Keep one byte for the '/' of a directory. */
	size--;
	pos = pathname_is_local(path) ? ERR_PTR(-EINVAL) : place_name(path, buffer, size);
	if (pos == ERR_PTR(-EINVAL))
		pos = local_name(path, buffer, size);
	if (!IS_ERR(pos) && d_is_dir(dentry)) {
		size_t len = strlen(pos);

		if (len && pos[len - 1] != '/')
			strcpy(pos + len, "/");
	}
	return pos;
}

/**
 * pathname_encode() - allocate an encoded copy of a name
 * @name: the name
 * @len: length of @name in bytes
 * @gfp: allocation flags
 *
 * Context: any that @gfp allows.
 * Return: the encoded name, to be freed with kfree(); NULL if there is no memory.
 */
char *pathname_encode(const char *name, size_t len, gfp_t gfp)
{
	size_t size = encode_name(NULL, 0, name, len) + 1;
	char *text = kmalloc(size, gfp);

	if (text)
		encode_name(text, size, name, len);
	return text;
}

/* Returns the encoded pathname, to be freed; or an ERR_PTR: -ENAMETOOLONG, -ENOMEM. */
static noinline char *encoded_name(const struct path *path)
{
	/* Most names fit, and need no memory besides the result. */
	char small[256];
	size_t size;

	for (size = sizeof(small); size <= PATHNAME_MAX; size *= 4) {
		bool is_small = size == sizeof(small);
		char *buffer = is_small ? small : kmalloc(size, GFP_HOOK), *pos, *text = NULL;

		if (!buffer)
			return ERR_PTR(-ENOMEM);
		pos = path_name(path, buffer, size);
		if (!IS_ERR(pos))
			text = pathname_encode(pos, strlen(pos), GFP_HOOK);
		if (!is_small)
			kfree(buffer);
		if (pos != ERR_PTR(-ENAMETOOLONG))
			return text ?: ERR_PTR(-ENOMEM);
	}
	return ERR_PTR(-ENAMETOOLONG);
}

/*
 * Maximum length in bytes of the names that are kept of a long pathname. The rest is for the
 * pathname of the mount point, which exceeds PATH_MAX only if a user made it so on purpose.
 */
#define NAMES_MAX (PATHNAME_MAX - PATH_MAX)

/*
 * Returns the nearest directory above @path whose names within the mount have NAMES_MAX bytes
 * at most, with a reference. Returns NULL if there is none within PATHNAME_LEVELS levels: the
 * number of directories in directories is up to the user, so the walk has a bound.
 */
static struct dentry *dentry_above(const struct path *path)
{
	struct dentry *dentry = path->dentry, *above = dentry;
	unsigned int levels = 0;
	size_t len = 0;

	rcu_read_lock();
	while (dentry != path->mnt->mnt_root && !IS_ROOT(dentry) && levels++ < PATHNAME_LEVELS) {
		len += READ_ONCE(dentry->d_name.len) + 1;
		/* Stop at a root: a rename may have changed lengths that were added. */
		for (; len > NAMES_MAX && !IS_ROOT(above); above = READ_ONCE(above->d_parent))
			len -= READ_ONCE(above->d_name.len) + 1;
		dentry = READ_ONCE(dentry->d_parent);
	}
	if (levels > PATHNAME_LEVELS || !lockref_get_not_dead(&above->d_lockref))
		above = NULL;
	rcu_read_unlock();
	return above;
}

/*
 * Like encoded_name(), for a long pathname: returns the pathname of a directory above, followed by
 * "...". This is the root of the mount if there is no other, or "/" if its name is too long, too.
 */
static char *cut_name(const struct path *path)
{
	struct path above = { .mnt = path->mnt, .dentry = dentry_above(path) };
	char *text = ERR_PTR(-ENAMETOOLONG), *cut;

	if (above.dentry) {
		text = encoded_name(&above);
		dput(above.dentry);
	}
	if (text == ERR_PTR(-ENAMETOOLONG)) {
		above.dentry = above.mnt->mnt_root;
		text = encoded_name(&above);
	}
	if (text == ERR_PTR(-ENAMETOOLONG))
		return kstrdup("/" CUT, GFP_HOOK) ?: ERR_PTR(-ENOMEM);
	if (IS_ERR(text))
		return text;
	cut = krealloc(text, strlen(text) + sizeof(CUT), GFP_HOOK);
	if (!cut) {
		kfree(text);
		return ERR_PTR(-ENOMEM);
	}
	return strcat(cut, CUT);
}

/**
 * pathname_get() - allocate the encoded pathname of a path
 * @path: the path; it need not exist; the caller holds a reference
 *
 * In a pathname longer than PATHNAME_MAX, "..." replaces the last names; or all names within the
 * mount if there are more than PATHNAME_LEVELS.
 *
 * Context: may sleep.
 * Return: the encoded pathname, to be freed with kfree(); NULL if there is no memory.
 */
char *pathname_get(const struct path *path)
{
	char *text = encoded_name(path);

	if (text == ERR_PTR(-ENAMETOOLONG))
		text = cut_name(path);
	return IS_ERR(text) ? NULL : text;
}
