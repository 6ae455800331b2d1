/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_AUDIT_EVENT_H
#define ASHIATO_AUDIT_EVENT_H

#include "audit_line.h"
#include "fact.h"

struct audit_events;

/**
 * typedef audit_event_record - Takes the KERNEL_OTHER records of an event
 * @ctx: from audit_events_new()
 * @fact: time, serial, process and login of the event; the callee adds the rest
 * @body: text after "msg=audit(...): ", terminated; NULL at the end of an event, if
 *	logins are wanted
 *
 * Return: 0; -ENOENT or -EBADMSG to skip the record; another -errno to stop.
 */
typedef int audit_event_record(void *ctx, struct fact *fact, const char *body);

struct audit_events *audit_events_new(audit_event_record *record, void *ctx,
				      bool with_logins);
int audit_events_open(struct audit_events *events, const struct audit_line *line);
int audit_events_add(struct audit_events *events, const struct audit_line *line);
int audit_events_age(struct audit_events *events);
int audit_events_free(struct audit_events *events);

#endif
