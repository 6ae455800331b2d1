/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_MACHINE_H
#define ASHIATO_MACHINE_H

#include <stdbool.h>

#include "text.h"

/**
 * struct machine_module - A kernel module, as modprobe finds it
 * @path: of its file
 * @version: MODULE_VERSION()
 * @is_signed: whether it has a signature
 */
struct machine_module {
	struct text path;
	struct text version;
	bool is_signed;
};

/**
 * struct machine_audit - How the kernel's audit is
 * @enabled: 0 when it is off
 * @pid: of its daemon, 0 when there is none
 * @lost: records
 * @backlog_limit: how long its queue may become
 */
struct machine_audit {
	unsigned int enabled;
	unsigned int pid;
	unsigned int lost;
	unsigned int backlog_limit;
};

bool machine_is_copy(void);
void machine_path(const char *name, struct text *path);
bool machine_has(const char *name);
int machine_read(const char *name, struct text *content);
int machine_read_word(const char *name, struct text *word);
int machine_find_module(const char *name, const char *release,
			struct machine_module *module);
void machine_module_free(struct machine_module *module);
int machine_read_audit(struct machine_audit *audit);

#endif
