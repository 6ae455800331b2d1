/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_PATHNAME_H
#define ASHIATO_PATHNAME_H

#include <linux/dcache.h>
#include <linux/fs.h>
#include <linux/gfp.h>
#include <linux/path.h>

/* Maximum length of a pathname in bytes, before encoding. */
#define PATHNAME_MAX 65536

/*
 * Maximum number of names that are read for the pathname of an access or its fingerprint: a
 * user may nest any number of directories. Each name takes two bytes of PATHNAME_MAX at least.
 */
#define PATHNAME_LEVELS (PATHNAME_MAX / 2)

/**
 * inode_can_rename() - check whether a file system supports renames
 * @inode: inode of a directory
 *
 * Context: any.
 * Return: true if names in the directory can be renamed.
 */
static inline bool inode_can_rename(const struct inode *inode)
{
	return inode->i_op->rename;
}

/**
 * pathname_is_local() - check whether a pathname is the file system type and the path within
 * @path: the path; the caller holds a reference
 *
 * Context: any.
 * Return: true if the file system supports no renames and needs no device, so that the
 * pathname does not depend on where it is mounted.
 */
static inline bool pathname_is_local(const struct path *path)
{
	const struct super_block *sb = path->dentry->d_sb;

	return !inode_can_rename(d_backing_inode(sb->s_root)) &&
	       !(sb->s_type->fs_flags & FS_REQUIRES_DEV);
}

/**
 * struct pathname_socket - parts of the name of a socket
 * @family: address family, such as AF_INET
 * @type: socket type, such as SOCK_STREAM
 * @protocol: protocol, such as IPPROTO_TCP
 */
struct pathname_socket {
	u16 family;
	u16 type;
	u16 protocol;
};

bool pathname_socket(const struct dentry *dentry, struct pathname_socket *socket);
char *pathname_get(const struct path *path);
char *pathname_encode(const char *name, size_t len, gfp_t gfp);

#endif
