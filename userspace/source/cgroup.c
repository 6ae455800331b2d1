// SPDX-License-Identifier: GPL-2.0-only
/* Paths of control groups: units of systemd, and containers. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "cgroup.h"

static bool span_ends(struct span text, const char *end)
{
	size_t len = strlen(end);

	return text.len > len && !memcmp(text.ptr + text.len - len, end, len);
}

/*
 * The ID in libpod-ID.scope, docker-ID.scope, cri-containerd-ID.scope, or in ID alone. The
 * monitor of a container, in libpod-conmon-ID.scope, is a program of the host.
 */
static struct span container_id(struct span name)
{
	const struct span none = { NULL, 0 };
	const char *dash;

	if (span_begins(name, "libpod-conmon-"))
		return none;
	if (span_ends(name, ".scope"))
		name.len -= strlen(".scope");
	dash = memrchr(name.ptr, '-', name.len);
	if (dash) {
		name.len -= (size_t)(dash + 1 - name.ptr);
		name.ptr = dash + 1;
	}
	if (name.len != CONTAINER_ID_LEN)
		return none;
	for (size_t i = 0; i < name.len; i++)
		if (!isxdigit((unsigned char)name.ptr[i]))
			return none;
	return name;
}

/**
 * cgroup_place() - Find the unit and the container in the path of a control group
 * @path: path from the root of the hierarchy
 *
 * Return: what the path says; its spans are parts of @path.
 */
struct cgroup_place cgroup_place(const char *path)
{
	struct cgroup_place place = { 0 };
	long long uid;

	if (sscanf(path, "/user.slice/user-%lld.slice/", &uid) == 1)
		place.uid = uid;
	while (*path == '/') {
		struct span name = { path + 1, strcspn(path + 1, "/") };
		struct span id = container_id(name);

		if (!place.container.len)
			place.container = id;
		if (!place.container.len && !place.unit.len &&
		    (span_ends(name, ".service") || span_ends(name, ".scope")))
			place.unit = name;
		path = name.ptr + name.len;
	}
	return place;
}
