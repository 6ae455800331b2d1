/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_CONTAINER_H
#define ASHIATO_CONTAINER_H

#include "base/text.h"
#include "cgroup.h"

/**
 * struct container - A container that the state of its engine names
 * @engine: podman or docker
 * @id: ID
 * @name: name, as one printable word; empty if it has none
 * @image: name of the image, as one printable word; empty if it is unknown
 */
struct container {
	const char *engine;
	char id[CONTAINER_ID_LEN + 1];
	struct text name;
	struct text image;
};

void containers_open(void);
const struct container *container_find(const struct cgroup_place *place);
bool container_is(const char *cgroup, const char *name);
void container_label(const char *cgroup, struct text *label);

#endif
