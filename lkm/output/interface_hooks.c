// SPDX-License-Identifier: GPL-2.0-only
/* The file hooks: who sits on each LSM hook of this kernel, and where ours are. */
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

static const struct probe_hook *ours_at(size_t offset)
{
	size_t i;

	for (i = 0; i < HOOKS; i++) {
		if (hooks[i].attached && hooks[i].offset == offset)
			return &hooks[i];
	}
	return NULL;
}

/* Its name, those who sit on it in the order of the calls, in whose place ours is. */
static void show_hook(struct seq_file *m, const char *name, size_t offset)
{
	const struct security_hook_list *lsms[PROBE_LSMS_MAX];
	const struct probe_hook *ours = ours_at(offset);
	int i, count;

	seq_printf(m, "%s\t", name);
	/* Another module may be taking its hooks out. */
	rcu_read_lock();
	count = probe_lsms(offset, lsms);
	for (i = 0; i < count; i++)
		seq_printf(m, "%s%s", i ? "," : "",
			   ours && lsms[i] == &ours->entry ? "ashiato" : probe_lsm_name(lsms[i]));
	rcu_read_unlock();
	seq_printf(m, "%s\t%s\n", count ? "" : "-",
		   ours && ours->victim ? probe_lsm_name(ours->victim) : "-");
}

/**
 * interface_hooks_show() - show the file hooks
 * @m: open file
 * @v: nothing
 *
 * Context: may sleep; the hooks are attached.
 * Return: 0.
 */
int interface_hooks_show(struct seq_file *m, void *v)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(kernel_hooks); i++)
		show_hook(m, kernel_hooks[i].name, kernel_hooks[i].offset);
	return 0;
}
