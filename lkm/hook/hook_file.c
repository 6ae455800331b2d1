// SPDX-License-Identifier: GPL-2.0-only
/* File accesses, except mounts. */
#include <linux/fs.h>
#include <linux/kdev_t.h>
#include <linux/uidgid.h>

#include "core/hash.h"
#include "path/fingerprint.h"
#include "path/pathname.h"
#include "policy/transition.h"
#include "event.h"
#include "hook_file.h"
#include "hooks.h"

/*
 * Without this argument, the kernel calls the hook twice for an exchange, the first time with
 * the paths swapped.
 */
#ifdef HOOK_path_rename_HAS_flags
#define PATH_RENAME_FLAGS flags
#else
#define PATH_RENAME_FLAGS 0
#endif

/**
 * struct path_key - key of an access to one or two paths
 * @value: the key, for event_record(); 0 if a path has no fingerprint
 * @print: fingerprints of the paths
 */
struct path_key {
	u64 value;
	struct fingerprint print[2];
};

/* Returns the seed of the fingerprints for an action of a domain; each reset changes it. */
static u64 action_seed(const struct domain *domain, u64 action)
{
	return READ_ONCE(domain->seed) ^ action;
}

/*
 * Sets @key, learning the places of mounts if needed, and counts the access if it was
 * recorded before. Returns whether it was counted.
 */
static bool path_key_count_repeat(struct path_key *key, const struct domain *domain, u64 action,
				  const struct path *path, const struct path *other)
{
	u64 value;

	key->value = 0;
	if (!fingerprint_get(path, action_seed(domain, action), &key->print[0]))
		return false;
	value = key->print[0].hash;
	if (other) {
		/* Mix, so that two paths do not hash like a single longer one. */
		if (!fingerprint_get(other, hash_mix(value, 1), &key->print[1]))
			return false;
		value = key->print[1].hash;
	}
	key->value = value;
	return event_count_key(value);
}

/* Returns the key, or 0 if a name changed while the text was built. */
static u64 path_key_value(const struct path_key *key, bool two)
{
	if (!key->value || !fingerprint_holds(&key->print[0]))
		return 0;
	return two && !fingerprint_holds(&key->print[1]) ? 0 : key->value;
}

/*
 * Returns the recorded name of a path: its pathname, or the file_pattern that matches it;
 * or NULL if there is no memory. The name of a directory ends in '/', even if the directory
 * does not exist yet or has been removed already.
 */
static char *name_get(const struct domain *domain, const struct path *path, bool is_directory)
{
	char *name = pathname_get(path);
	const char *pattern;

	if (name && is_directory && (!*name || name[strlen(name) - 1] != '/')) {
		char *slashed = kasprintf(GFP_HOOK, "%s/", name);

		kfree(name);
		name = slashed;
	}
	pattern = name ? transition_file_pattern(domain, name) : NULL;
	if (pattern == name)
		return name;
	kfree(name);
	return kstrdup(pattern, GFP_HOOK);
}

/* Appends formatted text, if any, to @name and frees @name. Returns NULL if @name is NULL. */
static char *object_join(char *name, const char *format, ...)
{
	char *rest, *object = NULL;
	va_list args;

	if (!name || !format)
		return name;
	va_start(args, format);
	rest = kvasprintf(GFP_HOOK, format, args);
	va_end(args);
	if (rest)
		object = kasprintf(GFP_HOOK, "%s %s", name, rest);
	kfree(rest);
	kfree(name);
	return object;
}

/* Records an access that fingerprint_count_repeat() did not count. */
static noinline void path_record(struct domain *domain, enum access_op op, u64 action,
				 const struct path *path, const char *format,
				 unsigned int a, unsigned int b, unsigned int c)
{
	bool is_directory = op == ACCESS_FILE_MKDIR || op == ACCESS_FILE_RMDIR;
	struct path_key key;
	char *object;

	if (path_key_count_repeat(&key, domain, action, path, NULL))
		return;
	object = object_join(name_get(domain, path, is_directory), format, a, b, c);
	event_record_object(domain, op, object, path_key_value(&key, false), GFP_HOOK);
}

static void path_event(struct domain *domain, enum access_op op, const struct path *path)
{
	u64 action = event_action(op, 0);

	if (!fingerprint_count_repeat(path, action_seed(domain, action)))
		path_record(domain, op, action, path, NULL, 0, 0, 0);
}

/**
 * file_path_event() - record an access to a path
 * @op: operation
 * @path: accessed path
 *
 * Context: may sleep.
 */
void file_path_event(enum access_op op, const struct path *path)
{
	struct domain *domain = event_domain(op == ACCESS_FILE_GETATTR ?
					     MODE_FILE | MODE_GETATTR : MODE_FILE);

	if (domain)
		path_event(domain, op, path);
}

static void entry_event(enum access_op op, const struct path *dir, struct dentry *dentry)
{
	const struct path path = { .mnt = dir->mnt, .dentry = dentry };

	file_path_event(op, &path);
}

static void make_event(enum access_op op, const struct path *dir, struct dentry *dentry,
		       unsigned int mode, unsigned int device)
{
	const struct path path = { .mnt = dir->mnt, .dentry = dentry };
	bool is_device = op == ACCESS_FILE_MKBLOCK || op == ACCESS_FILE_MKCHAR;
	struct domain *domain = event_domain(MODE_FILE);
	/* The device takes all bits that event_action() has for a number. */
	u64 action = hash_mix(event_action(op, device), mode);
	dev_t number = new_decode_dev(device);

	if (domain && !fingerprint_count_repeat(&path, action_seed(domain, action)))
		path_record(domain, op, action, &path, is_device ? "0%o %u %u" : "0%o",
			    mode & S_IALLUGO, MAJOR(number), MINOR(number));
}

/* Records an access to a path with a number: permissions, owner or command. */
static void number_event(enum access_op op, const struct path *path, const char *format,
			 unsigned int number)
{
	struct domain *domain = event_domain(op == ACCESS_FILE_IOCTL ?
					     MODE_FILE | MODE_IOCTL : MODE_FILE);
	u64 action = event_action(op, number);

	if (domain && !fingerprint_count_repeat(path, action_seed(domain, action)))
		path_record(domain, op, action, path, format, number, 0, 0);
}

static void owner_event(const struct path *path, kuid_t uid, kgid_t gid)
{
	if (uid_valid(uid))
		number_event(ACCESS_FILE_CHOWN, path, "%u", from_kuid(&init_user_ns, uid));
	if (gid_valid(gid))
		number_event(ACCESS_FILE_CHGRP, path, "%u", from_kgid(&init_user_ns, gid));
}

static void mknod_event(const struct path *dir, struct dentry *dentry, umode_t mode,
			unsigned int device)
{
	switch (mode & S_IFMT) {
	case S_IFCHR:
		make_event(ACCESS_FILE_MKCHAR, dir, dentry, mode, device);
		break;
	case S_IFBLK:
		make_event(ACCESS_FILE_MKBLOCK, dir, dentry, mode, device);
		break;
	case S_IFIFO:
		make_event(ACCESS_FILE_MKFIFO, dir, dentry, mode, 0);
		break;
	case S_IFSOCK:
		make_event(ACCESS_FILE_MKSOCK, dir, dentry, mode, 0);
		break;
	default:
		make_event(ACCESS_FILE_CREATE, dir, dentry, mode, 0);
	}
}

static void symlink_event(const struct path *dir, struct dentry *dentry, const char *target)
{
	const struct path path = { .mnt = dir->mnt, .dentry = dentry };
	struct domain *domain = event_domain(MODE_FILE);
	u64 action = hash_bytes(event_action(ACCESS_FILE_SYMLINK, 0), target, strlen(target));
	char *object, *encoded;
	struct path_key key;

	if (!domain || path_key_count_repeat(&key, domain, action, &path, NULL))
		return;
	encoded = pathname_encode(target, strlen(target), GFP_HOOK);
	object = encoded ? name_get(domain, &path, false) : NULL;
	object = object_join(object, "symlink.target=\"%s\"", encoded);
	kfree(encoded);
	event_record_object(domain, ACCESS_FILE_SYMLINK, object, path_key_value(&key, false),
			    GFP_HOOK);
}

/**
 * file_pair_event() - record an access to two paths
 * @op: operation
 * @old: first path of the object
 * @new: second path of the object
 *
 * Context: may sleep.
 */
void file_pair_event(enum access_op op, const struct path *old, const struct path *new)
{
	struct domain *domain = event_domain(MODE_FILE);
	struct path_key key;
	char *object, *name;

	if (!domain || path_key_count_repeat(&key, domain, event_action(op, 0), old, new))
		return;
	object = name_get(domain, old, false);
	name = name_get(domain, new, d_is_dir(old->dentry));
	if (name) {
		object = object_join(object, "%s", name);
		kfree(name);
	} else {
		kfree(object);
		object = NULL;
	}
	event_record_object(domain, op, object, path_key_value(&key, true), GFP_HOOK);
}

static void rename_event(const struct path *old_dir, struct dentry *old_dentry,
			 const struct path *new_dir, struct dentry *new_dentry,
			 bool exchange)
{
	const struct path old = { .mnt = old_dir->mnt, .dentry = old_dentry };
	const struct path new = { .mnt = new_dir->mnt, .dentry = new_dentry };

	if (exchange)
		file_pair_event(ACCESS_FILE_RENAME, &new, &old);
	file_pair_event(ACCESS_FILE_RENAME, &old, &new);
}

static void link_event(struct dentry *old_dentry, const struct path *new_dir,
		       struct dentry *new_dentry)
{
	/* Both names are on the same mount. */
	const struct path old = { .mnt = new_dir->mnt, .dentry = old_dentry };
	const struct path new = { .mnt = new_dir->mnt, .dentry = new_dentry };

	file_pair_event(ACCESS_FILE_LINK, &old, &new);
}

/**
 * file_open_event() - record the accesses for which a file is opened
 * @domain: domain of the access
 * @path: path of the file
 * @f_flags: flags of open()
 *
 * Context: may sleep.
 */
void file_open_event(struct domain *domain, const struct path *path, unsigned int f_flags)
{
	unsigned int mode = f_flags & O_ACCMODE;

	if (mode != O_WRONLY)
		path_event(domain, ACCESS_FILE_READ, path);
	/* O_ACCMODE 3 (ioctl-only open) counts as read and write. */
	if (mode != O_RDONLY)
		path_event(domain, f_flags & O_APPEND ? ACCESS_FILE_APPEND : ACCESS_FILE_WRITE,
			   path);
}

static void open_event(struct file *file)
{
	struct domain *domain;

	/* hook_exec.c records the program and the interpreter of an execve(). */
	if (file->f_flags & __FMODE_EXEC)
		return;
	domain = event_domain(MODE_FILE);
	if (domain)
		file_open_event(domain, &file->f_path, file->f_flags);
}

/* Records a change of O_APPEND as if the file were opened again, with the new flag. */
static void fcntl_event(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct domain *domain;

	if (cmd != F_SETFL || !((arg ^ file->f_flags) & O_APPEND))
		return;
	domain = event_domain(MODE_FILE);
	if (domain)
		file_open_event(domain, &file->f_path, O_WRONLY | (arg & O_APPEND));
}

DEFINE_HOOK(file_open, open_event(file))
DEFINE_HOOK(file_fcntl, fcntl_event(file, cmd, arg))
DEFINE_HOOK(file_ioctl, number_event(ACCESS_FILE_IOCTL, &file->f_path, "0x%X", cmd))
#ifdef HAVE_HOOK_file_ioctl_compat
DEFINE_HOOK(file_ioctl_compat, number_event(ACCESS_FILE_IOCTL, &file->f_path, "0x%X", cmd))
#endif
DEFINE_HOOK(inode_getattr, file_path_event(ACCESS_FILE_GETATTR, path))
#ifdef HAVE_HOOK_path_mknod
DEFINE_HOOK(path_mknod, mknod_event(dir, dentry, mode, dev))
DEFINE_HOOK(path_truncate, file_path_event(ACCESS_FILE_TRUNCATE, path))
DEFINE_HOOK(path_unlink, entry_event(ACCESS_FILE_UNLINK, dir, dentry))
DEFINE_HOOK(path_mkdir, make_event(ACCESS_FILE_MKDIR, dir, dentry, mode, 0))
DEFINE_HOOK(path_rmdir, entry_event(ACCESS_FILE_RMDIR, dir, dentry))
DEFINE_HOOK(path_rename, rename_event(old_dir, old_dentry, new_dir, new_dentry,
				      PATH_RENAME_FLAGS & RENAME_EXCHANGE))
DEFINE_HOOK(path_link, link_event(old_dentry, new_dir, new_dentry))
DEFINE_HOOK(path_symlink, symlink_event(dir, dentry, old_name))
DEFINE_HOOK(path_chmod, number_event(ACCESS_FILE_CHMOD, path, "0%o", mode & S_IALLUGO))
DEFINE_HOOK(path_chown, owner_event(path, uid, gid))
DEFINE_HOOK(path_chroot, file_path_event(ACCESS_FILE_CHROOT, path))
#endif
#ifdef HAVE_HOOK_file_truncate
DEFINE_HOOK(file_truncate, file_path_event(ACCESS_FILE_TRUNCATE, &file->f_path))
#endif
