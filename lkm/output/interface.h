/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_INTERFACE_H
#define ASHIATO_INTERFACE_H

#include <linux/types.h>

struct file_operations;
struct seq_file;

extern const struct file_operations interface_rules_fops;

void interface_log_rule(const char *before, const char *line, size_t len, int err);
int interface_hooks_show(struct seq_file *m, void *v);
int interface_init(void);
void interface_exit(void);

#endif
