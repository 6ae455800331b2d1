/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_MODE_H
#define ASHIATO_MODE_H

#include <linux/bits.h>
#include <linux/compiler.h>
#include <linux/types.h>

struct seq_file;

/* What is done with an access. */
enum mode_state {
	MODE_OFF,	/* nothing */
	MODE_LEARN,	/* recorded when it is new to its domain */
	MODE_TRACE,	/* recorded when it is new, and each one is told to audit */
	MODE_STATES
};

/* Accesses that are switched on and off together; bits. */
enum mode_group {
	MODE_FILE = BIT(0),
	MODE_GETATTR = BIT(1),
	MODE_IOCTL = BIT(2),
	MODE_ENV = BIT(3),
	MODE_NETWORK = BIT(4),
	MODE_CAPABILITY = BIT(5),
	MODE_IPC = BIT(6),
	MODE_ALL = BIT(7) - 1
};

/**
 * struct mode - what is recorded
 * @state: an &enum mode_state
 * @groups: of which accesses: bits of &enum mode_group
 */
struct mode {
	enum mode_state state;
	u32 groups;
};

/* Of what is recorded now; none when the module is off. */
extern u32 mode_groups;
extern bool mode_is_trace;

/**
 * mode_wants() - are accesses of these groups recorded?
 * @groups: all of them; bits of &enum mode_group
 *
 * Context: any.
 * Return: true when they are.
 */
static inline bool mode_wants(u32 groups)
{
	return (READ_ONCE(mode_groups) & groups) == groups;
}

int mode_parse(struct mode *mode, char *words);
void mode_set(const struct mode *mode);
int mode_edit(char *words);
void mode_show(struct seq_file *m);
const char *mode_name(void);

#endif
