// SPDX-License-Identifier: GPL-2.0-only
/*
 * Names and images of containers, from the files of podman and docker. The files of a user may
 * contain anything: their names are used for the containers of this user only.
 */
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/array.h"
#include "base/machine.h"
#include "base/passwd.h"
#include "container.h"

/* Maximum size of podman's list of all containers; a larger file is not read. */
#define LIST_MAX	(16 * 1024 * 1024)
/* Maximum size of docker's file of one container. */
#define FILE_MAX	(1024 * 1024)
/* Maximum number of users whose lists are read */
#define USERS_MAX	256
/* Maximum number of remembered containers of root, including containers that no engine knows */
#define ROOT_CONTAINERS_MAX	16384
/* Maximum number of remembered containers of each other user */
#define USER_CONTAINERS_MAX	1024
/* A container without a name is shown with this much of its ID, as podman does. */
#define SHORT_ID	12
/* Longer names of units are cut in a column. */
#define UNIT_MAX	40

/**
 * struct owner - A user with lists of podman, or root
 * @uid: user
 * @fds: descriptors of the lists that have not been read yet
 * @fd_count: number of these lists
 * @containers: remembered containers of the user
 * @count: number of these containers
 */
struct owner {
	int64_t uid;
	int fds[4];
	size_t fd_count;
	struct container *containers;
	size_t count;
};

/* Root is the first one. */
static struct owner *owners;
static size_t owner_count;

/* The lists of podman, below the folder of its storage */
static const char *const lists[] = {
	"overlay-containers/containers.json", "overlay-containers/volatile-containers.json",
	"vfs-containers/containers.json", "vfs-containers/volatile-containers.json",
};

static_assert(ARRAY_SIZE(lists) == ARRAY_SIZE(((struct owner *)NULL)->fds), "one descriptor each");

/*
 * @size_max: larger files are not opened. A user may replace the file or its folders at any time:
 * follow no link, wait for no writer.
 */
static int state_open(const char *name, int64_t uid, off_t size_max)
{
	struct open_how how = {
		.flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY,
		.resolve = uid ? RESOLVE_NO_SYMLINKS : 0,
	};
	struct text path = { 0 };
	struct stat st;
	int fd = -1;

	machine_path(name, &path);
	if (!path.failed)
		fd = (int)syscall(SYS_openat2, AT_FDCWD, path.data, &how, sizeof(how));
	text_free(&path);
	if (fd >= 0 && (fstat(fd, &st) || !S_ISREG(st.st_mode) || st.st_size > size_max)) {
		close(fd);
		fd = -1;
	}
	return fd;
}

static void lists_open(const char *storage, int64_t uid)
{
	struct owner owner = { .uid = uid };
	char name[4096];
	int fd;

	for (size_t i = 0; i < ARRAY_SIZE(lists); i++) {
		if ((size_t)snprintf(name, sizeof(name), "%s/%s", storage, lists[i]) >=
		    sizeof(name))
			break;
		fd = state_open(name, uid, LIST_MAX);
		if (fd >= 0)
			owner.fds[owner.fd_count++] = fd;
	}
	if (uid && !owner.fd_count)
		return;
	if (!array_grow(owners, owner_count))
		owners[owner_count++] = owner;
	else
		while (owner.fd_count)
			close(owner.fds[--owner.fd_count]);
}

static void user_lists_open(void *ctx, int64_t uid, const char *home)
{
	size_t *count = ctx;
	char storage[4096];

	/* The lists of root are in another directory */
	if (!uid || ++*count > USERS_MAX)
		return;
	home += *home == '/';
	if ((size_t)snprintf(storage, sizeof(storage), "%s/.local/share/containers/storage", home) <
	    sizeof(storage))
		lists_open(storage, uid);
}

/**
 * containers_open() - Open the lists of containers of all users
 *
 * Call this before capabilities are dropped: only a user and root can read the home directory of
 * the user. Lists that cannot be opened are skipped.
 */
void containers_open(void)
{
	size_t users = 0;

	if (owner_count)
		return;
	lists_open("var/lib/containers/storage", 0);
	passwd_each(user_lists_open, &users);
}

static void text_put_json(struct text *text, const json_t *value)
{
	if (json_is_string(value))
		text_add_name(text, json_string_value(value), json_string_length(value));
}

static int container_add(struct owner *owner, struct container *container)
{
	const size_t max = owner->uid ? USER_CONTAINERS_MAX : ROOT_CONTAINERS_MAX;

	if (owner->count == max || array_grow(owner->containers, owner->count)) {
		text_free(&container->name);
		text_free(&container->image);
		return -ENOMEM;
	}
	owner->containers[owner->count++] = *container;
	return 0;
}

/* An entry of podman's list: "metadata" is JSON in a string. */
static int podman_add(struct owner *owner, const json_t *entry)
{
	struct container container = { .engine = "podman" };
	const json_t *id = json_object_get(entry, "id");
	const json_t *metadata = json_object_get(entry, "metadata");
	json_t *more = NULL;

	if (!json_is_string(id) || json_string_length(id) != CONTAINER_ID_LEN)
		return 0;
	memcpy(container.id, json_string_value(id), CONTAINER_ID_LEN);
	if (json_is_string(metadata))
		more = json_loads(json_string_value(metadata), 0, NULL);
	text_put_json(&container.name, json_array_get(json_object_get(entry, "names"), 0));
	text_put_json(&container.image, json_object_get(more, "image-name"));
	json_decref(more);
	return container_add(owner, &container);
}

static void list_read(struct owner *owner, int fd)
{
	FILE *in = fdopen(fd, "r");
	json_t *list = in ? json_loadf(in, 0, NULL) : NULL;
	const json_t *entry;
	size_t i;

	json_array_foreach(list, i, entry)
		if (podman_add(owner, entry))
			break;
	json_decref(list);
	if (in)
		fclose(in);
	else
		close(fd);
}

static struct owner *owner_find(int64_t uid)
{
	for (size_t i = 0; i < owner_count; i++)
		if (owners[i].uid == uid)
			return &owners[i];
	return NULL;
}

static const struct container *known_find(const struct owner *owner, struct span id)
{
	for (size_t i = 0; i < owner->count; i++)
		if (span_is(id, owner->containers[i].id))
			return &owner->containers[i];
	return NULL;
}

/* Read docker's file of a container. Without this file, remember that the name is unknown. */
static const struct container *docker_find(struct owner *owner, struct span id)
{
	struct container container = { .engine = "docker" };
	char path[sizeof("var/lib/docker/containers//config.v2.json") + CONTAINER_ID_LEN];
	struct text name = { 0 };
	const json_t *value;
	json_t *config = NULL;
	int fd;

	memcpy(container.id, id.ptr, CONTAINER_ID_LEN);
	snprintf(path, sizeof(path), "var/lib/docker/containers/%s/config.v2.json", container.id);
	fd = state_open(path, 0, FILE_MAX);
	if (fd >= 0) {
		config = json_loadfd(fd, 0, NULL);
		close(fd);
	}
	value = json_object_get(config, "Name");
	if (json_is_string(value))
		text_puts(&name, json_string_value(value));
	/* The name begins with a slash. */
	if (name.len > 1)
		text_add_name(&container.name, name.data + (*name.data == '/'),
			      name.len - (*name.data == '/'));
	text_free(&name);
	text_put_json(&container.image,
		      json_object_get(json_object_get(config, "Config"), "Image"));
	if (!config)
		container.engine = NULL;
	json_decref(config);
	return container_add(owner, &container) ? NULL : &owner->containers[owner->count - 1];
}

/**
 * container_find() - Look up a container
 * @place: place with a container
 *
 * Return: the container, valid until the next call; NULL if no engine knows it.
 */
const struct container *container_find(const struct cgroup_place *place)
{
	struct owner *owner = owner_find(place->uid);
	const struct container *found;

	if (!place->container.len || !owner)
		return NULL;
	while (owner->fd_count)
		list_read(owner, owner->fds[--owner->fd_count]);
	found = known_find(owner, place->container);
	/* All containers of docker are root's. */
	if (!found && !owner->uid)
		found = docker_find(owner, place->container);
	return found && found->engine ? found : NULL;
}

/**
 * container_is() - Whether a control group is in a container
 * @cgroup: path of the control group
 * @name: name of the container, or the first digits of its ID, four or more
 *
 * Return: true if it is.
 */
bool container_is(const char *cgroup, const char *name)
{
	const struct cgroup_place place = cgroup_place(cgroup);
	const struct container *container = container_find(&place);
	size_t len = strlen(name);

	if (!place.container.len)
		return false;
	if (container && !strcmp(text_str(&container->name), name))
		return true;
	return len >= 4 && len <= place.container.len &&
	       !strncasecmp(place.container.ptr, name, len);
}

/**
 * container_label() - Name the container or the unit of a control group, for a column
 * @cgroup: path of the control group; NULL: unknown
 * @label: ENGINE:NAME, container:ID, the unit, or "-" is appended
 */
void container_label(const char *cgroup, struct text *label)
{
	const struct cgroup_place place = cgroup_place(cgroup ? : "");
	const struct container *container = container_find(&place);

	if (container && container->name.len)
		text_format(label, "%s:%s", container->engine, container->name.data);
	else if (place.container.len)
		text_format(label, "container:%.*s", SHORT_ID, place.container.ptr);
	else if (place.unit.len > UNIT_MAX)
		text_format(label, "%.*s...", UNIT_MAX - 3, place.unit.ptr);
	else if (place.unit.len)
		text_add(label, place.unit.ptr, place.unit.len);
	else
		text_puts(label, "-");
}
