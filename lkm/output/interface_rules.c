// SPDX-License-Identifier: GPL-2.0-only
/* The file exception_policy: prints and edits the transition rules, one per line. */
#include <linux/ctype.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "core/encode.h"
#include "core/mode.h"
#include "policy/transition.h"
#include "change.h"
#include "interface.h"

/**
 * struct rules_file - an open exception_policy
 * @lock: serialises writers
 * @used: number of bytes in @line
 * @skips: whether the rest of the current line is ignored
 * @reported: number of lines that were reported one by one
 * @others: number of further lines
 * @line: text that is not applied yet, TRANSITION_LINE_MAX + 1 bytes; NULL before the first
 *	write
 */
struct rules_file {
	struct mutex lock;	/* protects the members below */
	size_t used;
	bool skips;
	u32 reported;
	u32 others;
	char *line;
};

/* Number of lines of an open file that are reported one by one; the others are summed up. */
#define RULES_REPORTED 64

/* Maximum length of the part of a line that is reported, in bytes. */
#define RULES_REPORT_MAX 900

static struct rules_file *rules_of(const struct file *file)
{
	return ((struct seq_file *)file->private_data)->private;
}

/* The position of a rule is its serial number: rules that are deleted leave gaps. */
static void *rules_start(struct seq_file *m, loff_t *position)
	__acquires(RCU)
{
	rcu_read_lock();
	return (void *)transition_line_rcu(position);
}

static void *rules_next(struct seq_file *m, void *v, loff_t *position)
{
	++*position;
	return (void *)transition_line_rcu(position);
}

static void rules_stop(struct seq_file *m, void *v)
	__releases(RCU)
{
	rcu_read_unlock();
}

static int rules_show(struct seq_file *m, void *v)
{
	seq_printf(m, "%s\n", (const char *)v);
	return 0;
}

static const struct seq_operations rules_operations = {
	.start = rules_start,
	.next = rules_next,
	.stop = rules_stop,
	.show = rules_show,
};

static int rules_open(struct inode *inode, struct file *file)
{
	int err = change_open(file, CHANGE_RULES) ?:
		seq_open_private(file, &rules_operations, sizeof(struct rules_file));

	if (!err)
		mutex_init(&rules_of(file)->lock);
	return err;
}

/**
 * interface_log_rule() - log a rule that was not applied
 * @before: where the rule comes from
 * @line: the rule; its words are encoded as names are; a long one is truncated
 * @len: length of @line in bytes
 * @err: -errno from transition_edit()
 *
 * Context: any.
 */
void interface_log_rule(const char *before, const char *line, size_t len, int err)
{
	const char *why = err == -ENOENT ? "no such rule" :
			  err == -ENOSPC ? "too many rules" :
			  err == -ENOMEM ? "out of memory" : "invalid rule";
	char text[256];
	size_t used = 0;

	while (len && used < sizeof(text)) {
		const char *space = memchr(line, ' ', len);
		size_t word = space ? space - line : len;

		used += encode_name(text + used, sizeof(text) - used, line, word);
		if (space && used + 1 < sizeof(text))
			text[used++] = ' ';
		line += word + !!space;
		len -= word + !!space;
	}
	text[min(used, sizeof(text) - 1)] = '\0';
	pr_warn("%s: %s: %s\n", before, why, text);
}

/* Reports a line that is applied, or refused with -EPERM. */
static void rules_report(struct rules_file *rules, const char *line, size_t len, int err)
{
	size_t shown = min_t(size_t, len, RULES_REPORT_MAX);
	char *text;

	if (!err && rules->reported == RULES_REPORTED) {
		rules->others++;
		return;
	}
	text = kmalloc(shown * ENCODE_EXPANSION + 1, GFP_KERNEL);
	if (text)
		encode_subject_name(text, shown * ENCODE_EXPANSION + 1, line, shown);
	change_report(CHANGE_RULES, err, " rule=\"%s%s\"", text ?: "...", shown < len ? "..." : "");
	kfree(text);
	rules->reported += !err;
}

/* Whether a line has a rule. The others are empty, or begin with a #. */
static bool line_has_rule(const char *line, size_t len)
{
	while (len && isspace(*line)) {
		line++;
		len--;
	}
	return len && *line != '#';
}

static int rules_edit(struct rules_file *rules, const char *line, size_t len)
{
	int err;

	if (!line_has_rule(line, len))
		return 0;
	err = mode_is_locked() ? -EPERM : transition_edit(line, len);
	if (!err || err == -EPERM)
		rules_report(rules, line, len, err);
	else
		interface_log_rule("exception_policy", line, len, err);
	return err;
}

/* Applies the complete lines in the buffer; keeps the text after the last newline. */
static int rules_edit_lines(struct rules_file *rules)
{
	char *line = rules->line, *end = line + rules->used, *stop;
	int err = 0;

	while (!err && (stop = memchr(line, '\n', end - line))) {
		if (!rules->skips)
			err = rules_edit(rules, line, stop - line);
		rules->skips = false;
		line = stop + 1;
	}
	rules->used = end - line;
	memmove(rules->line, line, rules->used);
	if (!err && rules->used > TRANSITION_LINE_MAX) {
		if (!rules->skips)
			err = rules_edit(rules, rules->line, rules->used);
		rules->skips = true;
		rules->used = 0;
	}
	return err;
}

static int rules_edit_text(struct rules_file *rules, const char __user *buffer, size_t count)
{
	char last;
	int err;

	/*
	 * Read the last byte before anything can fail: it shows whether the next write continues
	 * the last line of this one. After an error, that line is skipped.
	 */
	if (!count)
		return 0;
	if (get_user(last, buffer + count - 1))
		return -EFAULT;
	if (!rules->line)
		rules->line = kmalloc(TRANSITION_LINE_MAX + 1, GFP_KERNEL);
	if (!rules->line)
		return -ENOMEM;
	while (count) {
		size_t part = min(count, TRANSITION_LINE_MAX + 1 - rules->used);

		if (copy_from_user(rules->line + rules->used, buffer, part))
			return -EFAULT;
		rules->used += part;
		buffer += part;
		count -= part;
		err = rules_edit_lines(rules);
		if (err) {
			rules->used = 0;
			rules->skips = last != '\n';
			return err;
		}
		cond_resched();
	}
	return 0;
}

/*
 * Applies the lines in @buffer; a line may be split over several writes. Returns @count, or
 * the error of the first bad line: the lines after it are ignored.
 */
static ssize_t rules_write(struct file *file, const char __user *buffer, size_t count,
			   loff_t *position)
{
	struct rules_file *rules = rules_of(file);
	int err = mutex_lock_interruptible(&rules->lock);

	if (err)
		return err;
	err = rules_edit_text(rules, buffer, count);
	mutex_unlock(&rules->lock);
	return err ? err : count;
}

/* Applies a last line that has no newline. */
static int rules_release(struct inode *inode, struct file *file)
{
	struct rules_file *rules = rules_of(file);

	if (rules->used && !rules->skips)
		rules_edit(rules, rules->line, rules->used);
	if (rules->others)
		change_report(CHANGE_RULES, 0, " others=%u", rules->others);
	kfree(rules->line);
	return seq_release_private(inode, file);
}

/* exception_policy: reads and edits the transition rules. */
const struct file_operations interface_rules_fops = {
	.owner = THIS_MODULE,
	.open = rules_open,
	.read = seq_read,
	.write = rules_write,
	.llseek = seq_lseek,
	.release = rules_release,
};
