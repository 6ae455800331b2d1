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
#include "core/hash.h"
#include "core/history.h"
#include "core/hits.h"
#include "core/mode.h"
#include "core/seen.h"
#include "core/task.h"
#include "core/text.h"
#include "hook/adopt.h"
#include "hook/hook_mount.h"
#include "hook/hook_net.h"
#include "hook/hooks.h"
#include "output/interface.h"
#include "output/record.h"
#include "output/subject.h"
#include "path/fingerprint.h"
#include "policy/transition.h"

static char *mode = "learn";
module_param(mode, charp, 0444);
MODULE_PARM_DESC(mode, "learn: record new accesses (default); trace: also report each access to audit; off: record nothing. GROUP=off disables a group of accesses (file, getattr, ioctl, env, network, capability, ipc): mode=learn,getattr=off");

static char *subj = "replace";
module_param(subj, charp, 0444);
MODULE_PARM_DESC(subj, "replace: put process histories into subj= of audit records (default); off: leave subj= unchanged");

static char *record = "syscall";
module_param(record, charp, 0444);
MODULE_PARM_DESC(record, "audit records of new accesses. syscall: in the event of the system call (default); own: in separate events; off: none");

static bool pin;
module_param(pin, bool, 0444);
MODULE_PARM_DESC(pin, "1: prevent unloading the module");

static unsigned int max_domains = 20000;
module_param(max_domains, uint, 0444);
MODULE_PARM_DESC(max_domains, "maximum number of domains (default 20000)");

static unsigned int max_accesses = 1000000;
module_param(max_accesses, uint, 0444);
MODULE_PARM_DESC(max_accesses, "maximum number of accesses of all domains (default 1000000)");

static unsigned long max_bytes = 256UL << 20;
module_param(max_bytes, ulong, 0444);
MODULE_PARM_DESC(max_bytes, "maximum memory for domains and accesses in bytes (default 268435456)");

static unsigned int cache = 262144;
module_param(cache, uint, 0444);
MODULE_PARM_DESC(cache, "number of cached accesses, recognised without building their text; 16 bytes each (default 262144)");

static bool wrap;
module_param(wrap, bool, 0444);
MODULE_PARM_DESC(wrap, "1: replace and call hooks of other LSMs even where a slot is free (for tests)");

static struct mode start_mode = { .state = MODE_LEARN, .groups = MODE_ALL };

/* Returns the index of @word in @words; or -EINVAL, with the valid words logged. */
static int parameter_parse(const char *name, const char *word, const char *const *words,
			   int count)
{
	int index = match_string(words, count, word), i;
	char all[64] = "";

	if (index >= 0)
		return index;
	for (i = 0; i < count; i++) {
		strlcat(all, i ? ", " : "", sizeof(all));
		strlcat(all, words[i], sizeof(all));
	}
	pr_err("%s=%s: must be one of %s\n", name, word, all);
	return -EINVAL;
}

static int parameters_parse(void)
{
	static const char *const subj_names[] = { "off", "replace" };
	char words[128];
	int number;

	number = -EINVAL;
	if (strscpy(words, mode, sizeof(words)) >= 0)
		number = mode_parse(&start_mode, words);
	if (number) {
		pr_err("mode=%s: must be learn, trace or off, and file, getattr, ioctl, env, network, capability or ipc with =on or =off, separated by commas\n",
		       mode);
		return number;
	}
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
	int err = text_init();

	if (err)
		return err;
	err = domain_init(max_domains, max_bytes);
	if (err)
		goto err_text;
	err = access_init(max_accesses, max_bytes);
	if (err)
		goto err_domain;
	err = seen_init(cache);
	if (err)
		goto err_access;
	err = hits_init();
	if (err)
		goto err_seen;
	return 0;

err_seen:
	seen_exit();
err_access:
	access_exit();
err_domain:
	domain_exit();
err_text:
	text_exit();
	return err;
}

static void sets_exit(void)
{
	hits_exit();
	transition_exit();
	seen_exit();
	access_exit();
	domain_exit();
	text_exit();
}

static int __init ashiato_init(void)
{
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
	err = fingerprint_init();
	if (err)
		return err;
	err = sets_init();
	if (err)
		goto err_memory;
	err = history_init();
	if (err)
		goto err_sets;
	err = task_init();
	if (err)
		goto err_history;
	err = subject_init();
	if (err)
		goto err_task;
	err = hooks_attach(record_has_subject, wrap, subject_drain);
	if (err)
		goto err_task;
	adopted = adopt_all();
	err = min(adopted, 0);
	if (err)
		goto err_hooks;
	err = register_module_notifier(&module_notifier);
	if (err)
		goto err_hooks;
	/* Last: if a later step failed, a process could still have one of the files open. */
	err = interface_init();
	if (err)
		goto err_notifier;
	/* After adopt_all(): an access of a task without a history would be lost. */
	mode_set(&start_mode);
	if (pin)
		__module_get(THIS_MODULE);
	pr_info("%s loaded: %d tasks adopted\n", THIS_MODULE->version, adopted);
	return 0;

err_notifier:
	unregister_module_notifier(&module_notifier);
err_hooks:
	hooks_detach();
err_task:
	receive_exit();
	task_exit();
err_history:
	history_exit();
err_sets:
	sets_exit();
err_memory:
	patch_exit();
	if (err == -ENOMEM)
		pr_err("not loaded: out of memory\n");
	rcu_barrier();
	return err;
}

static void __exit ashiato_exit(void)
{
	interface_exit();
	unregister_module_notifier(&module_notifier);
	hooks_detach();
	receive_exit();
	task_exit();
	history_exit();
	sets_exit();
	patch_exit();
	rcu_barrier();
	pr_info("unloaded\n");
}

module_init(ashiato_init);
module_exit(ashiato_exit);

MODULE_DESCRIPTION("Records the accesses of each chain of executed programs through LSM hooks");
MODULE_VERSION("0.2.0");
MODULE_LICENSE("GPL");
