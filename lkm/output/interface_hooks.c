// SPDX-License-Identifier: GPL-2.0-only
/*
 * The file "hooks": which LSMs are attached to each LSM hook, and where the module is; at the
 * end, the functions of the kernel that the module traces.
 */
#include <linux/rcupdate.h>
#include <linux/seq_file.h>

#include "hook/hooks.h"
#include "interface.h"

static const struct {
	const char *name;
	size_t offset;
} kernel_hooks[] = {
#define LSM_HOOK(TYPE, DEFAULT, NAME, ...) { #NAME, PROBE_OFFSET(NAME) },
#include <linux/lsm_hook_defs.h>
#undef LSM_HOOK
};

static const struct probe_hook *hook_at(size_t offset)
{
	size_t i;

	for (i = 0; i < HOOKS; i++) {
		if (hooks[i].attached && hooks[i].offset == offset)
			return &hooks[i];
	}
	return NULL;
}

/*
 * Prints the name of a hook, the LSMs on it in the order in which they are called, and the
 * LSM whose hook the module has replaced.
 */
static void show_hook(struct seq_file *m, const char *name, size_t offset)
{
	const struct security_hook_list *lsms[PROBE_LSMS_MAX];
	const struct probe_hook *own = hook_at(offset);
	int i, count;

	seq_printf(m, "%s\t", name);
	/* Another module may be detaching its hooks. */
	rcu_read_lock();
	count = probe_lsms(offset, lsms);
	for (i = 0; i < count; i++)
		seq_printf(m, "%s%s", i ? "," : "",
			   own && lsms[i] == &own->entry ? "ashiato" : probe_lsm_name(lsms[i]));
	rcu_read_unlock();
	seq_printf(m, "%s\t%s\n", count ? "" : "-",
		   own && own->victim ? probe_lsm_name(own->victim) : "-");
}

/**
 * interface_hooks_show() - print the contents of the file "hooks"
 * @m: open file
 * @v: unused
 *
 * Context: may sleep; between hooks_attach() and hooks_detach().
 * Return: 0.
 */
int interface_hooks_show(struct seq_file *m, void *v)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(kernel_hooks); i++)
		show_hook(m, kernel_hooks[i].name, kernel_hooks[i].offset);
	for (i = 0; i < TRACES; i++)
		seq_printf(m, "%s\t%s\t-\n", traces[i].name, traces[i].attached ? "ashiato" : "-");
	return 0;
}
