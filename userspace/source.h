/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_SOURCE_H
#define ASHIATO_SOURCE_H

#include "fact.h"
#include "lines.h"
#include "text.h"

#define AUDIT_LOG	"/var/log/audit/audit.log"

/**
 * enum source_kind - What a source turned out to be
 * @SOURCE_UNKNOWN: nothing that we can read was found in it (yet)
 * @SOURCE_LIVE: the module
 * @SOURCE_AUDIT: an audit log
 * @SOURCE_POLICY: a saved policy, ours or TOMOYO's
 * @SOURCE_PACKED: compressed
 */
enum source_kind {
	SOURCE_UNKNOWN,
	SOURCE_LIVE,
	SOURCE_AUDIT,
	SOURCE_POLICY,
	SOURCE_PACKED,
};

/**
 * struct source - Where facts come from
 * @name: of the file, for messages
 * @fd: the file
 * @kind: what is in it
 * @lines: lines read
 * @damage: lines that were skipped because they are damaged
 * @without_who: the facts of an audit log need not say who did it
 */
struct source {
	struct text name;
	int fd;
	enum source_kind kind;
	unsigned long lines;
	struct damage damage;
	bool without_who;
};

int source_open(struct source *source, const char *name);
int source_read(struct source *source, fact_sink sink, void *ctx);
void source_close(struct source *source);
enum source_kind source_recognise(const char *line, size_t len);
enum source_kind source_peek(const char *name);

int live_open(const char *file, int flags, struct text *path);

struct policy_reader;
struct policy_reader *policy_reader_new(fact_sink sink, void *ctx);
int policy_reader_line(struct policy_reader *reader, const struct line *line);
int policy_reader_free(struct policy_reader *reader);

struct audit_reader;
struct audit_reader *audit_reader_new(fact_sink sink, void *ctx, bool with_who);
int audit_reader_line(struct audit_reader *reader, const struct line *line);
int audit_reader_free(struct audit_reader *reader);

#endif
