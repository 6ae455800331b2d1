// SPDX-License-Identifier: GPL-2.0-only
/*
 * ashiato_probe.ko: reports the symbols and the table of hooks that were found and, for each
 * hook of ashiato.ko, the LSMs on it and where it would be attached. Changes nothing.
 */
#include <linux/module.h>

#include "patch.h"
#include "probe.h"
#include "symbol.h"

static const struct {
	const char *name;
	const char *loss;
	enum probe_place place;
	bool missing;
	size_t offset;
} report_hooks[] = {
#define HOOK(NAME, NEED, PLACE, LOSS) \
	{ .name = #NAME, .loss = LOSS, .place = PLACE, .offset = PROBE_OFFSET(NAME) },
#define MISSING(NAME, LOSS) { .name = #NAME, .loss = LOSS, .missing = true },
#include "hook/hooks.def"
#include "hook/subject.def"
#undef HOOK
#undef MISSING
};

static bool show_addresses;
module_param(show_addresses, bool, 0444);
MODULE_PARM_DESC(show_addresses, "1: show kernel addresses in the log (default 0)");

static void report_symbol(const char *name)
{
	unsigned long address = symbol_find(name);

	if (!address)
		pr_info("symbol %s: not found\n", name);
	else if (show_addresses)
		pr_info("symbol %s: found at %px\n", name, (void *)address);
	else
		pr_info("symbol %s: found\n", name);
}

static void report_hook(size_t i)
{
	const struct security_hook_list *lsms[PROBE_LSMS_MAX];
	char line[160] = "";
	int count, lsm, first = -1;

	if (report_hooks[i].missing) {
		pr_info("hook %s: not in this kernel; not recorded: %s\n",
			report_hooks[i].name, report_hooks[i].loss);
		return;
	}
	count = probe_lsms(report_hooks[i].offset, lsms);
	for (lsm = 0; lsm < count; lsm++) {
		if (first < 0 && (report_hooks[i].place == PROBE_FIRST ||
				  !probe_lsm_is_idle(lsms[lsm])))
			first = lsm;
		scnprintf(line + strlen(line), sizeof(line) - strlen(line), "%s%s",
			  lsm ? ", " : "", probe_lsm_name(lsms[lsm]));
	}
	if (!count)
		pr_info("hook %s: no LSM; ashiato would be the only one\n", report_hooks[i].name);
	else if (report_hooks[i].place != PROBE_LAST && first >= 0)
		pr_info("hook %s: %s; ashiato would replace %s and call it\n",
			report_hooks[i].name, line, probe_lsm_name(lsms[first]));
	else if (probe_is_full(report_hooks[i].offset))
		pr_info("hook %s: %s; no free slot: ashiato would replace %s and call it\n",
			report_hooks[i].name, line, probe_lsm_name(lsms[count - 1]));
	else
		pr_info("hook %s: %s; ashiato would be number %d\n", report_hooks[i].name, line,
			count + 1);
}

static int __init report_init(void)
{
	unsigned long address, found;
	size_t i;
	int err = symbol_init();

	if (err)
		return err;
	report_symbol("kallsyms_lookup_name");
#define BORROW(TYPE, FAILURE, NAME, ARGUMENTS) report_symbol(#NAME);
#include "borrowed.def"
#undef BORROW
	report_symbol("mount_lock");
#define TRACE(NAME, FUNCTION, LOSS) report_symbol(#NAME);
#include "hook/traces.def"
#undef TRACE
	address = probe_table(&found);
	if (show_addresses)
		pr_info("table %s: found at %px\n", probe_layout.name, (void *)address);
	pr_info("table %s: %lu bytes, built for %zu\n", probe_layout.name, found,
		probe_layout.size);
	err = probe_find();
	if (err)
		return err;
	pr_info("table %s: layout as expected\n", probe_layout.name);
	for (i = 0; i < ARRAY_SIZE(report_hooks); i++)
		report_hook(i);
	return 0;
}

static void __exit report_exit(void)
{
	patch_exit();
}

module_init(report_init);
module_exit(report_exit);

MODULE_DESCRIPTION("Reports the LSM hooks of this kernel and the LSMs attached to them");
MODULE_VERSION("0.2.0");
MODULE_LICENSE("GPL");
