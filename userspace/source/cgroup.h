/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_CGROUP_H
#define ASHIATO_CGROUP_H

#include <stdint.h>

#include "base/text.h"

/* Length of the ID of a container, in hexadecimal digits */
#define CONTAINER_ID_LEN	64

/**
 * struct cgroup_place - User, unit and container that the path of a control group names
 * @uid: user in whose slice the control group is; 0 if it is not in the slice of a user. Users
 *	choose the names of the control groups below their own manager
 * @unit: unit of systemd: the topmost service or scope that is not that of a container;
 *	empty if there is none
 * @container: ID of the container; empty if there is none
 */
struct cgroup_place {
	int64_t uid;
	struct span unit;
	struct span container;
};

struct cgroup_place cgroup_place(const char *path);

#endif
