// SPDX-License-Identifier: GPL-2.0-only
/*
 * Audit records: one of type KERNEL_OTHER for each access that is reported and for the
 * records that a user's rate limit left out in a second; one of type CONFIG_CHANGE for each
 * reset. An access looks like this, on one line:
 *
 *	op=file-read path="/etc/passwd" domain="<kernel>=>/sbin/init"
 *	subj="init(2026/11/21-01:04:33)" res=1
 *
 * The fields between op= and domain= are those of ops.def, one for each word of the object.
 * res=1 follows subj= because old readers require a field after it.
 */
#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/cred.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/uidgid.h>

#include "probe/symbol.h"
#include "core/domain.h"
#include "core/encode.h"
#include "core/history.h"
#include "core/owner.h"
#include "core/task.h"
#include "core/text.h"
#include "hook/capability.h"
#include "hook/event.h"
#include "path/pathname.h"
#include "backlog.h"
#include "rate.h"
#include "record.h"

/*
 * Maximum length of the fields for the access and its domains in bytes. Audit cuts a record
 * at 8970 bytes, of which subj= may need HISTORY_TEXT_MAX and the description of the process
 * a few hundred.
 */
#define RECORD_MAX 4600

/*
 * Maximum number of records in the event of a system call. That of an execution has the
 * arguments, up to 6 MB in records of 7,500 bytes, maybe in hexadecimal.
 */
#define CALL_RECORDS 16
#define EXECUTION_RECORDS 2048

bool record_has_subject;
enum record_mode record_mode = RECORD_SYSCALL;

const char *const record_mode_names[RECORD_MODES] = {
	[RECORD_OFF] = "off",
	[RECORD_SYSCALL] = "syscall",
	[RECORD_OWN] = "own",
};

/*
 * Returns the allocation flags for a record, or 0 to send none. If a lost record means a
 * panic, send a record only where audit is sure to accept it and where the allocation may
 * wait for memory as long as necessary.
 */
static gfp_t record_gfp(gfp_t gfp)
{
	if (!backlog_room())
		return 0;
	if (!backlog_loss_is_panic())
		return GFP_HOOK_ATOMIC;
	return gfpflags_allow_blocking(gfp) && backlog_is_certain() ?
	       gfp & ~__GFP_RETRY_MAYFAIL : 0;
}

/*
 * Returns the context of the system call whose event a record joins, or NULL for a separate
 * event. Joining makes audit emit its own records at the end of the system call, @records at
 * most: the system call would wait for the audit daemon if the queue were too long then.
 * Avoid these records, too, if a lost record means a panic.
 */
static struct audit_context *record_context(u32 records)
{
	if (backlog_loss_is_panic() || backlog_room() < records)
		return NULL;
	return audit_context();
}

/* Cuts the next word off @text. */
static char *word_next(char **text)
{
	return strsep(text, " ");
}

/*
 * Whether the value of a field is printed bare. Numbers are. Other values are in quotes or
 * hexadecimal, because readers trim trailing punctuation from bare values, and an address
 * may end in it.
 */
static bool field_is_bare(const char *field)
{
	static const char *const bare[] = {
		"mode", "major", "minor", "lport", "fport", "ouid", "ogid", "ioctlcmd",
		"flags", "sig",
	};

	return match_string(bare, ARRAY_SIZE(bare), field) >= 0;
}

/* Logs a word. @field is "name", or "name=prefix" if the word has the form prefix="value". */
static void record_field(struct audit_buffer *ab, const char *field, char *word)
{
	const char *prefix = strchr(field, '=');
	size_t len = strlen(word);

	if (prefix) {
		size_t skip = strlen(prefix + 1) + strlen("=\"");

		if (len < skip + 1)
			return;
		word[len - 1] = '\0';
		audit_log_format(ab, " %.*s=", (int)(prefix - field), field);
		borrowed(audit_log_untrustedstring)(ab, word + skip);
	} else if (field_is_bare(field)) {
		audit_log_format(ab, " %s=%s", field, word);
	} else if (!strcmp(field, "capability") && capability_number(word) >= 0) {
		audit_log_format(ab, " %s=%d", field, capability_number(word));
	} else {
		audit_log_format(ab, " %s=", field);
		borrowed(audit_log_untrustedstring)(ab, word);
	}
}

/* Logs an encoded word, a few bytes at a time, so that no memory needs to be allocated. */
static void record_encoded(struct audit_buffer *ab, const char *word)
{
	enum { PART = 64 };
	char text[PART * ENCODE_EXPANSION + 1];
	size_t left = strlen(word), len;

	for (; left; left -= len, word += len) {
		len = min_t(size_t, left, PART);
		encode_subject_name(text, sizeof(text), word, len);
		audit_log_format(ab, "%s", text);
	}
}

/* Logs the name of a domain in the form of domain=: encoded elements joined by "=>". */
static void record_target(struct audit_buffer *ab, const char *field, char *words)
{
	char *word;

	/* The root is not encoded. */
	audit_log_format(ab, " %s=\"%s", field, word_next(&words));
	while ((word = word_next(&words))) {
		audit_log_format(ab, "=>");
		record_encoded(ab, word);
	}
	audit_log_format(ab, "\"");
}

static void record_object(struct audit_buffer *ab, enum access_op op, char *object)
{
	const struct access_kind *kind = &access_kinds[op];
	char keyword[48];
	int i;

	strscpy(keyword, kind->keyword, sizeof(keyword));
	strreplace(keyword, ' ', '-');
	audit_log_format(ab, "op=%s", keyword);
	for (i = 0; i < ACCESS_FIELDS && kind->field[i] && object; i++) {
		if (!strcmp(kind->field[i], "target"))
			record_target(ab, kind->field[i], object);
		else
			record_field(ab, kind->field[i], word_next(&object));
	}
}

/* Returns the maximum length of an object in a record. */
static size_t object_room(enum access_op op, const char *object)
{
	bool has_target = op == ACCESS_IPC_SIGNAL || op == ACCESS_IPC_PTRACE;

	/* A word that contains a quote is written in hexadecimal. */
	return strlen(object) * (has_target ? ENCODE_EXPANSION : 2);
}

/* Logs the program of a process; one that exceeds @room is left out and counted as lost. */
static void record_program(struct audit_buffer *ab, const char *name, size_t *room)
{
	/* A name that contains a quote is written in hexadecimal. */
	size_t len = strlen(name) * 2;

	if (len >= *room) {
		counter_add(COUNTER_LOST_AUDIT);
		audit_log_format(ab, " exe=(null)");
		return;
	}
	*room -= len;
	audit_log_format(ab, " exe=");
	borrowed(audit_log_untrustedstring)(ab, name);
}

/*
 * Logs the description of a process, for an event without a record of a system call. A
 * caller that may not sleep may hold locks that are needed to find the path of the program.
 * For such a caller, and for a process other than the current one, logs the last program of
 * @domain instead. Subtracts the length of the program's name from @room.
 */
static void record_task(struct audit_buffer *ab, const struct actor *actor,
			const struct domain *domain, size_t *room, gfp_t gfp)
{
	struct file *program = NULL;
	struct actor self;
	char *name = NULL;

	if (!actor && gfpflags_allow_blocking(gfp))
		program = borrowed(get_task_exe_file)(current);
	if (program) {
		name = pathname_get(&program->f_path);
		if (!name)
			counter_add(COUNTER_LOST_AUDIT);
		fput(program);
	}
	if (!actor) {
		actor_from_current(&self);
		actor = &self;
	}
	audit_log_format(ab, " pid=%d uid=%u auid=%u ses=%u comm=", actor->pid, actor->uid,
			 actor->auid, actor->ses);
	borrowed(audit_log_untrustedstring)(ab, actor->comm);
	record_program(ab, name ? name : domain->name, room);
	kfree(name);
}

/* Logs subj= of another process: audit_log_task_context() logs that of the current one. */
static void record_subject(struct audit_buffer *ab, const struct history *history, gfp_t gfp)
{
	char *text;

	if (!record_has_subject)
		return;
	text = kmalloc(HISTORY_TEXT_MAX + 1, gfp);
	if (!text) {
		counter_add(COUNTER_LOST_SUBJECT);
		return;
	}
	history_text(history, text, HISTORY_TEXT_MAX + 1);
	audit_log_format(ab, " subj=%s", text);
	kfree(text);
}

/* Returns the name of a domain in the form of domain=, to be freed; or NULL. */
static char *domain_text(const struct domain *domain, gfp_t gfp)
{
	size_t size;
	char *text;

	if (!domain)
		return NULL;
	size = domain_name(domain, "=>", encode_subject_name, NULL, 0) + 1;
	text = kmalloc(size, gfp);
	if (text)
		domain_name(domain, "=>", encode_subject_name, text, size);
	return text;
}

/**
 * record_access() - report an access to audit
 * @actor: process of the access, or NULL for the current one
 * @domain: domain of the access
 * @op: operation
 * @object: object as in &struct access_use
 * @next: domain in which an executed program will run, or NULL
 * @gfp: allocation flags
 *
 * Never waits for the audit daemon. Records that cannot be sent are counted as lost.
 *
 * Context: any that @gfp allows.
 */
void record_access(const struct actor *actor, const struct domain *domain, enum access_op op,
		   const char *object, const struct domain *next, gfp_t gfp)
{
	struct audit_context *context = NULL;
	char *copy, *name, *next_name;
	struct audit_buffer *ab = NULL;
	size_t room = RECORD_MAX;
	gfp_t record_flags = record_gfp(gfp);

	if (record_mode == RECORD_OFF || !mode_reports(op))
		return;
	if (!audit_enabled) {
		counter_add(COUNTER_AUDIT_OFF);
		return;
	}
	/* An actor other than current is recorded in a softirq. */
	if (!rate_allows(actor ? RATE_NOBODY : owner_uid(current_real_cred())))
		return;
	if (record_mode == RECORD_SYSCALL && !actor)
		context = record_context(op == ACCESS_FILE_EXECUTE ? EXECUTION_RECORDS :
								     CALL_RECORDS);
	copy = kstrdup(object, gfp);
	name = domain_text(domain, gfp);
	next_name = domain_text(next, gfp);
	if (copy && name && record_flags && object_room(op, copy) + strlen(name) < room) {
		room -= object_room(op, copy) + strlen(name);
		ab = audit_log_start(context, record_flags, AUDIT_KERNEL_OTHER);
	}
	if (!ab) {
		counter_add(COUNTER_LOST_AUDIT);
		goto out;
	}
	record_object(ab, op, copy);
	if (!context)
		record_task(ab, actor, domain, &room, gfp);
	audit_log_format(ab, " domain=\"%s\"", name);
	/* next= may be left out: records of accesses in that domain also show its name. */
	if (next_name && strlen(next_name) < room)
		audit_log_format(ab, " next=\"%s\"", next_name);
	if (actor)
		record_subject(ab, actor->history, gfp);
	else
		audit_log_task_context(ab);
	audit_log_format(ab, " res=1");
	audit_log_end(ab);
out:
	kfree(next_name);
	kfree(name);
	kfree(copy);
}

/* Reports how many records a user's rate limit left out. Returns false if audit has no room. */
static bool record_left_out(uid_t uid, u32 count)
{
	gfp_t gfp = record_gfp(GFP_KERNEL);
	struct audit_buffer *ab;

	if (!audit_enabled)
		return true;
	ab = gfp ? audit_log_start(NULL, gfp, AUDIT_KERNEL_OTHER) : NULL;
	if (!ab)
		return false;
	audit_log_format(ab, "op=suppressed count=%u uid=%u res=1", count, uid);
	audit_log_end(ab);
	return true;
}

/**
 * record_init() - register record_access() and prepare its limits
 *
 * Context: may sleep; after symbol_init().
 */
void record_init(void)
{
	event_report = record_access;
	backlog_init();
	rate_init(record_left_out);
}

/**
 * record_exit() - report what rate limits left out
 *
 * Context: may sleep; after the last access.
 */
void record_exit(void)
{
	rate_exit();
}

/**
 * record_reset() - report a reset by the current process to audit and to the kernel log
 * @domains: number of domains that were forgotten
 * @accesses: number of accesses that were forgotten
 *
 * A reset changes the configuration of recording, as a change of the audit rules does. It is
 * reported in each record mode, in the event of the system call and with a description of
 * the process. The message in the kernel log appears even while audit is disabled.
 *
 * Context: may sleep, and wait for the audit daemon.
 */
void record_reset(u32 domains, u32 accesses)
{
	const struct history *history = task_history_current() ?: history_kernel;
	struct audit_buffer *ab = NULL;
	size_t room = RECORD_MAX;
	char *name;

	pr_info("reset by process %d of user %u: %u domains and %u accesses forgotten\n",
		task_tgid_nr(current), from_kuid(&init_user_ns, current_uid()), domains, accesses);
	if (!audit_enabled) {
		counter_add(COUNTER_AUDIT_OFF);
		return;
	}
	name = domain_text(history->domain, GFP_KERNEL);
	if (!backlog_loss_is_panic() || (backlog_is_certain() && backlog_room()))
		ab = audit_log_start(record_context(CALL_RECORDS), GFP_KERNEL,
				     AUDIT_CONFIG_CHANGE);
	if (!ab) {
		counter_add(COUNTER_LOST_AUDIT);
		kfree(name);
		return;
	}
	audit_log_format(ab, "op=ashiato-reset domains=%u accesses=%u", domains, accesses);
	record_task(ab, NULL, history->domain, &room, GFP_KERNEL);
	if (name && strlen(name) < room)
		audit_log_format(ab, " domain=\"%s\"", name);
	else
		counter_add(COUNTER_LOST_AUDIT);
	audit_log_task_context(ab);
	audit_log_format(ab, " res=1");
	audit_log_end(ab);
	kfree(name);
}
