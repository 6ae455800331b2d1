/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_INTERFACE_H
#define ASHIATO_INTERFACE_H

#include <linux/types.h>

struct file;
struct inode;
struct seq_file;

int interface_rules_open(struct inode *inode, struct file *file);
int interface_rules_release(struct inode *inode, struct file *file);
ssize_t interface_rules_write(struct file *file, const char __user *buffer, size_t count,
			      loff_t *position);
int interface_hooks_show(struct seq_file *m, void *v);
int interface_init(void);
void interface_exit(void);

#endif
