/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_COUNTER_H
#define ASHIATO_COUNTER_H

/* Room for the records from the start of the kernel until auditd starts. */
#define BACKLOG_LIMIT		65536U

const char *counter_hint(const char *name);

#endif
