/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_SELECT_H
#define ASHIATO_SELECT_H

#include "command.h"
#include "model/filter.h"
#include "model/match.h"
#include "session/load.h"

/* Keys of the options; all others of a command are smaller. */
enum select_key {
	SELECT_UNDER = 0x100,
	SELECT_UNIT,
	SELECT_CONTAINER,
	SELECT_SINCE,
	SELECT_UNTIL,
	SELECT_OP,
	SELECT_CLASS,
	SELECT_USER,
};

#define SELECT_OPTION_UNDER {						\
	.name = "under",						\
	.key = SELECT_UNDER,						\
	.value = "NAME",						\
	.help = "only domains named NAME (sshd, \"sshd bash\" or a whole name) and those below them", \
}
#define SELECT_OPTION_UNIT {						\
	.name = "unit",							\
	.key = SELECT_UNIT,						\
	.value = "UNIT",						\
	.help = "only domains of this service of systemd (nginx, getty@.service) and those below them; instead of --under", \
}
#define SELECT_OPTION_CONTAINER {					\
	.name = "container",						\
	.key = SELECT_CONTAINER,					\
	.value = "NAME",							\
	.help = "only domains with programs of this container of podman or docker (web, 4f2a0c1b9d3e)", \
}
#define SELECT_OPTION_OP {						\
	.name = "op",							\
	.key = SELECT_OP,						\
	.value = "OP",							\
	.help = "only accesses with this operation (read, \"file write\", network); several are separated by commas", \
	.words = select_ops,						\
}

#define SELECT_OPTION_CLASS {						\
	.name = "class",						\
	.key = SELECT_CLASS,						\
	.value = "CLASS",						\
	.help = "only accesses to files of this class (config, log, state) or of this kind (listen, connect); several are separated by commas", \
	.words = class_names,						\
}

#define SELECT_OPTION_USER {						\
	.name = "user",							\
	.key = SELECT_USER,						\
	.value = "USER",						\
	.help = "only accesses by logins (ssh, console, cron) of USER, a name or a number, also through sudo and su", \
}

#define SELECT_OPTIONS_TIME {						\
	.name = "since",						\
	.key = SELECT_SINCE,						\
	.value = "TIME",						\
	.help = "only accesses made at TIME or later",			\
	.words = select_times,						\
}, {									\
	.name = "until",						\
	.key = SELECT_UNTIL,						\
	.value = "TIME",						\
	.help = "only accesses made at TIME or earlier",		\
	.words = select_times,						\
}

/* Options that select domains and accesses, for the table of a command */
#define SELECT_OPTIONS SELECT_OPTION_UNDER, SELECT_OPTION_UNIT, SELECT_OPTION_CONTAINER, \
	SELECT_OPTIONS_TIME, SELECT_OPTION_OP, SELECT_OPTION_CLASS, SELECT_OPTION_USER

#define HELP_SELECT_TIME \
	"TIME is \"2026-11-21 15:13\", 2026-11-21, 15:13, now, today or yesterday in the\n" \
	"local time zone, a time before now, such as -2h (units: s, m, h, d), or a time\n" \
	"in any form that ashiato prints.\n"
#define HELP_SELECT	HELP_SELECT_TIME "\n"

extern const char *const select_times[];
extern const char *const select_ops[];

int select_option(const struct command *self, struct filter *filter, int key);
void select_nothing(const struct load *load, const struct filter *filter, bool has_times);
int select_load(const struct load *load, const struct filter *filter,
		struct model *model, bool is_json);
int select_compared(const struct command *self, char *const *old, char *const *new,
		    const struct filter *filter, bool allow_damaged, struct model compared[2]);
int select_ignore(const struct command *self, struct match_list *list, const char *file);

#endif
