/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_SOURCE_H
#define ASHIATO_SOURCE_H

#include "fact.h"
#include "lines.h"
#include "base/text.h"

#define AUDIT_LOGS	"/var/log/audit"
#define AUDIT_LOG	AUDIT_LOGS "/audit.log"

/**
 * enum audit_detail - Parts of an audit log that are read
 * @AUDIT_PROCESSES: accesses with pid, uid, comm and exe
 * @AUDIT_ACCESSES: accesses without these, which is three times as fast on a large log
 * @AUDIT_LOGINS: also the login that each access belongs to, executions of programs
 *	that have no record of the module, and the beginning and end of logins
 */
enum audit_detail {
	AUDIT_PROCESSES,
	AUDIT_ACCESSES,
	AUDIT_LOGINS,
};

/**
 * enum source_kind - Kind of a source
 * @SOURCE_UNKNOWN: not recognised, or nothing was read yet
 * @SOURCE_LIVE: the loaded module
 * @SOURCE_AUDIT: audit log
 * @SOURCE_POLICY: policy, such as a saved state
 * @SOURCE_PACKED: compressed file
 */
enum source_kind {
	SOURCE_UNKNOWN,
	SOURCE_LIVE,
	SOURCE_AUDIT,
	SOURCE_POLICY,
	SOURCE_PACKED,
};

/**
 * struct source - A source of facts
 * @name: name of the file, for messages
 * @fd: file
 * @kind: kind of its content
 * @time_ms: time of its first event in ms since 1970; 0 when unknown
 * @lines: number of lines read
 * @damage: damaged lines, which were skipped
 * @error: 0; -ENODATA when a compressed file ends too early, -EILSEQ when it is
 *	damaged, -ESTATECUT when a saved state ends too early: what comes before was read
 * @detail: what to read from an audit log
 * @skips_damage: read a damaged saved state as far as possible, instead of refusing it
 * @watch: called after each block, with the number of bytes read; may be NULL
 * @watch_ctx: argument of @watch
 */
struct source {
	struct text name;
	int fd;
	enum source_kind kind;
	int64_t time_ms;
	unsigned long lines;
	struct damage damage;
	int error;
	enum audit_detail detail;
	bool skips_damage;
	void (*watch)(void *ctx, const struct source *source, uint64_t bytes);
	void *watch_ctx;
};

/**
 * struct sources - Several sources, the oldest first
 * @source: array
 * @count: number of sources
 * @failed: source in which an error occurred
 */
struct sources {
	struct source *source;
	size_t count;
	struct source *failed;
};

int source_open(struct source *source, const char *name);
int source_read(struct source *source, fact_sink sink, void *ctx);
void source_close(struct source *source);
int sources_open(struct sources *sources, char *const names[]);
int sources_read(struct sources *sources, fact_sink sink, void *ctx);
void sources_close(struct sources *sources);
enum source_kind source_recognise(const char *line, size_t len);
enum source_kind source_look(int fd, int64_t *time_ms);
enum source_kind source_peek(const char *name);

bool live_is_copy(void);
int live_open(const char *file, int flags, struct text *path);

bool policy_is_domain(struct span line, bool is_first);

struct policy_reader;
struct policy_reader *policy_reader_new(fact_sink sink, void *ctx);
void policy_reader_skip(struct policy_reader *reader, struct damage *damage);
int policy_reader_line(struct policy_reader *reader, const struct line *line);
int policy_reader_free(struct policy_reader *reader);

struct audit_reader;
struct audit_reader *audit_reader_new(fact_sink sink, void *ctx,
				      enum audit_detail detail);
int audit_reader_line(struct audit_reader *reader, const struct line *line);
int audit_reader_idle(struct audit_reader *reader);
int audit_reader_free(struct audit_reader *reader);

#endif
