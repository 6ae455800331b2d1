/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_MACHINE_H
#define ASHIATO_MACHINE_H

#include <stdbool.h>

#include "text.h"

/**
 * struct machine_module - A kernel module that modprobe would load
 * @path: path of its file
 * @version: its MODULE_VERSION()
 * @is_signed: it has a signature
 */
struct machine_module {
	struct text path;
	struct text version;
	bool is_signed;
};

/**
 * struct machine_audit - State of the kernel's audit system
 * @enabled: 0 when it is off
 * @pid: process of the audit daemon, 0 when none runs
 * @lost: number of lost records
 * @backlog_limit: maximum number of queued records
 */
struct machine_audit {
	unsigned int enabled;
	unsigned int pid;
	unsigned int lost;
	unsigned int backlog_limit;
};

bool machine_is_copy(void);
void machine_path(const char *name, struct text *path);
int machine_open(const char *name);
bool machine_has(const char *name);
bool machine_archive_lacks(const char *package);
int machine_read(const char *name, struct text *content);
int machine_read_word(const char *name, struct text *word);
int machine_find_module(const char *name, const char *release,
			struct machine_module *module);
void machine_module_free(struct machine_module *module);
int machine_read_audit(struct machine_audit *audit);

#endif
