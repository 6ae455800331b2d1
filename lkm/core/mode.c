// SPDX-License-Identifier: GPL-2.0-only
/* The mode: which accesses are recorded and reported. */
#include <linux/bitops.h>
#include <linux/kernel.h>
#include <linux/mutex.h>
#include <linux/seq_file.h>
#include <linux/string.h>

#include "login.h"
#include "mode.h"

u32 mode_groups;
bool mode_is_trace;

static const char *const state_names[MODE_STATES] = {
	[MODE_OFF] = "off",
	[MODE_LEARN] = "learn",
	[MODE_TRACE] = "trace",
};

static const char *const on_names[] = { "off", "on", NULL };
static const char *const logins_names[] = { "new", "all", NULL };
const char *const mode_exits_names[] = { "off", "signal", "all", NULL };

/**
 * struct mode_name - name of a group
 * @name: the name
 * @group: the group; one with three values has two adjacent bits
 * @values: names of the values of these bits; NULL for @on_names
 */
static const struct mode_name {
	const char *name;
	enum mode_group group;
	const char *const *values;
} group_names[] = {
	{ "file", MODE_FILE },
	{ "getattr", MODE_GETATTR },
	{ "ioctl", MODE_IOCTL },
	{ "env", MODE_ENV },
	{ "network", MODE_NETWORK },
	{ "capability", MODE_CAPABILITY },
	{ "ipc", MODE_IPC },
	{ "userns", MODE_USERNS },
	{ "lock", MODE_LOCK },
	{ "logins", MODE_LOGINS, logins_names },
	{ "exits", MODE_EXITS, mode_exits_names },
	{ "record:execute", MODE_RECORD_EXECUTE },
	{ "record:change", MODE_RECORD_CHANGE },
	{ "record:read", MODE_RECORD_READ },
	{ "record:getattr", MODE_RECORD_GETATTR },
	{ "record:ioctl", MODE_RECORD_IOCTL },
	{ "record:env", MODE_RECORD_ENV },
	{ "record:network", MODE_RECORD_NETWORK },
	{ "record:capability", MODE_RECORD_CAPABILITY },
	{ "record:ipc", MODE_RECORD_IPC },
};

/* Group to which the records of an operation belong; 0 stands for MODE_RECORD_CHANGE. */
static const u16 record_groups[ACCESS_OPS] = {
	[ACCESS_FILE_EXECUTE] = MODE_RECORD_EXECUTE,
	[ACCESS_FILE_READ] = MODE_RECORD_READ,
	[ACCESS_FILE_GETATTR] = MODE_RECORD_GETATTR,
	[ACCESS_FILE_IOCTL] = MODE_RECORD_IOCTL,
	[ACCESS_MISC_ENV] = MODE_RECORD_ENV,
	[ACCESS_INET_STREAM_BIND ... ACCESS_UNIX_SEQPACKET_ACCEPT] = MODE_RECORD_NETWORK,
	[ACCESS_CAPABILITY_USERNS] = MODE_RECORD_CAPABILITY,
	[ACCESS_CAPABILITY] = MODE_RECORD_CAPABILITY,
	[ACCESS_IPC_SIGNAL] = MODE_RECORD_IPC,
	[ACCESS_IPC_PTRACE] = MODE_RECORD_IPC,
};

static DEFINE_MUTEX(lock);
static struct mode now = { .state = MODE_OFF, .groups = MODE_DEFAULT };

static const char *const *group_values(const struct mode_name *group)
{
	return group->values ?: on_names;
}

/* Returns the name of the value that the bits of @group have in @groups. */
static const char *value_name(const char *const *values, enum mode_group group, u32 groups)
{
	return values[(groups & group) >> __ffs(group)];
}

static const char *group_value(const struct mode_name *group, u32 groups)
{
	return value_name(group_values(group), group->group, groups);
}

/* Parses GROUP=VALUE. */
static int group_parse(struct mode *mode, char *word)
{
	char *name = strsep(&word, "=");
	size_t i;
	int value;

	for (i = 0; i < ARRAY_SIZE(group_names); i++) {
		u32 group = group_names[i].group;

		if (strcmp(name, group_names[i].name) || !word)
			continue;
		value = match_string(group_values(&group_names[i]), -1, word);
		if (value < 0)
			return -EINVAL;
		mode->groups = (mode->groups & ~group) | (u32)value << __ffs(group);
		return 0;
	}
	return -EINVAL;
}

/**
 * mode_reports() - check whether an access is to be reported to audit
 * @op: its operation
 *
 * Context: any.
 * Return: true if its group is enabled.
 */
bool mode_reports(enum access_op op)
{
	return mode_wants(record_groups[op] ?: MODE_RECORD_CHANGE);
}

/**
 * mode_parse() - parse a change of the mode
 * @mode: mode to change
 * @words: at most one of "learn", "trace" and "off", and any number of GROUP=VALUE, separated by
 *	white space or commas; "lock" stands for lock=on; modified
 *
 * Context: any.
 * Return: 0, or -EINVAL with @mode unchanged.
 */
int mode_parse(struct mode *mode, char *words)
{
	struct mode new = *mode;
	bool any = false, stated = false;
	char *word;

	while ((word = strsep(&words, ", \t\n"))) {
		int state;

		if (!*word)
			continue;
		any = true;
		if (!strcmp(word, "lock")) {
			new.groups |= MODE_LOCK;
			continue;
		}
		state = match_string(state_names, MODE_STATES, word);
		if (state < 0 ? group_parse(&new, word) : stated)
			return -EINVAL;
		if (state >= 0) {
			new.state = state;
			stated = true;
		}
	}
	if (!any)
		return -EINVAL;
	*mode = new;
	return 0;
}

static void mode_set_locked(const struct mode *mode)
{
	now = *mode;
	WRITE_ONCE(mode_is_trace, mode->state == MODE_TRACE);
	WRITE_ONCE(mode_groups, mode->state == MODE_OFF ? 0 : mode->groups);
	login_renew();
}

/**
 * mode_set() - set the mode
 * @mode: new mode
 *
 * Context: may sleep.
 */
void mode_set(const struct mode *mode)
{
	mutex_lock(&lock);
	mode_set_locked(mode);
	mutex_unlock(&lock);
}

/**
 * mode_edit() - change the mode
 * @words: as for mode_parse(); modified
 * @old: set to the mode before
 * @new: set to the mode that @words ask for
 *
 * Context: may sleep.
 * Return: 0; or, with the mode unchanged, -EINVAL, or -EPERM if it is locked.
 */
int mode_edit(char *words, struct mode *old, struct mode *new)
{
	int err;

	mutex_lock(&lock);
	*old = now;
	*new = now;
	err = mode_parse(new, words);
	if (!err && mode_is_locked())
		err = -EPERM;
	if (!err)
		mode_set_locked(new);
	mutex_unlock(&lock);
	return err;
}

/**
 * mode_is_locked() - check whether nothing may be changed any more
 *
 * Context: any.
 * Return: true if the mode is locked.
 */
bool mode_is_locked(void)
{
	return READ_ONCE(now.groups) & MODE_LOCK;
}

/**
 * mode_text() - write a mode in the form that mode_parse() accepts
 * @mode: mode
 * @groups: the groups to write
 * @text: buffer of MODE_TEXT_MAX bytes
 *
 * Context: any.
 */
void mode_text(const struct mode *mode, u32 groups, char *text)
{
	size_t used = scnprintf(text, MODE_TEXT_MAX, "%s", state_names[mode->state]), i;

	for (i = 0; i < ARRAY_SIZE(group_names); i++) {
		if (groups & group_names[i].group)
			used += scnprintf(text + used, MODE_TEXT_MAX - used, ",%s=%s",
					  group_names[i].name,
					  group_value(&group_names[i], mode->groups));
	}
}

/**
 * mode_name() - get the name of the current state
 *
 * Context: any.
 * Return: "off", "learn" or "trace".
 */
const char *mode_name(void)
{
	return state_names[READ_ONCE(now.state)];
}

/**
 * mode_exits() - get which ends of processes are reported
 *
 * Context: any.
 * Return: "off", "signal" or "all".
 */
const char *mode_exits(void)
{
	return value_name(mode_exits_names, MODE_EXITS, READ_ONCE(now.groups));
}

/**
 * mode_show() - print the mode in the form that mode_parse() accepts
 * @m: output
 *
 * Context: may sleep.
 */
void mode_show(struct seq_file *m)
{
	struct mode mode;
	size_t i;

	mutex_lock(&lock);
	mode = now;
	mutex_unlock(&lock);
	seq_printf(m, "%s\n", state_names[mode.state]);
	for (i = 0; i < ARRAY_SIZE(group_names); i++)
		seq_printf(m, "%s=%s\n", group_names[i].name,
			   group_value(&group_names[i], mode.groups));
}
