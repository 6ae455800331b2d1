/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The headers that debug-cc precompiles: those that most files of the kernel include. In
 * this configuration no macro that a file defines before its #include changes them, except
 * for DEBUG in init/main.c, which therefore prints less.
 */
#define KBUILD_MODNAME "kernel"
#include <linux/kconfig.h>
#include <linux/compiler_types.h>
#include <linux/audit.h>
#include <linux/bpf.h>
#include <linux/compat.h>
#include <linux/cpu.h>
#include <linux/delay.h>
#include <linux/device.h>
#include <linux/dma-mapping.h>
#include <linux/fs.h>
#include <linux/ftrace.h>
#include <linux/highmem.h>
#include <linux/interrupt.h>
#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/namei.h>
#include <linux/pid_namespace.h>
#include <linux/poll.h>
#include <linux/proc_fs.h>
#include <linux/ptrace.h>
#include <linux/sched.h>
#include <linux/security.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/syscalls.h>
#include <linux/uaccess.h>
#include <net/ip.h>
#include <net/ipv6.h>
#include <net/netlink.h>
#include <net/sock.h>
#include <net/tcp.h>
#undef KBUILD_MODNAME
