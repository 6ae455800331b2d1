/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_SYMBOL_H
#define ASHIATO_SYMBOL_H

#include <linux/static_call.h>
#include <linux/types.h>

struct audit_buffer;
struct dentry;
struct file;
struct ftrace_ops;
struct module;
struct path;
struct pid;
struct pid_namespace;
struct task_struct;
struct vfsmount;

/*
 * Calls a function of borrowed.def. A static call is direct: it needs no retpoline and no
 * check of indirect calls.
 */
#define borrowed(NAME) static_call(borrowed_##NAME)

#define BORROW(TYPE, FAILURE, NAME, ARGUMENTS) \
	TYPE borrowed_##NAME##_missing ARGUMENTS; \
	DECLARE_STATIC_CALL(borrowed_##NAME, borrowed_##NAME##_missing);
#include "borrowed.def"
#undef BORROW

int symbol_init(void);
unsigned long symbol_find(const char *name);
bool symbol_has_size(unsigned long address, size_t size, unsigned long *found);
bool symbol_is_memory(const void *address);
bool symbol_is_vmalloc(const void *address);
bool symbol_is_code(const void *address);
bool symbol_is_text(const void *address);

#endif
