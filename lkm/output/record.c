// SPDX-License-Identifier: GPL-2.0-only
/*
 * What audit is told: a record of type KERNEL_OTHER for each access, one of type
 * CONFIG_CHANGE for each reset.
 *
 *	op=file-read path="/etc/passwd" domain="<kernel>=>/sbin/init"
 *	subj="init(2026/11/21-01:04:33)" res=1
 *
 * on one line. The fields between op= and domain= are those of ops.def, each
 * the next word of the access. The field behind subj= keeps old readers happy.
 */
#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/cred.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/sched.h>
#include <linux/skbuff.h>
#include <linux/slab.h>
#include <linux/uidgid.h>

#include "probe/symbol.h"
#include "hook/capability.h"
#include "core/domain.h"
#include "core/encode.h"
#include "hook/event.h"
#include "core/history.h"
#include "path/pathname.h"
#include "record.h"
#include "core/task.h"
#include "core/text.h"

/*
 * Audit cuts a record at 8970 bytes. Of these, HISTORY_TEXT_MAX may be subj=,
 * and some hundred say who it was; the rest is for the access.
 */
#define RECORD_MAX 4600

bool record_has_subject;
enum record_mode record_mode = RECORD_SYSCALL;

const char *const record_mode_names[RECORD_MODES] = {
	[RECORD_OFF] = "off",
	[RECORD_SYSCALL] = "syscall",
	[RECORD_OWN] = "own",
};

/* What the kernel keeps to itself; NULL where it has none of that name. */
static const u32 *audit_failure;
static const u32 *audit_backlog_limit;
static const u32 *audit_rate_limit;

/* Records that wait, that are to be sent again, and that are held until there is a daemon. */
static const struct sk_buff_head *audit_queues[3];

/**
 * record_init() - have new accesses reported, and find out how audit can fail
 *
 * Context: may sleep; after symbol_init().
 */
void record_init(void)
{
	event_report = record_access;
	audit_failure = (const u32 *)symbol_find("audit_failure");
	audit_backlog_limit = (const u32 *)symbol_find("audit_backlog_limit");
	audit_rate_limit = (const u32 *)symbol_find("audit_rate_limit");
	audit_queues[0] = (const struct sk_buff_head *)symbol_find("audit_queue");
	audit_queues[1] = (const struct sk_buff_head *)symbol_find("audit_retry_queue");
	audit_queues[2] = (const struct sk_buff_head *)symbol_find("audit_hold_queue");
}

/*
 * Will audit surely take one more record? The kernel moves records from each queue to the
 * next, and each has the same limit: all of them together stay below half of it.
 */
static bool audit_has_room(void)
{
	u32 waiting = 0, limit, i;

	if (!audit_backlog_limit || !audit_rate_limit || READ_ONCE(*audit_rate_limit))
		return false;
	for (i = 0; i < ARRAY_SIZE(audit_queues); i++) {
		if (!audit_queues[i])
			return false;
		waiting += skb_queue_len_lockless(audit_queues[i]);
	}
	limit = READ_ONCE(*audit_backlog_limit);
	return !limit || waiting < limit / 2;
}

/* Does a lost record end in a panic (auditctl -f 2)? A kernel that does not tell may. */
static bool loss_is_panic(void)
{
	return !audit_failure || READ_ONCE(*audit_failure) == AUDIT_FAIL_PANIC;
}

/*
 * How a record is to be allocated; 0 for not at all. Where a loss is a panic, ours are
 * left out where audit might lose them, or where nobody may wait for memory, for as long
 * as it takes.
 */
static gfp_t record_gfp(gfp_t gfp)
{
	if (!loss_is_panic())
		return GFP_HOOK_ATOMIC;
	return gfpflags_allow_blocking(gfp) && audit_has_room() ? gfp & ~__GFP_RETRY_MAYFAIL : 0;
}

/*
 * The system call whose event a record joins, or NULL for an event of its own. That event
 * then has records of the kernel's own, many for an execution with long arguments: where a
 * loss is a panic, none that was not to be there anyway.
 */
static struct audit_context *record_context(void)
{
	return loss_is_panic() ? NULL : audit_context();
}

/* The next word of @text; @text moves on behind it. */
static char *word_next(char **text)
{
	return strsep(text, " ");
}

/*
 * Numbers stand bare, all else in quotes or as hexadecimal digits: readers trim
 * punctuation from what is bare, and addresses may end in it.
 */
static bool field_is_bare(const char *field)
{
	static const char *const bare[] = {
		"mode", "major", "minor", "lport", "fport", "ouid", "ogid", "ioctlcmd",
		"flags", "sig",
	};

	return match_string(bare, ARRAY_SIZE(bare), field) >= 0;
}

/* @field is "name", or "name=prefix" for a word of the form prefix="value". */
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

/* Encodes a few bytes at a time, so that no memory is needed. */
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

/* As domain= has it: the elements joined by "=>". */
static void record_target(struct audit_buffer *ab, const char *field, char *words)
{
	char *word;

	/* <kernel> stands for itself. */
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

/* How long an access may become in a record. */
static size_t object_room(enum access_op op, const char *object)
{
	bool has_target = op == ACCESS_IPC_SIGNAL || op == ACCESS_IPC_PTRACE;

	/* A word with a quote in it takes twice its length. */
	return strlen(object) * (has_target ? ENCODE_EXPANSION : 2);
}

/* The program of a task; one that is too long for @room is not named, and counted. */
static void record_program(struct audit_buffer *ab, const char *name, size_t *room)
{
	/* A quote in it makes it twice as long. */
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
 * Who it was, where no record of a system call tells. Where nobody may sleep,
 * locks may be held that the path of the program needs: there, and for who is
 * not current, it is named as it was executed. Takes from @room what that needs.
 */
static void record_task(struct audit_buffer *ab, const struct actor *who,
			const struct domain *domain, size_t *room, gfp_t gfp)
{
	struct file *program = NULL;
	struct actor self;
	char *name = NULL;

	if (!who && gfpflags_allow_blocking(gfp))
		program = borrowed(get_task_exe_file)(current);
	if (program) {
		name = pathname_get(&program->f_path);
		if (!name)
			counter_add(COUNTER_LOST_AUDIT);
		fput(program);
	}
	if (!who) {
		actor_from_current(&self);
		who = &self;
	}
	audit_log_format(ab, " pid=%d uid=%u auid=%u ses=%u comm=", who->pid, who->uid, who->auid,
			 who->ses);
	borrowed(audit_log_untrustedstring)(ab, who->comm);
	record_program(ab, name ? name : domain->name->data, room);
	kfree(name);
}

/* Audit asks for current's only. */
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

/* The name of a domain as a field has it, or NULL. */
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
 * record_access() - tell audit of an access
 * @who: whose; NULL for current
 * @domain: whose
 * @op: what was done
 * @object: to what, as access_intern() has it
 * @next: the domain that an execution leads to, or NULL
 * @gfp: how to allocate
 *
 * Never waits for the audit daemon: what cannot be sent is counted.
 *
 * Context: any that @gfp allows.
 */
void record_access(const struct actor *who, const struct domain *domain, enum access_op op,
		   const char *object, const struct domain *next, gfp_t gfp)
{
	struct audit_context *context = who ? NULL : record_context();
	char *copy, *name, *next_name;
	struct audit_buffer *ab = NULL;
	size_t room = RECORD_MAX;
	gfp_t record_with = record_gfp(gfp);
	bool own;

	if (record_mode == RECORD_OFF)
		return;
	if (!audit_enabled) {
		counter_add(COUNTER_AUDIT_OFF);
		return;
	}
	/* Without a context there is no system call to join. */
	own = record_mode == RECORD_OWN || !context;
	copy = kstrdup(object, gfp);
	name = domain_text(domain, gfp);
	next_name = domain_text(next, gfp);
	if (copy && name && record_with && object_room(op, copy) + strlen(name) < room) {
		room -= object_room(op, copy) + strlen(name);
		ab = audit_log_start(own ? NULL : context, record_with, AUDIT_KERNEL_OTHER);
	}
	if (!ab) {
		counter_add(COUNTER_LOST_AUDIT);
		goto out;
	}
	record_object(ab, op, copy);
	if (own)
		record_task(ab, who, domain, &room, gfp);
	audit_log_format(ab, " domain=\"%s\"", name);
	/* What the next domain does tells its name as well. */
	if (next_name && strlen(next_name) < room)
		audit_log_format(ab, " next=\"%s\"", next_name);
	if (who)
		record_subject(ab, who->history, gfp);
	else
		audit_log_task_context(ab);
	audit_log_format(ab, " res=1");
	audit_log_end(ab);
out:
	kfree(next_name);
	kfree(name);
	kfree(copy);
}

/**
 * record_reset() - tell audit that current had all domains and accesses forgotten
 * @domains: how many
 * @accesses: how many
 *
 * A change of what is recorded, as a change of audit's rules is one: told
 * whatever the mode is, together with the system call, and who it was. The
 * kernel's log tells it also while audit is off.
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
	if (!loss_is_panic() || audit_has_room())
		ab = audit_log_start(record_context(), GFP_KERNEL, AUDIT_CONFIG_CHANGE);
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
