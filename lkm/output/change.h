/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_CHANGE_H
#define ASHIATO_CHANGE_H

#include <linux/compiler.h>
#include <linux/moduleparam.h>
#include <linux/types.h>

struct file;

/* Parts of the configuration that can be changed. */
enum change {
	CHANGE_MODE,
	CHANGE_PARAMETER,
	CHANGE_RULES,
	CHANGE_RESET,
	CHANGE_LOAD,
	CHANGE_UNLOAD,
	CHANGES
};

/* Type of a module parameter: an unsigned int that can be changed while the module is loaded. */
extern const struct kernel_param_ops param_ops_tunable;
#define param_check_tunable(name, p) param_check_uint(name, p)

void change_init(void);
void change_exit(void);
int change_open(const struct file *file, enum change change);
int change_parameter(const struct kernel_param *parameter, const char *old, const char *new);
__printf(3, 4)
void change_report(enum change change, int err, const char *format, ...);

#endif
