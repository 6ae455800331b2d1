/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_MODE_H
#define ASHIATO_MODE_H

#include <linux/bits.h>
#include <linux/compiler.h>
#include <linux/types.h>

#include "access.h"

struct seq_file;

/* Maximum length of mode_text() with all groups, including the NUL. */
#define MODE_TEXT_MAX 512

/* Treatment of accesses. */
enum mode_state {
	MODE_OFF,	/* ignore all */
	MODE_LEARN,	/* record and report accesses that are new to their domain */
	MODE_TRACE,	/* record new accesses, report each access to audit */
	MODE_STATES
};

/*
 * Groups of accesses that are enabled and disabled together; bits. An access is recorded if all
 * its groups are enabled: those from MODE_FILE to MODE_IPC, and MODE_USERNS. It is also reported
 * to audit if its group from MODE_RECORD_EXECUTE to MODE_RECORD_IPC is enabled, too.
 */
enum mode_group {
	MODE_FILE = BIT(0),
	MODE_GETATTR = BIT(1),
	MODE_IOCTL = BIT(2),
	MODE_ENV = BIT(3),
	MODE_NETWORK = BIT(4),
	MODE_CAPABILITY = BIT(5),
	MODE_IPC = BIT(6),
	MODE_RECORD_EXECUTE = BIT(7),
	MODE_RECORD_CHANGE = BIT(8),
	MODE_RECORD_READ = BIT(9),
	MODE_RECORD_GETATTR = BIT(10),
	MODE_RECORD_IOCTL = BIT(11),
	MODE_RECORD_ENV = BIT(12),
	MODE_RECORD_NETWORK = BIT(13),
	MODE_RECORD_CAPABILITY = BIT(14),
	MODE_RECORD_IPC = BIT(15),
	MODE_USERNS = BIT(16),	/* capabilities in user namespaces other than the initial one */
	MODE_LOCK = BIT(17),	/* nothing can be changed any more */
	MODE_LOGINS = BIT(18),	/* report each execution and change in a login */
	MODE_EXITS_SIGNAL = BIT(19),	/* report each process that a signal ends */
	MODE_EXITS_ALL = BIT(20),	/* report each process that ends */
	MODE_EXITS = MODE_EXITS_SIGNAL | MODE_EXITS_ALL,	/* at most one of the two is set */
	/* Without reads and the like: three quarters of new accesses, none of which is a change. */
	MODE_DEFAULT = MODE_LOGINS | MODE_EXITS_SIGNAL |
		       ((BIT(16) - 1) & ~(MODE_RECORD_READ | MODE_RECORD_GETATTR |
					  MODE_RECORD_IOCTL | MODE_RECORD_ENV))
};

/**
 * struct mode - which accesses are recorded and reported
 * @state: treatment of the accesses in @groups
 * @groups: enabled groups: bits of &enum mode_group
 */
struct mode {
	enum mode_state state;
	u32 groups;
};

/* Groups that are recorded now; 0 in the state MODE_OFF. */
extern u32 mode_groups;

/* Values of MODE_EXITS: none, MODE_EXITS_SIGNAL, MODE_EXITS_ALL; NULL after them. */
extern const char *const mode_exits_names[];

/* Whether the state is MODE_TRACE. */
extern bool mode_is_trace;

/**
 * mode_wants() - check whether an access is to be recorded
 * @groups: groups to which the access belongs: bits of &enum mode_group
 *
 * Context: any.
 * Return: true if all these groups are enabled.
 */
static inline bool mode_wants(u32 groups)
{
	return (READ_ONCE(mode_groups) & groups) == groups;
}

bool mode_reports(enum access_op op);
int mode_parse(struct mode *mode, char *words);
void mode_set(const struct mode *mode);
int mode_edit(char *words, struct mode *old, struct mode *new);
bool mode_is_locked(void);
void mode_text(const struct mode *mode, u32 groups, char *text);
void mode_show(struct seq_file *m);
const char *mode_name(void);
const char *mode_exits(void);

#endif
