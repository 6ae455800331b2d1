// SPDX-License-Identifier: GPL-2.0-only
/* Module parameters, init, and exit in the reverse order of init. */
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/notifier.h>
#include <linux/random.h>
#include <linux/string.h>

#include "probe/probe.h"
#include "core/access.h"
#include "core/domain.h"
#include "core/exec_cgroup.h"
#include "core/hash.h"
#include "core/history.h"
#include "core/hits.h"
#include "core/mode.h"
#include "core/outcome.h"
#include "core/seen.h"
#include "core/share.h"
#include "core/task.h"
#include "core/text.h"
#include "hook/adopt.h"
#include "hook/hook_mount.h"
#include "hook/hook_net.h"
#include "hook/hooks.h"
#include "output/change.h"
#include "output/exits.h"
#include "output/interface.h"
#include "output/policy.h"
#include "output/rate.h"
#include "output/record.h"
#include "output/subject.h"
#include "path/backing.h"
#include "path/place.h"
#include "policy/fold.h"
#include "policy/transition.h"

static char *mode = "learn";
module_param(mode, charp, 0444);
MODULE_PARM_DESC(mode, "learn: record accesses, report new ones to audit (default); trace: record accesses, report each one to audit; off: record nothing. GROUP=off disables a group of accesses (file, getattr, ioctl, env, network, capability, ipc): mode=learn,getattr=off; userns=on enables the group userns. record:GROUP=on or =off: whether audit gets records of a group (execute, change, read, getattr, ioctl, env, network, capability, ipc; by default, read, getattr, ioctl and env are off)");

static bool userns;
module_param(userns, bool, 0444);
MODULE_PARM_DESC(userns, "on: record capabilities in user namespaces other than the initial one, as \"capability userns NAME\" (default off)");

static char *logins = "all";
module_param(logins, charp, 0444);
MODULE_PARM_DESC(logins, "all: report to audit each execution and change by a process that a login started (default); new: only those that are new to the domain, as for other processes");

static char *exits = "signal";
module_param(exits, charp, 0444);
MODULE_PARM_DESC(exits, "signal: report to audit each process that a signal ends (default); all: each process that ends; off: none");

static char *subj = "replace";
module_param(subj, charp, 0444);
MODULE_PARM_DESC(subj, "replace: put process histories into subj= of audit records (default); off: leave subj= unchanged");

static char *record = "syscall";
module_param(record, charp, 0444);
MODULE_PARM_DESC(record, "audit records of new accesses. syscall: in the event of the system call (default); own: in separate events; off: none");

module_param(record_rate, tunable, 0644);
MODULE_PARM_DESC(record_rate, "maximum number of audit records a second for each user (default 100); 0: no limit");
module_param(record_burst, tunable, 0644);
MODULE_PARM_DESC(record_burst, "maximum number of audit records at once for each user (default 1000)");

static bool pin;
module_param(pin, bool, 0444);
MODULE_PARM_DESC(pin, "1: prevent unloading the module");

static bool lock;
module_param(lock, bool, 0444);
MODULE_PARM_DESC(lock, "1: until the next boot, refuse changes of mode, rules and parameters, resets, and unloading");

static unsigned int max_domains = 20000;
module_param(max_domains, uint, 0444);
MODULE_PARM_DESC(max_domains, "maximum number of domains (default 20000)");

static unsigned int max_accesses = 1000000;
module_param(max_accesses, uint, 0444);
MODULE_PARM_DESC(max_accesses, "maximum number of accesses of all domains (default 1000000)");

static unsigned long max_bytes = 256UL << 20;
module_param(max_bytes, ulong, 0444);
MODULE_PARM_DESC(max_bytes, "maximum memory for domains and accesses in bytes (default 268435456)");

module_param_named(max_histories, share_histories, tunable, 0644);
MODULE_PARM_DESC(max_histories, "maximum number of histories, of which one user has an eighth; beyond it, histories of new programs have no older entries; 0: no maximum (default 1000000)");

static unsigned int cache = 262144;
module_param(cache, uint, 0444);
MODULE_PARM_DESC(cache, "number of cached accesses, recognised without building their text; 16 bytes each (default 262144)");

module_param_named(max_domain_accesses, fold_bounds.domain_accesses, tunable, 0644);
MODULE_PARM_DESC(max_domain_accesses, "maximum number of accesses of a domain; further ones are recorded as the widest patterns (default 8192). 0 here and below: no bound");

module_param_named(max_siblings, fold_bounds.siblings, tunable, 0644);
MODULE_PARM_DESC(max_siblings, "names in a directory that a domain uses before further ones are recorded as DIR/\\* (default 128)");

module_param_named(max_subdirectories, fold_bounds.subdirectories, tunable, 0644);
MODULE_PARM_DESC(max_subdirectories, "directories in a directory before further ones are recorded as DIR/\\{\\*\\}/\\* (default 128)");

module_param_named(max_addresses, fold_bounds.addresses, tunable, 0644);
MODULE_PARM_DESC(max_addresses, "addresses for a port, then networks, before further ones are recorded as a range (default 128)");

module_param_named(max_ports, fold_bounds.ports, tunable, 0644);
MODULE_PARM_DESC(max_ports, "ports for an address (default 64), and four times as many for all, before further ones are recorded as 0-65535");

module_param_named(max_numbers, fold_bounds.numbers, tunable, 0644);
MODULE_PARM_DESC(max_numbers, "ioctl commands, owners, modes or devices for a file before further ones are recorded as a range (default 64)");

module_param_named(max_variables, fold_bounds.variables, tunable, 0644);
MODULE_PARM_DESC(max_variables, "environment variables of a domain before further ones are recorded as \\* (default 256)");

module_param_named(max_words, fold_bounds.words, tunable, 0644);
MODULE_PARM_DESC(max_words, "values of argv[0] for a program, targets of a symbolic link, and types of a mount before further ones are recorded as \\* (default 64)");

module_param_named(max_abstract, fold_bounds.abstract, tunable, 0644);
MODULE_PARM_DESC(max_abstract, "abstract names of unix sockets before further ones are recorded as \\000\\* (default 128)");

module_param_named(max_targets, fold_bounds.targets, tunable, 0644);
MODULE_PARM_DESC(max_targets, "domains that a domain signals or traces before further ones are recorded as any (default 128)");

module_param_named(max_programs, fold_bounds.programs, tunable, 0644);
MODULE_PARM_DESC(max_programs, "programs in a directory that a domain executes before further ones run in the domain DIR/\\* (default 128)");

module_param_named(max_depth, fold_bounds.depth, tunable, 0644);
MODULE_PARM_DESC(max_depth, "programs in the name of a domain; further ones run in the domain that executes them (default 64)");

module_param_named(system_uids, share_system_uids, tunable, 0644);
MODULE_PARM_DESC(system_uids, "users below this ID are the system's daemons, for which a quarter of each limit is reserved (default 1000)");

static const char *client_ports_text(bool exact)
{
	return exact ? "exact" : "range";
}

static int client_ports_set(const char *text, const struct kernel_param *parameter)
{
	bool exact = sysfs_streq(text, "exact");
	int err;

	if (!exact && !sysfs_streq(text, "range")) {
		pr_err("client_ports must be range or exact\n");
		return -EINVAL;
	}
	err = change_parameter(parameter, client_ports_text(net_client_ports_exact),
			       client_ports_text(exact));
	if (!err)
		WRITE_ONCE(net_client_ports_exact, exact);
	return err;
}

static int client_ports_get(char *text, const struct kernel_param *parameter)
{
	return sprintf(text, "%s\n", client_ports_text(net_client_ports_exact));
}

static const struct kernel_param_ops client_ports_operations = {
	.set = client_ports_set,
	.get = client_ports_get,
};
module_param_cb(client_ports, &client_ports_operations, NULL, 0644);
MODULE_PARM_DESC(client_ports, "ports from 1024 on of peers in accept and recv. range: recorded as 1024-65535 (default); exact: each one");

static char *policy = "/etc/ashiato/exception_policy";
module_param(policy, charp, 0444);
MODULE_PARM_DESC(policy, "file of transition rules to load (default /etc/ashiato/exception_policy); empty: none");

static bool wrap;
module_param(wrap, bool, 0444);
MODULE_PARM_DESC(wrap, "1: replace and call hooks of other LSMs even where a slot is free (for tests)");

static struct mode start_mode = { .state = MODE_LEARN, .groups = MODE_DEFAULT };

/* Returns the index of @word in @words; or -EINVAL, with the valid words logged. */
static int parameter_parse(const char *name, const char *word, const char *const *words,
			   int count)
{
	int index = match_string(words, count, word), i;
	char all[64] = "";

	if (index >= 0)
		return index;
	for (i = 0; i != count && words[i]; i++) {
		strlcat(all, i ? ", " : "", sizeof(all));
		strlcat(all, words[i], sizeof(all));
	}
	pr_err("%s=%s: must be one of %s\n", name, word, all);
	return -EINVAL;
}

static int parameters_parse(void)
{
	static const char *const subj_names[] = { "off", "replace" };
	static const char *const logins_names[] = { "new", "all" };
	char words[512];
	int number;

	number = parameter_parse("exits", exits, mode_exits_names, -1);
	if (number < 0)
		return number;
	start_mode.groups = (start_mode.groups & ~MODE_EXITS) | number * MODE_EXITS_SIGNAL;
	number = -EINVAL;
	if (strscpy(words, mode, sizeof(words)) >= 0)
		number = mode_parse(&start_mode, words);
	if (number) {
		pr_err("mode=%s: must be words separated by commas: learn, trace, off, lock, GROUP=on, GROUP=off, logins=all or new, or exits=all, signal or off; \"modinfo -p ashiato\" prints the groups\n",
		       mode);
		return number;
	}
	if (userns)
		start_mode.groups |= MODE_USERNS;
	if (lock)
		start_mode.groups |= MODE_LOCK;
	number = parameter_parse("logins", logins, logins_names, ARRAY_SIZE(logins_names));
	if (number < 0)
		return number;
	if (!number)
		start_mode.groups &= ~MODE_LOGINS;
	number = parameter_parse("record", record, record_mode_names, RECORD_MODES);
	if (number < 0)
		return number;
	record_mode = number;
	number = parameter_parse("subj", subj, subj_names, ARRAY_SIZE(subj_names));
	if (number < 0)
		return number;
	record_has_subject = number;
	return 0;
}

/*
 * Whether the module holds a reference to itself: while another module is chained behind
 * one of its hooks, it must not be unloaded.
 */
static bool self_held;
static DEFINE_MUTEX(self_held_lock);

static int module_event(struct notifier_block *block, unsigned long state, void *module)
{
	bool can_detach;

	/* Only another module that has run its init or exit function can have changed a chain. */
	if (module == THIS_MODULE || state == MODULE_STATE_COMING)
		return NOTIFY_DONE;
	mutex_lock(&self_held_lock);
	can_detach = hooks_can_detach();
	if (self_held && can_detach)
		module_put(THIS_MODULE);
	else if (!self_held && !can_detach)
		__module_get(THIS_MODULE);
	self_held = !can_detach;
	mutex_unlock(&self_held_lock);
	return NOTIFY_DONE;
}

static struct notifier_block module_notifier = { .notifier_call = module_event };

static int sets_init(void)
{
	const struct share limits = {
		.domains = max_domains,
		.accesses = max_accesses,
		.bytes = max_bytes,
	};
	int err = text_init();

	if (err)
		return err;
	share_init();
	err = exec_cgroup_init();
	if (err)
		goto err_text;
	err = domain_init();
	if (err)
		goto err_cgroup;
	/* After domain_init(): <kernel> exists whatever the limits are. */
	share_set_limits(&limits);
	err = access_init();
	if (err)
		goto err_domain;
	err = fold_init();
	if (err)
		goto err_access;
	err = seen_init(cache);
	if (err)
		goto err_fold;
	err = hits_init();
	if (err)
		goto err_seen;
	return 0;

err_seen:
	seen_exit();
err_fold:
	fold_exit();
err_access:
	access_exit();
err_domain:
	domain_exit();
err_cgroup:
	exec_cgroup_exit();
err_text:
	text_exit();
	return err;
}

static void sets_exit(void)
{
	hits_exit();
	transition_exit();
	seen_exit();
	fold_exit();
	access_exit();
	domain_exit();
	exec_cgroup_exit();
	text_exit();
}

static int __init ashiato_init(void)
{
	static char text[MODE_TEXT_MAX] __initdata;
	int err = parameters_parse(), adopted;

	if (err)
		return err;
	get_random_bytes(hash_key, sizeof(hash_key));
	err = symbol_init();
	if (err)
		return err;
	record_init();
	mount_init();
	err = probe_find();
	if (err)
		return err;
	err = backing_init();
	if (err)
		goto err_memory;
	err = place_init();
	if (err)
		goto err_place;
	err = sets_init();
	if (err)
		goto err_place;
	err = history_init();
	if (err)
		goto err_sets;
	outcome_init();
	err = task_init();
	if (err)
		goto err_history;
	err = subject_init();
	if (err)
		goto err_task;
	/* Before the first program is executed or adopted. */
	policy_load(policy);
	/* Before hooks_attach(), so that no hook waits for a disk. */
	err = adopt_prepare();
	if (err)
		goto err_task;
	err = hooks_attach(record_has_subject, wrap, subject_drain);
	if (err)
		goto err_task;
	adopted = adopt_all();
	err = min(adopted, 0);
	if (err)
		goto err_hooks;
	/* After adopt_all(): the end of a task without a history would be lost. */
	exits_init();
	err = register_module_notifier(&module_notifier);
	if (err)
		goto err_exits;
	/* Last: if a later step failed, a process could still have one of the files open. */
	err = interface_init();
	if (err)
		goto err_notifier;
	/* After adopt_all(): an access of a task without a history would be lost. */
	mode_set(&start_mode);
	change_init();
	mode_text(&start_mode, start_mode.groups ^ MODE_DEFAULT, text);
	change_report(CHANGE_LOAD, 0, " mode=\"%s\"", text);
	if (pin || mode_is_locked())
		__module_get(THIS_MODULE);
	pr_info("%s loaded: %d tasks adopted\n", THIS_MODULE->version, adopted);
	return 0;

err_notifier:
	unregister_module_notifier(&module_notifier);
err_exits:
	exits_exit();
err_hooks:
	hooks_detach();
	record_exit();
err_task:
	task_exit();
err_history:
	history_exit();
err_sets:
	sets_exit();
err_place:
	place_exit();
err_memory:
	patch_exit();
	if (err == -ENOMEM)
		pr_err("not loaded: out of memory\n");
	rcu_barrier();
	return err;
}

static void __exit ashiato_exit(void)
{
	/* First, while the record still has the history of the process. */
	change_report(CHANGE_UNLOAD, 0, " domains=%u accesses=%u", domain_count(), access_count());
	change_exit();
	interface_exit();
	unregister_module_notifier(&module_notifier);
	exits_exit();
	outcome_stop();
	hooks_detach();
	outcome_exit();
	record_exit();
	task_exit();
	history_exit();
	sets_exit();
	place_exit();
	patch_exit();
	rcu_barrier();
	pr_info("unloaded\n");
}

module_init(ashiato_init);
module_exit(ashiato_exit);

MODULE_DESCRIPTION("Records the accesses of each chain of executed programs through LSM hooks");
MODULE_VERSION("0.2.0");
MODULE_LICENSE("GPL");
