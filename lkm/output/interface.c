// SPDX-License-Identifier: GPL-2.0-only
/*
 * The files in /sys/kernel/security/ashiato/. Domains and accesses are only added, at the
 * end of lists: a reader keeps its position in the lists, takes no lock and needs little
 * memory. It sees the domains and accesses of the generation in which it opened the file.
 */
#include <linux/fs.h>
#include <linux/module.h>
#include <linux/security.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/threads.h>
#include <linux/uaccess.h>

#include "core/access.h"
#include "core/counter.h"
#include "core/domain.h"
#include "core/encode.h"
#include "core/exec_cgroup.h"
#include "core/history.h"
#include "core/hits.h"
#include "core/logins.h"
#include "core/mode.h"
#include "core/outcome.h"
#include "core/seen.h"
#include "core/share.h"
#include "core/task.h"
#include "core/text.h"
#include "hook/hook_outcome.h"
#include "hook/hooks.h"
#include "policy/fold.h"
#include "policy/transition.h"
#include "change.h"
#include "exits.h"
#include "interface.h"
#include "reset.h"

/* domain_policy */

/* Kinds of lines of domain_policy. */
enum policy_line {
	POLICY_DOMAIN,
	POLICY_ACCESS,
	POLICY_END,	/* empty line at the end of a domain */
};

/**
 * struct policy_place - position of a reader of domain_policy or accesses
 * @position: number of the next line, for seq_file
 * @line: kind of the next line
 * @generation: generation in which the file was opened
 * @domain: domain of the next line; NULL at the end of the file
 * @access: access of the next line, if @line is POLICY_ACCESS
 */
struct policy_place {
	loff_t position;
	enum policy_line line;
	u32 generation;
	struct domain *domain;
	struct access *access;
};

/* Returns the first domain, from @domain on, that is known in the reader's generation. */
static struct domain *domain_visible(const struct policy_place *place, struct domain *domain)
{
	while (domain && !generation_knows(&domain->in, place->generation)) {
		domain = smp_load_acquire(&domain->next);
		cond_resched();
	}
	return domain;
}

/* Returns the first access of the domain in the reader's generation, or NULL. */
static struct access *access_first(const struct policy_place *place)
{
	const struct access_list *list = domain_accesses(place->domain, place->generation);

	if (smp_load_acquire(&list->generation) != place->generation)
		return NULL;
	return smp_load_acquire(&list->first);
}

static void policy_advance(struct policy_place *place)
{
	place->position++;
	switch (place->line) {
	case POLICY_DOMAIN:
		place->access = access_first(place);
		break;
	case POLICY_ACCESS:
		place->access = smp_load_acquire(&place->access->next);
		break;
	case POLICY_END:
		place->domain = domain_visible(place, smp_load_acquire(&place->domain->next));
		place->line = POLICY_DOMAIN;
		return;
	}
	place->line = place->access ? POLICY_ACCESS : POLICY_END;
	cond_resched();
}

static void *policy_start(struct seq_file *m, loff_t *position)
{
	struct policy_place *place = m->private;

	if (!reset_reader_resume(place->generation))
		return ERR_PTR(-ESTALE);
	if (!*position || *position < place->position)
		*place = (struct policy_place){ .domain = domain_kernel,
						.generation = place->generation };
	while (place->domain && place->position < *position)
		policy_advance(place);
	return place->domain ? place : NULL;
}

static void *policy_next(struct seq_file *m, void *v, loff_t *position)
{
	struct policy_place *place = v;

	policy_advance(place);
	*position = place->position;
	return place->domain ? place : NULL;
}

static void policy_stop(struct seq_file *m, void *v)
{
	reset_reader_pause();
}

static void show_domain(struct seq_file *m, const struct domain *domain)
{
	char *buffer;
	size_t size = seq_get_buf(m, &buffer);
	size_t length = domain_name(domain, " ", NULL, buffer, size);

	/* -1: seq_file calls again with a larger buffer. */
	seq_commit(m, length < size ? (int)length : -1);
}

static int policy_show(struct seq_file *m, void *v)
{
	const struct policy_place *place = v;
	unsigned long flags;
	int flag;

	switch (place->line) {
	case POLICY_DOMAIN:
		flags = READ_ONCE(place->domain->flags);
		if (place->generation != generation_now())
			flags |= READ_ONCE(place->domain->flags_before);
		show_domain(m, place->domain);
		seq_putc(m, '\n');
		for (flag = 0; flag < DOMAIN_FLAGS; flag++) {
			if (test_bit(flag, &flags))
				seq_printf(m, "%s\n", domain_flag_names[flag]);
		}
		break;
	case POLICY_ACCESS:
		seq_printf(m, "%s %s\n", access_kinds[place->access->op].keyword,
			   place->access->object);
		break;
	case POLICY_END:
		seq_putc(m, '\n');
	}
	return 0;
}

static int place_open(struct file *file, const struct seq_operations *operations)
{
	struct policy_place *place = __seq_open_private(file, operations, sizeof(*place));

	if (!place)
		return -ENOMEM;
	place->generation = reset_reader_begin();
	return 0;
}

static int place_release(struct inode *inode, struct file *file)
{
	const struct policy_place *place = ((struct seq_file *)file->private_data)->private;

	reset_reader_end(place->generation);
	return seq_release_private(inode, file);
}

/* Defines NAME_fops for a file whose lines NAME_show() prints; OPEN calls place_open(). */
#define DEFINE_PLACE_FILE(NAME, OPEN) \
static const struct seq_operations NAME##_operations = { \
	.start = policy_start, \
	.next = policy_next, \
	.stop = policy_stop, \
	.show = NAME##_show, \
}; \
static int NAME##_open(struct inode *inode, struct file *file) \
{ \
	return OPEN(file, &NAME##_operations); \
} \
static const struct file_operations NAME##_fops = { \
	.owner = THIS_MODULE, \
	.open = NAME##_open, \
	.read = seq_read, \
	.llseek = seq_lseek, \
	.release = place_release, \
}

DEFINE_PLACE_FILE(policy, place_open);

/* accesses */

/* Shows how often, and when last, the uses of an access were allowed and refused. */
static void show_outcome(struct seq_file *m, const struct access *access)
{
	const struct outcome *outcome;
	s64 refused;

	switch (outcome_kind(access->op)) {
	case OUTCOME_ALLOWED:
		seq_printf(m, "%lld\t%u\t0\t0\t", atomic64_read(&access->count),
			   READ_ONCE(access->last));
		break;
	case OUTCOME_FOLLOWED:
		outcome = access_outcome(access);
		refused = max(atomic64_read(&outcome->refused), 0LL);
		seq_printf(m, "%lld\t%u\t%lld\t%u\t", atomic64_read(&outcome->done),
			   READ_ONCE(outcome->done_last), refused,
			   refused ? READ_ONCE(outcome->refused_last) : 0);
		break;
	case OUTCOME_UNKNOWN:
		seq_puts(m, "-\t-\t-\t-\t");
	}
}

/* Shows the users whose logins used an access: UID:FIRST:LAST:COUNT,...,+OTHERS. */
static void show_logins(struct seq_file *m, const struct access *access)
{
	struct logins_copy logins;
	u32 i;

	logins_get(access, &logins);
	for (i = 0; i < logins.count; i++)
		seq_printf(m, "%s%u:%u:%u:%llu", i ? "," : "", logins.login[i].uid,
			   logins.login[i].first, logins.login[i].last, logins.login[i].count);
	if (logins.others)
		seq_printf(m, ",+%llu", logins.others);
	seq_puts(m, logins.count ? "\t" : "-\t");
}

static int access_show(struct seq_file *m, void *v)
{
	const struct policy_place *place = v;
	const struct access *access = place->access;

	switch (place->line) {
	case POLICY_DOMAIN:
		seq_printf(m, "%u\t", place->domain->id);
		show_domain(m, place->domain);
		seq_putc(m, '\n');
		break;
	case POLICY_ACCESS:
		seq_printf(m, "%u\t%u\t%u\t%lld\t", place->domain->id,
			   READ_ONCE(access->first), READ_ONCE(access->last),
			   atomic64_read(&access->count));
		show_outcome(m, access);
		show_logins(m, access);
		seq_printf(m, "%s %s\n", access_kinds[access->op].keyword, access->object);
		break;
	case POLICY_END:
		break;
	}
	return 0;
}

static int place_open_counted(struct file *file, const struct seq_operations *operations)
{
	hits_flush(false);
	outcome_flush();
	return place_open(file, operations);
}

DEFINE_PLACE_FILE(access, place_open_counted);

/* patterns */

static int patterns_show(struct seq_file *m, void *v)
{
	const struct policy_place *place = v;

	if (place->line == POLICY_ACCESS && place->access->is_pattern) {
		show_domain(m, place->domain);
		seq_printf(m, "\t%s %s\n", access_kinds[place->access->op].keyword,
			   place->access->object);
	}
	return 0;
}

DEFINE_PLACE_FILE(patterns, place_open);

/* cgroups */

static int cgroups_show(struct seq_file *m, void *v)
{
	const struct policy_place *place = v;
	struct exec_cgroup *cgroup;
	u32 i = DOMAIN_CGROUPS;

	while (place->line == POLICY_DOMAIN && i--) {
		cgroup = domain_cgroup_get(place->domain, i);
		if (!cgroup)
			continue;
		show_domain(m, place->domain);
		seq_printf(m, "\t%s\n", exec_cgroup_path(cgroup));
		exec_cgroup_put(cgroup);
	}
	return 0;
}

DEFINE_PLACE_FILE(cgroups, place_open);

/* users */

static int users_show(struct seq_file *m, void *v)
{
	struct share_user user;
	u32 i;

	seq_puts(m, "uid\taccesses\tdomains\thistories\tbytes\tlost\tfull\n");
	for (i = 0; i < SHARE_ENTRIES; i++) {
		if (!share_user_get(i, &user))
			continue;
		if (user.uid == SHARE_OTHERS)
			seq_putc(m, '-');
		else
			seq_printf(m, "%u", user.uid);
		seq_printf(m, "\t%zu\t%zu\t%zu\t%zu\t%llu\t%s\n", user.used.accesses,
			   user.used.domains, user.used.histories, user.used.bytes, user.lost,
			   user.full ?: "-");
	}
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(users);

/* process_status */

/* The position of a task is its task ID. */
static void *status_start(struct seq_file *m, loff_t *position)
{
	struct task_struct *task;

	if (*position > PID_MAX_LIMIT)
		return NULL;
	task = task_get_from(*position);
	if (task)
		*position = task_pid_nr(task);
	return task;
}

static void *status_next(struct seq_file *m, void *v, loff_t *position)
{
	put_task_struct(v);
	++*position;
	return status_start(m, position);
}

static void status_stop(struct seq_file *m, void *v)
{
	if (v)
		put_task_struct(v);
}

static int status_show(struct seq_file *m, void *v)
{
	struct task_struct *task = v;
	bool is_unknown;
	struct history *history = task_history_get(task, &is_unknown);
	char *text;

	/* The task just ended, or fork had no memory for its state. */
	if (!history)
		return 0;
	text = kmalloc(HISTORY_TEXT_MAX + 1, GFP_KERNEL);
	if (text) {
		history_text(history, is_unknown, text, HISTORY_TEXT_MAX + 1);
		seq_printf(m, "%d\t%d\t%s\t%s\t", task_pid_nr(task), task_tgid_nr(task),
			   history->adopted ? "adopted" : "-", text);
		show_domain(m, history->domain);
		seq_printf(m, "\t%s\n", exec_cgroup_path(history->cgroup));
	}
	kfree(text);
	history_put(history);
	return text ? 0 : -ENOMEM;
}

static const struct seq_operations status_sops = {
	.start = status_start,
	.next = status_next,
	.stop = status_stop,
	.show = status_show,
};
DEFINE_SEQ_ATTRIBUTE(status);

/* stat */

static size_t memory_bytes(void)
{
	struct share used;

	share_total(&used);
	return used.bytes + access_table_bytes() + domain_table_bytes() + fold_table_bytes() +
	       text_bytes() + transition_bytes() + seen_bytes() + hits_bytes() +
	       task_bytes() + history_bytes() + exec_cgroup_table_bytes();
}

static int stat_show(struct seq_file *m, void *v)
{
	static const struct {
		enum counter counter;
		const char *name;
	} lines[] = {
		{ COUNTER_SEEN, "events_seen" },
		{ COUNTER_NEW, "events_new" },
		{ COUNTER_LOST_MEMORY, "lost_memory" },
		{ COUNTER_LOST_QUOTA, "lost_quota" },
		{ COUNTER_LOST_TASK, "lost_task" },
		{ COUNTER_LOST_HISTORY, "lost_history" },
		{ COUNTER_LOST_CGROUP, "lost_cgroup" },
		{ COUNTER_LOST_HOST_NAME, "lost_host_name" },
		{ COUNTER_LOST_AUDIT, "lost_audit" },
		{ COUNTER_SUPPRESSED, "suppressed_records" },
		{ COUNTER_AUDIT_OFF, "not_sent_audit_off" },
		{ COUNTER_LOST_SUBJECT, "lost_subject" },
		{ COUNTER_USERNS, "userns_capabilities" },
	};
	char when[sizeof("YYYY/MM/DD-hh:mm:ss")] = "-";
	size_t i, attached = 0, wanted = 0;
	struct share limits;

	if (reset_count())
		encode_time(when, sizeof(when), reset_time());
	for (i = 0; i < HOOKS; i++) {
		wanted += hooks[i].wanted;
		attached += hooks[i].attached;
	}
	for (i = 0; i < TRACES; i++)
		attached += traces[i].attached;
	seq_printf(m, "mode: %s\n", mode_name());
	seq_printf(m, "lock: %s\n", mode_is_locked() ? "on" : "off");
	seq_printf(m, "exits: %s\n", mode_exits());
	seq_printf(m, "domains: %u\n", domain_count());
	seq_printf(m, "accesses: %u\n", access_count());
	seq_printf(m, "patterns: %u\n", access_patterns());
	share_limits(&limits);
	seq_printf(m, "max_domains: %zu\n", limits.domains);
	seq_printf(m, "max_accesses: %zu\n", limits.accesses);
	seq_printf(m, "max_histories: %zu\n", limits.histories);
	seq_printf(m, "max_bytes: %zu\n", limits.bytes);
	seq_printf(m, "resets: %u\n", reset_count());
	seq_printf(m, "last_reset: %s\n", when);
	seq_printf(m, "domains_forgotten: %u\n", domain_forgotten());
	seq_printf(m, "accesses_forgotten: %u\n", access_forgotten());
	seq_printf(m, "histories: %u\n", history_count());
	seq_printf(m, "tasks: %d\n", task_count());
	seq_printf(m, "memory_bytes: %zu\n", memory_bytes());
	seq_printf(m, "hooks_attached: %zu of %zu\n", attached, wanted + TRACES);
	for (i = 0; i < HOOKS; i++) {
		if (hooks[i].wanted && !hooks[i].attached)
			seq_printf(m, "hook_missing: %s: %s\n", hooks[i].name, hooks[i].loss);
	}
	for (i = 0; i < TRACES; i++) {
		if (!traces[i].attached)
			seq_printf(m, "hook_missing: %s: %s\n", traces[i].name, traces[i].loss);
	}
	if (exits_are_missing())
		seq_puts(m, "hook_missing: sched_process_exit: records of ends of processes\n");
	for (i = 0; i < ARRAY_SIZE(lines); i++)
		seq_printf(m, "%s: %llu\n", lines[i].name, counter_sum(lines[i].counter));
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(stat);

DEFINE_SHOW_ATTRIBUTE(interface_hooks);

static int version_show(struct seq_file *m, void *v)
{
	seq_printf(m, "%s\n", THIS_MODULE->version);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(version);

static int self_show(struct seq_file *m, void *v)
{
	struct history *history = task_history_current();

	if (!history)
		return -ENOENT;
	show_domain(m, history->domain);
	seq_putc(m, '\n');
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(self);

static int mode_read(struct seq_file *m, void *v)
{
	mode_show(m);
	return 0;
}

static int mode_open(struct inode *inode, struct file *file)
{
	return change_open(file, CHANGE_MODE) ?: single_open(file, mode_read, NULL);
}

/* A module that is locked stays loaded. */
static int mode_change(char *words)
{
	struct mode old, new;
	char (*text)[MODE_TEXT_MAX] = kcalloc(2, MODE_TEXT_MAX, GFP_KERNEL);
	int err;

	if (!text)
		return -ENOMEM;
	err = mode_edit(words, &old, &new);
	if (!err && new.groups & ~old.groups & MODE_LOCK)
		__module_get(THIS_MODULE);
	if (!err || err == -EPERM) {
		mode_text(&old, old.groups ^ new.groups, text[0]);
		mode_text(&new, old.groups ^ new.groups, text[1]);
		change_report(CHANGE_MODE, err, " old=\"%s\" new=\"%s\"", text[0], text[1]);
	}
	kfree(text);
	return err;
}

static ssize_t mode_write(struct file *file, const char __user *buffer, size_t count,
			  loff_t *position)
{
	char *words;
	int err;

	if (count > PAGE_SIZE)
		return -EINVAL;
	words = memdup_user_nul(buffer, count);
	if (IS_ERR(words))
		return PTR_ERR(words);
	err = mode_change(words);
	kfree(words);
	return err ? err : count;
}

static const struct file_operations mode_fops = {
	.owner = THIS_MODULE,
	.open = mode_open,
	.read = seq_read,
	.write = mode_write,
	.llseek = seq_lseek,
	.release = single_release,
};

static int reset_open(struct inode *inode, struct file *file)
{
	return change_open(file, CHANGE_RESET);
}

static ssize_t reset_write(struct file *file, const char __user *buffer, size_t count,
			   loff_t *position)
{
	char word[sizeof("1\n")] = "";
	u32 domains, accesses;
	int err;

	if (count >= sizeof(word))
		return -EINVAL;
	if (copy_from_user(word, buffer, count))
		return -EFAULT;
	if (strcmp(strim(word), "1"))
		return -EINVAL;
	if (mode_is_locked()) {
		change_report(CHANGE_RESET, -EPERM, "%s", "");
		return -EPERM;
	}
	err = reset_all(&domains, &accesses);
	if (err)
		return err;
	change_report(CHANGE_RESET, 0, " domains=%u accesses=%u", domains, accesses);
	return count;
}

static const struct file_operations reset_fops = {
	.owner = THIS_MODULE,
	.open = reset_open,
	.write = reset_write,
};

/* The files */

/* With @owner set, an open file holds a reference to the module. */
static const struct {
	const char *name;
	umode_t mode;
	const struct file_operations *operations;
} files[] = {
	{ "domain_policy", 0600, &policy_fops },
	{ "accesses", 0600, &access_fops },
	{ "patterns", 0600, &patterns_fops },
	{ "cgroups", 0600, &cgroups_fops },
	{ "users", 0600, &users_fops },
	{ "exception_policy", 0600, &interface_rules_fops },
	{ "process_status", 0600, &status_fops },
	{ "self_domain", 0444, &self_fops },
	{ "stat", 0600, &stat_fops },
	{ "hooks", 0600, &interface_hooks_fops },
	{ "version", 0600, &version_fops },
	{ "mode", 0600, &mode_fops },
	{ "reset", 0200, &reset_fops },
};

static struct dentry *folder;
static struct dentry *entries[ARRAY_SIZE(files)];

/*
 * A descriptor opened with O_PATH holds no reference to the module, but keeps the inode and
 * can reopen the file through /proc/self/fd after the module is unloaded. make_bad_inode()
 * prevents this.
 */
static void file_remove(struct dentry *entry)
{
	struct inode *inode = d_inode(entry);

	ihold(inode);
	securityfs_remove(entry);
	make_bad_inode(inode);
	iput(inode);
}

/**
 * interface_exit() - remove the files
 *
 * Context: may sleep. The caller waits for tasks that are just opening a file before the
 * module is unloaded: hooks_detach() does so.
 */
void interface_exit(void)
{
	size_t i = ARRAY_SIZE(files);

	while (i--) {
		if (!IS_ERR_OR_NULL(entries[i]))
			file_remove(entries[i]);
		entries[i] = NULL;
	}
	if (!IS_ERR_OR_NULL(folder))
		securityfs_remove(folder);
	folder = NULL;
}

/**
 * interface_init() - create the files
 *
 * Context: may sleep.
 * Return: 0, or -errno with no file left.
 */
int interface_init(void)
{
	size_t i;
	int err;

	folder = securityfs_create_dir("ashiato", NULL);
	if (IS_ERR(folder))
		return PTR_ERR(folder);
	for (i = 0; i < ARRAY_SIZE(files); i++) {
		entries[i] = securityfs_create_file(files[i].name, files[i].mode, folder, NULL,
						    files[i].operations);
		if (IS_ERR(entries[i])) {
			err = PTR_ERR(entries[i]);
			interface_exit();
			return err;
		}
	}
	return 0;
}
