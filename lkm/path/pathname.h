/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_PATHNAME_H
#define ASHIATO_PATHNAME_H

#include <linux/dcache.h>
#include <linux/fs.h>
#include <linux/gfp.h>
#include <linux/path.h>

/* The longest pathname in bytes, before it is encoded. */
#define PATHNAME_MAX 65536

/**
 * inode_can_rename() - can names in this directory change?
 * @inode: of the directory
 *
 * Context: any.
 * Return: true when its file system has a way to.
 */
static inline bool inode_can_rename(const struct inode *inode)
{
	return inode->i_op->rename;
}

/**
 * pathname_is_local() - is a name made of the file system's type and the path
 * in it, wherever it is mounted?
 * @path: which
 *
 * Context: any; the caller holds a reference to @path.
 * Return: true for what cannot be renamed and is on no device.
 */
static inline bool pathname_is_local(const struct path *path)
{
	const struct super_block *sb = path->dentry->d_sb;

	return !inode_can_rename(d_backing_inode(sb->s_root)) &&
	       !(sb->s_type->fs_flags & FS_REQUIRES_DEV);
}

/**
 * struct pathname_socket - what a socket was made for
 * @family: AF_INET ...
 * @type: SOCK_STREAM ...
 * @protocol: IPPROTO_TCP ...
 */
struct pathname_socket {
	u16 family;
	u16 type;
	u16 protocol;
};

bool pathname_socket(const struct path *path, struct pathname_socket *socket);
char *pathname_get(const struct path *path);
char *pathname_encode(const char *name, size_t len, gfp_t gfp);

#endif
