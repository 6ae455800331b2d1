// SPDX-License-Identifier: GPL-2.0-only
/* The mode: which accesses are recorded and reported. */
#include <linux/kernel.h>
#include <linux/mutex.h>
#include <linux/seq_file.h>
#include <linux/string.h>

#include "mode.h"

u32 mode_groups;
bool mode_is_trace;

static const char *const state_names[MODE_STATES] = {
	[MODE_OFF] = "off",
	[MODE_LEARN] = "learn",
	[MODE_TRACE] = "trace",
};

static const struct {
	const char *name;
	enum mode_group group;
} group_names[] = {
	{ "file", MODE_FILE },
	{ "getattr", MODE_GETATTR },
	{ "ioctl", MODE_IOCTL },
	{ "env", MODE_ENV },
	{ "network", MODE_NETWORK },
	{ "capability", MODE_CAPABILITY },
	{ "ipc", MODE_IPC },
};

static DEFINE_MUTEX(lock);
static struct mode now = { .state = MODE_OFF, .groups = MODE_ALL };

/* Parses GROUP=on or GROUP=off. */
static int group_parse(struct mode *mode, char *word)
{
	char *name = strsep(&word, "=");
	size_t i;

	for (i = 0; i < ARRAY_SIZE(group_names); i++) {
		if (strcmp(name, group_names[i].name) || !word)
			continue;
		if (!strcmp(word, "on"))
			mode->groups |= group_names[i].group;
		else if (!strcmp(word, "off"))
			mode->groups &= ~group_names[i].group;
		else
			return -EINVAL;
		return 0;
	}
	return -EINVAL;
}

/**
 * mode_parse() - parse a change of the mode
 * @mode: mode to change
 * @words: at most one of "learn", "trace" and "off", and any number of GROUP=on or
 *	GROUP=off, separated by white space or commas; modified
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
		state = match_string(state_names, MODE_STATES, word);
		if (state < 0 ? group_parse(&new, word) : stated)
			return -EINVAL;
		if (state >= 0) {
			new.state = state;
			stated = true;
		}
		any = true;
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
 *
 * Context: may sleep.
 * Return: 0, or -EINVAL with the mode unchanged.
 */
int mode_edit(char *words)
{
	struct mode mode;
	int err;

	mutex_lock(&lock);
	mode = now;
	err = mode_parse(&mode, words);
	if (!err)
		mode_set_locked(&mode);
	mutex_unlock(&lock);
	return err;
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
			   mode.groups & group_names[i].group ? "on" : "off");
}
