// SPDX-License-Identifier: GPL-2.0-only
/*
 * Audit records: one of type KERNEL_OTHER for each access that is reported, for each end of a
 * process, and for each limit that is reached; one for all records that a user's rate limit left
 * out in a second; one of type CONFIG_CHANGE for each change of what is recorded. An access looks
 * like this, on one line:
 *
 *	op=file-write path="/etc/passwd" domain="<kernel>=>/sbin/init"
 *	cgroup="/init.scope" subj="init(2026/11/21-01:04:33)" res=1
 *
 * The fields between op= and domain= are those of ops.def, one for each word of the object.
 * A field follows subj= because old readers require one. res= is 1 for an access that was
 * allowed, 0 for one that was refused; there is none if that is unknown.
 */
#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/cred.h>
#include <linux/ctype.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/uidgid.h>

#include "probe/symbol.h"
#include "compat/compat.h"
#include "core/domain.h"
#include "core/encode.h"
#include "core/exec_cgroup.h"
#include "core/history.h"
#include "core/outcome.h"
#include "core/owner.h"
#include "core/task.h"
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

/* Maximum length of the object in bytes: leaves room for the last program of the domain. */
#define OBJECT_MAX 4000

/* Replaces text that was cut off, and the oldest programs of a domain. */
#define CUT "..."

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
 * event. Joining makes audit emit up to @records records of its own at the end of the system
 * call, which would wait for the audit daemon if the queue were full then. So join only if they
 * fit into the half of the queue that the module uses: the other half has room for records that are
 * added until then. Do not join if a lost record means a panic.
 */
static struct audit_context *record_context(u32 records)
{
	if (backlog_loss_is_panic() || backlog_room() < records || compat_is_outside_call())
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

/* Returns the length of a word in a record: one that contains a quote is in hexadecimal. */
static size_t word_room(const char *word)
{
	return strlen(word) * (strchr(word, '"') ? 2 : 1);
}

/* Cuts the end off an encoded word, between two characters, so that @room is enough for it. */
static void word_cut(char *word, size_t room)
{
	size_t max = room / (strchr(word, '"') ? 2 : 1) - strlen(CUT), len = 0, next = 0;

	if (word_room(word) <= room)
		return;
	while (next <= max) {
		len = next;
		next += word[len] != '\\' ? 1 : isdigit(word[len + 1]) ? 4 : 2;
	}
	strcpy(word + len, CUT);
}

/* Cuts the oldest programs off the name of a domain so that it has at most @room bytes. */
static char *domain_cut(char *name, size_t room)
{
	char *end = name + strlen(name), *rest = name;

	if (end - name <= room)
		return name;
	while ((rest = strstr(rest, "=>"))) {
		/* The name of a root has three bytes or more, so CUT fits before the arrow. */
		if (end - rest + strlen(CUT) <= room)
			return memcpy(rest - strlen(CUT), CUT, strlen(CUT));
		rest += strlen("=>");
	}
	return strcpy(name, CUT);
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

/*
 * Returns the target of an access in the form of domain=, to be freed; or NULL. @words is the
 * name of a domain, or a word that stands for several.
 */
static char *target_text(char *words, gfp_t gfp)
{
	size_t size = strlen(words) * ENCODE_EXPANSION + 1, len = 0;
	char *text = kmalloc(size, gfp), *word;

	while (text && (word = word_next(&words))) {
		/* The brackets around the name of a root are not encoded. */
		bool is_root = !len && word[0] == '<';

		if (len)
			len += strscpy(text + len, "=>", size - len);
		len += encode_subject_name(text + len, size - len, word,
					   strlen(word) - is_root);
		if (is_root)
			len += strscpy(text + len, ">", size - len);
	}
	return text;
}

/**
 * struct object - the object of an access, split into the words of a record
 * @op: operation
 * @words: value of each field of the operation; NULL after the last
 * @copy: memory of the words
 * @target: the word that is the name of a domain, or NULL
 */
struct object {
	enum access_op op;
	char *words[ACCESS_FIELDS + 1];
	char *copy;
	char *target;
};

static void object_free(struct object *object)
{
	kfree(object->target);
	kfree(object->copy);
}

/* Splits @text. Returns 0, or -ENOMEM. In both cases, the object must be freed. */
static int object_split(struct object *object, const char *text, gfp_t gfp)
{
	char *rest = kstrdup(text, gfp);
	int i;

	object->copy = rest;
	for (i = 0; i < ACCESS_FIELDS && access_kinds[object->op].field[i] && rest; i++) {
		const char *field = access_kinds[object->op].field[i];
		const char *prefix = strchr(field, '=');

		if (!strcmp(field, "target")) {
			object->target = target_text(rest, gfp);
			object->words[i] = object->target;
			rest = NULL;
			continue;
		}
		object->words[i] = word_next(&rest);
		/* The word has the form prefix="value". */
		if (prefix) {
			object->words[i][strlen(object->words[i]) - 1] = '\0';
			object->words[i] += strlen(prefix + 1) + strlen("=\"");
		}
	}
	return object->words[0] && object->words[i - 1] ? 0 : -ENOMEM;
}

/*
 * Cuts the words so that all together have at most @room bytes. Words that are longer than an equal
 * share get the room that the others leave. Returns the length of all words.
 */
static size_t object_cut(struct object *object, size_t room)
{
	size_t sum = 0, left = room, count, longer = 0, i;

	for (count = 0; object->words[count]; count++)
		sum += word_room(object->words[count]);
	if (sum <= room)
		return sum;
	for (i = 0; i < count; i++) {
		if (word_room(object->words[i]) > room / count)
			longer++;
		else
			left -= word_room(object->words[i]);
	}
	for (i = 0; i < count; i++) {
		if (object->words[i] == object->target)
			object->words[i] = domain_cut(object->target, left / longer);
		else if (word_room(object->words[i]) > room / count)
			word_cut(object->words[i], left / longer);
	}
	return room;
}

/* Logs a word. @field is "name", or "name=prefix". */
static void record_field(struct audit_buffer *ab, const char *field, const char *word)
{
	audit_log_format(ab, " %.*s=", (int)strcspn(field, "="), field);
	if (field_is_bare(field))
		audit_log_format(ab, "%s", word);
	else if (!strcmp(field, "target"))
		audit_log_format(ab, "\"%s\"", word);
	else if (!strcmp(field, "capability") && capability_number(word) >= 0)
		audit_log_format(ab, "%d", capability_number(word));
	else
		borrowed(audit_log_untrustedstring)(ab, word);
}

static void record_object(struct audit_buffer *ab, const struct object *object)
{
	const struct access_kind *kind = &access_kinds[object->op];
	char keyword[48];
	int i;

	strscpy(keyword, kind->keyword, sizeof(keyword));
	strreplace(keyword, ' ', '-');
	audit_log_format(ab, "op=%s", keyword);
	for (i = 0; object->words[i]; i++)
		record_field(ab, kind->field[i], object->words[i]);
}

/*
 * Logs the cgroup in which the program of a process was executed. If the process executes a new
 * program in another cgroup, logs that cgroup, too. Like next=, both may be left out.
 */
static void record_cgroups(struct audit_buffer *ab, const struct history *history,
			   const struct history *next, size_t room)
{
	const struct exec_cgroup *cgroup = history ? history->cgroup : NULL;
	bool is_moved = next && next->cgroup != cgroup;
	const char *path = exec_cgroup_path(cgroup);
	const char *next_path = is_moved ? exec_cgroup_path(next->cgroup) : "";

	if (word_room(path) + word_room(next_path) >= room)
		return;
	if (cgroup && cgroup != &exec_cgroup_unknown) {
		audit_log_format(ab, " cgroup=");
		borrowed(audit_log_untrustedstring)(ab, path);
	}
	if (is_moved) {
		audit_log_format(ab, " next_cgroup=");
		borrowed(audit_log_untrustedstring)(ab, next_path);
	}
}

/* Logs the program of a process; one that exceeds @room is left out and counted as lost. */
static void record_program(struct audit_buffer *ab, const char *name, size_t *room)
{
	size_t len = word_room(name);

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
 * Logs the description of the process, for an event without a record of a system call. A
 * caller that may not sleep may hold locks that are needed to find the path of the program:
 * for such a caller, logs the last program of @domain instead. Subtracts the length of the
 * program's name from @room.
 */
static void record_task(struct audit_buffer *ab, struct task_struct *task,
			const struct domain *domain, size_t *room, gfp_t gfp)
{
	/* The kernel may lend a task other credentials for a while. */
	kuid_t uid = task == current ? current_uid() : task_uid(task);
	struct file *program = NULL;
	char comm[TASK_COMM_LEN];
	char *name = NULL;

	if (gfpflags_allow_blocking(gfp))
		program = borrowed(get_task_exe_file)(task);
	if (program) {
		name = pathname_get(&program->f_path);
		if (!name)
			counter_add(COUNTER_LOST_AUDIT);
		fput(program);
	}
	audit_log_format(ab, " pid=%d uid=%u auid=%u ses=%u comm=", task_tgid_nr(task),
			 from_kuid(&init_user_ns, uid),
			 from_kuid(&init_user_ns, audit_get_loginuid(task)),
			 audit_get_sessionid(task));
	borrowed(audit_log_untrustedstring)(ab, task_comm(task, comm));
	record_program(ab, name ? name : domain->name, room);
	kfree(name);
}

/*
 * Logs the history of a task, which may not be the current one, as subj=. Logs nothing if subj= has
 * the labels of AppArmor or SELinux, because the label of the task is unknown.
 */
static void record_history(struct audit_buffer *ab, const struct history *history)
{
	char *text = record_has_subject ? kmalloc(HISTORY_TEXT_MAX + 1, GFP_HOOK_ATOMIC) : NULL;

	if (text) {
		history_text(history, false, text, HISTORY_TEXT_MAX + 1);
		audit_log_format(ab, " subj=%s", text);
	} else if (record_has_subject) {
		counter_add(COUNTER_LOST_AUDIT);
	}
	kfree(text);
}

/**
 * struct report - an access to report
 * @domain: domain of the access
 * @op: operation
 * @object: object as in &struct access_use
 * @next: domain in which an executed program will run, or NULL
 * @task: task that made the access
 * @history: history of @task, for an earlier access; NULL for one that the current task makes now
 * @uid: user whose rate limit applies to the record
 * @why: why it is reported
 * @result: 1 if the access was allowed, 0 if it was refused, below 0 if that is unknown
 */
struct report {
	const struct domain *domain;
	enum access_op op;
	const char *object;
	const struct domain *next;
	struct task_struct *task;
	const struct history *history;
	uid_t uid;
	enum access_report why;
	int result;
};

/* Whether accesses of an operation are reported. */
static bool record_wants(enum access_op op)
{
	return record_mode != RECORD_OFF && mode_reports(op);
}

static bool record_report(const struct report *report, gfp_t gfp)
{
	struct task_state *state = task_find_current();
	const struct history *history = report->history ?: task_history(state), *next = NULL;
	struct object words = { .op = report->op };
	struct audit_context *context = NULL;
	struct audit_buffer *ab = NULL;
	char *name = NULL, *next_name = NULL, *shown;
	size_t room = RECORD_MAX;
	gfp_t record_flags;

	if (!audit_enabled) {
		/* A record that the rate limit left out is made when audit is on again. */
		if (report->why == REPORT_AGAIN)
			return false;
		counter_add(COUNTER_AUDIT_OFF);
		return true;
	}
	if (!rate_allows(report->uid, report->why))
		return false;
	record_flags = record_gfp(gfp);
	if (record_mode == RECORD_SYSCALL && !report->history)
		context = record_context(report->op == ACCESS_FILE_EXECUTE ? EXECUTION_RECORDS :
									     CALL_RECORDS);
	name = domain_text(report->domain, gfp);
	next_name = domain_text(report->next, gfp);
	if (record_flags && !object_split(&words, report->object, gfp) && name)
		ab = audit_log_start(context, record_flags, AUDIT_KERNEL_OTHER);
	if (!ab) {
		counter_add(COUNTER_LOST_AUDIT);
		goto out;
	}
	room -= object_cut(&words, OBJECT_MAX);
	shown = domain_cut(name, room);
	room -= strlen(shown);
	record_object(ab, &words);
	if (!context || compat_uses_io_uring())
		record_task(ab, report->task, report->domain, &room, gfp);
	/* Without res=, domain= follows subj=. */
	if (report->result < 0)
		audit_log_task_context(ab);
	audit_log_format(ab, " domain=\"%s\"", shown);
	/* next= may be left out: records of accesses in that domain also show its name. */
	if (next_name && strlen(next_name) < room) {
		audit_log_format(ab, " next=\"%s\"", next_name);
		room -= strlen(next_name);
	}
	if (report->op == ACCESS_FILE_EXECUTE && !report->history && state)
		next = state->pending;
	record_cgroups(ab, history, next, room);
	if (report->result >= 0) {
		if (report->history)
			record_history(ab, report->history);
		else
			audit_log_task_context(ab);
		audit_log_format(ab, " res=%d", report->result);
	}
	audit_log_end(ab);
out:
	kfree(next_name);
	kfree(name);
	object_free(&words);
	return true;
}

/**
 * record_access() - report an access to audit
 * @domain: domain of the access, which is the current process's
 * @op: operation
 * @object: object as in &struct access_use
 * @next: domain in which an executed program will run, or NULL
 * @done: whether the access is known to be allowed
 * @why: why it is reported
 * @gfp: allocation flags
 *
 * Never waits for the audit daemon. Records that cannot be sent are counted as lost.
 *
 * Context: any that @gfp allows.
 * Return: false if the rate limit of the user leaves out the record, so that a later use of the
 * access must be reported.
 */
bool record_access(const struct domain *domain, enum access_op op, const char *object,
		   const struct domain *next, bool done, enum access_report why, gfp_t gfp)
{
	return !record_wants(op) || record_report(&(struct report){
		.domain = domain,
		.op = op,
		.object = object,
		.next = next,
		.task = current,
		.uid = owner_current(),
		.why = why,
		.result = done ? 1 : -1,
	}, gfp);
}

/* Reports an attempt that was refused, in an event of its own: the system call may be over. */
static bool record_refused(const struct access *access, struct task_struct *task,
			   const struct history *history, enum access_report why)
{
	const struct report report = {
		.domain = access->domain,
		.op = access->op,
		.object = access->object,
		.task = task,
		.history = history,
		.uid = owner_uid(__task_cred(task)),
		.why = why,
	};

	return !record_wants(access->op) || record_report(&report, GFP_HOOK_ATOMIC);
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

/*
 * Reports something about a process to audit, in an event of its own. @op: value of op=; @fields:
 * further fields, text that begins with a space; @task: a thread of the current process. Any
 * context.
 */
static void record_process(const char *op, const char *fields, struct task_struct *task,
			   const struct domain *domain, const struct history *history)
{
	char *name = domain_text(domain, GFP_HOOK_ATOMIC), *shown;
	size_t room = RECORD_MAX - strlen(fields);
	gfp_t gfp = record_gfp(GFP_HOOK_ATOMIC);
	struct audit_buffer *ab = NULL;

	if (gfp && name)
		ab = audit_log_start(NULL, gfp, AUDIT_KERNEL_OTHER);
	if (!ab) {
		counter_add(COUNTER_LOST_AUDIT);
		kfree(name);
		return;
	}
	shown = domain_cut(name, room);
	room -= strlen(shown);
	audit_log_format(ab, "op=%s%s", op, fields);
	record_task(ab, task, domain, &room, GFP_HOOK_ATOMIC);
	audit_log_task_context(ab);
	audit_log_format(ab, " domain=\"%s\"", shown);
	record_cgroups(ab, history, NULL, room);
	audit_log_end(ab);
	kfree(name);
}

/* Reports that a limit was reached: see event_report_limit(). */
static void record_limit(const char *limit, const char *full, const struct domain *domain,
			 u32 uid)
{
	char fields[80];

	if (record_mode == RECORD_OFF)
		return;
	if (!audit_enabled) {
		counter_add(COUNTER_AUDIT_OFF);
		return;
	}
	snprintf(fields, sizeof(fields), " limit=max_%s full=%s owner=%u", limit, full, uid);
	record_process("limit", fields, current, domain, task_history_current());
}

/**
 * record_init() - register the functions that report accesses, and prepare their limits
 *
 * Context: may sleep; after symbol_init().
 */
void record_init(void)
{
	event_report = record_access;
	event_is_reported = record_wants;
	event_report_limit = record_limit;
	outcome_report_refused = record_refused;
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
 * record_ended() - report to audit that the current process ends
 * @leader: the first thread of the process
 * @history: its history
 * @fields: further fields of the record: text that begins with a space
 *
 * Context: any.
 */
void record_ended(struct task_struct *leader, const struct history *history, const char *fields)
{
	record_process("exit", fields, leader, history->domain, history);
}

/**
 * record_change() - report to audit that the current process changes what is recorded
 * @name: value of op= without "ashiato-"
 * @fields: further fields of the record: text that begins with a space, encoded for audit
 * @err: 0, or the error if the change is refused
 *
 * Such a change is one of the configuration, like a change of the audit rules. It is reported in
 * each record mode, in the event of the system call and with a description of the process.
 *
 * Context: may sleep, and wait for the audit daemon.
 */
void record_change(const char *name, const char *fields, int err)
{
	const struct history *history = task_history_current() ?: history_kernel;
	size_t room = RECORD_MAX - min_t(size_t, strlen(fields), OBJECT_MAX);
	struct audit_buffer *ab = NULL;
	char *domain;

	if (!audit_enabled) {
		counter_add(COUNTER_AUDIT_OFF);
		return;
	}
	domain = domain_text(history->domain, GFP_KERNEL);
	if (!backlog_loss_is_panic() || (backlog_is_certain() && backlog_room()))
		ab = audit_log_start(record_context(CALL_RECORDS), GFP_KERNEL,
				     AUDIT_CONFIG_CHANGE);
	if (!ab) {
		counter_add(COUNTER_LOST_AUDIT);
		kfree(domain);
		return;
	}
	audit_log_format(ab, "op=ashiato-%s%.*s", name, OBJECT_MAX, fields);
	record_task(ab, current, history->domain, &room, GFP_KERNEL);
	if (domain)
		audit_log_format(ab, " domain=\"%s\"", domain_cut(domain, room));
	else
		counter_add(COUNTER_LOST_AUDIT);
	audit_log_task_context(ab);
	audit_log_format(ab, " res=%d", !err);
	audit_log_end(ab);
	kfree(domain);
}
