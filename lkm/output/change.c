// SPDX-License-Identifier: GPL-2.0-only
/*
 * Changes of what is recorded: the mode, parameters, rules, and resets. They need CAP_MAC_ADMIN
 * in the initial user namespace, and are refused while the mode is locked. Each change, also a
 * refused one, is reported to audit and to the kernel's log. So are loading and unloading.
 */
#include <linux/capability.h>
#include <linux/cred.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/printk.h>
#include <linux/ratelimit.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/uidgid.h>
#include <linux/user_namespace.h>

#include "core/counter.h"
#include "core/mode.h"
#include "core/owner.h"
#include "policy/fold.h"
#include "change.h"
#include "rate.h"
#include "record.h"

/* The value of op= without "ashiato-", and the words for the kernel's log. */
static const struct {
	const char *op;
	const char *title;
} changes[CHANGES] = {
	[CHANGE_MODE] = { "mode", "change of the mode" },
	[CHANGE_PARAMETER] = { "parameter", "change of a parameter" },
	[CHANGE_RULES] = { "rules", "change of the rules" },
	[CHANGE_RESET] = { "reset", "reset" },
	[CHANGE_LOAD] = { "load", "load" },
	[CHANGE_UNLOAD] = { "unload", "unload" },
};

/* Whether the module is loaded: its parameters can be written before and after that, too. */
static bool is_loaded;

/*
 * Whether the current task may change what is recorded. A process in a container may have user ID
 * 0, but lacks this right. CAP_MAC_ADMIN is checked without a trace in the accesses and in the log
 * of other LSMs: the change itself is reported.
 */
static bool may_change(void)
{
	return ns_capable_noaudit(&init_user_ns, CAP_MAC_ADMIN);
}

/**
 * change_init() - allow changes of parameters
 *
 * Context: may sleep; after all that change_report() uses.
 */
void change_init(void)
{
	kernel_param_lock(THIS_MODULE);
	is_loaded = true;
	kernel_param_unlock(THIS_MODULE);
}

/**
 * change_exit() - refuse changes of parameters
 *
 * Context: may sleep; before anything that change_report() uses ends.
 */
void change_exit(void)
{
	kernel_param_lock(THIS_MODULE);
	is_loaded = false;
	kernel_param_unlock(THIS_MODULE);
}

/**
 * change_open() - check whether the current task may open a file with which it can make changes
 * @file: the file that is opened
 * @change: what can be changed with it
 *
 * As for any file, a process that gets the open file from another one may use it.
 *
 * Context: may sleep.
 * Return: 0, also if the file is opened for reading only; or -EPERM.
 */
int change_open(const struct file *file, enum change change)
{
	if (!(file->f_mode & FMODE_WRITE) || may_change())
		return 0;
	change_report(change, -EPERM, "%s", "");
	return -EPERM;
}

/**
 * change_parameter() - check and report a change of a parameter that the caller then makes
 * @parameter: the parameter
 * @old: its value
 * @new: the value to be set
 *
 * Context: may sleep; the parameters are locked.
 * Return: 0 if the value may be set, -EPERM, or -ENODEV while the module is being loaded or
 * unloaded.
 */
int change_parameter(const struct kernel_param *parameter, const char *old, const char *new)
{
	int err;

	/* Set by the command that loads the module: before the parameters are in sysfs. */
	if (!THIS_MODULE->mkobj.kobj.state_in_sysfs)
		return 0;
	if (!is_loaded)
		return -ENODEV;
	err = may_change() && !mode_is_locked() ? 0 : -EPERM;
	change_report(CHANGE_PARAMETER, err, " parameter=%s old=%s new=%s", parameter->name, old,
		      new);
	return err;
}

static int tunable_set(const char *text, const struct kernel_param *parameter)
{
	unsigned int *value = parameter->arg, wanted;
	char old[sizeof("4294967295")], new[sizeof("4294967295")];
	int err = kstrtouint(text, 0, &wanted);

	if (err)
		return err;
	snprintf(old, sizeof(old), "%u", *value);
	snprintf(new, sizeof(new), "%u", wanted);
	err = change_parameter(parameter, old, new);
	if (!err) {
		WRITE_ONCE(*value, wanted);
		/* Also for a parameter that is no bound. The kernel serialises the calls. */
		smp_store_release(&fold_version, fold_version + 1);
	}
	return err;
}

const struct kernel_param_ops param_ops_tunable = {
	.set = tunable_set,
	.get = param_get_uint,
};

/**
 * change_report() - report a change by the current task
 * @change: what is changed
 * @err: 0, or the error if it is refused
 * @format: fields of the record: text that begins with a space, encoded for audit
 *
 * The number of refused attempts is limited like that of other records of a user.
 *
 * Context: may sleep, and wait for the audit daemon.
 */
void change_report(enum change change, int err, const char *format, ...)
{
	static DEFINE_RATELIMIT_STATE(refused, DEFAULT_RATELIMIT_INTERVAL,
				      DEFAULT_RATELIMIT_BURST);
	static DEFINE_RATELIMIT_STATE(rules, DEFAULT_RATELIMIT_INTERVAL, DEFAULT_RATELIMIT_BURST);
	struct ratelimit_state *limit = err ? &refused : change == CHANGE_RULES ? &rules : NULL;
	const char *reason = !err ? "" : mode_is_locked() ? " reason=lock" : " reason=capability";
	struct va_format details;
	va_list args;
	char *fields;

	if (err && !rate_allows(owner_current(), REPORT_NEW))
		return;
	va_start(args, format);
	details.fmt = format;
	details.va = &args;
	fields = kasprintf(GFP_KERNEL, "%pV%s", &details, reason);
	va_end(args);
	if (!fields)
		counter_add(COUNTER_LOST_AUDIT);
	if (!limit || __ratelimit(limit))
		pr_notice("%s by process %d of user %u%s:%s\n", changes[change].title,
			  task_tgid_nr(current), from_kuid(&init_user_ns, current_uid()),
			  err ? " refused" : "", fields ?: "");
	record_change(changes[change].op, fields ?: "", err);
	kfree(fields);
}
