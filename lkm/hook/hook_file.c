// SPDX-License-Identifier: GPL-2.0-only
/* File accesses, except mounts. */
#include <linux/fs.h>
#include <linux/kdev_t.h>
#include <linux/uidgid.h>

#include "core/hash.h"
#include "core/outcome.h"
#include "path/backing.h"
#include "path/fingerprint.h"
#include "path/pathname.h"
#include "policy/transition.h"
#include "event.h"
#include "hook_file.h"
#include "hooks.h"

/*
 * If path_rename has no flags, the kernel calls it twice for an exchange, the first time with the
 * paths swapped.
 */
#ifdef HOOK_path_rename_HAS_flags
#define PATH_RENAME_FLAGS flags
#else
#define PATH_RENAME_FLAGS 0
#endif

/**
 * struct path_key - keys of an access to one or two paths
 * @value: the key, for event_record(); 0 if a path has no fingerprint
 * @shared: the key that all names in the folder of the last path share; 0 if there is none
 * @print: fingerprints of the paths
 */
struct path_key {
	u64 value;
	u64 shared;
	struct fingerprint print[2];
};

/* Returns the seed of the fingerprints for an action of a domain; each reset changes it. */
static __always_inline u64 action_seed(const struct domain *domain, u64 action)
{
	return event_seed(domain) ^ action;
}

/*
 * Counts an access by the key that all names in its folder share. @folder is from
 * fingerprint_folder(). Returns the key, or 0 if it was not counted.
 */
static noinline u64 folder_count(u64 folder)
{
	u64 shared = folder ? event_shared_key(folder) : 0;

	return shared && event_count_shared(shared) ? shared : 0;
}

/* Most domains have no shared keys, and need no lookup of one. */
static bool has_shared_keys(const struct domain *domain)
{
	return test_bit(DOMAIN_SHARES_KEYS, &domain->flags);
}

/* Returns the seed for fingerprint_count_repeat(). */
static __always_inline u64 count_seed(const struct domain *domain, u64 action)
{
	u64 seed = action_seed(domain, action) & ~FINGERPRINT_FOLDER;

	return seed | (has_shared_keys(domain) ? FINGERPRINT_FOLDER : 0);
}

/* Counts an access to a path if it was recorded before. */
static __always_inline bool path_count(const struct domain *domain, u64 action,
				       const struct path *path)
{
	u64 key = fingerprint_count_repeat(path, count_seed(domain, action));

	return likely(key & 1) || folder_count(key);
}

/*
 * Sets @key, and counts the access if it was recorded before. Searches for the places of mounts if
 * they are not cached. (For one path, folder_count() has been tried already.) Returns whether the
 * access was counted.
 */
static bool path_key_count_repeat(struct path_key *key, const struct domain *domain,
				  enum access_op op, u64 action, const struct path *path,
				  const struct path *other)
{
	struct fingerprint *last = &key->print[0];
	u64 value, counted = 0;
	enum seen_use use;

	key->value = 0;
	key->shared = 0;
	if (!fingerprint_get(path, action_seed(domain, action), last))
		return false;
	if (other) {
		/* Mix, so that two paths do not hash like a single longer one. */
		value = hash_mix(last->hash, 1);
		last = &key->print[1];
		path = other;
		if (!fingerprint_get(path, value, last))
			return false;
	}
	key->value = last->hash;
	use = event_count_key(key->value);
	if (use == SEEN_COUNTED)
		counted = key->value;
	else if (use == SEEN_NOT && other && has_shared_keys(domain))
		counted = folder_count(fingerprint_folder(path, last));
	if (counted)
		attempt_found(attempt_now(op), counted);
	else if (last->folder)
		key->shared = event_shared_key(last->folder);
	return counted;
}

/* Clears the keys if a name changed while the text was built. */
static void path_key_check(struct path_key *key, bool two)
{
	if (!key->value || (fingerprint_holds(&key->print[0]) &&
			    (!two || fingerprint_holds(&key->print[1]))))
		return;
	key->value = 0;
	key->shared = 0;
}

/*
 * Does the work of file_name_get(). Clears *@shared if the rules may change some names in the
 * folder.
 */
static char *name_get(const struct domain *domain, const struct path *path, bool is_directory,
		      u64 *shared)
{
	char *name = pathname_get(path);

	if (name && is_directory && (!*name || name[strlen(name) - 1] != '/')) {
		char *slashed = kasprintf(GFP_HOOK, "%s/", name);

		kfree(name);
		name = slashed;
	}
	if (!name || (*shared && transition_keeps_folder(domain, name)))
		return name;
	*shared = 0;
	return transition_file_name(domain, name, GFP_HOOK);
}

/**
 * file_name_get() - get the name under which a file is recorded
 * @domain: domain that accesses the file
 * @path: the file
 * @is_directory: whether it is a directory: its name ends in '/', even if it does not exist yet
 *	or has been removed already
 *
 * Context: may sleep.
 * Return: the pathname after the file_pattern rules, to be freed with kfree(); NULL if there is
 * no memory.
 */
char *file_name_get(const struct domain *domain, const struct path *path, bool is_directory)
{
	u64 shared = 0;

	return name_get(domain, path, is_directory, &shared);
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
				 struct vfsmount *mnt, struct dentry *dentry, const char *format,
				 unsigned int a, unsigned int b, unsigned int c)
{
	const struct path path = { .mnt = mnt, .dentry = dentry };
	bool is_directory = op == ACCESS_FILE_MKDIR || op == ACCESS_FILE_RMDIR;
	struct path_key key;
	char *object;

	if (path_key_count_repeat(&key, domain, op, action, &path, NULL))
		return;
	object = object_join(name_get(domain, &path, is_directory, &key.shared), format, a, b, c);
	path_key_check(&key, false);
	event_record_object(domain, op, object, key.value, key.shared, GFP_HOOK);
}

static __always_inline void path_event(struct domain *domain, enum access_op op,
				       const struct path *path)
{
	u64 action = event_action(op, 0);

	if (!path_count(domain, action, path))
		path_record(domain, op, action, path->mnt, path->dentry, NULL, 0, 0, 0);
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

/*
 * Records an attempt: the hook of the path runs before the kernel checks whether the operation
 * is allowed. @id is attempt_id() of the objects that the later hook gets, see hook_outcome.c.
 */
static __always_inline void attempt_event(enum access_op op, u64 action, struct vfsmount *mnt,
					  struct dentry *dentry, u32 id, const char *format,
					  unsigned int a, unsigned int b, unsigned int c)
{
	struct attempt *attempt;
	struct domain *domain = event_attempt(MODE_FILE, id, &attempt);
	u64 key;

	if (!domain)
		return;
	key = fingerprint_count_attempt(mnt, dentry, count_seed(domain, action), attempt);
	if (likely(key & 1))
		return;
	key = folder_count(key);
	if (key)
		attempt_found(attempt, key);
	else
		path_record(domain, op, action, mnt, dentry, format, a, b, c);
}

static __always_inline void entry_event(enum access_op op, const struct path *dir,
					struct dentry *dentry)
{
	attempt_event(op, event_action(op, 0), dir->mnt, dentry,
		      attempt_id(op, dentry, d_inode(dir->dentry)), NULL, 0, 0, 0);
}

/* Files of all types share an ID, because the mode decides which hook reports the outcome. */
static u32 make_id(enum access_op op, const struct path *dir, const struct dentry *dentry)
{
	enum access_op kind = op == ACCESS_FILE_MKDIR ? op : ACCESS_FILE_CREATE;

	return attempt_id(kind, dentry, d_inode(dir->dentry));
}

static __always_inline void make_event(enum access_op op, const struct path *dir,
				       struct dentry *dentry, unsigned int mode)
{
	attempt_event(op, event_action(op, mode), dir->mnt, dentry, make_id(op, dir, dentry),
		      "0%o", mode & S_IALLUGO, 0, 0);
}

static void device_event(enum access_op op, const struct path *dir, struct dentry *dentry,
			 unsigned int mode, unsigned int device)
{
	/* The device takes all bits that event_action() has for a number. */
	u64 action = hash_mix(event_action(op, device), mode);
	dev_t number = new_decode_dev(device);

	attempt_event(op, action, dir->mnt, dentry, make_id(op, dir, dentry), "0%o %u %u",
		      mode & S_IALLUGO, MAJOR(number), MINOR(number));
}

/* Records an attempt to change the permissions or the owner of a file. */
static void change_event(enum access_op op, const struct path *path, const char *format,
			 unsigned int number)
{
	attempt_event(op, event_action(op, number), path->mnt, path->dentry,
		      attempt_id(op, path->dentry, NULL), format, number, 0, 0);
}

static void ioctl_event(const struct file *file, unsigned int cmd)
{
	u64 action = event_action(ACCESS_FILE_IOCTL, cmd);
	struct domain *domain;

	if (backing_is_file(file))
		return;
	domain = event_domain(MODE_FILE | MODE_IOCTL);
	if (domain && !path_count(domain, action, &file->f_path))
		path_record(domain, ACCESS_FILE_IOCTL, action, file->f_path.mnt,
			    file->f_path.dentry, "0x%X", cmd, 0, 0);
}

static void getattr_event(const struct path *path)
{
	if (!backing_is_path(path))
		file_path_event(ACCESS_FILE_GETATTR, path);
}

static void owner_event(const struct path *path, kuid_t uid, kgid_t gid)
{
	if (uid_valid(uid))
		change_event(ACCESS_FILE_CHOWN, path, "%u", from_kuid(&init_user_ns, uid));
	if (gid_valid(gid))
		change_event(ACCESS_FILE_CHGRP, path, "%u", from_kgid(&init_user_ns, gid));
}

/* As make_event(), but not inline: such files are rarely made. */
static noinline void make_event_rare(enum access_op op, const struct path *dir,
				     struct dentry *dentry, unsigned int mode)
{
	make_event(op, dir, dentry, mode);
}

static void mknod_event(const struct path *dir, struct dentry *dentry, umode_t mode,
			unsigned int device)
{
	switch (mode & S_IFMT) {
	case S_IFCHR:
		device_event(ACCESS_FILE_MKCHAR, dir, dentry, mode, device);
		break;
	case S_IFBLK:
		device_event(ACCESS_FILE_MKBLOCK, dir, dentry, mode, device);
		break;
	case S_IFIFO:
		make_event_rare(ACCESS_FILE_MKFIFO, dir, dentry, mode);
		break;
	case S_IFSOCK:
		make_event_rare(ACCESS_FILE_MKSOCK, dir, dentry, mode);
		break;
	default:
		make_event(ACCESS_FILE_CREATE, dir, dentry, mode);
	}
}

static void symlink_event(const struct path *dir, struct dentry *dentry, const char *target)
{
	const struct path path = { .mnt = dir->mnt, .dentry = dentry };
	u32 id = attempt_id(ACCESS_FILE_SYMLINK, dentry, d_inode(dir->dentry));
	u64 action = hash_bytes(event_action(ACCESS_FILE_SYMLINK, 0), target, strlen(target));
	struct attempt *attempt;
	struct domain *domain = event_attempt(MODE_FILE, id, &attempt);
	char *object, *encoded;
	struct path_key key;

	if (!domain ||
	    path_key_count_repeat(&key, domain, ACCESS_FILE_SYMLINK, action, &path, NULL))
		return;
	encoded = pathname_encode(target, strlen(target), GFP_HOOK);
	object = encoded ? file_name_get(domain, &path, false) : NULL;
	object = object_join(object, "symlink.target=\"%s\"", encoded);
	kfree(encoded);
	path_key_check(&key, false);
	event_record_object(domain, ACCESS_FILE_SYMLINK, object, key.value, 0, GFP_HOOK);
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
	u32 id = attempt_id(op, old->dentry, new->dentry);
	struct attempt *attempt;
	struct domain *domain = access_is_followed(op) ? event_attempt(MODE_FILE, id, &attempt) :
							 event_domain(MODE_FILE);
	struct path_key key;
	char *object, *name;

	if (!domain || path_key_count_repeat(&key, domain, op, event_action(op, 0), old, new))
		return;
	object = file_name_get(domain, old, false);
	name = name_get(domain, new, d_is_dir(old->dentry), &key.shared);
	if (name) {
		object = object_join(object, "%s", name);
		kfree(name);
	} else {
		kfree(object);
		object = NULL;
	}
	path_key_check(&key, true);
	event_record_object(domain, op, object, key.value, key.shared, GFP_HOOK);
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

/* Does the work of file_open_event(). */
static __always_inline void open_count(struct domain *domain, const struct path *path,
				       unsigned int f_flags)
{
	unsigned int mode = f_flags & O_ACCMODE;

	if (mode != O_WRONLY)
		path_event(domain, ACCESS_FILE_READ, path);
	/* O_ACCMODE 3 (ioctl-only open) counts as read and write. */
	if (mode != O_RDONLY)
		path_event(domain, f_flags & O_APPEND ? ACCESS_FILE_APPEND : ACCESS_FILE_WRITE,
			   path);
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
	open_count(domain, path, f_flags);
}

static void open_event(struct file *file)
{
	struct task_state *state;
	struct domain *domain;

	/* hook_exec.c records the program and the interpreter of an execve(). */
	if (file->f_flags & __FMODE_EXEC || backing_is_file(file))
		return;
	/* All inline: most accesses are opens. */
	domain = event_domain_state(MODE_FILE, &state, true);
	if (domain)
		open_count(domain, &file->f_path, file->f_flags);
}

/*
 * Records a change of O_APPEND as if the file were opened again, with the new flag. But nothing can
 * be written to a file that was opened for reading only, and the kernel refuses the change if data
 * may only be appended to the file.
 */
static void fcntl_event(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct domain *domain;

	if (cmd != F_SETFL || !((arg ^ file->f_flags) & O_APPEND) ||
	    !(file->f_mode & FMODE_WRITE) || IS_APPEND(file_inode(file)))
		return;
	domain = event_domain(MODE_FILE);
	if (domain)
		file_open_event(domain, &file->f_path, O_WRONLY | (arg & O_APPEND));
}

DEFINE_HOOK(file_open, open_event(file))
DEFINE_HOOK(file_fcntl, fcntl_event(file, cmd, arg))
DEFINE_HOOK(file_ioctl, ioctl_event(file, cmd))
#ifdef HAVE_HOOK_file_ioctl_compat
DEFINE_HOOK(file_ioctl_compat, ioctl_event(file, cmd))
#endif
DEFINE_HOOK(inode_getattr, getattr_event(path))
#ifdef HAVE_HOOK_path_mknod
DEFINE_HOOK(path_mknod, mknod_event(dir, dentry, mode, dev))
DEFINE_HOOK(path_truncate, file_path_event(ACCESS_FILE_TRUNCATE, path))
DEFINE_HOOK(path_unlink, entry_event(ACCESS_FILE_UNLINK, dir, dentry))
DEFINE_HOOK(path_mkdir, make_event(ACCESS_FILE_MKDIR, dir, dentry, mode))
DEFINE_HOOK(path_rmdir, entry_event(ACCESS_FILE_RMDIR, dir, dentry))
DEFINE_HOOK(path_rename, rename_event(old_dir, old_dentry, new_dir, new_dentry,
				      PATH_RENAME_FLAGS & RENAME_EXCHANGE))
DEFINE_HOOK(path_link, link_event(old_dentry, new_dir, new_dentry))
DEFINE_HOOK(path_symlink, symlink_event(dir, dentry, old_name))
DEFINE_HOOK(path_chmod, change_event(ACCESS_FILE_CHMOD, path, "0%o", mode & S_IALLUGO))
DEFINE_HOOK(path_chown, owner_event(path, uid, gid))
DEFINE_HOOK(path_chroot, file_path_event(ACCESS_FILE_CHROOT, path))
#endif
#ifdef HAVE_HOOK_file_truncate
DEFINE_HOOK(file_truncate, file_path_event(ACCESS_FILE_TRUNCATE, &file->f_path))
#endif
