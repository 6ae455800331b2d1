// SPDX-License-Identifier: GPL-2.0-only
/* Mounts. */
#include <linux/capability.h>
#include <linux/cred.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/module.h>
#include <linux/mount.h>
#include <linux/namei.h>
#include <linux/slab.h>
#include <linux/user_namespace.h>
#include <uapi/linux/mount.h>

#include "probe/symbol.h"
#include "compat/compat.h"
#include "path/pathname.h"
#include "path/walk.h"
#include "event.h"
#include "hook_file.h"
#include "hook_mount.h"
#include "hooks.h"

/* Actions of mount() other than mounting a file system; the first matching flag applies. */
static const struct {
	unsigned long flag;
	const char *name;
	bool from_path;	/* whether the device argument is a path */
} actions[] = {
	{ MS_REMOUNT, "--remount", false },
	{ MS_BIND, "--bind", true },
	{ MS_SHARED, "--make-shared", false },
	{ MS_PRIVATE, "--make-private", false },
	{ MS_SLAVE, "--make-slave", false },
	{ MS_UNBINDABLE, "--make-unbindable", false },
	{ MS_MOVE, "--move", true },
};

#define PROPAGATION_FLAGS (MS_SHARED | MS_PRIVATE | MS_SLAVE | MS_UNBINDABLE)

/* The kernel's list of file system types; NULL if not found. */
static const void *file_systems;

/**
 * mount_init() - find the kernel's list of file system types
 *
 * Context: may sleep; after symbol_init().
 */
void mount_init(void)
{
	file_systems = (const void *)symbol_find("file_systems");
}

/*
 * Whether the current task has CAP_SYS_ADMIN in the initial user namespace. Any user can have all
 * capabilities in a new user namespace, and the hook runs before the kernel checks whether the task
 * may mount.
 */
static bool is_privileged(void)
{
	return current_user_ns() == &init_user_ns &&
	       cap_raised(current_cred()->cap_effective, CAP_SYS_ADMIN);
}

/*
 * Returns the flags of a file system type, or -ENODEV. get_fs_type() may load a module: a user
 * must not cause that.
 */
static int type_flags(const char *name)
{
	struct file_system_type *type;
	int flags;

	if (!name)
		return -ENODEV;
	if (!is_privileged())
		return file_systems ? compat_fs_flags(file_systems, name) : -ENODEV;
	type = get_fs_type(name);
	if (!type)
		return -ENODEV;
	flags = type->fs_flags;
	module_put(type->owner);
	return flags;
}

/*
 * Returns the encoded name of a device; NULL if there is no memory; or an ERR_PTR. A lookup in a
 * user's FUSE file system could wait for ever, and the module could not be unloaded meanwhile. So a
 * pathname of a user is followed only as far as that needs no waiting. If that finds no file, the
 * pathname itself is the name.
 */
static char *device_name(const struct domain *domain, const char *device, bool is_path)
{
	struct path path;
	char *name;
	int err;

	if (!is_path) {
		if (!device)
			device = "<NULL>";
		return pathname_encode(device, strlen(device), GFP_HOOK);
	}
	if (!device)
		return ERR_PTR(-EINVAL);
	if (is_privileged()) {
		err = kern_path(device, LOOKUP_FOLLOW, &path);
	} else {
		err = walk_now(device, &path);
		if (err == -ENOENT)
			return pathname_encode(device, strlen(device), GFP_HOOK);
	}
	if (err)
		return err == -ENOMEM ? NULL : ERR_PTR(err);
	name = file_name_get(domain, &path, false);
	path_put(&path);
	return name;
}

static void mount_event(const char *device, const struct path *path, const char *type,
			unsigned long flags)
{
	struct domain *domain = event_domain(MODE_FILE);
	char *device_text, *folder, *type_text, *object = NULL;
	bool is_path;
	size_t i;

	if (!domain)
		return;
	if ((flags & MS_MGC_MSK) == MS_MGC_VAL)
		flags &= ~MS_MGC_MSK;
	for (i = 0; i < ARRAY_SIZE(actions) && !(flags & actions[i].flag); i++)
		;
	if (i < ARRAY_SIZE(actions)) {
		/* mount() rejects two propagation flags at once. */
		flags &= ~actions[i].flag;
		if (actions[i].flag & PROPAGATION_FLAGS && flags & PROPAGATION_FLAGS)
			return;
		type = actions[i].name;
		is_path = actions[i].from_path;
	} else {
		int fs_flags = type_flags(type);

		if (fs_flags < 0)
			return;
		is_path = !!(fs_flags & FS_REQUIRES_DEV);
	}

	device_text = device_name(domain, device, is_path);
	/* mount() fails with the same error. */
	if (IS_ERR(device_text))
		return;
	folder = file_name_get(domain, path, false);
	type_text = pathname_encode(type, strlen(type), GFP_HOOK);
	if (device_text && folder && type_text)
		object = kasprintf(GFP_HOOK, "%s %s %s 0x%lX", device_text, folder, type_text,
				   flags);
	event_record_object(domain, ACCESS_FILE_MOUNT, object, 0, 0, GFP_HOOK);
	kfree(type_text);
	kfree(folder);
	kfree(device_text);
}

static void unmount_event(struct vfsmount *mnt)
{
	const struct path path = { .mnt = mnt, .dentry = mnt->mnt_root };

	file_path_event(ACCESS_FILE_UNMOUNT, &path);
}

DEFINE_HOOK(sb_mount, mount_event(dev_name, path, type, flags))
DEFINE_HOOK(sb_umount, unmount_event(mnt))
DEFINE_HOOK(sb_pivotroot, file_pair_event(ACCESS_FILE_PIVOT_ROOT, new_path, old_path))
DEFINE_HOOK(move_mount, file_pair_event(ACCESS_FILE_MOVE_MOUNT, from_path, to_path))
